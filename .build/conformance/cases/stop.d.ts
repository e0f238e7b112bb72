import type { ConformanceCase } from '../case.js';
export declare const STOP: readonly ConformanceCase[];
