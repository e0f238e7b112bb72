import { type DrainTimes } from './budget.js';
import { type Clock } from './clock.js';
import type { Capabilities, StreamConsumer } from './consumer.js';
import type { DedupOptions } from './dedup.js';
import type { BatchFailure, HandlerContext, Order } from './dispatch.js';
import { StreamError } from './errors.js';
import type { Message } from './message.js';
import type { PhaseName } from './receipt.js';
/**
 * Handles one message. When it returns (or its promise is fulfilled) the message is acked; when it throws, it is tried
 * again. An error with `retryable: false` is not tried again, unless it is a `StreamError` that names an adapter: that one
 * speaks of a call to some consumer or producer, not of this message.
 */
export type MessageHandler<Raw = unknown> = (message: Message<Raw>, context: HandlerContext) => unknown;
/**
 * Handles several messages at once: of one lane or key with those orders. Returns nothing when all succeeded, or a list of
 * those that did not; a list of anything else (of `Promise.allSettled`, of errors) counts as thrown. When it throws, all failed,
 * and each is tried again alone, so that a poison message shows itself.
 */
export interface BatchHandler<Raw = unknown> {
    readonly batch: (messages: readonly Message<Raw>[], context: HandlerContext) => undefined | readonly BatchFailure[] | Promise<undefined | readonly BatchFailure[] | void> | void;
    /** The most messages in one call. 1 to 100,000. Default 100. What is there is handled; nothing waits for a full batch. */
    readonly maxBatch?: number;
}
export interface RetryOptions {
    /** Handler calls for one delivery, the first included. 1 to 1,000. Default 3. */
    readonly attempts?: number;
    /** The wait before the second call, ms. Doubles with each further one. Default 100. */
    readonly minDelayMs?: number;
    /** The longest wait, ms. Default 10,000. */
    readonly maxDelayMs?: number;
    /** The share of each wait that is random, 0 to 1. Default 0.2. */
    readonly jitter?: number;
}
/** Why a message is given up. */
export interface Failure {
    readonly error: unknown;
    /** Handler calls for this delivery. */
    readonly calls: number;
}
/** What happens to a message that has failed for good. */
export type OnExhausted = 'release' | 'dead-letter' | 'stop-lane';
export interface CommitContext {
    /** `running`: acks as work goes on. `revoke`: a lane leaves. `drain`: what a drain commits. */
    readonly reason: 'running' | 'revoke' | 'drain';
}
/** The deadlines of a drain, ms. `drainBudget()` computes them from a platform's grace period; its result fits here. */
export interface DrainDeadlines {
    /** By then the drain has ended, whatever hangs. 50 to 86,400,000. Default that of `drainBudget()`: 25,000 without an environment that says otherwise. */
    readonly totalMs?: number;
    /** Handlers' signals abort, and nothing more is started. Default 80 % of the hard deadline, which is total − commit − close. */
    readonly softMs?: number;
    /** Set aside for the last commit. Default 2,000, or 10 % of the total if that is less. */
    readonly commitMs?: number;
    /**
     * Set aside for closing the consumer, which may also take what the steps before it have left of the total, unless the drain was
     * escalated. Default 2,000, or 10 % of the total if that is less.
     */
    readonly closeMs?: number;
}
/** Where an error that does not end the drainer came from. */
export interface ErrorContext {
    readonly during: 'fetch' | 'handler' | 'before-commit' | 'ack' | 'release' | 'extend' | 'dead-letter' | 'dedup' | 'flush' | 'close' | 'lane';
    readonly message?: Message;
    /** The lane that was stopped, with `during: 'lane'`. */
    readonly lane?: string;
}
export interface DrainerOptions<Raw = unknown> {
    /** Handlers at a time. 1 to 1,000,000. Default 16. Can be changed while running: `drainer.concurrency = n`. */
    readonly concurrency?: number;
    /**
     * `lane`: one message of a lane at a time, in the broker's order. `key`: one of a key at a time; messages without a key
     * are free. `none`: as they come. Default `lane` where the broker orders lanes, else `none`.
     */
    readonly order?: Order;
    /**
     * The most messages fetched whose handler has not ended, running ones included: the bound on memory, and on what a stop
     * has to give back. Without those kept behind a stopped lane. At least the concurrency, at most 10,000,000. Default: the
     * concurrency where a release costs an attempt, else four times that.
     */
    readonly window?: number;
    /**
     * The most messages fetched and not confirmed, whatever their state: the bound on what a crash makes come again. At least the
     * window, at most 10,000,000. Default 16,384, or the window if that is larger.
     */
    readonly maxUnconfirmed?: number;
    /** The most messages of one fetch. Default: the window, within what the consumer can. */
    readonly maxFetch?: number;
    /**
     * How long one fetch waits for a first message, ms. 0 to 3,600,000. Default 1,000 where a poll has to be waited for, else
     * 10,000: longer polls cost fewer requests and, where they cannot be ended early, a longer stop.
     */
    readonly maxPollMs?: number;
    readonly retry?: RetryOptions;
    /**
     * `release`: back to the broker, which counts and dead-letters by its own rules. `dead-letter`: `deadLetter` below, or
     * the broker's own. `stop-lane`: its lane stops, nothing is skipped, the others go on; under leases what the broker brings of
     * the lane is kept until the drain, up to half of `maxUnconfirmed`, and lapses beyond that. Default `dead-letter` if `deadLetter`
     * is given, else `stop-lane` with cursors and where a release takes a tail with it and costs attempts, else `release`.
     */
    readonly onExhausted?: OnExhausted;
    /** Puts a failed message away (publish it elsewhere, then return); it is acked afterwards. If it throws, the message is not acked. */
    readonly deadLetter?: (message: Message<Raw>, failure: Failure) => unknown;
    /** Remembers handled ids, so that a redelivery is acked without a second handler call. Default: none. */
    readonly dedup?: DedupOptions;
    /**
     * Messages fetched and not started when a drain begins. `release`: given back at once. `finish`: handled while the soft
     * deadline allows. Default `release` where that is free, `finish` where it costs an attempt or is not possible.
     */
    readonly unstarted?: 'release' | 'finish';
    /**
     * Called before every commit with what it will ack: flush outputs, snapshot state. If it throws, that commit is withheld:
     * nothing of it is acked. Outputs are always out before their inputs are committed.
     */
    readonly beforeCommit?: (messages: readonly Message<Raw>[], context: CommitContext) => unknown;
    readonly budget?: DrainDeadlines;
    /** Told of every error that does not end the drainer. Default: kept in `status().lastError` only. What it throws is ignored. */
    readonly onError?: (error: StreamError, context: ErrorContext) => void;
    /** Told when a phase of a drain begins and ends. What it throws is ignored. */
    readonly onPhase?: (phase: PhaseName, event: 'begin' | 'end') => void;
    /** For tests: another source of time. */
    readonly clock?: Clock;
}
/** Options with every default filled in. */
export interface ResolvedDrainerOptions {
    readonly concurrency: number;
    readonly order: Order;
    readonly window: number;
    readonly maxUnconfirmed: number;
    readonly maxFetch: number;
    readonly maxPollMs: number;
    readonly retry: Required<RetryOptions>;
    readonly onExhausted: OnExhausted;
    readonly deadLetter: ((message: Message, failure: Failure) => unknown) | undefined;
    readonly dedup: DedupOptions | undefined;
    readonly unstarted: 'release' | 'finish';
    readonly beforeCommit: ((messages: readonly Message[], context: CommitContext) => unknown) | undefined;
    readonly budget: DrainTimes;
    readonly onError: ((error: StreamError, context: ErrorContext) => void) | undefined;
    readonly onPhase: ((phase: PhaseName, event: 'begin' | 'end') => void) | undefined;
    readonly clock: Clock;
}
export interface ResolvedHandler {
    readonly handler: (input: never, context: HandlerContext) => unknown;
    readonly maxBatch: number | undefined;
}
export declare function resolveHandler<Raw>(handler: MessageHandler<Raw> | BatchHandler<Raw>): ResolvedHandler;
/** Checks that this is a consumer at all, and that its methods and capabilities agree. */
export declare function checkConsumer(consumer: StreamConsumer): void;
export declare function resolveDrainerOptions<Raw>(capabilities: Capabilities, given: DrainerOptions<Raw> | undefined, maxBatch: number | undefined): ResolvedDrainerOptions;
