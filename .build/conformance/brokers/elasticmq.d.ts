import type { Broker } from './process.js';
export interface ElasticMqOptions {
    /** Keeps queues and messages in a database of its own, so that a restart finds them again; slower. Default: in memory only. */
    readonly persistent?: boolean;
}
/**
 * Starts ElasticMQ on loopback with the limits of SQS. Its `url` is the endpoint. With `TAILRACE_SQS=https://…` in the environment
 * that endpoint is used instead.
 */
export declare function startElasticMq({ persistent }?: ElasticMqOptions): Promise<Broker>;
