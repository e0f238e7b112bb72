/** How many at a time: raw loops, our receives, sqs-consumer's instances. */
export const CONCURRENCY = [1, 8, 32] as const;

export type SqsSide = (typeof SIDES)[number];

/**
 * `raw`: a loop of receive(10), ten handler calls, deleteBatch, as often side by side as the concurrency says. `message`: ours, a
 * handler for each message. `sqs-consumer` as often side by side: `peer-batch` with its batch handler, `peer-message` with a handler for
 * each message.
 */
export const SIDES = ['raw', 'message', 'peer-batch', 'peer-message'] as const;

export const RAW: readonly SqsSide[] = ['raw', 'peer-batch', 'peer-message'];

export interface SqsCase {
  readonly side: SqsSide;
  readonly endpoint: string;
  readonly queue: string;
  readonly queueUrl: string;
  readonly concurrency: number;
  readonly count: number;
}
