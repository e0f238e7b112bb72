import type { Harness } from '../harness.js';
import { type Mutant } from './mutate.js';
/** Those that need no server. */
export declare const MUTANTS: readonly Mutant[];
/** By the server that they share, with how to start it. */
export declare const MUTANTS_ON: Readonly<Record<'kafka', {
    readonly mutants: readonly Mutant[];
    readonly start: () => Promise<Harness>;
}>>;
export interface Verdict {
    readonly mutant: Mutant;
    /** The case named for it has failed. */
    readonly caught: boolean;
    readonly detail: string;
}
/** Runs each mutant through the case that is named for it, on a harness of its own, or on the one given. */
export declare function runMutants(mutants: readonly Mutant[], concurrency: number, onVerdict: (verdict: Verdict) => void, shared?: Harness): Promise<readonly Verdict[]>;
