/**
 * NATS JetStream, over `@nats-io/transport-node` 3.x or `nats` 2.x.
 *
 * @module tailrace/nats
 */
import type { StreamConsumer } from '../../src/consumer.js';
import type { NatsMsg, NatsSource } from './client.js';
import { type NatsOptions } from './options.js';
export type { NatsConnection, NatsHeaders, NatsMsg, NatsSource, NatsSubscribeOptions, NatsSubscription } from './client.js';
export type { NatsOpenOptions } from './open.js';
export { open } from './open.js';
export type { NatsCreateOptions, NatsOptions } from './options.js';
/**
 * Consumes a JetStream pull consumer.
 *
 * `connection` is a NatsConnection of `@nats-io/transport-node` 3.x or of `nats` 2.x, which stays the caller's; or a
 * function that makes one, which the consumer then closes, and calls again should that connection end for good.
 *
 * Does no I/O. Throws INVALID_ARGUMENT for an option that is wrong, UNSUPPORTED for a core NATS subscription.
 */
export declare function natsConsumer(connection: NatsSource, options: NatsOptions): StreamConsumer<NatsMsg>;
