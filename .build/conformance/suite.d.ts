import { type AdapterReport, type CaseResult, type ConformanceCase, type Level } from './case.js';
import { type MakeDrainer } from './context.js';
import type { Harness } from './harness.js';
export interface ConformanceOptions {
    /** Only cases whose id begins with one of these. Default: all. */
    readonly only?: readonly string[];
    /** `REQUIRED` leaves out the recommended ones. Default: all. */
    readonly level?: Level;
    /** Cases that run side by side. Default 8. */
    readonly concurrency?: number;
    /** Makes the drainers of cases that have one, to judge another than ours. */
    readonly makeDrainer?: MakeDrainer;
    /** Told of each case as it ends. */
    readonly onCase?: (result: CaseResult) => void;
}
export declare function selectCases({ only, level }?: Pick<ConformanceOptions, 'only' | 'level'>): readonly ConformanceCase[];
/**
 * Runs the cases against one adapter, side by side, those that hurt the server alone at the end. Never rejects because a case
 * fails; rejects when the harness cannot even make a channel.
 */
export declare function runConformance(harness: Harness, options?: ConformanceOptions): Promise<AdapterReport>;
/** `node:test`, vitest and jest all have a function of this form. */
export type TestFunction = (name: string, run: () => Promise<void>) => unknown;
/**
 * Registers each case as a test of the caller's own runner. The first test that runs starts the harness and all cases, side by side;
 * each waits for its own. What cannot be asked of the adapter passes: use {@link runConformance} for a report. To run a few cases give
 * `only`, not the runner's filter. The harness is stopped when all cases have ended.
 */
export declare function registerConformance(test: TestFunction, name: string, start: () => Promise<Harness>, options?: ConformanceOptions): void;
export declare function isGood({ behaviour, close }: CaseResult): boolean;
export declare function storyOf({ story }: CaseResult): string;
