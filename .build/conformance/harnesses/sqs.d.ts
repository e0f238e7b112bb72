import type { Harness } from '../harness.js';
export interface SqsHarnessOptions {
    /** Consumers reach the server through a proxy, so that the network can be cut and slowed. Default true. */
    readonly proxy?: boolean;
    /** The kind of queues. Default `standard`. */
    readonly mode?: 'standard' | 'fifo';
}
/**
 * A harness on an ElasticMQ of its own, which keeps its messages on disk; or on the endpoint that `TAILRACE_SQS` names, AWS's among
 * them, which is left alone: the region is then `AWS_REGION`'s, the credentials what the SDK finds.
 */
export declare function startSqsHarness({ proxy, mode }?: SqsHarnessOptions): Promise<Harness>;
