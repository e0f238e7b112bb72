import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { open, type SqsMessage, sqsConsumer } from '../../adapters/sqs/index.js';
import type { Message } from '../../src/index.js';
import { bringing, client, message } from '../support/sqs.js';
import { anyValue, assertTyped, chance, ODD_ERRORS, SEED } from './support.js';

/** The SQS adapter before a server that answers anything: typed errors or correct behaviour, and nothing is called done that is not. */

const { signal: NEVER } = new AbortController();
const ANY = chance(1_000, 50_000);

/** What a client's promise settles with. */
type Answer = { readonly value: unknown } | { readonly thrown: () => unknown };

const sound = (id: string): SqsMessage =>
  message(id, { Attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'g', SequenceNumber: '1' } });

const ids = fc.constantFrom('a', 'b', 'c', 'd');
const oddFields = fc.record(
  {
    MessageId: anyValue(),
    ReceiptHandle: anyValue(),
    Body: anyValue(),
    MD5OfBody: anyValue(),
    Attributes: fc.oneof(
      anyValue(),
      fc.dictionary(fc.constantFrom('ApproximateReceiveCount', 'SentTimestamp', 'MessageGroupId'), anyValue()),
    ),
    MessageAttributes: fc.oneof(anyValue(), fc.dictionary(fc.string(), anyValue())),
  },
  { requiredKeys: [] },
);
const oneMessage = fc.oneof(
  { weight: 4, arbitrary: ids.map(sound) },
  { weight: 2, arbitrary: fc.tuple(ids, oddFields).map(([id, odd]) => ({ ...sound(id), ...odd })) },
  { weight: 1, arbitrary: anyValue() },
);
// Made when it is thrown: some cannot be looked at, not even by fast-check.
const thrown = fc.oneof(
  anyValue().map((value) => () => value),
  fc.constantFrom(...ODD_ERRORS),
);
const answer = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Answer> =>
  fc.oneof(
    { weight: 6, arbitrary: value.map((each) => ({ value: each })) },
    { weight: 1, arbitrary: anyValue().map((each) => ({ value: each })) },
    { weight: 1, arbitrary: thrown.map((each) => ({ thrown: each })) },
  );
const received = answer(fc.oneof(fc.array(oneMessage, { maxLength: 12 }), anyValue()).map((Messages) => ({ Messages })));
const entryId = fc.oneof(fc.nat(12).map(String), anyValue());
const entries = fc.oneof(
  fc.array(fc.oneof(fc.record({ Id: entryId, Code: anyValue(), Message: anyValue(), SenderFault: anyValue() }), anyValue()), {
    maxLength: 12,
  }),
  anyValue(),
);
const settled = answer(fc.record({ Successful: entries, Failed: entries }, { requiredKeys: [] }));

async function give(given: Answer | undefined, otherwise: unknown): Promise<never> {
  if (given === undefined) return otherwise as never;
  if ('thrown' in given) throw given.thrown();
  return given.value as never;
}

/** What the last answer says was done of the entries of its call. */
function saidDone(given: Answer, count: number): Set<number> {
  const { Successful, Failed } = Object('value' in given ? given.value : {}) as { Successful?: unknown; Failed?: unknown };
  const named = (list: unknown): unknown[] => (Array.isArray(list) ? list.map((entry) => Object(entry).Id) : []);
  const failed = named(Failed);
  const all = Array.from({ length: count }, (_, index) => index);
  return new Set(all.filter((index) => named(Successful).includes(String(index)) && !failed.includes(String(index))));
}

describe(`sqs: what a server answers, seed ${SEED}`, () => {
  test('a receive brings sound messages or a typed error; a close always ends', async () => {
    await fc.assert(
      fc.asyncProperty(received, settled, fc.boolean(), async (first, visibility, fifo) => {
        const answers = [first];
        const odd = client({ receiveMessage: () => give(answers.shift(), {}), changeMessageVisibilityBatch: () => give(visibility, {}) });
        const consumer = sqsConsumer(odd, { queue: fifo ? 'q.fifo' : 'q', keyAttribute: 'k' });
        const got = await consumer.fetch({ max: 10, waitMs: 0, signal: NEVER }).catch((error: unknown) => {
          assertTyped(error);
          return [];
        });
        for (const message of got) readAll(message);
        await consumer.extend?.(got).catch(assertTyped);
        await consumer.release?.(got).catch(assertTyped);
        const { unconfirmed } = await consumer.close({ signal: NEVER });
        assert.deepEqual(unconfirmed, []);
      }),
      ANY,
    );
  });

  test('an ack is confirmed only where the answer says so', async () => {
    const names = fc.uniqueArray(ids, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(names, settled, async (brought, deleted) => {
        const odd = client({ ...bringing(...brought.map(sound)), deleteMessageBatch: () => give(deleted, {}) });
        const consumer = sqsConsumer(odd, { queue: 'q' });
        const got: Message[] = await consumer.fetch({ max: 10, waitMs: 0, signal: NEVER });
        assert.equal(got.length, brought.length);
        const done = saidDone(deleted, got.length);
        await consumer.ack(got as Message<SqsMessage>[]).then(({ confirmed, recorded, failed }) => {
          assert.deepEqual(recorded, []);
          for (const message of confirmed) assert.ok(done.has(got.indexOf(message)), `${message.id} was confirmed`);
          for (const { error } of failed) assertTyped(error);
          assert.deepEqual(
            [...confirmed, ...failed.map(({ message }) => message)].map(({ id }) => id).sort(),
            got.map(({ id }) => id).sort(),
          );
        }, assertTyped);
        await consumer.close({ signal: NEVER });
      }),
      ANY,
    );
  });

  test('URLs', async () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('eu-west-1', 'q', 'q.fifo', '123456789012', 'k:s@eu-west-1', 'leaseMs=2000', '%', '?', '&'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
        const consumer = await open(`sqs://${parts.join('/')}`).catch(assertTyped);
        await consumer?.close({ signal: NEVER });
      }),
      ANY,
    );
  });
});

/** Everything that a handler may look at. */
function readAll(message: Message): void {
  assert.equal(typeof message.id, 'string');
  assert.ok(message.body instanceof Uint8Array);
  assert.ok(message.key === undefined || typeof message.key === 'string');
  assert.ok(message.attempt === undefined || Number.isSafeInteger(message.attempt));
  assert.ok(message.publishedAt === undefined || Number.isFinite(message.publishedAt));
  assert.ok(message.lane === undefined || typeof message.lane === 'string');
  for (const value of Object.values(message.headers)) assert.ok(typeof value === 'string' || value instanceof Uint8Array);
}
