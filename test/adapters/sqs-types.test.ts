import { test } from 'node:test';
import type { SQS } from '@aws-sdk/client-sqs';
import { type SqsClient, sqsConsumer } from '../../adapters/sqs/index.js';

/** Compiles only if `T` is assignable to what the adapter takes. */
type Assignable<T extends SqsClient> = T;

test("the SDK's aggregated client is assignable to what the adapter takes", () => {
  // What this test asserts is that it compiles: with the type above, and with a factory.
  const factory: () => Promise<Assignable<SQS>> = () => Promise.reject(new Error());
  sqsConsumer(factory, { queue: 'q' });
});
