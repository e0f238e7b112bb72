import type { Receipt } from 'tailrace';

export interface DemoResult {
  readonly published: number;
  /** Distinct messages that a handler has finished. */
  readonly handled: number;
  /** Handled again, after they had been. */
  readonly duplicates: number;
  readonly lost: number;
  readonly drains: readonly Receipt[];
}

/** Counts how often each number was handled. */
export class Tally {
  readonly #times: Uint8Array;

  constructor(count: number) {
    this.#times = new Uint8Array(count);
  }

  count(number: number): void {
    this.#times[number] = Math.min(255, (this.#times[number] ?? 0) + 1);
  }

  result(published: number, drains: readonly Receipt[]): DemoResult {
    let handled = 0;
    let duplicates = 0;
    for (let number = 0; number < published; number += 1) {
      const times = this.#times[number] ?? 0;
      if (times > 0) handled += 1;
      if (times > 1) duplicates += times - 1;
    }
    return { published, handled, duplicates, lost: published - handled, drains };
  }
}
