import type { AdapterReport, CaseResult } from '../case.js';
/** One table a group: a row for each case, a column for each adapter. */
export declare function renderMarkdown(reports: readonly AdapterReport[]): string;
export declare function resultOf({ cases }: AdapterReport, id: string): CaseResult | undefined;
/** The ids of all cases that any of them has, by group, in their order. */
export declare function groupsOf(reports: readonly AdapterReport[]): ReadonlyMap<string, readonly string[]>;
