import type { ConformanceCase } from '../case.js';
export declare const CAPABILITIES: readonly ConformanceCase[];
