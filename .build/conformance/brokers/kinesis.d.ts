import type { Broker } from './process.js';
/**
 * Starts kinesis-mock on loopback: right about the ends of shards, resharding and enhanced fan-out; slow when a shard is full. It
 * keeps streams in memory. Its `url` is the endpoint. With `TAILRACE_KINESIS=https://…` that endpoint is used instead.
 */
export declare function startKinesisMock(): Promise<Broker>;
/** Starts kinesalite on loopback: fast; it knows neither child shards nor enhanced fan-out. In memory. */
export declare function startKinesalite(): Promise<Broker>;
