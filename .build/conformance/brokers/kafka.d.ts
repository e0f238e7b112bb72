import { type Broker } from './process.js';
/** Several nodes of one cluster. */
export interface KafkaCluster {
    /** Where clients connect to: `host:port`, by commas. */
    readonly url: string;
    readonly version: string;
    readonly nodes: readonly Broker[];
    /** Ends all nodes and removes what they wrote. Idempotent. */
    stop(): Promise<void>;
}
export interface KafkaServerOptions {
    /**
     * Makes a second way to the server: is given the address of a listener, and returns the one by which clients reach it. Clients
     * that come that way are sent that way for everything else.
     */
    readonly proxied?: (address: string) => Promise<string>;
    /**
     * Users and their passwords, by SASL PLAIN. The server's `url` is then the listener that they come by, and everything that the
     * first of them, who may do all, has not allowed is refused to the others.
     */
    readonly users?: Readonly<Record<string, string>>;
    /** Added to `server.properties`, by Kafka's own names. */
    readonly properties?: Readonly<Record<string, string | number | boolean>>;
}
/**
 * Starts Kafka, one node, on loopback, and resolves when groups can be joined. Its `url` is `host:port`. With
 * `TAILRACE_KAFKA=host:port,…` in the environment that cluster is used instead, and can be neither restarted nor killed.
 */
export declare function startKafka(options?: KafkaServerOptions): Promise<Broker>;
/** Starts a cluster on loopback. Topics and groups have a copy on each node; two of three must be up. `proxied` is asked for each node. */
export declare function startKafkaCluster(nodes?: number, options?: Pick<KafkaServerOptions, 'proxied' | 'properties'>): Promise<KafkaCluster>;
