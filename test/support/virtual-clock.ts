import type { Clock } from '../../src/clock.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Rounds of pending immediates after which a turn is taken for a loop that never ends. */
const MAX_ROUNDS = 10_000;

/** Time that moves only when told to. `setImmediate` is the real one: what it runs has its turn before time goes on. */
export class VirtualClock implements Clock {
  #now = 0;
  #orders = 0;
  #immediates = 0;
  readonly #timers: Map<number, Timer> = new Map();

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    this.#orders += 1;
    this.#timers.set(this.#orders, { at: this.#now + Math.max(0, ms), order: this.#orders, callback });
    return this.#orders;
  }

  clearTimeout(handle: unknown): void {
    // Handles are what setTimeout returned; any other is in no map.
    this.#timers.delete(handle as number);
  }

  setImmediate(callback: () => void): void {
    this.#immediates += 1;
    setImmediate(() => {
      this.#immediates -= 1;
      callback();
    });
  }

  random(): number {
    return 0.5;
  }

  /** How many timers are set: 0 when everything was released. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Moves time on by `ms`. Timers fire in order, each at its time, and what they start runs before the next one. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.turn();
    for (let timer = this.#first(end); timer !== undefined; timer = this.#first(end)) {
      this.#timers.delete(timer.order);
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
      await this.turn();
    }
    this.#now = end;
    await this.turn();
  }

  /** Lets everything run that does not wait for time: microtasks, and immediates of this clock. */
  async turn(): Promise<void> {
    for (let round = 0; round === 0 || this.#immediates > 0; round += 1) {
      if (round === MAX_ROUNDS) throw new Error(`immediates were still set after ${MAX_ROUNDS} rounds`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #first(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (timer.at > end) continue;
      // The map keeps the order in which they were set.
      if (first === undefined || timer.at < first.at) first = timer;
    }
    return first;
  }
}
