import type { Admin, ITopicConfig, ProducerConfig } from 'kafkajs';
import { waitUntil } from '../brokers/process.js';

const ANSWER_MS = 10_000;

/** For producers: what kafkajs sends again, as when one partition of several has no leader yet, is there once. */
export const ONCE: ProducerConfig = Object.freeze({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 });

/**
 * Makes a topic, and resolves when the leader of each partition answers for it: that they do comes a moment after the answer to the
 * creation. kafkajs's own `waitForLeaders` fails where the broker does not know the topic yet, which it has just created.
 */
export async function createTopic(admin: Admin, config: ITopicConfig): Promise<void> {
  const { topic, replicaAssignment, numPartitions = replicaAssignment?.length } = config;
  await admin.createTopics({ topics: [config], waitForLeaders: false, timeout: ANSWER_MS });
  await waitUntil(`the leaders of ${topic}`, async () => (await admin.fetchTopicOffsets(topic)).length === numPartitions);
}
