import { deferred } from './deferred.js';

interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
}

/** Promises of conditions over state that somebody else changes and announces. */
export class Conditions {
  #waiters: Waiter[] = [];

  /** Resolves when the condition holds: now, or at a later `check`. */
  until(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    const { promise, resolve } = deferred();
    this.#waiters.push({ isMet, resolve });
    return promise;
  }

  /** Something changed. Costs nothing when nobody waits. */
  check(): void {
    if (this.#waiters.length === 0) return;
    const waiting = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiting) {
      if (waiter.isMet()) waiter.resolve();
      else this.#waiters.push(waiter);
    }
  }
}
