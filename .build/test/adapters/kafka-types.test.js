import assert from 'node:assert/strict';
import { test } from 'node:test';
import kafkajs, {} from 'kafkajs';
import { kafkaConsumer } from '../../adapters/kafka/index.js';
test('the real client is assignable to what the adapter takes, and so are its assigners', () => {
    const kafka = new kafkajs.Kafka({ brokers: ['127.0.0.1:1'] });
    const assigner = kafkajs.PartitionAssigners.roundRobin;
    const { source, capabilities } = kafkaConsumer(kafka, { topics: 'orders', groupId: 'billing', assigner });
    assert.equal(source, 'kafka://orders?group=billing');
    assert.equal(capabilities.revoke, 'awaited');
});
