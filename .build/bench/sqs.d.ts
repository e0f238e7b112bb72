import { type SqsSide } from './sqs-sides.js';
import { type TurnsOptions, type TurnsResult } from './turns.js';
/** The SQS adapter beside the raw client and `sqs-consumer`: see bench/README.md for the method. */
export interface SqsBenchOptions extends Pick<TurnsOptions<SqsSide>, 'onRun'> {
    /** Turns of each concurrency. Default 3. */
    readonly runs?: number | undefined;
    /** Messages of one run. Default 10,000. */
    readonly messages?: number;
    /** Only these sides. */
    readonly sides?: readonly string[];
    /** Stops after which what is stranded is counted. Default 100. */
    readonly stops?: number;
}
export interface StopTimes {
    /** In a long poll of an empty queue, ms. */
    readonly idleMs: number;
    /** While messages are handled, ms. */
    readonly busyMs: number;
}
export interface SqsResult {
    readonly server: string;
    readonly client: string;
    readonly messages: number;
    readonly throughput: readonly (TurnsResult<SqsSide> & {
        readonly concurrency: number;
    })[];
    readonly stop: {
        readonly ours: StopTimes;
        readonly peer: StopTimes;
    };
    readonly stops: number;
    /** Messages that were hidden and nobody's after these stops. */
    readonly stranded: number;
}
export declare function benchSqs(options?: SqsBenchOptions): Promise<SqsResult>;
