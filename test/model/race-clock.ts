import type { Clock } from '../../src/index.js';

interface Timer {
  readonly at: number;
  readonly owner: RaceClock;
  readonly callback: () => void;
}

/** Virtual time that several sides share: timers fire in the order of their times, immediates before time goes on. */
export class Time {
  now = 0;
  readonly timers: Set<Timer> = new Set();
  #immediates: (() => void)[] = [];
  readonly #onImmediate: () => void;

  /** `onImmediate` is told when there is something for {@link runImmediates} again. */
  constructor(onImmediate: () => void) {
    this.#onImmediate = onImmediate;
  }

  setImmediate(callback: () => void): void {
    if (this.#immediates.push(callback) === 1) this.#onImmediate();
  }

  runImmediates(): void {
    const due = this.#immediates;
    this.#immediates = [];
    for (const callback of due) callback();
  }

  get hasImmediates(): boolean {
    return this.#immediates.length > 0;
  }

  /** Goes on by `ms`, or to the next timer if that is sooner, and fires it. */
  step(ms: number): void {
    const next = this.#next();
    if (next === undefined || next.at > this.now + ms) {
      this.now += ms;
      return;
    }
    this.now = Math.max(this.now, next.at);
    this.timers.delete(next);
    next.callback();
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    // A set keeps the order in which they were set.
    for (const timer of this.timers) if (next === undefined || timer.at < next.at) next = timer;
    return next;
  }
}

/** One side's view of the time: knows which timers are its own. */
export class RaceClock implements Clock {
  readonly #time: Time;

  constructor(time: Time) {
    this.#time = time;
  }

  now(): number {
    return this.#time.now;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const timer: Timer = { at: this.#time.now + Math.max(0, ms), owner: this, callback };
    this.#time.timers.add(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    // Handles are what setTimeout returned; any other is in no set.
    this.#time.timers.delete(handle as Timer);
  }

  setImmediate(callback: () => void): void {
    this.#time.setImmediate(callback);
  }

  random(): number {
    return 0.5;
  }

  /** How many timers this side has set: 0 when it has released everything. */
  get timers(): number {
    let count = 0;
    for (const { owner } of this.#time.timers) if (owner === this) count += 1;
    return count;
  }
}
