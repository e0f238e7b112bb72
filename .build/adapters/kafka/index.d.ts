/**
 * Apache Kafka, over `kafkajs` 2.x or `@confluentinc/kafka-javascript` 1.x.
 *
 * @module tailrace/kafka
 */
import type { StreamConsumer } from '../../src/consumer.js';
import type { KafkaLike, KafkaMessage } from './client.js';
import type { ConfluentFactory, ConfluentMessage } from './confluent-client.js';
import { type ConfluentOptions, type KafkaOptions } from './options.js';
export type { KafkaAdminLike, KafkaAssigner, KafkaBatchPayload, KafkaConsumerConfig, KafkaConsumerLike, KafkaCrashEvent, KafkaJoinEvent, KafkaLike, KafkaMember, KafkaMemberAssignment, KafkaMessage, KafkaProtocol, KafkaTopicOffsets, } from './client.js';
export type { ConfluentConfig, ConfluentConsumerLike, ConfluentError, ConfluentFactory, ConfluentMessage, ConfluentPlace, ConfluentRebalance, } from './confluent-client.js';
export type { KafkaOpenOptions } from './open.js';
export { open } from './open.js';
export type { ConfluentOptions, KafkaOptions } from './options.js';
/**
 * Consumes topics as a member of a group.
 *
 * `kafka` is a `new Kafka(…)` of `kafkajs` 2.x, which stays the caller's; the consumers that are made of it are this consumer's own.
 *
 * Does no I/O. Throws INVALID_ARGUMENT for an option that is wrong.
 */
export declare function kafkaConsumer(kafka: KafkaLike, options: KafkaOptions): StreamConsumer<KafkaMessage>;
/**
 * The same by librdkafka: rebalances are cooperative, members may be static, and groups may use the new protocol (KIP-848).
 *
 * `make` makes a `KafkaConsumer` of `@confluentinc/kafka-javascript` 1.x, which this consumer owns, of the settings that it is
 * given and one's own: `(config, topicConfig) => new KafkaConsumer({ ...config, 'bootstrap.servers': 'host:9092' }, topicConfig)`.
 *
 * Does no I/O. Throws INVALID_ARGUMENT for an option that is wrong.
 */
export declare function confluentConsumer(make: ConfluentFactory, options: ConfluentOptions): StreamConsumer<ConfluentMessage>;
