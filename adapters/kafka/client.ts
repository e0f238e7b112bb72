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
    readonly CRASH: 'consumer.crash';
    readonly FETCH_START: 'consumer.fetch_start';
  };
  on(event: 'consumer.group_join', listener: (event: KafkaJoinEvent) => void): () => void;
  on(event: 'consumer.crash', listener: (event: KafkaCrashEvent) => void): () => void;
  on(event: 'consumer.fetch_start', listener: () => void): () => void;
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
