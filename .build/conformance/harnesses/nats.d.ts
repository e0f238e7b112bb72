import type { Harness } from '../harness.js';
export interface NatsHarnessOptions {
    /** Consumers reach the server through a proxy, so that the network can be cut and slowed. Default true. */
    readonly proxy?: boolean;
    /** `shared`: each message by itself; `exclusive`: in order. Default `shared`. */
    readonly mode?: 'shared' | 'exclusive';
}
/** A harness on a nats-server of its own, or on the one that `TAILRACE_NATS` names, which is not restarted. */
export declare function startNatsHarness(options?: NatsHarnessOptions): Promise<Harness>;
