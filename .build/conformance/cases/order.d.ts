import type { ConformanceCase } from '../case.js';
export declare const ORDER: readonly ConformanceCase[];
