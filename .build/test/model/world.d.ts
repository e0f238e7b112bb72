import type { Scheduler } from 'fast-check';
import { type Message, StreamError } from '../../src/index.js';
import { RaceClock, Time } from './race-clock.js';
/**
 * What the parts of one life share: the scheduler that decides what happens next, the time, and the first rule that was seen
 * broken. Time is one of the things that may happen next, as often as `pace` says.
 */
export declare class World {
    #private;
    readonly scheduler: Scheduler;
    readonly time: Time;
    /** The drainer's, the broker's, and that of all else. */
    readonly drainerClock: RaceClock;
    readonly brokerClock: RaceClock;
    readonly clock: RaceClock;
    /** What has happened, a line each. */
    readonly story: string[];
    constructor(scheduler: Scheduler, pace: number, stepMs: number);
    get now(): number;
    tell(what: string, about?: readonly Message[] | string): void;
    /** Resolves when the scheduler says so. */
    later(label: string): Promise<void>;
    /** Resolves when this much time has passed. */
    passed(ms: number): Promise<void>;
    /** Notes that a rule is broken; where it is seen an error might be taken for a handler's or an adapter's. */
    violate(rule: string): void;
    check(holds: boolean, rule: () => string): void;
    /** Looked at after every step. */
    always(check: () => void): void;
    /** Lets things happen until it is so. */
    until(isSo: () => boolean, what: string): Promise<void>;
    /** One thing happens, with all that follows from it at once. */
    step(): Promise<void>;
    /** Nothing but time can change anything. */
    get isStill(): boolean;
    look(): void;
}
export declare function unavailable(what: string): StreamError;
export declare function never<T>(): Promise<T>;
