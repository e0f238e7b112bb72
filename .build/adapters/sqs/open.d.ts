import type { StreamConsumer } from '../../src/consumer.js';
import type { SqsMessage } from './client.js';
import { type SqsOptions } from './options.js';
export interface SqsOpenOptions extends Partial<SqsOptions> {
    /** Passed on to the constructor of the SDK's `SQS` as they are (`credentials`, `requestHandler`, `maxAttempts`, …); they win over the URL's. */
    readonly client?: Readonly<Record<string, unknown>>;
}
/**
 * A consumer for `sqs://[key:secret@]REGION/QUEUE`, or `sqs://REGION/ACCOUNT/QUEUE` for the queue of another account.
 *
 * Parameters are the options of `sqsConsumer` by the same names: `leaseMs`, `maxPollMs`, `maxPolls`, `maxDeletes`,
 * `bodyEncoding`, `keyAttribute`, `answerMs`; and `endpoint`, the URL of another server than AWS's. `options` are the same and win.
 *
 * Loads `@aws-sdk/client-sqs` and makes two clients of it at the first fetch, one for polls and one for the rest; the consumer
 * destroys them. Without a key in the URL the SDK finds credentials its own way. Rejects with INVALID_ARGUMENT for what is wrong
 * or unknown in the URL, and when the package is not installed.
 */
export declare function open(url: URL | string, options?: SqsOpenOptions): Promise<StreamConsumer<SqsMessage>>;
