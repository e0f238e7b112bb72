import type { StreamConsumer } from './consumer.js';
import { type BatchHandler, type DrainerOptions, type MessageHandler } from './drainer-options.js';
import { StreamError } from './errors.js';
import type { Receipt, ReceiptTotals } from './receipt.js';
/**
 * `idle`: not started. `running`: fetching and handling. `draining`: no new work is fetched. `quiesced`: everything that
 * could be is committed, the consumer is still open. `closed`: the end.
 */
export type DrainerState = 'idle' | 'running' | 'draining' | 'quiesced' | 'closed';
/** How it stands at this moment. */
export interface DrainerStatus {
    readonly state: DrainerState;
    readonly running: number;
    /** Fetched and not started. */
    readonly unstarted: number;
    /** Wait for their next attempt. */
    readonly retrying: number;
    /** Handled, and not confirmed by the broker yet. */
    readonly unconfirmed: number;
    readonly totals: ReceiptTotals;
    /** Lanes that a failed message has stopped. */
    readonly stoppedLanes: readonly string[];
    readonly lastError: StreamError | undefined;
    /** What it cannot go on from: it has drained itself, or is about to. */
    readonly fatalError: StreamError | undefined;
}
export interface DrainOptions {
    /** Why, for the receipt: a signal's name, `deploy`, … Default `drain()`. */
    readonly reason?: string;
}
/**
 * Runs a handler over a consumer, and ends without losing anything.
 *
 *     const drainer = new Drainer(consumer, async (message) => { … }, { concurrency: 64 });
 *     process.once('SIGTERM', () => drainer.drain({ reason: 'SIGTERM' }));
 *     const receipt = await drainer.run();
 *
 * A message is acked when its handler has returned, and only then. A drain goes: stop fetching → end what runs →
 * `beforeCommit` → commit → release what is left → close; each step bounded, in this order, always. Handlers are not told of
 * a drain: their signals abort at the soft deadline, and at the hard one they are given up, so that what is finished can
 * still be committed in time.
 *
 * Constructing does no I/O and throws `INVALID_ARGUMENT` for options that are wrong or contradict the consumer.
 */
export declare class Drainer<Raw = unknown> {
    #private;
    /** Throws `INVALID_ARGUMENT`; does no I/O. */
    constructor(consumer: StreamConsumer<Raw>, handler: MessageHandler<Raw> | BatchHandler<Raw>, options?: DrainerOptions<Raw>);
    /**
     * Starts fetching and handling. Resolves with the receipt when the drainer was drained and closed; rejects, after it has
     * drained itself, with the error that it cannot go on from (queue missing, permission denied, …). A second call returns
     * the same promise.
     */
    run(): Promise<Receipt>;
    /**
     * Handlers at a time. Raising it above the window raises the window and `maxUnconfirmed` too; lowering it lets what runs end; 0
     * starts nothing new, in a drain neither: with `unstarted: 'finish'` what has not started then waits for the soft deadline, or
     * for a higher concurrency.
     */
    get concurrency(): number;
    set concurrency(value: number);
    /** What happens to messages fetched and not started when a drain begins, defaults filled in. */
    get unstarted(): 'release' | 'finish';
    get state(): DrainerState;
    status(): DrainerStatus;
    /**
     * Ends everything: `quiesce()`, then `close()`. Resolves with the receipt, whatever happened, by the end of its budget;
     * never rejects for what went wrong, only with `INVALID_ARGUMENT` for options that are wrong, and then drains nothing.
     * Idempotent: concurrent calls share one drain. After a drain whose outcome was
     * `failed`, a further call tries again what was not done, with a new budget.
     *
     * Inside a handler, `beforeCommit` or `deadLetter`, call it without awaiting it: the drain waits for them. A call from their
     * synchronous part begins the drain and returns a promise that rejects with `INVALID_ARGUMENT`, rather than one that waits for
     * itself; one that is awaited further in is cut off by the deadlines.
     */
    drain(options?: DrainOptions): Promise<Receipt>;
    /**
     * The first half of a drain: stop fetching, end what runs, commit, release what is left. The consumer stays open, so that
     * other steps can come before `close()`. Shared, bounded and repeatable as `drain()` is. After a quiesce that failed, and once
     * the consumer is being closed, it is that close, and resolves with its receipt.
     */
    quiesce(options?: DrainOptions): Promise<Receipt>;
    /** The second half: leave the group and close the consumer, after a `quiesce()` if there was none. Idempotent. */
    close(options?: DrainOptions): Promise<Receipt>;
    /**
     * Straight to the hard deadline of the drain under way: what still runs is given up, what is finished is committed, and
     * the consumer is closed. Without a drain it starts one.
     */
    escalate(): void;
}
