import type { ErrorCode } from './errors.js';
/** What the handler did with a message. */
export type HandlerOutcome = 
/** It returned. */
'succeeded'
/** It threw, and no attempt was left or the drain left no time for one. */
 | 'failed'
/** It still ran when the drain gave it up. */
 | 'cut-off'
/** It was never called. */
 | 'never-started';
/** How the broker was told. */
export type Settlement = 
/** Acked, and the broker said so. */
'confirmed'
/** Acked, and the broker does not answer (`ackConfirmed: false`). */
 | 'sent'
/** Acked, and not confirmed when the consumer closed: behind unfinished work, or the last commit failed. */
 | 'recorded'
/** Given back: by a release, or because the cursor stays before it. */
 | 'released'
/** Moved to a dead-letter destination. */
 | 'dead-lettered'
/** Neither acked nor released: the broker gives it to someone when its lease ends. */
 | 'lapsing'
/** Its lane or lease was taken away before it could be settled. */
 | 'lost';
/** Messages of one lane that follow each other in order of delivery. Holes in the positions are not of this lane's delivery. */
export interface ReceiptRange {
    readonly lane: string;
    readonly first: string | number;
    readonly last: string | number;
    readonly count: number;
}
/** Messages that share both facts. */
export interface ReceiptGroup {
    readonly handler: HandlerOutcome;
    readonly settlement: Settlement;
    readonly count: number;
    /** Where messages have lanes and positions. */
    readonly ranges?: readonly ReceiptRange[];
    /** Otherwise: their ids, at most {@link RECEIPT_IDS}; `count` says how many there were. */
    readonly ids?: readonly string[];
}
/** The most ids, and the most ranges, that one group of a receipt lists. */
export declare const RECEIPT_IDS = 1000;
export type PhaseName = 'stop-fetch' | 'in-flight' | 'before-commit' | 'commit' | 'release' | 'close';
export interface ReceiptPhase {
    readonly name: PhaseName;
    /** ms since the drain began. */
    readonly startMs: number;
    readonly durationMs: number;
    /** `timed-out`: its bound was reached and the drain went on without it. `skipped`: nothing to do, or done by an earlier try. */
    readonly outcome: 'done' | 'timed-out' | 'failed' | 'skipped';
}
export type MarkName = 'soft-deadline' | 'hard-deadline' | 'escalated';
export interface ReceiptError {
    readonly phase: PhaseName | 'running';
    readonly code: ErrorCode;
    readonly message: string;
}
/** A point of the drain's progress, sampled while it ran. */
export interface ReceiptSample {
    /** ms since the drain began. */
    readonly atMs: number;
    readonly running: number;
    readonly unstarted: number;
    /** Finished, and the broker has not confirmed it yet. */
    readonly unconfirmed: number;
}
/** Counts over the drainer's whole life, the drain included. */
export interface ReceiptTotals {
    /** Messages that fetch brought, each delivery counted. */
    readonly delivered: number;
    readonly succeeded: number;
    /** Messages given up after their last attempt. */
    readonly failed: number;
    /** Handler calls beyond the first of each delivery. */
    readonly retries: number;
    /** Skipped because a dedup store knew them, and acked. */
    readonly deduplicated: number;
    /**
     * Came again while held or just finished: the newer delivery was adopted, no second handler started. One that took the place
     * of an older delivery settles with it; one that only needed its ack settles by itself. So what is settled lies between
     * `delivered` − `adopted` and `delivered`.
     */
    readonly adopted: number;
    readonly confirmed: number;
    readonly sent: number;
    readonly recorded: number;
    readonly released: number;
    readonly deadLettered: number;
    readonly lapsing: number;
    readonly lost: number;
}
/**
 * The outcome of a drain, as plain data: what `JSON.stringify` prints is the whole of it. It agrees with the broker's own
 * state: what it calls confirmed is not delivered again, what it calls released is.
 */
export interface Receipt {
    readonly version: 1;
    readonly adapter: string;
    /** What was consumed, without credentials. */
    readonly source: string;
    /** What started it: a signal's name, `drain()`, `fetch failed`, … */
    readonly reason: string;
    /**
     * `clean`: every handler that started has ended, everything finished is settled, the consumer closed in order.
     * `forced`: something was cut off or left at a deadline. `failed`: a step threw; `drain()` may be called again.
     */
    readonly outcome: 'clean' | 'forced' | 'failed';
    /** ISO 8601, by the wall clock. */
    readonly startedAt: string;
    readonly durationMs: number;
    /** The deadlines it worked with, ms since its begin. */
    readonly budget: {
        readonly softMs: number;
        readonly hardMs: number;
        readonly endMs: number;
    };
    readonly phases: readonly ReceiptPhase[];
    readonly marks: readonly {
        readonly name: MarkName;
        readonly atMs: number;
    }[];
    readonly samples: readonly ReceiptSample[];
    /** What it held when the drain began or received while it stopped: two facts each. */
    readonly held: {
        readonly count: number;
        readonly groups: readonly ReceiptGroup[];
    };
    readonly totals: ReceiptTotals;
    readonly errors: readonly ReceiptError[];
}
