/**
 * What went wrong, as a word that callers can branch on. The set may grow; treat an unknown code as `UNKNOWN`.
 *
 * | code | meaning |
 * |---|---|
 * | `INVALID_ARGUMENT` | an option, argument or answer that can never be right; retrying the same cannot help |
 * | `CLOSED` | the consumer or drainer was closed before the call |
 * | `ABORTED` | the caller's own signal ended the call |
 * | `TIMEOUT` | a bound was reached; the effect at the broker is not known |
 * | `UNAVAILABLE` | the broker cannot be reached or refuses for now |
 * | `UNAUTHENTICATED` | the broker does not accept who we are |
 * | `PERMISSION_DENIED` | the broker knows us and refuses the operation |
 * | `NOT_FOUND` | the topic, queue, stream, group or consumer does not exist |
 * | `LEASE_LOST` | the lease, lock, session or partition of this delivery is no longer ours |
 * | `RESOURCE_EXHAUSTED` | a quota, throttle or size limit |
 * | `UNSUPPORTED` | the adapter does not declare the capability that the call needs |
 * | `PARTIAL_ACK` | for callers who raise what an `AckResult` says of a batch of which some messages failed |
 * | `INTERNAL` | the client or broker broke its own contract |
 * | `UNKNOWN` | the adapter does not know this error; see `cause` |
 */
export type ErrorCode = 'INVALID_ARGUMENT' | 'CLOSED' | 'ABORTED' | 'TIMEOUT' | 'UNAVAILABLE' | 'UNAUTHENTICATED' | 'PERMISSION_DENIED' | 'NOT_FOUND' | 'LEASE_LOST' | 'RESOURCE_EXHAUSTED' | 'UNSUPPORTED' | 'PARTIAL_ACK' | 'INTERNAL' | 'UNKNOWN';
export interface StreamErrorOptions {
    /** The system it happened in (`nats`, `kafka`, …); absent when the core raised it. */
    readonly adapter?: string | undefined;
    /** Whether the same call may succeed later. Default: true for TIMEOUT, UNAVAILABLE and RESOURCE_EXHAUSTED. */
    readonly retryable?: boolean | undefined;
    /** The client's own error. It may hold what the client put there: never print it whole where credentials matter. */
    readonly cause?: unknown;
}
/** The one error class. Branch on `code`; texts may change in any release. */
export declare class StreamError extends Error {
    readonly name: string;
    readonly code: ErrorCode;
    readonly retryable: boolean;
    readonly adapter: string | undefined;
    constructor(code: ErrorCode, message: string, options?: StreamErrorOptions);
    /** True for a StreamError of any copy of this package, also across versions. */
    static is(value: unknown): value is StreamError;
    /** The error itself if it is a StreamError, else one with code `UNKNOWN` around it. Never throws, whatever was thrown. */
    static from(value: unknown, options?: StreamErrorOptions): StreamError;
    /** Code, text, adapter and retryable; never `cause` or `stack`, which may hold what a client put there. */
    toJSON(): {
        code: ErrorCode;
        message: string;
        adapter?: string;
        retryable: boolean;
    };
}
