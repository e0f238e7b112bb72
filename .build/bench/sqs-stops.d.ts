import type { SQS } from '@aws-sdk/client-sqs';
/** How long a stop takes, ms, from the call until everything is given back. */
export interface StopResult {
    /** In a long poll of an empty queue, at the poll length given. */
    readonly idleMs: number;
    /** While messages are handled, each in a few ms. */
    readonly busyMs: number;
}
export interface Stoppable {
    readonly started: () => number;
    stop(): Promise<void>;
}
export declare function startOurs(sqs: () => SQS, queue: string): Stoppable;
export declare function startPeer(sqs: SQS, queueUrl: string, abort: boolean): Stoppable;
/** Stops this often, each after so many ms, and says the median. */
export declare function stopTimes(start: () => Stoppable, busy: boolean, stops: number): Promise<number>;
