/**
 * The only source of time and chance in the core. Tests hand in a virtual one; everything else uses {@link systemClock}.
 * Times are ms on a monotonic clock with an arbitrary zero.
 */
export interface Clock {
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  /** Runs the callback after pending I/O had its turn. */
  setImmediate(callback: () => void): void;
  /** From 0 up to 1, for jitter. */
  random(): number;
}

/** Node's longest timer; a longer one would fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  setTimeout: (callback: () => void, ms: number) => setTimeout(callback, Math.min(ms, MAX_TIMEOUT_MS)),
  clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
  setImmediate: (callback: () => void) => void setImmediate(callback),
  random: () => Math.random(),
});

/** @internal What an object must have to be a clock. */
export const CLOCK_METHODS: readonly (keyof Clock)[] = ['now', 'setTimeout', 'clearTimeout', 'setImmediate', 'random'];
