import { type Clock } from '../../src/clock.js';
import { Faults } from './faults.js';
import { type QueueConsumerOptions, type QueueOptions, type TopicConsumerOptions, type TopicOptions } from './options.js';
import type { PublishMessage } from './payload.js';
import { MemoryQueue } from './queue.js';
import { QueueConsumer } from './queue-consumer.js';
import { MemoryTopic } from './topic.js';
import { TopicConsumer } from './topic-consumer.js';
export interface MemoryBrokerOptions {
    /** Its name in `source`. Default `default`. */
    readonly name?: string;
    /** Where leases, delays and waits take their time from. Default: the system's. */
    readonly clock?: Clock;
    /** Whether queues keep the ids of what was acked and dead-lettered: for tests, it grows with each message. Default false. */
    readonly history?: boolean;
}
/**
 * A message broker inside this process: leased queues and partitioned logs. Nothing outlives the process. Every effect is
 * synchronous, and the broker alone decides what is leased, owned and committed; consumers only ask.
 */
export declare class MemoryBroker {
    #private;
    readonly name: string;
    /** Faults of all its consumers. */
    readonly faults: Faults;
    constructor(options?: MemoryBrokerOptions);
    /** Throws `INVALID_ARGUMENT` when the name is taken, `NOT_FOUND` when its dead-letter queue does not exist. */
    createQueue(name: string, options?: QueueOptions): MemoryQueue;
    /** Throws `INVALID_ARGUMENT` when the name is taken. */
    createTopic(name: string, options?: TopicOptions): MemoryTopic;
    /** Throws `NOT_FOUND`. */
    queue(name: string): MemoryQueue;
    /** Throws `NOT_FOUND`. */
    topic(name: string): MemoryTopic;
    /** What has this name; undefined: nothing. */
    find(name: string): MemoryQueue | MemoryTopic | undefined;
    /**
     * Appends one message or many to a queue or topic; many at once are faster. All of them or none. Returns their ids.
     * Throws `NOT_FOUND`, `UNAVAILABLE` when the broker is down, `INVALID_ARGUMENT` for a message that is not valid.
     */
    publish(destination: string, messages: PublishMessage | readonly PublishMessage[]): string[];
    /**
     * A consumer of a queue, or of a topic as a member of a group. The queue or topic must exist: a consumer that was made
     * before it answers `NOT_FOUND` for ever, as its capabilities cannot change.
     */
    consumer(options: QueueConsumerOptions): QueueConsumer;
    consumer(options: TopicConsumerOptions): TopicConsumer;
    /**
     * The broker cannot be reached: every call rejects with `UNAVAILABLE`, fetches that wait do so at once, and `close` is not
     * clean. What it holds stays, and its time goes on.
     */
    down(): void;
    up(): void;
}
