/**
 * Amazon SQS, standard and FIFO queues, over `@aws-sdk/client-sqs` 3.x.
 *
 * @module tailrace/sqs
 */
import type { StreamConsumer } from '../../src/consumer.js';
import type { SqsMessage, SqsSource } from './client.js';
import { type SqsOptions } from './options.js';
export type { SqsAttributeValue, SqsBatchFailure, SqsBatchResult, SqsCallOptions, SqsClient, SqsMessage, SqsReceiveInput, SqsSource, } from './client.js';
export type { SqsOpenOptions } from './open.js';
export { open } from './open.js';
export type { SqsOptions } from './options.js';
/**
 * Consumes an SQS queue.
 *
 * `client` is an `SQS` of `@aws-sdk/client-sqs` (the class with a method for each call, not `SQSClient`), which stays the
 * caller's; or a function that makes one, which is called for two of them, with sockets of their own for polls. Make it with
 * `md5: false`: the adapter checks each body by itself.
 *
 * Does no I/O. Throws INVALID_ARGUMENT for an option that is wrong.
 */
export declare function sqsConsumer(client: SqsSource, options: SqsOptions): StreamConsumer<SqsMessage>;
