import { test } from 'node:test';
import { sqsConsumer } from '../../adapters/sqs/index.js';
test("the SDK's aggregated client is assignable to what the adapter takes", () => {
    // What this test asserts is that it compiles: with the type above, and with a factory.
    const factory = () => Promise.reject(new Error());
    sqsConsumer(factory, { queue: 'q' });
});
