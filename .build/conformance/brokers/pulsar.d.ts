import type { Broker } from './process.js';
/**
 * Starts Pulsar standalone on loopback; needs `java` (17 or later), and `mvn` the first time, which brings 245 MB. Its `url` is
 * `pulsar://host:port`. With `TAILRACE_PULSAR=pulsar://…` in the environment that server is used instead.
 */
export declare function startPulsar(): Promise<Broker>;
