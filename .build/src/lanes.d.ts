import type { Conditions } from './conditions.js';
import type { AssignmentListener, LaneAssignment, Revocation, StreamConsumer } from './consumer.js';
import { type Dispatch } from './dispatch.js';
import type { ErrorContext, ResolvedDrainerOptions } from './drainer-options.js';
import { StreamError } from './errors.js';
import { type Message } from './message.js';
import type { Redeliveries } from './redeliveries.js';
import type { Settler } from './settler.js';
export interface LanesOwner {
    report(error: unknown, context: ErrorContext): StreamError;
    fatal(error: StreamError): void;
}
/**
 * Lanes that come and go. When some are revoked, only they stop: what has not started is left to the next owner, what runs
 * ends within the deadline, what is finished is committed, and then the rebalance may proceed; other lanes never pause.
 * Of lanes that are lost nothing is committed any more. It also keeps lanes that were stopped by a message that failed.
 */
export declare class Lanes implements AssignmentListener {
    #private;
    constructor(consumer: StreamConsumer, dispatch: Dispatch, settler: Settler, redeliveries: Redeliveries, options: ResolvedDrainerOptions, conditions: Conditions, owner: LanesOwner);
    /** Whether there is any lane whose messages must not start. */
    get mayRefuse(): boolean;
    /** Of lanes that have left by now, this fetch is the last to bring something. */
    beginFetch(): void;
    /** A fetch was answered, and what it brought was taken in. */
    endFetch(): void;
    /** Whether nothing of this message's lane may start: it leaves, has left, or was stopped. */
    refuses(message: Message): boolean;
    /** Whether not even an ack of it is good: its lane has left by now, or goes back to before it, on a cursor. */
    isVoid(message: Message): boolean;
    /**
     * The tail of a lane goes back, these messages of it among others: what a fetch that is out still brings stands behind it. On a
     * cursor, acks behind it that are not known to be committed are void, and what runs behind it comes again; it is recognised
     * then, and not handled a second time. Returns where the tail begins.
     */
    beginReturn(returned: readonly Message[]): Message;
    /** It has gone back, or could not: a fetch that begins from now on brings the lane in order. */
    endReturn(first: Message): void;
    /** A message was fetched. Where it is the first of a tail that went back, the tail has come again. */
    arrived(message: Message): void;
    /**
     * A message of this lane has failed for good: nothing after it may be committed, so nothing after it starts. On a cursor
     * the lane is left where it is; under a lease the message is held on to, so that the broker keeps its lane closed.
     */
    stop(message: Message, forGood: boolean): void;
    /** Holds on to a message of a stopped lane, where that is what to do with it, and where there is room for it. */
    keep(message: Message): boolean;
    /** Everything that stopped lanes hold on to, in order: a drain gives it back. */
    takeKept(): Message[];
    /** A failed message that stopped its lane is gone: it comes again, and the lane goes on with it. */
    restart(): void;
    get stopped(): string[];
    assigned(lanes: readonly LaneAssignment[]): void;
    revoking({ lanes, deadlineMs }: Revocation): Promise<void>;
    lost(lanes: readonly LaneAssignment[]): void;
    ended(): void;
    /** These messages are not ours any more: nothing of them starts, runs with effect, or is acked. */
    lose(gone: (message: Message) => boolean, reason: StreamError): void;
}
