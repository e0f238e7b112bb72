import { deferred } from './deferred.js';
import { StreamError } from './errors.js';
/** Why its signal aborts: the same for all, as making an error costs more than all else that a drain of nothing does. */
const OVER = new StreamError('TIMEOUT', 'the time for it is over');
/** A point in time that can be waited for, and brought forward. */
export class Deadline {
    #clock;
    /** Made when its signal is first asked for. */
    #controller;
    #reached = deferred();
    #isReached = false;
    #at;
    #timer;
    constructor(clock, ms) {
        this.#clock = clock;
        this.#at = clock.now() + ms;
        this.#timer = clock.setTimeout(() => this.reach(), Math.max(0, ms));
    }
    /** It will be reached in `ms` from now, if that is sooner. */
    bringForward(ms) {
        const at = this.#clock.now() + ms;
        if (at >= this.#at || this.isReached || this.#timer === undefined)
            return;
        this.#clock.clearTimeout(this.#timer);
        this.#at = at;
        this.#timer = this.#clock.setTimeout(() => this.reach(), Math.max(0, ms));
    }
    /** Aborts when it is reached; not when it is cancelled. */
    get signal() {
        this.#controller ??= new AbortController();
        if (this.#isReached)
            this.#controller.abort(OVER);
        return this.#controller.signal;
    }
    get isReached() {
        return this.#isReached;
    }
    /** Now, rather than later. Idempotent. */
    reach() {
        this.cancel();
        this.#isReached = true;
        this.#controller?.abort(OVER);
        this.#reached.resolve();
    }
    /** It will not be reached by time any more. */
    cancel() {
        if (this.#timer !== undefined)
            this.#clock.clearTimeout(this.#timer);
        this.#timer = undefined;
    }
    /** Waits for the work, no longer than this deadline. Rejects as the work does; work that is left behind cannot reject unseen. */
    async bound(work) {
        const done = work.then(() => 'done');
        done.catch(() => undefined);
        return Promise.race([done, this.#reached.promise.then(() => 'timed-out')]);
    }
}
