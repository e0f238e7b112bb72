import { test } from 'node:test';
import type { NatsConnection as Native3 } from '@nats-io/transport-node';
import type { NatsConnection as Native2 } from 'nats';
import { type NatsConnection, natsConsumer } from '../../adapters/nats/index.js';

/** Compiles only if `T` is assignable to what the adapter takes. */
type Assignable<T extends NatsConnection> = T;
type Both = [Assignable<Native2>, Assignable<Native3>];

test('the connections of both client families are assignable to what the adapter takes', () => {
  // What this test asserts is that it compiles: with the types above, and with a factory of either family.
  const factories: [() => Promise<Both[0]>, () => Promise<Both[1]>] = [
    () => Promise.reject(new Error()),
    () => Promise.reject(new Error()),
  ];
  for (const factory of factories) natsConsumer(factory, { stream: 's', durable: 'd' });
});
