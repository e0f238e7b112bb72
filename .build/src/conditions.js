import { deferred } from './deferred.js';
/** Promises of conditions over state that somebody else changes and announces. */
export class Conditions {
    #waiters = [];
    #onWaiting;
    /** `onWaiting` is told when the first waiter comes and when the last one has gone. */
    constructor(onWaiting) {
        this.#onWaiting = onWaiting;
    }
    /** Resolves when the condition holds: now, or at a later `check`. */
    until(isMet) {
        if (isMet())
            return Promise.resolve();
        const { promise, resolve } = deferred();
        if (this.#waiters.push({ isMet, resolve }) === 1)
            this.#onWaiting(true);
        return promise;
    }
    /** Something changed. Costs nothing when nobody waits. */
    check() {
        for (let at = 0; at < this.#waiters.length; at += 1) {
            const waiter = this.#waiters[at];
            if (waiter === undefined || !waiter.isMet())
                continue;
            this.#waiters.splice(at, 1);
            at -= 1;
            waiter.resolve();
            if (this.#waiters.length === 0)
                this.#onWaiting(false);
        }
    }
}
