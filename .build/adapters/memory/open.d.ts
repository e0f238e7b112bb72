import { MemoryBroker } from './broker.js';
import type { QueueConsumer } from './queue-consumer.js';
import type { TopicConsumer } from './topic-consumer.js';
/** The broker of this name in this process: the same one each time, made when first asked for. */
export declare function memoryBroker(name?: string): MemoryBroker;
export interface OpenOptions {
    /** Default: the one that the URL names, in this process. */
    readonly broker?: MemoryBroker;
}
/**
 * A consumer from a URL: `memory://default/orders` for a queue, `memory://default/orders?group=billing&partitions=4` for a
 * topic. The host is the name of a broker in this process (empty: `default`), the path that of the queue or topic, which is
 * made if it does not exist, as is a dead-letter queue. The query takes the options of `createQueue`, or of `createTopic` and
 * of its consumers; with `group` it is a topic. What exists already must have been made with the same options.
 *
 * Throws `INVALID_ARGUMENT`, naming the parameter.
 */
export declare function open(url: URL, options?: OpenOptions): Promise<QueueConsumer | TopicConsumer>;
