import assert from 'node:assert/strict';
import { test } from 'node:test';
import kafkajs, { type Kafka } from 'kafkajs';
import { type KafkaAssigner, type KafkaLike, kafkaConsumer } from '../../adapters/kafka/index.js';

/** Compiles only if `T` is assignable to what the adapter takes. */
type Assignable<T extends KafkaLike> = T;

test('the real client is assignable to what the adapter takes, and so are its assigners', () => {
  const kafka: Assignable<Kafka> = new kafkajs.Kafka({ brokers: ['127.0.0.1:1'] });
  const assigner: KafkaAssigner = kafkajs.PartitionAssigners.roundRobin;
  const { source, capabilities } = kafkaConsumer(kafka, { topics: 'orders', groupId: 'billing', assigner });
  assert.equal(source, 'kafka://orders?group=billing');
  assert.equal(capabilities.revoke, 'awaited');
});
