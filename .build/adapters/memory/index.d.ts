/**
 * A broker inside the process: leased queues and partitioned logs, with faults on order.
 *
 * @module tailrace/memory
 */
export { MemoryBroker, type MemoryBrokerOptions } from './broker.js';
export type { MemoryConsumer } from './consumer.js';
export type { Fault, Faults, Operation, Settling } from './faults.js';
export type { TopicRecord } from './lane.js';
export { memoryBroker, type OpenOptions, open } from './open.js';
export type { QueueConsumerOptions, QueueOptions, Rebalance, TopicConsumerOptions, TopicOptions } from './options.js';
export type { PublishMessage } from './payload.js';
export type { Listing, MemoryQueue } from './queue.js';
export type { QueueConsumer } from './queue-consumer.js';
export { DEAD_LETTER_HEADERS, type QueueRecord } from './queue-entry.js';
export type { MemberView, MemoryTopic, PartitionView } from './topic.js';
export type { TopicConsumer } from './topic-consumer.js';
