/** How many at a time: raw loops, our receives, sqs-consumer's instances. */
export declare const CONCURRENCY: readonly [1, 8, 32];
export type SqsSide = (typeof SIDES)[number];
/**
 * `raw`: a loop of receive(10), ten handler calls, deleteBatch, as often side by side as the concurrency says. `message`: ours, a
 * handler for each message. `sqs-consumer` as often side by side: `peer-batch` with its batch handler, `peer-message` with a handler for
 * each message.
 */
export declare const SIDES: readonly ['raw', 'message', 'peer-batch', 'peer-message'];
export declare const RAW: readonly SqsSide[];
export interface SqsCase {
    readonly side: SqsSide;
    readonly endpoint: string;
    readonly queue: string;
    readonly queueUrl: string;
    readonly concurrency: number;
    readonly count: number;
}
