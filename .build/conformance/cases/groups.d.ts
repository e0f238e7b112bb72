import type { ConformanceCase } from '../case.js';
export declare const GROUPS: readonly ConformanceCase[];
