import type { Capabilities } from '../../src/consumer.js';
export declare const CAPABILITIES: Capabilities;
/** librdkafka moves only the lanes that have to move. */
export declare const COOPERATIVE: Capabilities;
