import type { DeployResult } from './deploy.js';
/** The partitions of each deploy over the same time: where a row is red, nothing of that partition was handled. */
export declare function picture(results: readonly DeployResult[]): string;
