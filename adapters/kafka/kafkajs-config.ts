import type { KafkaAssigner, KafkaConsumerConfig } from './client.js';
import type { Settings } from './options.js';

/** Between two tries of the client to join, ms: how soon a rebalance goes on once the lanes are settled. */
const JOIN_AGAIN_MS = 100;

/** What a member's consumer of kafkajs is made with. */
export function consumerConfig(settings: Settings, assigner: KafkaAssigner): KafkaConsumerConfig {
  return {
    groupId: settings.groupId,
    sessionTimeout: settings.sessionTimeoutMs,
    rebalanceTimeout: settings.rebalanceTimeoutMs,
    heartbeatInterval: settings.heartbeatMs,
    maxWaitTimeInMs: settings.maxWaitMs,
    minBytes: settings.minBytes,
    maxBytes: settings.maxBytes,
    maxBytesPerPartition: settings.maxBytesPerPartition,
    metadataMaxAge: settings.metadataMaxAgeMs,
    readUncommitted: settings.readUncommitted,
    allowAutoTopicCreation: false,
    partitionAssigners: [assigner],
    retry: {
      initialRetryTime: JOIN_AGAIN_MS / 2,
      maxRetryTime: JOIN_AGAIN_MS,
      multiplier: 1.2,
      factor: 0,
      // Bounds a rebalance that is held, and how long an outage is sat out.
      retries: Math.ceil((settings.rebalanceTimeoutMs / JOIN_AGAIN_MS) * 2),
      restartOnFailure: () => Promise.resolve(false),
    },
  };
}
