import type { ConformanceCase } from '../case.js';
/** What a drainer owes its handlers and hooks, on any adapter. */
export declare const HANDLING: readonly ConformanceCase[];
