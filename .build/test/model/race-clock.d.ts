import type { Clock } from '../../src/index.js';
interface Timer {
    readonly at: number;
    readonly owner: RaceClock;
    readonly callback: () => void;
}
/** Virtual time that several sides share: timers fire in the order of their times, immediates before time goes on. */
export declare class Time {
    #private;
    now: number;
    readonly timers: Set<Timer>;
    /** `onImmediate` is told when there is something for {@link runImmediates} again. */
    constructor(onImmediate: () => void);
    setImmediate(callback: () => void): void;
    runImmediates(): void;
    get hasImmediates(): boolean;
    /** Goes on by `ms`, or to the next timer if that is sooner, and fires it. */
    step(ms: number): void;
}
/** One side's view of the time: knows which timers are its own. */
export declare class RaceClock implements Clock {
    #private;
    constructor(time: Time);
    now(): number;
    setTimeout(callback: () => void, ms: number): unknown;
    clearTimeout(handle: unknown): void;
    setImmediate(callback: () => void): void;
    random(): number;
    /** How many timers this side has set: 0 when it has released everything. */
    get timers(): number;
}
export {};
