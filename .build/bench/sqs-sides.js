/** How many at a time: raw loops, our receives, sqs-consumer's instances. */
export const CONCURRENCY = [1, 8, 32];
/**
 * `raw`: a loop of receive(10), ten handler calls, deleteBatch, as often side by side as the concurrency says. `message`: ours, a
 * handler for each message. `sqs-consumer` as often side by side: `peer-batch` with its batch handler, `peer-message` with a handler for
 * each message.
 */
export const SIDES = ['raw', 'message', 'peer-batch', 'peer-message'];
export const RAW = ['raw', 'peer-batch', 'peer-message'];
