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
export declare const systemClock: Clock;
