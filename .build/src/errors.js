const RETRYABLE = new Set(['TIMEOUT', 'UNAVAILABLE', 'RESOURCE_EXHAUSTED']);
/** Symbol.for, so that two copies of the package recognise each other's errors. */
const BRAND = Symbol.for('tailrace.StreamError');
/** The one error class. Branch on `code`; texts may change in any release. */
export class StreamError extends Error {
    name = 'StreamError';
    code;
    retryable;
    adapter;
    constructor(code, message, options = {}) {
        super(message, options.cause === undefined ? undefined : { cause: options.cause });
        this.code = code;
        this.retryable = options.retryable ?? RETRYABLE.has(code);
        this.adapter = options.adapter;
        // Not enumerable: an error that is logged or cloned shows its facts, not its brand.
        Object.defineProperty(this, BRAND, { value: true });
    }
    /** True for a StreamError of any copy of this package, also across versions. */
    static is(value) {
        try {
            return value instanceof Error && value[BRAND] === true;
        }
        catch {
            // A proxy that was revoked, say: whatever it was, it is none of ours.
            return false;
        }
    }
    /** The error itself if it is a StreamError, else one with code `UNKNOWN` around it. Never throws, whatever was thrown. */
    static from(value, options = {}) {
        if (StreamError.is(value))
            return value;
        return new StreamError('UNKNOWN', textOf(value), { ...options, cause: value });
    }
    /** Code, text, adapter and retryable; never `cause` or `stack`, which may hold what a client put there. */
    toJSON() {
        return {
            code: this.code,
            message: this.message,
            ...(this.adapter === undefined ? {} : { adapter: this.adapter }),
            retryable: this.retryable,
        };
    }
}
/** @internal Anything can be thrown, also what cannot be turned into text. */
export function textOf(thrown) {
    try {
        return String(thrown instanceof Error ? thrown.message : thrown);
    }
    catch {
        return `a thrown ${typeof thrown} that cannot be shown as text`;
    }
}
