import { type ErrorCode, StreamError } from '../../src/errors.js';
import type { SqsBatchFailure } from './client.js';
export declare const ADAPTER = "sqs";
export declare function failure(code: ErrorCode, text: string, cause?: unknown, retryable?: boolean): StreamError;
/** Any error of the client, as a StreamError; `doing` says what failed. */
export declare function nativeError(error: unknown, doing: string): StreamError;
/** What the server says of one entry of a batch. */
export declare function entryError({ Code, Message, SenderFault }: SqsBatchFailure, doing: string): StreamError;
