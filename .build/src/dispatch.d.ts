import type { Clock } from './clock.js';
import { StreamError } from './errors.js';
import { type Message } from './message.js';
/** What the handler did, or will do. */
export declare const State: {
    readonly EMPTY: 0;
    readonly QUEUED: 1;
    readonly RUNNING: 2;
    readonly SLEEPING: 3;
    readonly SUCCEEDED: 4;
    readonly FAILED: 5;
    readonly CUT_OFF: 6;
    readonly NEVER_STARTED: 7;
};
/** How the broker was told. OPEN, TAKEN (its ack is on its way) and RECORDED are not final. */
export declare const Settled: {
    readonly OPEN: 0;
    readonly TAKEN: 1;
    readonly RECORDED: 2;
    readonly CONFIRMED: 3;
    readonly SENT: 4;
    readonly RELEASED: 5;
    readonly DEAD_LETTERED: 6;
    readonly LAPSING: 7;
    readonly LOST: 8;
};
export type SettledCode = (typeof Settled)[keyof typeof Settled];
export type Order = 'lane' | 'key' | 'none';
export declare class Page {
    readonly index: number;
    readonly capacity: number;
    /** Young, as its messages are: an old array that is made to point to young objects costs the garbage collector dearly. */
    messages: (Message | undefined)[];
    readonly state: Uint8Array;
    readonly settled: Uint8Array;
    readonly next: Int32Array;
    /** Slots in use from the start, and of these the ones not yet settled. */
    fill: number;
    open: number;
    /** Handlers that succeeded, and of these the ones whose ack was taken or settled. */
    succeeded: number;
    taken: number;
    /** Nothing before it waits for its ack to be taken. */
    takenUpTo: number;
    /** It stands in the list of pages with acks to take. */
    dirty: boolean;
    /** Rises with everything that happens to a single message after its handler: a range taken before is then no longer one. */
    version: number;
    /** No further message goes in: it is full, or its leases are too far apart from new ones. */
    sealed: boolean;
    /** The earliest end of a lease of its messages, and the first one it was given. */
    leaseUntil: number;
    firstLeaseUntil: number;
    older: Page | undefined;
    newer: Page | undefined;
    constructor(index: number, capacity: number);
    /** Takes a fetched array as it is. No further message goes in. */
    adopt(messages: Message[]): void;
    /** Everything on it is settled. */
    clear(): void;
}
/** Messages whose acks are sent in one call. */
export interface AckBatch {
    readonly messages: readonly Message[];
    /** The pages' ranges that they are, when they are nothing else. */
    readonly ranges: readonly AckRange[] | undefined;
}
interface AckRange {
    readonly page: Page;
    readonly from: number;
    readonly to: number;
    readonly version: number;
}
/** What a handler gets beside its message. It belongs to one call. */
export declare class HandlerContext {
    /** Which call for this delivery this is: 1, then 2 for the first retry in place. `message.attempt` is the broker's count. */
    readonly attempt: number;
    private readonly runner;
    private readonly turn;
    private controller;
    /**
     * Aborts when the handler should give up: at the soft deadline of a drain (`TIMEOUT`), or when the message's lease or
     * lane was lost (`LEASE_LOST`). The start of a drain does not abort it. Made when first asked for.
     */
    get signal(): AbortSignal;
    /** The runner has not gone on to another call. */
    private get isCurrent();
}
export interface BatchFailure {
    readonly message: Message;
    readonly error: unknown;
}
export interface DispatchConfig {
    readonly clock: Clock;
    readonly concurrency: number;
    readonly order: Order;
    /** Called with one message, or with an array of at most `maxBatch` when `maxBatch` is given. */
    readonly handler: (input: never, context: HandlerContext) => unknown;
    readonly maxBatch: number | undefined;
    /** Handler calls for one delivery, the first included. */
    readonly attempts: number;
    /** The wait before the next call, ms, after this many. */
    readonly backoffMs: (calls: number) => number;
    /** New messages go on a new page when their lease ends this much later than the page's first, ms. */
    readonly leaseSpreadMs: number;
}
/** What the hot path tells its drainer. */
export interface DispatchOwner {
    /** `acks` holds something to send. */
    sendAcks(): void;
    /** A message has failed for good. Its lane or key stays blocked until `unblock` is called. */
    exhausted(message: Message, error: unknown, calls: number, unblock: () => void): void;
    /** A handler has succeeded after its lane or lease was lost: the message will come again, to someone. */
    succeededLate(message: Message): void;
    /** Something ended, or was settled: there may be room, or quiet. */
    changed(): void;
}
export declare class Dispatch {
    #private;
    concurrency: number;
    queued: number;
    /** Messages in handlers, and handler calls: the same but for batches. */
    running: number;
    calls: number;
    sleeping: number;
    /** Will not be started, and are on their way back. */
    returning: number;
    /** Held and not settled, in whatever state. */
    open: number;
    /** Handler calls that are under way for a lane or lease that was lost meanwhile. */
    orphans: number;
    /** Messages of failed batches that were put back in line, ever: queued ones that did not come from a fetch. */
    linedUp: number;
    /** Acked, and not confirmed. */
    recorded: number;
    succeeded: number;
    failed: number;
    retries: number;
    /** By Settled code. */
    readonly settledCounts: number[];
    /** Whether queued messages may start, and whether failures may be tried again. */
    starting: boolean;
    retrying: boolean;
    /** The owner wants to hear of every change. */
    watched: boolean;
    /** The owner wants to hear when no more than these are queued or running, or nothing can start; -1: it does not. */
    tellBelow: number;
    /** While true, settled messages stay on their pages, so that a receipt can name them. */
    retain: boolean;
    /** True while the synchronous part of a handler or hook is on the stack. */
    invoking: boolean;
    constructor(config: DispatchConfig, owner: DispatchOwner);
    /**
     * Queues messages from `from` on, up to one that needs a closer look: it is held already, or (with `firstOnly`) is not
     * told to be a first delivery. Returns its index, or the batch's length. A large batch's array may be kept.
     */
    enqueueAll(batch: Message[], from: number, firstOnly: boolean): number;
    /** Queues one message behind those of its lane or key. */
    enqueue(message: Message): void;
    /** Gives a message a slot without queueing it. */
    hold(message: Message, state: number): number;
    /** A message that came again after its handler had succeeded: it only needs its ack. */
    holdForAck(message: Message): void;
    /** A newer delivery of a held message takes its place: its handler goes on, its settlement uses the new delivery. */
    replace(old: Message, newer: Message): void;
    /** How many acks wait to be taken. */
    get toAck(): number;
    /** This message's ack goes out with the next ones, by itself. */
    takeAgain(message: Message): void;
    /** The messages whose acks wait. */
    waitingAcks(): Message[];
    /** Takes the acks that wait, of whole pages first; they are on their way from now on. */
    takeAcks(): AckBatch;
    /** The broker has taken all of a batch: in bulk, where nothing has happened to its messages since. */
    settleBatch(batch: AckBatch, code: SettledCode): void;
    /** Those of a batch that are still to be acked: the very array, where nothing has happened to any of them since. */
    stillOpen(batch: AckBatch): readonly Message[];
    stateOf(message: Message): number;
    /** Starts what may start. Called after messages came in, a handler ended, or a bound was raised. */
    pump(): void;
    /** Calls a hook as handlers are called: a drain that it begins must not be awaited by it. */
    invoke<T>(hook: () => T): T;
    /** Whether acks should go now: many, of a whole page, or, where somebody waits for them, of all that there was to do. */
    get acksAreDue(): boolean;
    /** Acks go when the event loop turns. */
    scheduleAcks(): void;
    /** Ends all waits between attempts: each sleeping message is tried again at once. */
    wakeAll(): void;
    /** The broker was told, finally. Frees the slot, unless a receipt will want to name the message. */
    settle(message: Message, code: SettledCode): void;
    /** Settles a message unless that happened before, or a newer delivery has taken its place. */
    settleIfOpen(message: Message, code: SettledCode): boolean;
    /** Whether this very delivery is on a page, settled or not. */
    isHeld(message: Message): boolean;
    /** Whether this very delivery is held, and the broker has not been told for good. */
    isOpen(message: Message): boolean;
    /** Whether its ack was taken, perhaps recorded, and the broker has not been told for good. */
    wasAcked(message: Message): boolean;
    /** Whether its ack was taken and is not answered. */
    isAcking(message: Message): boolean;
    settledOf(message: Message): SettledCode;
    /** Acked, and not confirmed yet. */
    record(message: Message): void;
    /** Takes queued messages out, in order of delivery: they will not start. The caller settles them. */
    removeQueued(matches: (message: Message) => boolean): Message[];
    /** Takes out messages that wait for their next attempt: they have failed. The caller settles them. */
    removeSleeping(matches: (message: Message) => boolean): Message[];
    /** Aborts the signals of running handlers, also when they ask for theirs only later. */
    abortRunning(reason: StreamError, matches?: (message: Message) => boolean): void;
    /** Messages whose handler runs, or is being seen to, and whose lane or lease is gone: nothing of them may be acked any more. */
    orphan(matches: (message: Message) => boolean): void;
    /** Gives up every running handler: whatever it still does has no effect here. */
    cutOff(): void;
    runningMessages(): Message[];
    /** Messages whose handler has ended and that are not settled. */
    get unconfirmed(): number;
    /** Whether something queued could start now, were there concurrency for it. */
    get hasReady(): boolean;
    /** Pages from the oldest on. */
    get oldestPage(): Page | undefined;
    /** What is held, in order of delivery; with `retain`, settled messages too. */
    eachHeld(visit: (message: Message, state: number, settled: SettledCode) => void): void;
    /**
     * Settles everything that is open and has not succeeded, page by page, as it may be millions; what is settled stays where it is
     * for the receipt. Returns what has succeeded and is open.
     */
    settleUnfinished(code: SettledCode): Message[];
    /** Lets go of everything: a receipt has been written, and the consumer is closed. */
    forgetAll(): void;
    /** The earliest end of a lease of what came in since this was last called; Infinity where nothing has one. */
    takeNotedLease(): number;
}
export {};
