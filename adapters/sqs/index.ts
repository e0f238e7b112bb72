/**
 * Amazon SQS, standard and FIFO queues, over `@aws-sdk/client-sqs` 3.x.
 *
 * @module tailrace/sqs
 */
import type { StreamConsumer } from '../../src/consumer.js';
import { invalid } from '../../src/options.js';
import type { SqsClient, SqsMessage, SqsSource } from './client.js';
import { SqsConsumer } from './consumer.js';
import { type SqsOptions, settings } from './options.js';

export type {
  SqsAttributeValue,
  SqsBatchFailure,
  SqsBatchResult,
  SqsCallOptions,
  SqsClient,
  SqsMessage,
  SqsReceiveInput,
  SqsSource,
} from './client.js';
export type { SqsOpenOptions } from './open.js';
export { open } from './open.js';
export type { SqsOptions } from './options.js';

const METHODS: readonly (keyof SqsClient)[] = [
  'receiveMessage',
  'deleteMessageBatch',
  'changeMessageVisibilityBatch',
  'getQueueUrl',
  'getQueueAttributes',
];

/**
 * Consumes an SQS queue.
 *
 * `client` is an `SQS` of `@aws-sdk/client-sqs` (the class with a method for each call, not `SQSClient`), which stays the
 * caller's; or a function that makes one, which is called for two of them, with sockets of their own for polls. Make it with
 * `md5: false`: the adapter checks each body by itself.
 *
 * Does no I/O. Throws INVALID_ARGUMENT for an option that is wrong.
 */
export function sqsConsumer(client: SqsSource, options: SqsOptions): StreamConsumer<SqsMessage> {
  if (typeof client !== 'function' && !(typeof client === 'object' && client !== null && METHODS.every((name) => name in client))) {
    throw invalid('client', client, 'an SQS of @aws-sdk/client-sqs, or a function that makes one');
  }
  return new SqsConsumer(client, settings(options));
}
