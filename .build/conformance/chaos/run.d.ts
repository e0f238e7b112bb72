import type { PhaseName } from '../../src/index.js';
import type { Harness } from '../harness.js';
import { type ChaosResult, type RoundResult } from './result.js';
import { type Mix } from './rounds.js';
export interface ChaosOptions {
    readonly harness: Harness;
    readonly mix: Mix;
    /** Default 1. */
    readonly seed?: number;
    /** Worker processes at a time. Default 3. */
    readonly workers?: number;
    /** The most messages a second. Default 1,000. */
    readonly rate?: number;
    /** The lease of the channel, ms. Default 2,000, or the shortest that the system can if that is longer. */
    readonly leaseMs?: number;
    /** The whole of each drain, ms. Default 10,000. */
    readonly budgetMs?: number;
    /** Where the rounds of the action `phase` kill. Default: each phase in turn. */
    readonly phases?: readonly PhaseName[];
    /** Keeps the histories in this folder. Default: a temporary one, removed at the end. */
    readonly keep?: string;
    readonly onRound?: (round: RoundResult, planned: number) => void;
    readonly onProgress?: (text: string) => void;
}
/** Real processes on a real broker under load, disturbed again and again, and the judgement of what they wrote down. */
export declare function runChaos(options: ChaosOptions): Promise<ChaosResult>;
