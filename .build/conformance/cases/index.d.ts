import type { ConformanceCase } from '../case.js';
/** All cases, in the order of the report. */
export declare const CASES: readonly ConformanceCase[];
