import type { Capabilities } from '../src/index.js';
import type { CaseContext } from './context.js';
import type { Harness } from './harness.js';
export type Level = 'REQUIRED' | 'RECOMMENDED';
export type Group = 'delivery' | 'settlement' | 'capabilities' | 'poison' | 'order' | 'groups' | 'fencing' | 'stop' | 'faults';
export interface CaseFacts {
    readonly capabilities: Capabilities;
    readonly harness: Harness;
}
/** One thing that must hold of an adapter. */
export interface ConformanceCase {
    /** `group/what-holds`. Never changes once released. */
    readonly id: `${Group}/${string}`;
    readonly level: Level;
    /** Why it cannot be asked of this adapter; undefined: it can. Default: it always can. */
    readonly skip?: (facts: CaseFacts) => string | undefined;
    /** It does things to the server or the network that others would feel: it runs alone, after the others. Default false. */
    readonly alone?: boolean;
    /** One sentence that tells an author what a failure means. */
    readonly failure: string;
    /** Rejects when it does not hold. */
    run(context: CaseContext): Promise<void>;
    /** What is asked instead of an adapter that does not declare what the case needs: that it refuses clearly. */
    readonly refused?: {
        readonly when: (capabilities: Capabilities) => boolean;
        run(context: CaseContext): Promise<void>;
    };
}
export declare function groupOf({ id }: Pick<ConformanceCase, 'id'>): Group;
export type Behaviour = 'pass' | 'fail' | 'refused' | 'skipped';
/** How the consumers of a case closed: the worst of them. */
export type CloseVerdict = 'clean' | 'slow' | 'leaked' | 'hung';
export interface Step {
    readonly atMs: number;
    readonly text: string;
}
export interface CaseResult {
    readonly id: string;
    readonly group: Group;
    readonly level: Level;
    readonly behaviour: Behaviour;
    readonly close: CloseVerdict;
    readonly ms: number;
    /** What was expected and seen, or why it was skipped; empty after a pass. */
    readonly detail: string;
    readonly failure: string;
    readonly story: readonly Step[];
}
/** What one adapter was found to be. */
export interface AdapterReport {
    /** With its variant: `memory/queue`. */
    readonly adapter: string;
    readonly client: string;
    readonly server: string;
    readonly node: string;
    /** ISO 8601. */
    readonly startedAt: string;
    readonly cases: readonly CaseResult[];
}
