import type { PhaseName } from '../../src/index.js';
export declare const PHASES: readonly PhaseName[];
/** What is done to a worker, to the server or to the network. */
export type Action = 'term' | 'kill' | 'stop' | 'phase' | 'restart' | 'cut' | 'slow' | 'crash';
export declare const ACTIONS: readonly Action[];
/** How many rounds of each. */
export type Mix = Readonly<Record<Action, number>>;
/** `phase` goes through the phases in turn, so these are each phase three times. A crash of the server is asked for by name. */
export declare const FULL: Mix;
export interface Round {
    /** From 1. */
    readonly n: number;
    readonly action: Action;
    /** Which of the workers, from 0. */
    readonly worker: number;
    /** How long before it the workers are left alone, ms. */
    readonly waitMs: number;
    /** With `phase`: which one, and how long after its begin the worker dies. */
    readonly phase?: PhaseName;
    readonly afterMs?: number;
    /** With `stop`, how long beyond the lease; with `cut` and `slow`, for how long; ms. */
    readonly forMs?: number;
    /** With `slow`: each way, ms. */
    readonly latencyMs?: number;
}
/** The same rounds for the same arguments, in an order of chance. Actions that are not possible are left out. */
export declare function planRounds(mix: Mix, seed: number, workers: number, phases?: readonly PhaseName[]): Round[];
/** A mix of about this many rounds, in the proportions of the full one, each of its actions at least once. */
export declare function mixOf(rounds: number): Mix;
