/*
 * What this adapter uses of @confluentinc/kafka-javascript (librdkafka), by structure: its `KafkaConsumer`, not the part that looks
 * like kafkajs.
 */

/** A record as librdkafka hands it over. */
export interface ConfluentMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: Uint8Array | null;
  readonly key?: Uint8Array | string | null;
  /** ms since 1970. */
  readonly timestamp?: number;
  readonly headers?: readonly Readonly<Record<string, Uint8Array | string>>[];
}

export interface ConfluentPlace {
  topic: string;
  partition: number;
  offset?: number;
}

export interface ConfluentError {
  readonly message: string;
  readonly code: number;
}

export interface ConfluentConsumerLike {
  connect(options: { timeout: number }, callback: (error: ConfluentError | null) => void): unknown;
  disconnect(callback: (error: ConfluentError | null) => void): unknown;
  subscribe(topics: string[]): unknown;
  unsubscribe(): unknown;
  setDefaultConsumeTimeout(ms: number): void;
  consume(count: number, callback: (error: ConfluentError | null, messages: ConfluentMessage[]) => void): void;
  commit(places: ConfluentPlace[]): unknown;
  getMetadata(
    options: { topic: string; timeout: number },
    callback: (error: ConfluentError | null, metadata: { topics: { name: string; partitions: unknown[] }[] }) => void,
  ): unknown;
  committed(
    places: ConfluentPlace[],
    timeoutMs: number,
    callback: (error: ConfluentError | null, places: ConfluentPlace[]) => void,
  ): unknown;
  queryWatermarkOffsets(
    topic: string,
    partition: number,
    timeoutMs: number,
    callback: (error: ConfluentError | null, offsets: { lowOffset: number; highOffset: number }) => void,
  ): unknown;
  offsetsForTimes(
    places: ConfluentPlace[],
    timeoutMs: number,
    callback: (error: ConfluentError | null, places: ConfluentPlace[]) => void,
  ): unknown;
  pause(places: ConfluentPlace[]): unknown;
  resume(places: ConfluentPlace[]): unknown;
  incrementalAssign(places: ConfluentPlace[]): unknown;
  incrementalUnassign(places: ConfluentPlace[]): unknown;
  assignmentLost(): boolean;
  on(event: 'event.error', listener: (error: ConfluentError) => void): unknown;
}

/** Settings of librdkafka by its own names. */
export type ConfluentConfig = Readonly<Record<string, string | number | boolean | ConfluentRebalance>>;

/** A rebalance, for which librdkafka waits until it is assigned, or the broker's answer to a commit. */
export type ConfluentRebalance = (error: ConfluentError | undefined, places: ConfluentPlace[]) => void;

/**
 * Makes a consumer of the client, of this adapter's settings and one's own: `(config, topicConfig) => new KafkaConsumer({ ...config,
 * 'bootstrap.servers': 'host:9092' }, topicConfig)`. Called twice for each life of a member: one client is in the group, the other reads.
 */
export type ConfluentFactory = (config: ConfluentConfig, topicConfig: ConfluentConfig) => ConfluentConsumerLike;
