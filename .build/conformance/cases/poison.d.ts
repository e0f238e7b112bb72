import type { ConformanceCase } from '../case.js';
export declare const POISON: readonly ConformanceCase[];
