import { type ErrorCode, StreamError } from '../../src/errors.js';
export declare const ADAPTER = "kafka";
/** What librdkafka told, as one of ours. */
export declare function confluentError(doing: string, thrown: unknown): StreamError;
/** Whether consuming may go on as it is: the client mends it by itself. */
export declare function isTransient(thrown: unknown): boolean;
export declare function failure(code: ErrorCode, message: string, cause?: unknown): StreamError;
/** What kafkajs threw, as one of ours. Errors that tell of several attempts are what the last attempt was. */
export declare function nativeError(doing: string, thrown: unknown): StreamError;
