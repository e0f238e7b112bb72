import type { Harness } from '../harness.js';
export interface KafkaHarnessOptions {
    /** Consumers reach the server through a proxy, so that the network can be cut and slowed. Default true. */
    readonly proxy?: boolean;
    /** Which client the adapter uses. Default `kafkajs`. */
    readonly client?: 'kafkajs' | 'confluent';
    /** Three nodes, each behind a proxy, of which `crash` kills one. Default false. */
    readonly cluster?: boolean;
}
/** A harness on a Kafka of its own, or on the one that `TAILRACE_KAFKA` names, which is not restarted. */
export declare function startKafkaHarness(options?: KafkaHarnessOptions): Promise<Harness>;
