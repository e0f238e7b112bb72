/** The longest delay of a message or of a release, ms: some 24 days. */
export declare const MAX_DELAY_MS: number;
/** The most messages that one fetch returns. */
export declare const MAX_BATCH = 10000;
export declare const DEFAULTS: {
    readonly leaseMs: number;
    readonly partitions: number;
    readonly revokeMs: number;
};
export interface QueueOptions {
    /** How long a delivery is held before it is delivered again, ms. Default 30,000; at least 1. */
    readonly leaseMs?: number;
    /** Deliveries that count after which a message goes to the dead-letter queue. Needs `deadLetterQueue`. Default: no limit. */
    readonly maxAttempts?: number;
    /** The name of an existing queue. Without it the queue's consumers have no `deadLetter`. */
    readonly deadLetterQueue?: string;
    /**
     * Whether each message group is delivered in order: the next message of a group only when the one before it is settled, so
     * that a fetch brings at most one of a group. Default false.
     */
    readonly ordered?: boolean;
    /** Whether a release counts as a delivery towards `maxAttempts`; a lapse always does. Default false. */
    readonly releaseCostsAttempt?: boolean;
}
export interface TopicOptions {
    /** Default 1. */
    readonly partitions?: number;
    /** The most messages that each partition keeps; the oldest go, read or not. Default: no limit, all are kept. */
    readonly retainMessages?: number;
}
export interface QueueConsumerOptions {
    readonly queue: string;
}
export type Rebalance = 'eager' | 'cooperative';
export interface TopicConsumerOptions {
    readonly topic: string;
    /** Consumers of one group share the partitions and the committed offsets. */
    readonly group: string;
    /** Its name in the group. Default: made by the group. */
    readonly member?: string;
    /**
     * `eager`: every rebalance takes all partitions from all members. `cooperative`: only those that move. All members of a
     * group must agree. Default `cooperative`.
     */
    readonly rebalance?: Rebalance;
    /**
     * How long a rebalance waits for this member's `revoking`, ms; then the member is expelled and its lanes are lost.
     * Default 30,000; at least 1.
     */
    readonly revokeMs?: number;
    /** Where a new group starts: with what is there, or with what comes after it was made. Default `earliest`. */
    readonly from?: 'earliest' | 'latest';
    /** Whether `ack` commits; with `false` acks are recorded until `flush` or `close` commits them. Default true. */
    readonly commitOnAck?: boolean;
}
export type ResolvedQueueOptions = Required<Omit<QueueOptions, 'deadLetterQueue'>> & {
    readonly deadLetterQueue: string | undefined;
};
export type ResolvedTopicOptions = Required<TopicOptions>;
export type ResolvedTopicConsumerOptions = Required<Omit<TopicConsumerOptions, 'member'>> & {
    readonly member: string | undefined;
};
export declare function resolveQueueOptions(options: QueueOptions | undefined): ResolvedQueueOptions;
export declare function resolveTopicOptions(options: TopicOptions | undefined): ResolvedTopicOptions;
export declare function resolveTopicConsumerOptions(options: TopicConsumerOptions): ResolvedTopicConsumerOptions;
