/**
 * Apache Kafka, over `kafkajs` 2.x.
 *
 * @module tailrace/kafka
 */
import type { StreamConsumer } from '../../src/consumer.js';
import { withMethods } from '../../src/options.js';
import { CAPABILITIES } from './capabilities.js';
import type { KafkaLike, KafkaMessage } from './client.js';
import { KafkaConsumer } from './consumer.js';
import { failure } from './errors.js';
import { KafkajsMember } from './kafkajs-member.js';
import { type KafkaOptions, settings } from './options.js';

export type {
  KafkaAdminLike,
  KafkaAssigner,
  KafkaBatchPayload,
  KafkaConsumerConfig,
  KafkaConsumerLike,
  KafkaCrashEvent,
  KafkaJoinEvent,
  KafkaLike,
  KafkaMember,
  KafkaMemberAssignment,
  KafkaMessage,
  KafkaProtocol,
  KafkaTopicOffsets,
} from './client.js';
export type { KafkaOpenOptions } from './open.js';
export { open } from './open.js';
export type { KafkaOptions } from './options.js';

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
