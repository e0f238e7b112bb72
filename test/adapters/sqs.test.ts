import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SQS, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { sqsConsumer } from '../../adapters/sqs/index.js';
import { SqsServer } from '../support/elasticmq.js';
import { whyNot } from '../support/start-or-skip.js';

const { signal: NEVER } = new AbortController();

let server: SqsServer;
let config: SQSClientConfig;
const skipped = await whyNot('SQS', async () => {
  server = await SqsServer.start();
  config = server.config;
});
after(() => server?.stop());

function real(name: string, test: () => Promise<void>): void {
  it(name, async (t) => (skipped === undefined ? test() : t.skip(skipped)));
}

describe('on a real server', () => {
  real('a queue that is deleted while it is read is NOT_FOUND', async () => {
    const queue = await server.queue();
    const consumer = sqsConsumer(() => new SQS(config), { queue: queue.name });
    assert.deepEqual(await consumer.fetch({ max: 1, waitMs: 0, signal: NEVER }), []);
    await queue.delete();
    await assert.rejects(consumer.fetch({ max: 1, waitMs: 0, signal: NEVER }), { code: 'NOT_FOUND', retryable: false });
    assert.equal((await consumer.close({ signal: NEVER })).clean, true);
  });

  real('system attributes come that were asked for; those that a message is made of always do', async () => {
    const queue = await server.queue();
    for (const [systemAttributes, sender] of [
      [undefined, false],
      [['SenderId'], true],
      [['All'], true],
    ] as const) {
      await queue.publish('x');
      const consumer = sqsConsumer(() => new SQS(config), {
        queue: queue.name,
        ...(systemAttributes === undefined ? {} : { systemAttributes }),
      });
      const [got] = await consumer.fetch({ max: 1, waitMs: 1_000, signal: NEVER });
      assert.ok(got !== undefined);
      assert.equal(got.raw.Attributes?.SenderId !== undefined, sender);
      assert.equal(got.attempt, 1);
      assert.ok((got.publishedAt ?? 0) > 0);
      await consumer.ack([got]);
      await consumer.close({ signal: NEVER });
    }
  });

  real("a poll in whose wait the consumer closes brings nothing away with it; a caller's client stays usable", async () => {
    const queue = await server.queue();
    const client = new SQS({ ...config, md5: false });
    const consumer = sqsConsumer(client, { queue: queue.name, maxPollMs: 2_000 });
    const stop = new AbortController();
    const fetched = consumer.fetch({ max: 10, waitMs: 2_000, signal: stop.signal });
    stop.abort();
    assert.deepEqual(await fetched, []);
    const closed = consumer.close({ signal: NEVER });
    await queue.publish('late');
    assert.equal((await closed).clean, true);
    await queue.untilCounts(1, 0);
    const { Messages } = await client.receiveMessage({ QueueUrl: queue.url });
    assert.equal(Messages?.length, 1);
    client.destroy();
  });

  real('a hundred stops in the middle of polls strand nothing', async () => {
    const stops = 100;
    const queue = await server.queue({ VisibilityTimeout: '600' });
    const texts = Array.from({ length: 10 }, (_, index) => `m${index}`);
    await queue.publish(...texts);
    for (let stop = 0; stop < stops; stop += 1) {
      const consumer = sqsConsumer(() => new SQS({ ...config, md5: false }), { queue: queue.name, leaseMs: 600_000 });
      const controller = new AbortController();
      const fetched = consumer.fetch({ max: 1 + (stop % 30), waitMs: 1_000, signal: controller.signal });
      for (let turn = 0; turn < stop % 7; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      controller.abort();
      await fetched;
      assert.equal((await consumer.close({ signal: NEVER })).clean, true);
    }
    assert.deepEqual(await queue.counts(), [10, 0]);
  });

  real('lag is what waits; what the redrive policy takes away comes no more', async () => {
    const dead = await server.queue();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: await dead.arn(), maxReceiveCount: 2 });
    const queue = await server.queue({ RedrivePolicy });
    await queue.publish('bad');
    const consumer = sqsConsumer(() => new SQS(config), { queue: queue.name });
    assert.deepEqual([...((await consumer.lag?.()) ?? [])], [['', 1]]);
    for (const attempt of [1, 2]) {
      const got = await consumer.fetch({ max: 10, waitMs: 5_000, signal: NEVER });
      assert.deepEqual(
        got.map((message) => [message.text(), message.attempt]),
        [['bad', attempt]],
      );
      assert.deepEqual(await consumer.release?.(got), { failed: [] });
    }
    assert.deepEqual(await consumer.fetch({ max: 10, waitMs: 0, signal: NEVER }), []);
    await dead.untilCounts(1, 0);
    await consumer.close({ signal: NEVER });
  });

  real('a failed message holds its group, and no other', async () => {
    const queue = await server.queue({ FifoQueue: 'true' }, '.fifo');
    const publish = (MessageGroupId: string, index: number): Promise<void> =>
      queue.publish({ MessageBody: `${MessageGroupId}${index}`, MessageGroupId, MessageDeduplicationId: String(index) });
    for (const [index, group] of ['a', 'a', 'b'].entries()) await publish(group, index);
    const consumer = sqsConsumer(() => new SQS(config), { queue: queue.name });
    const first = await consumer.fetch({ max: 10, waitMs: 1_000, signal: NEVER });
    assert.deepEqual(first.map((message) => message.text()).sort(), ['a0', 'a1', 'b2']);
    await consumer.release?.(
      first.filter(({ lane }) => lane === 'a'),
      { delayMs: 2_000 },
    );
    assert.equal((await consumer.ack(first.filter(({ lane }) => lane === 'b'))).confirmed.length, 1);
    await publish('a', 3);
    await publish('b', 4);
    const texts: string[] = [];
    while (texts.length < 4) {
      const [message] = await consumer.fetch({ max: 1, waitMs: 1_000, signal: NEVER });
      if (message === undefined) continue;
      texts.push(message.text());
      await consumer.ack([message]);
    }
    assert.deepEqual(texts, ['b4', 'a0', 'a1', 'a3']);
    await consumer.close({ signal: NEVER });
  });
});
