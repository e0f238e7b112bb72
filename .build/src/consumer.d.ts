import type { StreamError } from './errors.js';
import type { Message } from './message.js';
/**
 * What a consumer can do, as data. It is checked both ways by the conformance suite: what is declared must work, what
 * is not declared must be refused with `UNSUPPORTED`. It never changes during a consumer's life.
 */
export interface Capabilities {
    /**
     * How the broker keeps what is done. `lease`: each message by itself, held until acked, released or lapsed.
     * `cursor`: one position per lane, everything before it counts as done.
     */
    readonly settlement: 'lease' | 'cursor';
    /** Whether messages of one lane arrive in the broker's order. With `false`, `Message.lane` means nothing for order. */
    readonly ordered: boolean;
    /** The most messages that one `fetch` can return. */
    readonly maxBatch: number;
    /**
     * What an aborted fetch does. `safe`: ends at once, what arrives in the race is returned or released. `waits`: the
     * poll runs to its end (at most `stopLatencyMs`), then returns what it brought. `staged`: ends at once, what the poll
     * still brings is kept for the next `fetch` or released by `close`.
     */
    readonly abort: 'safe' | 'waits' | 'staged';
    /**
     * How long an idle fetch may go on after its abort, whatever its `waitMs`, ms. With `waits` one fetch goes on no longer than
     * the rest of its `waitMs`, if that is less. 0 where abort is safe.
     */
    readonly stopLatencyMs: number;
    /**
     * Whether the broker's own word stands behind an ack. With `false`, acks are sent and never answered, and a receipt says
     * `sent`, never `confirmed`: of what `ack` names in `confirmed`, and under leases in `recorded` too, which is then final. A
     * cursor names in `confirmed` what a sent commit covers, in `recorded` what is still behind unfinished work.
     */
    readonly ackConfirmed: boolean;
    /**
     * What `Message.attempt` is worth. `none`: it is not told. `hint`: told, and a redelivery may still say 1. `exact`: 1 proves a
     * first delivery to anyone, which spares the search for older ones.
     */
    readonly attempts: 'none' | 'hint' | 'exact';
    /**
     * Whether `close` gives back at once what was fetched and not acked, rather than by a lapse, and whether that counts towards
     * the broker's attempt limit. Cursors: `free`, by nature.
     */
    readonly closeReleases: false | 'free' | 'costs-attempt';
    /** `release` exists. */
    readonly release: false | {
        /**
         * `message`: any one, by itself. `tail`: order holds only if a message goes back together with all later held ones of
         * its lane; the caller passes them, an adapter cannot check it.
         */
        readonly scope: 'message' | 'tail';
        /** The longest delay that a release may ask for, ms; 0: none. */
        readonly maxDelayMs: number;
        /**
         * Whether what is released has spent a delivery of the broker's attempt limit. With `tail`, a message that fails again
         * and again then takes the ones behind it to the dead letters, unhandled.
         */
        readonly costsAttempt: boolean;
    };
    /** Messages are held by leases that lapse. */
    readonly lease: false | {
        /**
         * The length that a delivery gets, ms: what the adapter asks for, or what the user says is configured. `Message.lease`
         * is the truth. What was said, the first `fetch` checks where the broker lets it, and fails with `INVALID_ARGUMENT`.
         */
        readonly ms: number;
        /**
         * `extend` exists, and what it extends: each message, or all of a lane through any one of its messages. The lock of a
         * lane of which nothing is held is the adapter's own to keep or to give up.
         */
        readonly extend: false | 'message' | 'lane';
        /** The longest that one delivery can be kept, ms (SQS: 12 h); extensions are shortened to it. `Infinity` where unbounded. */
        readonly maxMs: number;
        /**
         * Who tells that it was lost. `broker`: its answer is enough. `clock`: the broker may accept an ack that came too late,
         * so the adapter also fails, with `LEASE_LOST` and without a call, what has lapsed by `Message.lease`.
         */
        readonly lossKnownBy: 'broker' | 'clock';
    };
    /** `flush` exists. */
    readonly flush: boolean;
    /** `deadLetter` exists. */
    readonly deadLetter: boolean;
    /** `pause` and `resume` exist. */
    readonly pause: boolean;
    /** `seek` exists. */
    readonly seek: boolean;
    /** `lag` exists. */
    readonly lag: boolean;
    /** Offsets can be committed inside a producer's transaction. */
    readonly transactions: boolean;
    /**
     * How lanes leave. `none`: never, and `watch` does not exist. `lost`: unannounced, told afterwards; `revoking` is never
     * called. `notified`: told before, but the rebalance does not wait. `awaited`: it waits for the listener's promise.
     */
    readonly revoke: 'none' | 'lost' | 'notified' | 'awaited';
    /** `eager`: all lanes go at each rebalance. `cooperative`: only those that move. Undefined with `revoke` `none` or `lost`. */
    readonly rebalance: 'eager' | 'cooperative' | undefined;
}
export interface FetchOptions {
    /** The most messages to return, 1 or more; capped by `capabilities.maxBatch`. */
    readonly max: number;
    /**
     * How long to wait for the first message, ms, rounded up to what the system can wait for; 0: only what is there. A fetch
     * returns as soon as it has something.
     */
    readonly waitMs: number;
    /** Ends the fetch early, by the adapter's declared policy. An aborted fetch resolves, it never rejects. */
    readonly signal: AbortSignal;
}
export interface FailedSettlement {
    readonly message: Message;
    readonly error: StreamError;
}
/**
 * What became of acks. A batch that went well whole is answered with the very array it came in, so that the usual case
 * allocates nothing per message.
 */
export interface AckResult {
    /**
     * The broker has it, by its own word. May name messages that an earlier call had `recorded` and this one settled.
     */
    readonly confirmed: readonly Message[];
    /**
     * Noted and not confirmed: behind earlier unfinished work of its lane, part of a commit still to come, or (with
     * `ackConfirmed: false`) sent to a broker that does not answer.
     */
    readonly recorded: readonly Message[];
    /** Not acked, each with the reason. `LEASE_LOST` is final; a retryable error may be tried again. The others count. */
    readonly failed: readonly FailedSettlement[];
}
/** What became of releases, extensions and dead letters: those not named here succeeded. A call that failed as a whole rejects instead. */
export interface SettleResult {
    readonly failed: readonly FailedSettlement[];
}
export interface ReleaseOptions {
    /**
     * Redeliver no sooner than this, ms: a floor. At most `capabilities.release.maxDelayMs`. Default 0: as soon as the system can;
     * one with a single fixed delay uses that for every release.
     */
    readonly delayMs?: number;
}
export interface ExtendOptions {
    /** The new lease length from now, ms. Default `capabilities.lease.ms`. */
    readonly leaseMs?: number;
}
export interface DeadLetterReason {
    /** A short machine-readable word: `attempts-exhausted`, `rejected`, … */
    readonly reason: string;
    /** The failure's text, cut to what the broker can carry. */
    readonly description: string;
}
export interface FlushOptions {
    /** Bounds it: once aborted, flush resolves with what is still unconfirmed. */
    readonly signal: AbortSignal;
}
export interface CloseOptions {
    /** Bounds it, even where the client's own close takes no deadline: once aborted, close resolves soon after. */
    readonly signal: AbortSignal;
    /**
     * Messages whose handlers still run: close never releases them, their leases lapse. A lane that is held as a whole is then
     * not closed either; on a cursor, leaving gives the lane to its next owner all the same. Default: none.
     */
    readonly running?: readonly Message[];
}
export interface CloseResult {
    /** Acks that `ack` had `recorded` and that were never confirmed. Without those of lanes that were lost, and empty with `ackConfirmed: false`. */
    readonly unconfirmed: readonly Message[];
    /** Whether the client and its server-side membership were closed in order; false when the signal cut it short. */
    readonly clean: boolean;
}
/** One ownership of one lane. */
export interface LaneAssignment {
    readonly lane: string;
    /** Equal to `Message.assignment` of what it delivers; greater at each further ownership of the lane, also by the same consumer. */
    readonly assignment: number;
}
export interface Revocation {
    readonly lanes: readonly LaneAssignment[];
    /** How long until the lanes are gone whatever the listener does, ms, as far as the client enforces or tells it. */
    readonly deadlineMs: number;
}
/** What a drainer implements to follow lanes. Methods are called in the order of events and must not throw. */
export interface AssignmentListener {
    /** These lanes are ours from now on. Called before their first message is returned by `fetch`. */
    assigned(lanes: readonly LaneAssignment[]): void;
    /**
     * These lanes are about to leave. Acks for them are still good until the promise resolves or the deadline is over.
     * Adapters with `revoke: 'awaited'` hold the rebalance for the promise; with `notified` they cannot. Once it has
     * resolved, or the deadline is over, the lanes have left, and acks of these assignments are refused with `LEASE_LOST`. `lost`
     * and `assigned` may come while the promise is still pending.
     */
    revoking(revocation: Revocation): Promise<void>;
    /**
     * These lanes are gone already: nothing of them may be committed any more, and what was recorded of them is not named again. A
     * fetch that is out may still bring something of them; one that begins after this, or after `revoking` has resolved, does not.
     * Need not be told of lanes that left by `revoking`.
     */
    lost(lanes: readonly LaneAssignment[]): void;
    /**
     * These lanes bring nothing more under this assignment (a closed shard, a session given back because it was idle); what they
     * brought is acked as usual. The adapter completes the lane after its last ack, or by itself, at the latest in `close`,
     * where none follows. Told again when the lane was read again since (`seek`, `release`); the lane may be assigned again.
     */
    ended(lanes: readonly LaneAssignment[]): void;
}
/**
 * One consumer of one messaging system: three required methods, for ever, and optional ones that `capabilities` declares.
 *
 * Rules for every method:
 * - Constructing a consumer does no I/O. The first `fetch` connects, subscribes or joins.
 * - After `close` was called, every method but `close` rejects with `CLOSED`, and the broker agrees: a late ack has no
 *   effect there.
 * - Nothing here retries. A failure is reported with a typed {@link StreamError}; the caller decides. What the client
 *   library retries by itself inside one call is its own business, within the call's bound.
 * - Calling a method that the capabilities do not declare rejects with `UNSUPPORTED`, or the method is absent.
 * - Messages are told apart by their `delivery`, so that every method is safe for a message that came again meanwhile.
 * - An adapter that splits a call rejects only if every part failed; else the messages of a failed part are in `failed`.
 * - Credentials never appear in an error.
 */
export interface StreamConsumer<Raw = unknown> {
    /** The system: `memory`, `nats`, `kafka`, … Used in errors, receipts and metrics. */
    readonly adapter: string;
    /** What it reads, for people: `nats://orders/billing`. Never holds credentials. */
    readonly source: string;
    readonly capabilities: Capabilities;
    /**
     * The next messages: 0 to `max`, as soon as there is at least one, or none after `waitMs`.
     *
     * - Blocks up to `waitMs`, plus `capabilities.stopLatencyMs` after an abort. The array belongs to the caller.
     * - One at a time: a second call while one is outstanding rejects with `INVALID_ARGUMENT`.
     * - May run concurrently with every other method.
     * - Aborting resolves; nothing is lost and nothing stranded (see `capabilities.abort`).
     * - Between calls an adapter holds nothing that has a lease, unless it keeps that lease itself, and takes on no new lanes
     *   where it is the one to choose: nobody tells it that a drain has begun.
     * - Throws: what the broker refuses (`NOT_FOUND`, `UNAUTHENTICATED`, `PERMISSION_DENIED`: not retryable) or cannot do
     *   now (`UNAVAILABLE`, `TIMEOUT`, `RESOURCE_EXHAUSTED`: retryable). It may be called again after any of them.
     */
    fetch(options: FetchOptions): Promise<Message<Raw>[]>;
    /**
     * The work for these messages is done.
     *
     * - Answers per message, in any order, and never waits for another message to be finished.
     * - May be called with any subset in any order, also concurrently. Idempotent while the lease or assignment lasts: a second
     *   ack of the same delivery is answered as the first was.
     * - Bounded by the adapter: `TIMEOUT` says that the effect is not known, and that it may be tried again.
     * - A message whose lease or lane was lost is in `failed` with `LEASE_LOST`; neither a crash nor silence. Usually it comes
     *   again; an ack whose answer was lost may have taken effect all the same.
     * - What is recorded and behind no unfinished work may wait for a commit that the adapter makes in its own time; the caller
     *   calls `flush` when it would have to wait for it.
     * - A cursor never moves past a message that was delivered and is not acked.
     * - Rejects only when the whole call failed (`CLOSED`, `UNAVAILABLE`, …): then nothing is known of any message, and
     *   the caller may try again.
     */
    ack(messages: readonly Message<Raw>[]): Promise<AckResult>;
    /**
     * Settles what was acked, gives back what was not, leaves the group so that the next owner starts at once, and frees
     * what this consumer created: never a client that was handed in.
     *
     * - Idempotent: every further call returns the first one's promise. Never rejects because the broker is gone: says
     *   `clean: false`.
     * - Releases what `fetch` returned and nobody settled, but never a message named in `options.running`.
     * - Bounded by `options.signal`. A poll that is still out then means `clean: false`; what it brings later is released as
     *   long as the process lives.
     */
    close(options: CloseOptions): Promise<CloseResult>;
    /**
     * Gives messages back unhandled: the broker delivers them again, to anyone, after `delayMs`.
     * With `scope: 'tail'` the caller passes the rest of each lane, in order. On a cursor: the lane is read again from the
     * first of them, and what was acked behind it and is not confirmed is void: it comes again. Idempotent. A lost lease is no
     * failure: the message is already on its way.
     */
    release?(messages: readonly Message<Raw>[], options?: ReleaseOptions): Promise<SettleResult>;
    /**
     * Keeps the leases of these messages for another `leaseMs` from now, and moves `lease.until`. With `extend: 'lane'` one
     * message per lane is enough. Those named in `failed` with `LEASE_LOST` are gone.
     */
    extend?(messages: readonly Message<Raw>[], options?: ExtendOptions): Promise<SettleResult>;
    /**
     * Settles what `ack` recorded, as far as the system can: commits, or waits for the broker to have read what was sent.
     * In the result, `recorded` is what stayed unconfirmed; messages of lanes that were lost meanwhile are in `failed`.
     */
    flush?(options: FlushOptions): Promise<AckResult>;
    /** Moves messages to the broker's own dead-letter destination; they count as settled. Idempotent. */
    deadLetter?(messages: readonly Message<Raw>[], reason: DeadLetterReason): Promise<SettleResult>;
    /** Follows lanes. At most one listener, set before the first `fetch`. */
    watch?(listener: AssignmentListener): void;
    /** Stops fetching these lanes, keeping their ownership, until `resume`, also when they leave and return; what `fetch` already holds may still come. */
    pause?(lanes: readonly string[]): void;
    /** Undoes `pause`. */
    resume?(lanes: readonly string[]): void;
    /** Reads a lane from this position on. Messages of it that are held become stale: their acks fail with `LEASE_LOST`. */
    seek?(lane: string, position: string | number): Promise<void>;
    /** How many messages each assigned lane (or the queue, under `''`) still has to deliver to this group. */
    lag?(): Promise<ReadonlyMap<string, number>>;
}
