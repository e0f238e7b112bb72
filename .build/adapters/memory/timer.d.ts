import type { Clock } from '../../src/clock.js';
/**
 * Calls back no later than at a time that moves. Does not keep the process alive: nothing outlives it anyway, and a fetch
 * that waits has a timer of its own.
 */
export declare class Timer {
    #private;
    constructor(clock: Clock, callback: () => void);
    /**
     * Infinity: never. It may fire earlier than that, when an earlier time was asked for before: the callback looks at the clock,
     * and asks again.
     */
    at(time: number): void;
}
