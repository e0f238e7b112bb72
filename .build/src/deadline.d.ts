import type { Clock } from './clock.js';
/** A point in time that can be waited for, and brought forward. */
export declare class Deadline {
    #private;
    constructor(clock: Clock, ms: number);
    /** It will be reached in `ms` from now, if that is sooner. */
    bringForward(ms: number): void;
    /** Aborts when it is reached; not when it is cancelled. */
    get signal(): AbortSignal;
    get isReached(): boolean;
    /** Now, rather than later. Idempotent. */
    reach(): void;
    /** It will not be reached by time any more. */
    cancel(): void;
    /** Waits for the work, no longer than this deadline. Rejects as the work does; work that is left behind cannot reject unseen. */
    bound(work: Promise<unknown>): Promise<'done' | 'timed-out'>;
}
