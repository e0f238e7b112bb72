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
export type ErrorCode =
  | 'INVALID_ARGUMENT'
  | 'CLOSED'
  | 'ABORTED'
  | 'TIMEOUT'
  | 'UNAVAILABLE'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'LEASE_LOST'
  | 'RESOURCE_EXHAUSTED'
  | 'UNSUPPORTED'
  | 'PARTIAL_ACK'
  | 'INTERNAL'
  | 'UNKNOWN';

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['TIMEOUT', 'UNAVAILABLE', 'RESOURCE_EXHAUSTED']);

/** Symbol.for, so that two copies of the package recognise each other's errors. */
const BRAND: unique symbol = Symbol.for('tailrace.StreamError') as never;

export interface StreamErrorOptions {
  /** The system it happened in (`nats`, `kafka`, …); absent when the core raised it. */
  readonly adapter?: string | undefined;
  /** Whether the same call may succeed later. Default: true for TIMEOUT, UNAVAILABLE and RESOURCE_EXHAUSTED. */
  readonly retryable?: boolean | undefined;
  /** The client's own error. It may hold what the client put there: never print it whole where credentials matter. */
  readonly cause?: unknown;
}

/** The one error class. Branch on `code`; texts may change in any release. */
export class StreamError extends Error {
  override readonly name: string = 'StreamError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly adapter: string | undefined;

  constructor(code: ErrorCode, message: string, options: StreamErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? RETRYABLE.has(code);
    this.adapter = options.adapter;
    // Not enumerable: an error that is logged or cloned shows its facts, not its brand.
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** True for a StreamError of any copy of this package, also across versions. */
  static is(value: unknown): value is StreamError {
    try {
      return value instanceof Error && (value as { [BRAND]?: unknown })[BRAND] === true;
    } catch {
      // A proxy that was revoked, say: whatever it was, it is none of ours.
      return false;
    }
  }

  /** The error itself if it is a StreamError, else one with code `UNKNOWN` around it. Never throws, whatever was thrown. */
  static from(value: unknown, options: StreamErrorOptions = {}): StreamError {
    if (StreamError.is(value)) return value;
    return new StreamError('UNKNOWN', textOf(value), { ...options, cause: value });
  }

  /** Code, text, adapter and retryable; never `cause` or `stack`, which may hold what a client put there. */
  toJSON(): { code: ErrorCode; message: string; adapter?: string; retryable: boolean } {
    return {
      code: this.code,
      message: this.message,
      ...(this.adapter === undefined ? {} : { adapter: this.adapter }),
      retryable: this.retryable,
    };
  }
}

/** @internal These properties of anything that was thrown; none where they cannot be read. */
export function propertiesOf<Name extends string>(thrown: unknown, names: readonly Name[]): { readonly [name in Name]?: unknown } {
  if (typeof thrown !== 'object' || thrown === null) return {};
  try {
    // As keys they are the names given.
    return Object.fromEntries(names.map((name) => [name, (thrown as Record<string, unknown>)[name]])) as {
      readonly [name in Name]?: unknown;
    };
  } catch {
    return {};
  }
}

/** @internal Anything can be thrown, also what cannot be turned into text. */
export function textOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return `a thrown ${typeof thrown} that cannot be shown as text`;
  }
}
