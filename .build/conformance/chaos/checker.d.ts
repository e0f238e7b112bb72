import type { Capabilities } from '../../src/index.js';
import type { ChannelState } from '../harness.js';
import type { History } from './history.js';
import type { Anomaly, Explained, Fault } from './result.js';
export interface CheckInput {
    /** Messages 0 up to this one, this one not included, were published. */
    readonly published: number;
    /** Of these, the ones of which the broker did not say that it has them. */
    readonly uncertain: ReadonlySet<number>;
    /** Of every worker there was, also of the last one, which drained what was left. */
    readonly histories: readonly History[];
    /** All that was done to workers, server and network. */
    readonly faults: readonly Fault[];
    /** What the broker said after all workers had ended. */
    readonly final: ChannelState;
    readonly capabilities: Capabilities;
    /** The run's begin on the clock of the histories, ms. */
    readonly startedAt: number;
}
export interface CheckResult {
    /** Messages with at least one success. */
    readonly handled: number;
    readonly deliveries: number;
    readonly lost: number;
    /** Successes beyond the first of each message. */
    readonly duplicates: number;
    /** Those of them that something excuses. */
    readonly explained: readonly Explained[];
    readonly anomalies: readonly Anomaly[];
}
/** Judges a run by what its processes wrote down. Pure: the same input has the same result. */
export declare function check(input: CheckInput): CheckResult;
