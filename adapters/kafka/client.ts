/*
 * What this adapter uses of kafkajs, by structure: nothing is imported from it, and any compatible version fits. A test asserts
 * that the real client is assignable.
 */

/** A record as kafkajs hands it over. */
export interface KafkaMessage {
  readonly key: Uint8Array | null;
  /** `null` in a tombstone. */
  readonly value: Uint8Array | null;
  /** ms since 1970, as text. */
  readonly timestamp: string;
  readonly offset: string;
  readonly headers?: Readonly<Record<string, Uint8Array | string | (Uint8Array | string)[] | undefined>>;
}

export interface KafkaTopicOffsets {
  readonly topics: { topic: string; partitions: { partition: number; offset: string }[] }[];
}

/** One response's records of one partition, and what can be done while they are worked on. */
export interface KafkaBatchPayload {
  readonly batch: {
    readonly topic: string;
    readonly partition: number;
    readonly messages: KafkaMessage[];
    /** Which offset was asked for. Not among kafkajs's types, but there. */
    readonly fetchedOffset?: string;
  };
  heartbeat(): Promise<void>;
  commitOffsetsIfNecessary(offsets: KafkaTopicOffsets): Promise<void>;
  /** The partition was sought elsewhere since these were fetched. */
  isStale(): boolean;
}

export interface KafkaJoinEvent {
  readonly payload: { readonly memberAssignment: Readonly<Record<string, number[]>> };
}

export interface KafkaHeartbeatEvent {
  readonly payload: { readonly groupGenerationId: number };
}

export interface KafkaBatchEvent {
  readonly payload: {
    readonly topic: string;
    readonly partition: number;
    /** Records that were handed out, of all between the two offsets. */
    readonly batchSize: number;
    readonly firstOffset: string;
    readonly lastOffset: string;
  };
}

export interface KafkaCrashEvent {
  readonly payload: { readonly error: Error };
}

/** How partitions are shared among the members of a group: kafkajs's `PartitionAssigner`. */
export type KafkaAssigner = (config: never) => KafkaProtocol;

export interface KafkaProtocol {
  name: string;
  version: number;
  assign(group: { members: KafkaMember[]; topics: string[] }): Promise<KafkaMemberAssignment[]>;
  protocol(subscription: { topics: string[] }): { name: string; metadata: Uint8Array };
}

export interface KafkaMember {
  memberId: string;
  memberMetadata: Uint8Array;
}

export interface KafkaMemberAssignment {
  memberId: string;
  memberAssignment: Uint8Array;
}

/** The part of a cluster that the assigner of this adapter asks. */
export interface KafkaMetadata {
  readonly cluster: { findTopicPartitionMetadata(topic: string): { partitionId: number }[] };
}

/** What kafkajs gives an assigner beyond that: the cluster by which this one consumer, and nobody else, reaches its brokers. */
export interface KafkaReach {
  readonly cluster: { findBroker(node: { nodeId: string }): Promise<KafkaBrokerLike> };
}

export interface KafkaBrokerLike {
  /** Made anew by each connect. */
  lookupRequest: KafkaLookup;
}

/** By the number of a request, what makes one in the newest version that both sides speak. */
export type KafkaLookup = (apiKey: number, definition: unknown) => (question: KafkaFetchQuestion) => KafkaExchange;

export interface KafkaFetchQuestion {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
}

export interface KafkaExchange {
  readonly request: { readonly apiVersion: number };
  readonly response: { decode(bytes: Uint8Array): Promise<KafkaFetchAnswer> };
}

export interface KafkaFetchAnswer {
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly KafkaFetchPartition[] }[];
}

export interface KafkaFetchPartition {
  readonly partition: number;
  readonly errorCode: number;
  /** In the order in which they ended; none where what is not committed is read as well. */
  abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[];
  messages: readonly KafkaFetchedRecord[];
}

/** As far as kafkajs looks at it before it hands it out. */
export interface KafkaFetchedRecord {
  readonly offset: string;
  /** It is handed to nobody. */
  readonly isControlRecord: boolean;
}

/** As kafkajs makes it of an answer's bytes. */
export interface KafkaDecodedRecord extends KafkaMessage, KafkaFetchedRecord {
  readonly offset: string;
  readonly magicByte: number;
  readonly attributes: number;
  readonly batchContext: KafkaBatchContext;
}

export interface KafkaBatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly partitionLeaderEpoch: number;
  readonly inTransaction: boolean;
  readonly isControlBatch: boolean;
  readonly lastOffsetDelta: number;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly maxTimestamp: string;
  /** 0: the producer's; 1: the broker's. */
  readonly timestampType: number;
  readonly magicByte: number;
}

export interface KafkaConsumerConfig {
  groupId: string;
  sessionTimeout: number;
  rebalanceTimeout: number;
  heartbeatInterval: number;
  maxWaitTimeInMs: number;
  minBytes: number;
  maxBytes: number;
  maxBytesPerPartition: number;
  metadataMaxAge: number;
  readUncommitted: boolean;
  allowAutoTopicCreation: boolean;
  // kafkajs's own type of it takes a configuration that only kafkajs makes.
  // biome-ignore lint/suspicious/noExplicitAny: the parameter is contravariant, and its type is the client's.
  partitionAssigners: any[];
  retry: {
    initialRetryTime: number;
    maxRetryTime: number;
    multiplier: number;
    factor: number;
    retries: number;
    restartOnFailure: (error: Error) => Promise<boolean>;
  };
}

export interface KafkaConsumerLike {
  readonly events: {
    readonly GROUP_JOIN: 'consumer.group_join';
    readonly HEARTBEAT: 'consumer.heartbeat';
    readonly CRASH: 'consumer.crash';
    readonly FETCH_START: 'consumer.fetch_start';
    readonly END_BATCH_PROCESS: 'consumer.end_batch_process';
  };
  on(event: 'consumer.group_join', listener: (event: KafkaJoinEvent) => void): () => void;
  on(event: 'consumer.heartbeat', listener: (event: KafkaHeartbeatEvent) => void): () => void;
  on(event: 'consumer.crash', listener: (event: KafkaCrashEvent) => void): () => void;
  on(event: 'consumer.fetch_start', listener: () => void): () => void;
  on(event: 'consumer.end_batch_process', listener: (event: KafkaBatchEvent) => void): () => void;
  connect(): Promise<void>;
  subscribe(subscription: { topics: string[]; fromBeginning: boolean }): Promise<void>;
  run(config: {
    autoCommit: boolean;
    partitionsConsumedConcurrently: number;
    eachBatch: (payload: KafkaBatchPayload) => Promise<void>;
  }): Promise<void>;
  seek(place: { topic: string; partition: number; offset: string }): void;
  pause(places: { topic: string; partitions: number[] }[]): void;
  resume(places: { topic: string; partitions: number[] }[]): void;
  describeGroup(): Promise<unknown>;
  disconnect(): Promise<void>;
}

export interface KafkaAdminLike {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  fetchTopicMetadata(options: { topics: string[] }): Promise<{ topics: { name: string }[] }>;
  fetchTopicOffsets(topic: string): Promise<{ partition: number; offset: string; low: string }[]>;
  fetchOffsets(options: {
    groupId: string;
    topics: string[];
  }): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
}

/** A `new Kafka(…)` of kafkajs 2.x. It stays the caller's; the consumers and admins that it makes are the adapter's. */
export interface KafkaLike {
  consumer(config: KafkaConsumerConfig): KafkaConsumerLike;
  // biome-ignore lint/suspicious/noExplicitAny: kafkajs's configuration of it, of which none is given.
  admin(config?: any): KafkaAdminLike;
}
