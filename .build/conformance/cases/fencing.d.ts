import type { ConformanceCase } from '../case.js';
export declare const FENCING: readonly ConformanceCase[];
