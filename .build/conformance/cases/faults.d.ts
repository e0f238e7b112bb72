import type { ConformanceCase } from '../case.js';
export declare const FAULTS: readonly ConformanceCase[];
