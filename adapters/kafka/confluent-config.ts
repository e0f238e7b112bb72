import type { ConfluentConfig } from './confluent-client.js';
import type { ConfluentSettings } from './options.js';

/** Settings of the member, by librdkafka's names. The new group protocol takes sessions and assignment from the broker. */
export function memberConfig(settings: ConfluentSettings): ConfluentConfig {
  const classic = {
    'session.timeout.ms': settings.sessionTimeoutMs,
    'heartbeat.interval.ms': settings.heartbeatMs,
    'partition.assignment.strategy': 'cooperative-sticky',
  };
  return {
    ...commonConfig(settings),
    'group.protocol': settings.groupProtocol,
    ...(settings.groupProtocol === 'classic' ? classic : {}),
    ...(settings.instanceId === undefined ? {} : { 'group.instance.id': settings.instanceId }),
    'max.poll.interval.ms': Math.max(settings.rebalanceTimeoutMs, settings.sessionTimeoutMs),
  };
}

/** Settings of the client that reads what the member is assigned. It joins nothing: the group is where offsets are asked for. */
export function readerConfig(settings: ConfluentSettings): ConfluentConfig {
  return {
    ...commonConfig(settings),
    'isolation.level': settings.readUncommitted ? 'read_uncommitted' : 'read_committed',
    'fetch.wait.max.ms': settings.maxWaitMs,
    'fetch.min.bytes': settings.minBytes,
    // librdkafka wants it to be no more than the one below; a record that is larger comes all the same.
    'message.max.bytes': Math.min(1_000_000, Math.max(settings.maxBytes, settings.maxBytesPerPartition)),
    'fetch.max.bytes': Math.max(settings.maxBytes, settings.maxBytesPerPartition),
    'fetch.message.max.bytes': settings.maxBytesPerPartition,
  };
}

function commonConfig({ groupId, metadataMaxAgeMs }: ConfluentSettings): ConfluentConfig {
  return {
    'group.id': groupId,
    'enable.auto.commit': false,
    'enable.auto.offset.store': false,
    'allow.auto.create.topics': false,
    'topic.metadata.refresh.interval.ms': metadataMaxAgeMs,
    // Its default is 10 s, for which a broker that is back would not be noticed.
    'reconnect.backoff.max.ms': 1_000,
  };
}

export function topicConfig({ fromBeginning }: ConfluentSettings): ConfluentConfig {
  return { 'auto.offset.reset': fromBeginning ? 'earliest' : 'latest' };
}
