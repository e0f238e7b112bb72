import type { Capabilities } from '../../src/consumer.js';
import type { Settings } from './options.js';
/** 30 days. The server counts delays in ns; this stays far within what a JSON number holds exactly. */
export declare const MAX_DELAY_MS = 2592000000;
export declare function capabilities({ leaseMs, confirm, cursor, exclusive }: Settings): Capabilities;
