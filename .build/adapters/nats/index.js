import { NatsConsumer } from './consumer.js';
import { settings } from './options.js';
export { open } from './open.js';
/**
 * Consumes a JetStream pull consumer.
 *
 * `connection` is a NatsConnection of `@nats-io/transport-node` 3.x or of `nats` 2.x, which stays the caller's; or a
 * function that makes one, which the consumer then closes, and calls again should that connection end for good.
 *
 * Does no I/O. Throws INVALID_ARGUMENT for an option that is wrong, UNSUPPORTED for a core NATS subscription.
 */
export function natsConsumer(connection, options) {
    return new NatsConsumer(connection, settings(options));
}
