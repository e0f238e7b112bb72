import type { KafkaMetadata, KafkaProtocol } from './client.js';
/**
 * Partitions by turns over the members, as kafkajs's own `roundRobin`, whose name and format it has: members with either
 * share one group. Written here because a client that is handed in does not carry the package's assigners.
 */
export declare function roundRobin({ cluster }: KafkaMetadata): KafkaProtocol;
