import type { ConformanceCase } from '../case.js';
/** The contract of single calls, where it is easily got wrong. */
export declare const CALLS: readonly ConformanceCase[];
