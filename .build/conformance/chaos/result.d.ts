import type { PhaseName, Receipt } from '../../src/index.js';
import type { Load } from './history.js';
import type { Action } from './rounds.js';
/** What was wrong, as a word. The first nine are the checker's, out of the histories; the rest the runner saw itself. */
export type AnomalyKind = 'lost' | 'duplicated' | 'acked-but-redelivered' | 'reordered' | 'skipped' | 'receipt-disagrees' | 'overlapping' | 'late-start'
/** Acked before its handler had succeeded or its output was out. */
 | 'acked-too-early'
/** The exit code of a drain was not 0. */
 | 'exit-code'
/** A drain went on beyond its budget. */
 | 'over-budget'
/** A worker ended that nobody had ended, or did not go on after a fault was over. */
 | 'stuck';
export interface Anomaly {
    readonly kind: AnomalyKind;
    readonly text: string;
    /** Numbers of messages, where it is about some; at most 20 of them. */
    readonly messages: readonly number[];
    /** When, ms since the run began; undefined where it is about the end. */
    readonly atMs?: number;
    readonly worker?: string;
}
/** Why a message was handled twice. */
export type Cause = 'kill' | 'stop' | 'restart' | 'crash' | 'cut' | 'slow' | 'lease-lapsed' | 'lane-lost' | 'hard-deadline';
/** Something that was done to a worker, or to all of them, on the system's monotonic clock, ms. */
export interface Fault {
    readonly kind: 'kill' | 'stop' | 'restart' | 'crash' | 'cut' | 'slow';
    /** Undefined: all. */
    readonly worker?: string;
    readonly from: number;
    readonly to: number;
}
export interface Explained {
    readonly message: number;
    readonly cause: Cause;
    /** When that began, ms since the run did. */
    readonly atMs: number;
    /** Who had handled it first, and who again. */
    readonly first: string;
    readonly again: string;
}
export interface RoundResult {
    readonly n: number;
    readonly action: Action;
    readonly phase?: PhaseName;
    readonly worker: string;
    /** ISO 8601. */
    readonly at: string;
    /** Since the run began. */
    readonly atMs: number;
    /** More than 1 when a try did not count: the worker had nothing started, nothing unstarted or nothing failing just then. */
    readonly tries: number;
    readonly exitCode?: number | null;
    readonly signal?: string | null;
    /** From the signal to the end of the process. */
    readonly drainMs?: number;
    /** The receipt's, or `killed`, `went on`, `failed`. */
    readonly outcome: string;
    readonly load?: Load;
    readonly held?: number;
    readonly totals?: Receipt['totals'];
}
export interface Totals {
    readonly published: number;
    /** Of these the broker never said that it has them: they may be there or not. */
    readonly uncertain: number;
    readonly handled: number;
    readonly deliveries: number;
    readonly lost: number;
    /** Successes beyond the first of each message. */
    readonly duplicates: number;
    /** Those of them that something excuses, each with what it was. */
    readonly explained: readonly Explained[];
    readonly anomalies: readonly Anomaly[];
}
export interface Percentiles {
    readonly count: number;
    readonly p50: number;
    readonly p99: number;
    readonly max: number;
}
export interface ChaosResult {
    readonly adapter: string;
    readonly client: string;
    readonly server: string;
    readonly node: string;
    readonly seed: number;
    readonly startedAt: string;
    readonly durationMs: number;
    readonly workers: number;
    readonly leaseMs: number | undefined;
    /** The budget of each drain. */
    readonly budgetMs: number;
    /** Actions that the harness cannot do. */
    readonly skipped: readonly Action[];
    readonly rounds: readonly RoundResult[];
    readonly totals: Totals;
    /** From SIGTERM to the end of the process, ms; drains that were left to end. */
    readonly drain: Percentiles;
}
export declare function percentiles(values: readonly number[]): Percentiles;
