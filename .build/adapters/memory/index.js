/**
 * A broker inside the process: leased queues and partitioned logs, with faults on order.
 *
 * @module tailrace/memory
 */
export { MemoryBroker } from './broker.js';
export { memoryBroker, open } from './open.js';
export { DEAD_LETTER_HEADERS } from './queue-entry.js';
