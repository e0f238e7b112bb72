import type { Clock } from './clock.js';
import type { AckResult, StreamConsumer } from './consumer.js';
import { type Dispatch, Settled } from './dispatch.js';
import type { CommitContext, ErrorContext, ResolvedDrainerOptions } from './drainer-options.js';
import { StreamError } from './errors.js';
import type { Message } from './message.js';
import type { Redeliveries } from './redeliveries.js';
export declare function isFatal(error: StreamError): boolean;
/** The wait after this many failures in a row of something that talks to the broker, ms. */
export declare function callBackoffMs(failures: number, clock: Clock): number;
export interface SettlerOwner {
    report(error: unknown, context: ErrorContext): StreamError;
    fatal(error: StreamError): void;
    changed(): void;
}
/**
 * Tells the broker what became of messages: acks in batches, one call at a time, each after its `beforeCommit`; releases
 * beside them. It applies the answers to what is held.
 */
export declare class Settler {
    #private;
    /** What `beforeCommit` is told. */
    reason: CommitContext['reason'];
    /** `beforeCommit` has refused the last commit. */
    withheld: boolean;
    maxUnconfirmed: number;
    /** Messages in releases under way. */
    returning: number;
    /** Recorded here, and not by the broker: their ack failed, or never went out. */
    readonly unacked: WeakSet<Message>;
    constructor(consumer: StreamConsumer, dispatch: Dispatch, options: ResolvedDrainerOptions, redeliveries: Redeliveries, owner: SettlerOwner);
    /** No ack waits or is under way. */
    get isIdle(): boolean;
    get isAcking(): boolean;
    /** Releases under way. */
    get releasing(): number;
    sendAcks(): void;
    /** The consumer closes: nothing is sent any more, whoever resumes. */
    end(): void;
    /** The close is over: releases that were not answered are not waited for any more, and there are no further ones. */
    endReleases(): void;
    /** The last `beforeCommit` is being called, or has been: acks go out without a further one. */
    get isLastCommit(): boolean;
    get hasEnded(): boolean;
    /** Something finished is held that the broker was not told of. Looks at everything that is held. */
    get hasUnacked(): boolean;
    /** Ends the wait after a failed commit: the next try is due now. */
    resume(): void;
    /** Sends nothing more until `resume`; a call that is under way goes on. */
    stop(): void;
    /**
     * The last `beforeCommit`, called with all that waits, also when that is nothing: the time to flush outputs and emit what
     * is still open. The acks after it go without a further call. Returns whether the commit may go on.
     */
    prepareLast(): Promise<boolean>;
    /** Applies a broker's answer. Messages of the batch that it does not mention are a fault of the adapter's, and not acked. */
    apply(result: AckResult, batch: readonly Message[]): void;
    /** What `confirmed` is worth: with a broker that does not answer it only says that the ack was sent. */
    get acked(): typeof Settled.CONFIRMED | typeof Settled.SENT;
    /** Settles what is recorded, where the system can. */
    flush(signal: AbortSignal): Promise<void>;
    /**
     * Unhandled messages go back, as the system has it: by a release, by nothing (the cursor stays before them), or, where it
     * can do neither, by the end of their lease. In order of delivery.
     */
    giveBack(messages: readonly Message[]): void;
    /** Calls the consumer's release; `after` runs when it was answered, and hears whether all of them are the broker's again, or were. */
    release(messages: readonly Message[], delayMs: number, after?: (released: boolean) => void): void;
}
