/**
 * Apache Kafka, over `kafkajs` 2.x or `@confluentinc/kafka-javascript` 1.x.
 *
 * @module tailrace/kafka
 */
import type { StreamConsumer } from '../../src/consumer.js';
import { withMethods } from '../../src/options.js';
import { CAPABILITIES, COOPERATIVE } from './capabilities.js';
import type { KafkaLike, KafkaMessage } from './client.js';
import { checkThreads } from './confluent-calls.js';
import type { ConfluentFactory, ConfluentMessage } from './confluent-client.js';
import { ConfluentMember } from './confluent-member.js';
import { KafkaConsumer } from './consumer.js';
import { failure } from './errors.js';
import { KafkajsMember } from './kafkajs-member.js';
import { type ConfluentOptions, confluentSettings, type KafkaOptions, settings } from './options.js';

export type {
  KafkaAdminLike,
  KafkaAssigner,
  KafkaBatchEvent,
  KafkaBatchPayload,
  KafkaConsumerConfig,
  KafkaConsumerLike,
  KafkaCrashEvent,
  KafkaHeartbeatEvent,
  KafkaJoinEvent,
  KafkaLike,
  KafkaMember,
  KafkaMemberAssignment,
  KafkaMessage,
  KafkaProtocol,
  KafkaTopicOffsets,
} from './client.js';
export type {
  ConfluentConfig,
  ConfluentConsumerLike,
  ConfluentError,
  ConfluentFactory,
  ConfluentMessage,
  ConfluentPlace,
  ConfluentRebalance,
} from './confluent-client.js';
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
export function kafkaConsumer(kafka: KafkaLike, options: KafkaOptions): StreamConsumer<KafkaMessage> {
  if (withMethods('kafka', kafka, ['consumer', 'admin']) === undefined) {
    throw failure('INVALID_ARGUMENT', 'kafka: expected a Kafka of kafkajs, got undefined');
  }
  const checked = settings(options);
  return new KafkaConsumer(checked, CAPABILITIES, (owner) => new KafkajsMember(kafka, checked, owner));
}

/**
 * The same by librdkafka: rebalances are cooperative, members may be static, and groups may use the new protocol (KIP-848).
 *
 * `make` makes a `KafkaConsumer` of `@confluentinc/kafka-javascript` 1.x, which this consumer owns, of the settings that it is
 * given and one's own: `(config, topicConfig) => new KafkaConsumer({ ...config, 'bootstrap.servers': 'host:9092' }, topicConfig)`.
 *
 * Does no I/O. Throws INVALID_ARGUMENT for an option that is wrong, and where UV_THREADPOOL_SIZE is less than 2.
 */
export function confluentConsumer(make: ConfluentFactory, options: ConfluentOptions): StreamConsumer<ConfluentMessage> {
  if (typeof make !== 'function') throw failure('INVALID_ARGUMENT', 'make: expected a function that makes a KafkaConsumer');
  const checked = confluentSettings(options);
  checkThreads();
  return new KafkaConsumer(checked, COOPERATIVE, (owner) => new ConfluentMember(make, checked, owner));
}
