import type { Capabilities } from '../../src/consumer.js';
import type { Settings } from './options.js';
/** 12 hours: the longest that SQS keeps one delivery invisible, counted from its receive. */
export declare const MAX_LEASE_MS = 43200000;
export declare function capabilities({ leaseMs, fifo }: Settings): Capabilities;
