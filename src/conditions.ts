import { deferred } from './deferred.js';

interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
}

/** Promises of conditions over state that somebody else changes and announces. */
export class Conditions {
  readonly #waiters: Waiter[] = [];
  readonly #onWaiting: (any: boolean) => void;

  /** `onWaiting` is told when the first waiter comes and when the last one has gone. */
  constructor(onWaiting: (any: boolean) => void) {
    this.#onWaiting = onWaiting;
  }

  /** Resolves when the condition holds: now, or at a later `check`. */
  until(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    const { promise, resolve } = deferred();
    if (this.#waiters.push({ isMet, resolve }) === 1) this.#onWaiting(true);
    return promise;
  }

  /** Something changed. Costs nothing when nobody waits. */
  check(): void {
    for (let at = 0; at < this.#waiters.length; at += 1) {
      const waiter = this.#waiters[at];
      if (waiter === undefined || !waiter.isMet()) continue;
      this.#waiters.splice(at, 1);
      at -= 1;
      waiter.resolve();
      if (this.#waiters.length === 0) this.#onWaiting(false);
    }
  }
}
