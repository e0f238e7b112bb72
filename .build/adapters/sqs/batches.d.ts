import type { StreamError } from '../../src/errors.js';
import type { Message } from '../../src/message.js';
import type { SqsBatchResult, SqsMessage } from './client.js';
type Native = Message<SqsMessage>;
/** What SQS takes in one call. */
export declare const PER_CALL = 10;
export interface Entry {
    readonly Id: string;
    readonly ReceiptHandle: string;
}
/** Sends up to ten entries, and says what became of each. */
export type SendBatch = (entries: Entry[]) => Promise<SqsBatchResult>;
/**
 * Gathers single messages into calls of ten, a few of them at a time: while all calls are out, what comes waits and fills the
 * next ones. So handlers that ack one by one pay for a tenth of a call each.
 */
export declare class Batches {
    #private;
    constructor(send: SendBatch, doing: string, maxCalls: number);
    /** Resolves with the error of each message that failed; never rejects. */
    all(messages: readonly Native[]): Promise<ReadonlyMap<Native, StreamError>>;
}
/** One call: an error, or none, for each of these messages. Never rejects. */
export declare function outcome(send: SendBatch, messages: readonly Native[], doing: string): Promise<readonly (StreamError | undefined)[]>;
export {};
