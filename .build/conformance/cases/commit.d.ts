import type { ConformanceCase } from '../case.js';
/** What stands between the handlers' end and the consumer's close. */
export declare const COMMIT: readonly ConformanceCase[];
