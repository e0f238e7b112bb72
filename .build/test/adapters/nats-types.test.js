import { test } from 'node:test';
import { natsConsumer } from '../../adapters/nats/index.js';
test('the connections of both client families are assignable to what the adapter takes', () => {
    // What this test asserts is that it compiles: with the types above, and with a factory of either family.
    const factories = [
        () => Promise.reject(new Error()),
        () => Promise.reject(new Error()),
    ];
    for (const factory of factories)
        natsConsumer(factory, { stream: 's', durable: 'd' });
});
