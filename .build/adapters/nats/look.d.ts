import { type Link } from './link.js';
import type { Settings } from './options.js';
/** What the server says about the consumer, as far as it matters here. */
export interface Look {
    /** The shortest time until an un-acked delivery lapses, ms: `ack_wait`, or the shortest of `backoff`. */
    readonly leaseMs: number;
    readonly replicated: boolean;
    /** Limits of one pull; `Infinity` where there is none. */
    readonly maxBatch: number;
    readonly maxExpiresMs: number;
    /** Delivered and not acked, over all members. */
    readonly ackPending: number;
    /** Messages that no member has got yet. */
    readonly pending: number;
    /** The consumer's own sequence of the last delivery. */
    readonly delivered: number;
}
/**
 * Asks for the consumer, makes it if it is missing and that was asked for, and refuses one that this adapter cannot read as
 * it was told to. Throws NOT_FOUND, UNSUPPORTED (a push consumer, `ack_policy` none, priority groups), INVALID_ARGUMENT (an
 * option contradicts the consumer), and what the connection throws.
 */
export declare function look(link: Link, settings: Settings): Promise<Look>;
/** Exported for tests: a server's answer is not to be trusted to be well formed. */
export declare function check(info: Record<string, unknown>, settings: Settings, doing: string): Look;
