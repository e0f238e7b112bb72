import { type KafkaSide } from './kafka-sides.js';
import { type TurnsOptions, type TurnsResult } from './turns.js';
/** The Kafka adapter beside the raw client: see bench/README.md for the method. */
export interface KafkaBenchOptions {
    readonly onRun?: (node: string, ...run: Parameters<NonNullable<TurnsOptions<KafkaSide>['onRun']>>) => void;
    /** Major versions of Node, one after the other; those that do not run this are fetched. Default: 20 and 24. */
    readonly nodes?: readonly number[];
    /** Of each version. Default: 7, but no new turn that would end after its share of `withinMs`. */
    readonly runs?: number | undefined;
    /** Bounds what runs by default, ms. Default 260,000. */
    readonly withinMs?: number;
    /** Records of one run. Default 500,000. */
    readonly messages?: number;
    /** Only these sides. */
    readonly sides?: readonly string[];
}
export interface KafkaNodeResult extends TurnsResult<KafkaSide> {
    /** Its version. */
    readonly node: string;
    /** The batch handler, and handlers for each message, by `eachBatch`. */
    readonly ratio: number;
    readonly perMessageRatio: number;
}
export interface KafkaResult {
    readonly server: string;
    readonly client: string;
    readonly messages: number;
    /** The least of all versions of Node. */
    readonly ratio: number;
    readonly perMessageRatio: number;
    readonly nodes: readonly KafkaNodeResult[];
}
export declare function benchKafka(options?: KafkaBenchOptions): Promise<KafkaResult>;
