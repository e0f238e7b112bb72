import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SQS, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { open, type SqsClient, type SqsMessage, type SqsOptions, sqsConsumer } from '../../adapters/sqs/index.js';
import { type ProxyLink, startToxiproxy, type Toxiproxy } from '../../conformance/brokers/toxiproxy.js';
import type { Message, StreamConsumer } from '../../src/index.js';
import { type Queue, SqsServer } from '../support/elasticmq.js';
import { bringing, message, client as stub } from '../support/sqs.js';
import { whyNot } from '../support/start-or-skip.js';
import { until } from '../support/until.js';

/** What was found by trying to make the adapter lose, strand or repeat a message, or say what is not so. */

const { signal: NEVER } = new AbortController();
const NOW = { max: 10, waitMs: 0, signal: NEVER };
/** Attributes of a queue that hides for longer than any test takes. */
const HIDES = { VisibilityTimeout: '600' };

let server: SqsServer;
let config: SQSClientConfig;
let toxiproxy: Toxiproxy;
const skipped = await whyNot('SQS', async () => {
  server = await SqsServer.start();
  config = server.config;
  toxiproxy = await startToxiproxy();
});
after(async () => {
  await toxiproxy?.stop();
  await server?.stop();
});

/** On a server. */
function real(name: string, test: () => Promise<void>, ours = false): void {
  it(name, async (t) => {
    if (skipped !== undefined) return t.skip(skipped);
    if (ours && !server.isOwn) return t.skip('a server of our own is behind the proxy');
    return test();
  });
}

/** On a server that nobody else uses. */
const onOurs = (name: string, test: () => Promise<void>): void => real(name, test, true);

/** A consumer behind the proxy, and what can be done to its connection. */
async function behindProxy(
  queue: Queue,
  options: Partial<SqsOptions> = {},
): Promise<{ consumer: StreamConsumer<SqsMessage>; link: ProxyLink }> {
  const link = await toxiproxy.link(new URL(server.url).host);
  const make = (): SqsClient => new SQS({ ...config, endpoint: `http://${link.host}:${link.port}`, md5: false });
  return { link, consumer: sqsConsumer(make, { queue: queue.name, ...options }) };
}

/** One that a consumer may destroy. */
const client = (answers: Partial<SqsClient>): SqsClient => stub({ destroy: () => {}, ...answers });

describe('calls for one message that overlap', () => {
  real('two acks of it at once are both answered as one', async () => {
    const queue = await server.queue(HIDES);
    await queue.publish('x');
    const consumer = sqsConsumer(() => new SQS(config), { queue: queue.name });
    const got = await consumer.fetch({ ...NOW, waitMs: 5_000 });
    assert.equal(got.length, 1);
    for (const { confirmed, failed } of await Promise.all([consumer.ack(got), consumer.ack(got), consumer.ack(got)])) {
      assert.deepEqual([confirmed, failed], [got, []]);
    }
    assert.deepEqual((await consumer.ack(got)).confirmed, got);
    assert.equal((await consumer.close({ signal: NEVER })).clean, true);
  });

  real('an extension that finds it deleted does not make it lost', async () => {
    const queue = await server.queue(HIDES);
    await queue.publish('x');
    const sqs = new SQS({ ...config, md5: false });
    let deleted: (() => void) | undefined;
    let refused = false;
    const held = client({
      receiveMessage: (input, options) => sqs.receiveMessage(input, options),
      getQueueUrl: (input, options) => sqs.getQueueUrl(input, options),
      changeMessageVisibilityBatch: async (input, options) => {
        const answer = await sqs.changeMessageVisibilityBatch(input, options);
        refused = answer.Failed?.length === 1;
        return answer;
      },
      // Done at the server, and the answer on its way.
      deleteMessageBatch: async (input, options) => {
        const answer = await sqs.deleteMessageBatch(input, options);
        await new Promise<void>((resolve) => {
          deleted = resolve;
        });
        return answer;
      },
    });
    const consumer = sqsConsumer(held, { queue: queue.name });
    const got = await consumer.fetch({ ...NOW, waitMs: 5_000 });
    const acked = consumer.ack(got);
    await until(() => deleted !== undefined, 'it is deleted');
    const extended = consumer.extend?.(got);
    await until(() => refused, 'the extension is refused');
    deleted?.();
    assert.deepEqual((await acked).confirmed, got);
    assert.deepEqual(await extended, { failed: [] });
    assert.deepEqual((await consumer.ack(got)).confirmed, got);
    await consumer.close({ signal: NEVER });
    sqs.destroy();
  });

  real('an extension that is under way does not hide it from everyone once it is released', async () => {
    const queue = await server.queue(HIDES);
    await queue.publish('x');
    const consumer = sqsConsumer(() => new SQS({ ...config, md5: false }), { queue: queue.name });
    for (let round = 0; round < 20; round += 1) {
      const got = await consumer.fetch({ ...NOW, waitMs: 5_000 });
      assert.equal(got.length, 1);
      const [first, second] = round % 2 === 0 ? (['release', 'extend'] as const) : (['extend', 'release'] as const);
      await Promise.all([consumer[first]?.(got), consumer[second]?.(got)]);
      assert.deepEqual(await queue.counts(), [1, 0], `round ${round}: ${first}, ${second}`);
    }
    await consumer.close({ signal: NEVER });
  });

  it('what is being released is not acked', async () => {
    const order: string[] = [];
    let answer: (() => void) | undefined;
    const consumer = sqsConsumer(
      client({
        ...bringing(message('a')),
        changeMessageVisibilityBatch: async ({ Entries }) => {
          order.push('visible');
          await new Promise<void>((resolve) => {
            answer = resolve;
          });
          return { Successful: Entries };
        },
        deleteMessageBatch: async ({ Entries }) => {
          order.push('deleted');
          return { Successful: Entries };
        },
      }),
      { queue: 'q' },
    );
    const got = await consumer.fetch(NOW);
    const released = consumer.release?.(got);
    const acked = consumer.ack(got);
    await until(() => answer !== undefined, 'the release is out');
    answer?.();
    assert.deepEqual(await released, { failed: [] });
    assert.deepEqual(
      (await acked).failed.map(({ error }) => error.code),
      ['LEASE_LOST'],
    );
    assert.deepEqual(order, ['visible']);
    await consumer.close({ signal: NEVER });
  });
});

describe('polls', () => {
  onOurs('one that the SDK had to make again is not cut in its wait', async () => {
    const queue = await server.queue(HIDES);
    const { consumer, link } = await behindProxy(queue, { maxPollMs: 3_000, answerMs: 300 });
    assert.deepEqual(await consumer.fetch(NOW), []);
    const sentAt = performance.now();
    const stop = new AbortController();
    const fetched = consumer.fetch({ max: 1, waitMs: 3_000, signal: stop.signal });
    fetched.catch(() => undefined);
    await until(() => performance.now() > sentAt + 1_500, 'the middle of the poll');
    await link.cut();
    await link.heal();
    // Its wait is over, the second one's is not.
    await until(() => performance.now() > sentAt + 3_500, 'the end of its wait');
    await queue.publish('x');
    stop.abort();
    await fetched.catch(() => undefined);
    await consumer.close({ signal: NEVER });
    assert.deepEqual(await queue.counts(), [1, 0]);
  });

  onOurs('in a FIFO queue an answer that is lost with its connection comes to the second try', async () => {
    const queue = await server.queue({ ...HIDES, FifoQueue: 'true' }, '.fifo');
    const { consumer, link } = await behindProxy(queue);
    assert.deepEqual(await consumer.fetch(NOW), []);
    await queue.publish({ MessageBody: 'x', MessageGroupId: 'g', MessageDeduplicationId: '1' });
    await link.slow({ latencyMs: 1_000 });
    const fetched = consumer.fetch({ max: 1, waitMs: 1_000, signal: NEVER });
    await queue.untilCounts(0, 1); // And the answer is on its way.
    await link.cut();
    await link.heal();
    const got = await fetched;
    assert.equal(got.length, 1);
    assert.deepEqual((await consumer.ack(got)).confirmed, got);
    await consumer.close({ signal: NEVER });
    assert.deepEqual(await queue.counts(), [0, 0]);
  });

  it('a fetch does not wait for an older poll that waits longer than it does', async () => {
    let answer: ((messages: SqsMessage[]) => void) | undefined;
    const consumer = sqsConsumer(
      client({
        receiveMessage: () =>
          new Promise((resolve) => {
            answer = (Messages) => resolve({ Messages });
          }),
      }),
      { queue: 'q', maxPollMs: 20_000, leaseMs: 60_000 },
    );
    const stop = new AbortController();
    const first = consumer.fetch({ max: 5, waitMs: 20_000, signal: stop.signal });
    await until(() => answer !== undefined, 'the poll is out');
    stop.abort();
    assert.deepEqual(await first, []);
    const bound = new AbortController();
    const timer = setTimeout(() => bound.abort(), 5_000);
    assert.deepEqual(await consumer.fetch({ max: 5, waitMs: 10, signal: bound.signal }), []);
    clearTimeout(timer);
    assert.equal(bound.signal.aborted, false, 'it ended by itself');
    answer?.([message('late')]);
    assert.equal((await consumer.fetch({ max: 5, waitMs: 1_000, signal: NEVER })).length, 1);
    await consumer.close({ signal: NEVER });
  });

  it('a fetch that does not wait has the answer of its own receive, however late', async () => {
    const answers: ((messages: SqsMessage[]) => void)[] = [];
    const consumer = sqsConsumer(
      client({ receiveMessage: () => new Promise((resolve) => answers.push((Messages) => resolve({ Messages }))) }),
      { queue: 'q' },
    );
    const stop = new AbortController();
    const first = consumer.fetch({ max: 1, waitMs: 1_000, signal: stop.signal });
    await until(() => answers.length === 1, 'the poll is out');
    stop.abort();
    await first;
    const fetched = consumer.fetch(NOW);
    await until(() => answers.length === 2, 'its own receive is out');
    // The older one ends, and brings nothing.
    answers[0]?.([]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    answers[1]?.([message('a')]);
    assert.equal((await fetched).length, 1);
    await consumer.close({ signal: NEVER });
  });

  it('a close after a receive without an answer is not clean: nobody knows what it was to bring', async () => {
    for (const [name, clean] of [
      ['TimeoutError', false],
      ['ThrottlingException', true],
    ] as const) {
      let cut: ((error: Error) => void) | undefined;
      const receiveMessage = () => new Promise<never>((_, reject) => (cut = reject));
      const consumer = sqsConsumer(client({ receiveMessage }), { queue: 'q' });
      const stop = new AbortController();
      const fetched = consumer.fetch({ max: 1, waitMs: 1_000, signal: stop.signal });
      await until(() => cut !== undefined, 'the poll is out');
      stop.abort();
      assert.deepEqual(await fetched, []);
      const closed = consumer.close({ signal: NEVER });
      cut?.(Object.assign(new Error('no'), { name }));
      assert.equal((await closed).clean, clean, name);
    }
  });

  it('in a FIFO queue what follows a message that cannot be handed out in its group is not handed out before it', async () => {
    const inGroup = (id: string, MessageGroupId: string, more: SqsMessage = {}): SqsMessage =>
      message(id, { Attributes: { MessageGroupId, SequenceNumber: id }, ...more });
    const visible: (string | undefined)[] = [];
    const consumer = sqsConsumer(
      client({
        ...bringing(inGroup('1', 'a'), inGroup('2', 'a', { Body: 'corrupted' }), inGroup('3', 'a'), inGroup('4', 'b'), inGroup('5', 'a')),
        changeMessageVisibilityBatch: async ({ Entries }) => {
          visible.push(...Entries.map(({ ReceiptHandle }) => ReceiptHandle));
          return { Successful: Entries };
        },
      }),
      { queue: 'q.fifo' },
    );
    const got = await consumer.fetch(NOW);
    assert.deepEqual(
      got.map(({ id }) => id),
      ['1', '4'],
    );
    await until(() => visible.length === 2, 'the others are given back');
    assert.deepEqual(visible, ['handle of 5', 'handle of 3']);
    await consumer.ack(got);
    await consumer.close({ signal: NEVER });
  });
});

describe('leases that end', () => {
  it('an ack that waited behind others until its lease was over is not sent', async () => {
    const deleted: string[] = [];
    let free: (() => void) | undefined;
    const consumer = sqsConsumer(
      client({
        ...bringing(message('a'), message('b')),
        deleteMessageBatch: async ({ Entries }) => {
          deleted.push(...Entries.map(({ ReceiptHandle }) => ReceiptHandle));
          await new Promise<void>((resolve) => {
            free = resolve;
          });
          return { Successful: Entries };
        },
      }),
      { queue: 'q', leaseMs: 2_000, maxDeletes: 1 },
    );
    const [a, b] = await consumer.fetch(NOW);
    assert.ok(a !== undefined && b !== undefined);
    const first = consumer.ack([a]);
    await until(() => free !== undefined, 'the first delete is out');
    const second = consumer.ack([b]);
    await until(() => performance.now() > (b.lease?.until ?? 0), 'the lease is over');
    free?.();
    // When the server did it is not known: someone else may have had it by then.
    for (const { confirmed, failed } of [await first, await second]) {
      assert.deepEqual([confirmed.length, failed[0]?.error.code], [0, 'LEASE_LOST']);
    }
    assert.deepEqual(deleted, ['handle of a']);
    await consumer.close({ signal: NEVER });
  });

  it('messages that lapsed, and that nobody told it of, are not kept', async () => {
    let made = 0;
    const receiveMessage: SqsClient['receiveMessage'] = async () => ({
      Messages: Array.from({ length: 10 }, () => {
        made += 1;
        return message(`m${made}`);
      }),
    });
    const consumer = sqsConsumer(client({ receiveMessage }), { queue: 'q', leaseMs: 2_000 });
    const lapsing: WeakRef<Message>[] = [];
    let endsAt = 0;
    // A function of its own, whose frame holds none of them afterwards.
    const fetchSome = async (): Promise<void> => {
      for (const each of await consumer.fetch(NOW)) {
        endsAt = each.lease?.until ?? 0;
        lapsing.push(new WeakRef(each));
      }
    };
    for (let round = 0; round < 100; round += 1) await fetchSome();
    await until(() => performance.now() > endsAt, 'their leases are over');
    for (let round = 0; round < 200; round += 1) await consumer.fetch(NOW);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    await until(() => {
      collect();
      return lapsing.every((each) => each.deref() === undefined);
    }, 'they are collected');
    await consumer.close({ signal: NEVER });
  });

  it('what came again and was acked meanwhile is deleted by close, not given to the next consumer', async () => {
    const settled: string[] = [];
    const again: ((messages: SqsMessage[]) => void)[] = [];
    const consumer = sqsConsumer(
      client({
        receiveMessage: ({ WaitTimeSeconds }) =>
          WaitTimeSeconds === 0
            ? Promise.resolve({ Messages: [message('a')] })
            : new Promise((resolve) => again.push((Messages) => resolve({ Messages }))),
        changeMessageVisibilityBatch: async ({ Entries }) => {
          settled.push(...Entries.map(({ ReceiptHandle }) => `visible: ${ReceiptHandle}`));
          return { Successful: Entries };
        },
        deleteMessageBatch: async ({ Entries }) => {
          settled.push(...Entries.map(({ ReceiptHandle }) => `deleted: ${ReceiptHandle}`));
          return { Successful: Entries };
        },
      }),
      { queue: 'q' },
    );
    const got = await consumer.fetch(NOW);
    const stop = new AbortController();
    const fetched = consumer.fetch({ max: 10, waitMs: 1_000, signal: stop.signal });
    await until(() => again.length === 1, 'the poll is out');
    await consumer.ack(got);
    stop.abort();
    await fetched;
    const closed = consumer.close({ signal: NEVER });
    again[0]?.([message('a', { ReceiptHandle: 'second' })]);
    assert.equal((await closed).clean, true);
    assert.deepEqual(settled, ['deleted: handle of a', 'deleted: second']);
  });
});

describe('clients and options', () => {
  it('a function that threw is called again by the next fetch', async () => {
    let calls = 0;
    const consumer = sqsConsumer(
      () => {
        calls += 1;
        if (calls === 1) throw new Error('not yet');
        return client(bringing(message('a')));
      },
      { queue: 'q' },
    );
    await assert.rejects(consumer.fetch(NOW), /not yet/);
    assert.equal((await consumer.fetch(NOW)).length, 1);
    await consumer.close({ signal: NEVER });
  });

  it('options behind a # are refused, not ignored', async () => {
    await assert.rejects(open('sqs://eu-west-1/q#?leaseMs=60000'), { code: 'INVALID_ARGUMENT' });
  });

  it('what was taken for a queue is not repeated with its secret', async () => {
    for (const given of ['sqs://AKID:hunter2@eu-west-1/q', 'HTTPS://AKID:hunter2@sqs.example/1/q', 'https://:hunter2@sqs.example/1/q']) {
      assert.throws(
        () => sqsConsumer(client({}), { queue: given }),
        (error: Error) => !error.message.includes('hunter2'),
        given,
      );
    }
  });

  it('the canonical string in which a server repeats the session token is left out of errors', async () => {
    const said = "The request signature does not match.\n\nThe Canonical String should have been\n'POST\nx-amz-security-token:hunter2\n'";
    const refused = Object.assign(new Error(said), { name: 'SignatureDoesNotMatch' });
    const consumer = sqsConsumer(client({ receiveMessage: () => Promise.reject(refused) }), { queue: 'q' });
    await assert.rejects(
      consumer.fetch(NOW),
      (error: Error) => !error.message.includes('hunter2') && error.message.includes('does not match'),
    );
    await consumer.close({ signal: NEVER });
  });
});
