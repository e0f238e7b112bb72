import type { Clock } from '../../src/clock.js';
/** Time that moves only when told to. `setImmediate` is the real one: what it runs has its turn before time goes on. */
export declare class VirtualClock implements Clock {
    #private;
    now(): number;
    setTimeout(callback: () => void, ms: number): unknown;
    clearTimeout(handle: unknown): void;
    setImmediate(callback: () => void): void;
    random(): number;
    /** How many timers are set: 0 when everything was released. */
    get timers(): number;
    /** Moves time on by `ms`. Timers fire in order, each at its time, and what they start runs before the next one. */
    advance(ms: number): Promise<void>;
    /** Lets everything run that does not wait for time: microtasks, and immediates of this clock. */
    turn(): Promise<void>;
}
