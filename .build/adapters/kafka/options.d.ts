import type { KafkaAssigner } from './client.js';
export interface KafkaOptions {
    /** Topics to read, one at least. They have to exist. */
    readonly topics: string | readonly string[];
    /** The consumer group. */
    readonly groupId: string;
    /**
     * Where a partition is read from of which the group has committed nothing, or something that is no longer there. Default
     * `earliest`: with `latest`, as is Kafka's own default, what arrives before the first commit can be lost by a restart.
     */
    readonly startAt?: 'earliest' | 'latest';
    /**
     * After how long without a heartbeat the group gives this member's partitions away, ms, 1,000 or more, within the broker's
     * `group.min.session.timeout.ms` (6,000) and `group.max.session.timeout.ms`. Default 30,000, as kafkajs's.
     */
    readonly sessionTimeoutMs?: number;
    /** How long the group waits for this member in a rebalance, ms, 1,000 or more: what handlers have to end in. Default 60,000, as kafkajs's. */
    readonly rebalanceTimeoutMs?: number;
    /** Between heartbeats, ms, at least 50 and at most a third of the session timeout. Default 3,000, or less with a short session. */
    readonly heartbeatMs?: number;
    /**
     * How long the broker holds a request for records when there are none, ms, 10 to 5,000: what a close waits for, and what an idle
     * consumer costs. Default 100.
     */
    readonly maxWaitMs?: number;
    /** The least that the broker collects before it answers, bytes, unless `maxWaitMs` is over. Default 1. */
    readonly minBytes?: number;
    /** The most records of one answer, bytes. One record that is larger comes all the same. Default 10 MiB, as kafkajs's. */
    readonly maxBytes?: number;
    /** The most records of one partition in one answer, bytes, likewise. Default 1 MiB, as kafkajs's. */
    readonly maxBytesPerPartition?: number;
    /** How long it may take until new partitions of a topic are noticed, ms, 1,000 or more. Default 300,000, as kafkajs's. */
    readonly metadataMaxAgeMs?: number;
    /** Delivers records of transactions that are open or were aborted. Default false. */
    readonly readUncommitted?: boolean;
    /** How long to wait for the broker's answer to a commit, ms, 100 or more. Default 5,000. */
    readonly answerMs?: number;
    /** How partitions are shared out: an assigner as kafkajs takes it. Default: by turns, as kafkajs's `roundRobin`, with which it mixes. */
    readonly assigner?: KafkaAssigner;
}
/** Options of a member by librdkafka: those of kafkajs, but for `assigner`, and what only librdkafka can. */
export interface ConfluentOptions extends Omit<KafkaOptions, 'assigner'> {
    /**
     * Makes this a static member: a restart within `sessionTimeoutMs` finds its partitions again, without a rebalance. A second
     * member of that name fences the first. Default: none.
     */
    readonly instanceId?: string;
    /** `consumer` is the protocol of KIP-848: the broker shares out, and keeps the session. Default `classic`. */
    readonly groupProtocol?: 'classic' | 'consumer';
}
export interface ConfluentSettings extends Omit<Settings, 'assigner'> {
    readonly instanceId: string | undefined;
    readonly groupProtocol: 'classic' | 'consumer';
}
export interface Settings {
    readonly topics: readonly string[];
    readonly groupId: string;
    readonly fromBeginning: boolean;
    readonly sessionTimeoutMs: number;
    readonly rebalanceTimeoutMs: number;
    readonly heartbeatMs: number;
    readonly maxWaitMs: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly maxBytesPerPartition: number;
    readonly metadataMaxAgeMs: number;
    readonly readUncommitted: boolean;
    readonly answerMs: number;
    readonly assigner: KafkaAssigner | undefined;
}
export declare function settings(options: KafkaOptions): Settings;
export declare function confluentSettings(options: ConfluentOptions): ConfluentSettings;
/** Everything a URL can say. */
export interface ParsedUrl {
    readonly brokers: readonly string[];
    readonly tls: boolean;
    readonly user: string | undefined;
    readonly pass: string | undefined;
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly clientId: string;
    readonly client: 'kafkajs' | 'confluent';
    readonly options: KafkaOptions & ConfluentOptions;
}
/** Never repeats credentials. `given` are options of the call; they win over the URL's. */
export declare function parseUrl(url: URL, given: Partial<KafkaOptions & ConfluentOptions>): ParsedUrl;
