/**
 * What this adapter uses of a NATS connection, written by hand so that the package depends on no client. The
 * `NatsConnection` of `nats` 2.x and that of `@nats-io/transport-node` 3.x (and of any other `@nats-io/nats-core`
 * transport) are both assignable to it; a type test holds that.
 */
export {};
