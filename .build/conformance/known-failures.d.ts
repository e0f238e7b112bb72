import type { AdapterReport, CaseResult } from './case.js';
/** A case that an adapter is known to fail, reviewed. */
export interface KnownFailure {
    readonly id: string;
    /** Why, and until when. */
    readonly reason: string;
}
/** By adapter, as reports name it: `nats`, `memory/queue`. Empty lists are left out. */
export type KnownFailures = Readonly<Record<string, readonly KnownFailure[]>>;
export interface Judgement {
    /** REQUIRED cases that failed, or whose consumers leaked or hung, and that nobody knew of. */
    readonly failed: readonly CaseResult[];
    /** RECOMMENDED ones of the same kind: told, and no failure of the run. */
    readonly weak: readonly CaseResult[];
    /** Known to fail, and passed: the list is out of date. */
    readonly passedUnexpectedly: readonly KnownFailure[];
    /** Listed, and no case has this id, or it is REQUIRED and this is a release. */
    readonly notAllowed: readonly KnownFailure[];
}
/**
 * Judges a report by what is known to fail. A case that was not run is judged by nothing: neither `only` nor `level` makes a list
 * out of date.
 */
export declare function judge(report: AdapterReport, known?: KnownFailures, { release }?: {
    readonly release?: boolean;
}): Judgement;
export declare function isAcceptable({ failed, passedUnexpectedly, notAllowed }: Judgement): boolean;
/** From a file's text. Throws a `TypeError` that says what is wrong with it. */
export declare function parseKnownFailures(text: string): KnownFailures;
