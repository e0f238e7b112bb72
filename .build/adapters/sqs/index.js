import { invalid } from '../../src/options.js';
import { SqsConsumer } from './consumer.js';
import { settings } from './options.js';
export { open } from './open.js';
const METHODS = [
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
export function sqsConsumer(client, options) {
    if (typeof client !== 'function' && !(typeof client === 'object' && client !== null && METHODS.every((name) => name in client))) {
        throw invalid('client', client, 'an SQS of @aws-sdk/client-sqs, or a function that makes one');
    }
    return new SqsConsumer(client, settings(options));
}
