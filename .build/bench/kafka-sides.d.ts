export type KafkaSide = (typeof SIDES)[number];
/**
 * Raw `eachBatch` with a commit for each batch: `eachBatch` calls one handler for the batch, `eachBatch-each` one for each record.
 * Ours: `batch-handler`; `message`, a handler for each message, 1,024 at a time, whose acks come in any order; `message-1ms`, the
 * same with handlers that take a millisecond, 4,096 at a time.
 */
export declare const SIDES: readonly ['eachBatch', 'eachBatch-each', 'batch-handler', 'message', 'message-1ms'];
export declare const RAW: readonly KafkaSide[];
export interface KafkaCase {
    readonly side: KafkaSide;
    readonly brokers: string;
    readonly topic: string;
    readonly groupId: string;
    readonly partitions: number;
    readonly count: number;
}
