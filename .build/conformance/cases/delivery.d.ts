import type { ConformanceCase } from '../case.js';
export declare const DELIVERY: readonly ConformanceCase[];
