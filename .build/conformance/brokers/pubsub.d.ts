import type { Broker } from './process.js';
/**
 * Starts pstest, a Pub/Sub server of Google's Go client, on loopback; needs `go` the first time. It keeps topics in memory. Its
 * `url` is `host:port`, without TLS. With `PUBSUB_EMULATOR_HOST` in the environment, as the official emulator sets it, that one
 * is used instead.
 */
export declare function startPubSub(): Promise<Broker>;
