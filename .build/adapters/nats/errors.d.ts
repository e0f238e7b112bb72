import { type ErrorCode, StreamError } from '../../src/errors.js';
export declare const ADAPTER = "nats";
export declare function failure(code: ErrorCode, text: string, cause?: unknown, retryable?: boolean): StreamError;
/** Whether nobody listened to a request: what both families make of the server's 503. */
export declare function isNoResponders(error: unknown, depth?: number): boolean;
/** A refused publish or subscription, as a client reports it in its status events; undefined for any other event. */
export declare function refusedSubject(event: object): {
    subject: string;
    error: StreamError;
} | undefined;
/** Any error of either client, as a StreamError; `doing` says what failed: `reading consumer orders/billing`. */
export declare function nativeError(error: unknown, doing: string): StreamError;
/**
 * An error of connecting. Whoever connects has the credentials at hand, and may have put them anywhere into it; so its cause
 * is a copy that holds the name, the code and the text.
 */
export declare function connectError(error: unknown): StreamError;
export interface ApiError {
    readonly code: number;
    readonly err_code?: number;
    readonly description?: string;
}
export declare function apiError(error: ApiError, doing: string): StreamError;
export declare function pullStatusError(code: number, description: string, doing: string): StreamError;
