import type { Mutant } from './mutate.js';
/**
 * The Kafka adapter on kafkajs, broken on purpose where Kafka is treacherous: its broker takes nearly any commit of a member, also
 * for partitions that are another's by now, and takes any number as an offset.
 */
export declare const KAFKA: readonly Mutant[];
