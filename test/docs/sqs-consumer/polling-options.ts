import assert from 'node:assert/strict';
import { SQS, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { Drainer, openConsumer } from 'tailrace';
import { type SqsMessage, sqsConsumer } from 'tailrace/sqs';
import { Gate, until } from '../../support/until.js';
import { type Call, isStreamError, type RowTests } from './bench.js';
import { recipe } from './programs.js';

const { signal: NEVER } = new AbortController();

const receives = (calls: readonly Call[]): readonly Call[] => calls.filter(({ command }) => command === 'ReceiveMessage');
const waits = (calls: readonly Call[]): readonly unknown[] => receives(calls).map(({ input }) => input.WaitTimeSeconds);

/** Options that say where from, by what client, and how it is polled. */
export const POLLING_OPTIONS: RowTests = {
  queueUrl: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('one', 'two');
    for (const name of [queue.url, queue.name]) {
      const consumer = sqsConsumer(() => bench.client(), { queue: name });
      const [message] = await consumer.fetch({ max: 1, waitMs: 1_000, signal: NEVER });
      assert.ok(message !== undefined);
      await consumer.ack([message]);
      await consumer.close({ signal: NEVER });
    }
    assert.deepEqual(await queue.counts(), [0, 0]);
  },

  attributeNames: async (bench) => {
    const queue = await bench.fifo();
    await queue.publish({ MessageBody: 'a', MessageGroupId: 'g' });
    const consumer = sqsConsumer(() => bench.client(), { queue: queue.name, systemAttributes: ['ApproximateFirstReceiveTimestamp'] });
    const [message] = await consumer.fetch({ max: 1, waitMs: 1_000, signal: NEVER });
    const { Attributes = {} } = message?.raw ?? {};
    assert.deepEqual(
      [message?.attempt, message?.publishedAt, message?.lane, message?.position],
      [1, Number(Attributes.SentTimestamp), 'g', Attributes.SequenceNumber],
    );
    assert.ok(Attributes.ApproximateFirstReceiveTimestamp !== undefined);
    await consumer.close({ signal: NEVER });
  },

  messageSystemAttributeNames: (bench) => POLLING_OPTIONS.attributeNames?.(bench) ?? Promise.reject(new Error('no such test')),

  messageAttributeNames: async (bench) => {
    const queue = await bench.queue();
    const MessageAttributes = {
      trace: { DataType: 'String', StringValue: 't1' },
      size: { DataType: 'Number', StringValue: '7' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
    };
    await queue.publish({ MessageBody: 'a', MessageAttributes });
    const consumer = sqsConsumer(() => bench.client(), { queue: queue.name, keyAttribute: 'trace' });
    const [message] = await consumer.fetch({ max: 1, waitMs: 1_000, signal: NEVER });
    assert.deepEqual({ ...message?.headers }, { trace: 't1', size: '7', raw: new Uint8Array([1, 2]) });
    assert.equal(message?.key, 't1');
    await consumer.close({ signal: NEVER });
  },

  stopped: async (bench) => {
    const queue = await bench.queue();
    // Declared there, and read by nobody.
    assert.equal(bench.theirs(queue, { stopped: false, handleMessage: async (message) => message }).consumer.status.isRunning, false);
    const calls: Call[] = [];
    const drainer = new Drainer(
      sqsConsumer(() => bench.client({}, calls), { queue: queue.name }),
      () => undefined,
    );
    assert.deepEqual([drainer.state, calls.length], ['idle', 0]);
    const end = bench.run(drainer);
    assert.equal(drainer.state, 'running');
    await drainer.drain();
    await end;
  },

  waitTimeSeconds: async (bench) => {
    const queue = await bench.queue();
    const peer = bench.theirs(queue, { handleMessage: async (message) => message });
    peer.consumer.start();
    await until(() => receives(peer.calls).length > 0, 'theirs polls');
    assert.equal(waits(peer.calls)[0], 20);
    const long = { maxPollMs: 20_000, leaseMs: 40_000 };
    for (const [options, seconds] of [
      [{}, 1],
      [{ adapter: long }, 10],
      [{ adapter: long, maxPollMs: 20_000 }, 20],
    ] as const) {
      const own = await bench.queue();
      const { drainer, calls } = bench.ours(own, () => undefined, options);
      await until(() => receives(calls).length > 0, 'ours polls');
      assert.equal(waits(calls)[0], seconds);
      // A stop waits for the poll that is out, which ends by this.
      const drained = drainer.drain();
      await own.publish('end');
      await drained;
    }
  },

  authenticationErrorTimeout: async (bench) => {
    const queue = await bench.queue();
    const options = { handleMessage: async () => undefined, authenticationErrorTimeout: 5 };
    await queue.delete();
    const peer = bench.theirs(queue, options);
    peer.consumer.start();
    await until(() => peer.count('error') === 3, 'theirs goes on');
    assert.equal(peer.consumer.status.isRunning, true);
    const { drainer, end } = bench.ours(queue, () => undefined);
    assert.ok(isStreamError(await end, 'NOT_FOUND'));
    assert.equal(drainer.state, 'closed');

    // No credentials: the same.
    const credentials = async (): Promise<never> => {
      throw Object.assign(new Error('none found'), { name: 'CredentialsProviderError' });
    };
    const anonymous = new Drainer(
      sqsConsumer(() => bench.client({ credentials }), { queue: queue.name }),
      () => undefined,
    );
    assert.ok(isStreamError(await bench.run(anonymous), 'UNAUTHENTICATED'));

    // What may pass is tried again, for as long as it takes.
    const errors: boolean[] = [];
    const nobody = new Drainer(
      sqsConsumer(() => bench.client({ endpoint: 'http://127.0.0.1:1', maxAttempts: 1 }), { queue: queue.name }),
      () => undefined,
      { onError: ({ code, retryable }) => errors.push(code === 'UNAVAILABLE' && retryable) },
    );
    const end2 = bench.run(nobody);
    await until(() => errors.length === 3, 'it has tried three times');
    assert.deepEqual([nobody.state, ...errors], ['running', true, true, true]);
    await nobody.drain();
    await end2;
  },

  pollingWaitTimeMs: async (bench) => {
    const queue = await bench.queue();
    const { drainer, calls } = bench.ours(queue, () => undefined, { maxPollMs: 0 });
    // With polls that do not wait it asks again and again: nothing stands between two receives.
    await until(() => receives(calls).length > 5, 'it has asked again');
    assert.equal(waits(calls)[0], 0);
    await drainer.drain();
  },

  pollingCompleteWaitTimeMs: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('theirs');
    const gate = new Gate();
    const peer = bench.theirs(queue, {
      visibilityTimeout: 600,
      handleMessage: async (message) => {
        await gate.opened;
        return message;
      },
    });
    peer.consumer.start();
    await until(() => peer.count('message_received') === 1, 'theirs handles');
    // By default it waits for nothing.
    peer.consumer.stop();
    assert.deepEqual([peer.count('stopped'), peer.count('message_processed')], [1, 0]);
    gate.open();
    await until(() => peer.count('message_processed') === 1, 'the handler has ended after that');

    await queue.publish('ours');
    const hold = new Gate();
    const { drainer } = bench.ours(queue, () => hold.opened);
    await until(() => drainer.status().running === 1, 'ours handles');
    const drained = drainer.drain();
    assert.equal(drainer.state, 'draining');
    hold.open();
    const receipt = await drained;
    assert.deepEqual([receipt.outcome, receipt.totals.confirmed, receipt.budget.endMs], ['clean', 1, 25_000]);
  },

  sqs: async (bench) => {
    const queue = await bench.queue();
    const wrong = new SQSClient(bench.server.config);
    assert.throws(() => sqsConsumer(wrong as never, { queue: queue.name }), { code: 'INVALID_ARGUMENT' });
    const client = bench.client();
    const consumer = sqsConsumer(client, { queue: queue.name });
    const drainer = new Drainer<SqsMessage>(consumer, () => undefined);
    await queue.publish('a');
    const end = bench.run(drainer);
    await until(() => drainer.status().totals.confirmed === 1, 'it was handled');
    await drainer.drain();
    await end;
    // Whoever made it closes it.
    await client.sendMessage({ QueueUrl: queue.url, MessageBody: 'b' });
    let made = 0;
    const two = sqsConsumer(
      () => {
        made += 1;
        return bench.client();
      },
      { queue: queue.name },
    );
    await two.fetch({ max: 1, waitMs: 1_000, signal: NEVER });
    await two.close({ signal: NEVER });
    assert.equal(made, 2);
    wrong.destroy();
  },

  region: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a');
    const { region, ...config } = bench.server.config;
    const url = `sqs://${String(region)}/${queue.name}?endpoint=${encodeURIComponent(bench.server.url)}`;
    const consumer = await openConsumer(url, { client: config });
    assert.equal((await consumer.fetch({ max: 1, waitMs: 1_000, signal: NEVER })).length, 1);
    await consumer.close({ signal: NEVER });
    await assert.rejects(openConsumer(`sqs:///${queue.name}`), { code: 'INVALID_ARGUMENT' });
  },

  useQueueUrlAsEndpoint: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a');
    const { endpoint: _, ...config } = bench.server.config;
    const silent = (): void => undefined;
    // The SDK warns of what is done here.
    const logger = { debug: silent, info: silent, warn: silent, error: silent };
    const endpointProvider = () => ({ url: new URL(bench.server.url) });
    const fetchBy = async (useQueueUrlAsEndpoint: boolean): Promise<number> => {
      // Made by the consumer, which destroys it.
      const client = () => new SQS({ ...config, md5: false, logger, endpointProvider, useQueueUrlAsEndpoint, maxAttempts: 1 });
      const consumer = sqsConsumer(client, { queue: `http://127.0.0.1:1/000000000000/${queue.name}` });
      try {
        return (await consumer.fetch({ max: 1, waitMs: 1_000, signal: NEVER })).length;
      } finally {
        await consumer.close({ signal: NEVER });
      }
    };
    await assert.rejects(fetchBy(true), { code: 'UNAVAILABLE' });
    assert.equal(await fetchBy(false), 1);
  },

  preReceiveMessageCallback: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a');
    const order: string[] = [];
    const note = (what: string) => async () => void order.push(what);
    // Its parameters' types stand beside it.
    const { clientWithCallbacks } = (await recipe(bench, 'around-receives')) as {
      clientWithCallbacks: (config: SQSClientConfig, before: () => Promise<void>, after: () => Promise<void>) => SQS;
    };
    const sqs = () => clientWithCallbacks(bench.server.config, note('before'), note('after'));
    const drainer = new Drainer<SqsMessage>(sqsConsumer(sqs, { queue: queue.name }), () => order.push('handled'));
    const end = bench.run(drainer);
    await until(() => order.includes('handled'), 'it was handled');
    assert.deepEqual(order.slice(0, 3), ['before', 'after', 'handled']);
    await drainer.drain();
    await end;
  },

  postReceiveMessageCallback: (bench) => POLLING_OPTIONS.preReceiveMessageCallback?.(bench) ?? Promise.reject(new Error('no such test')),

  extendedAWSErrors: async (bench) => {
    const queue = await bench.queue();
    await queue.delete();
    const { end, errors } = bench.ours(queue, () => undefined);
    assert.ok(isStreamError(await end, 'NOT_FOUND'));
    const cause = errors[0]?.error.cause as { readonly $metadata?: { readonly httpStatusCode?: number }; readonly $fault?: string };
    assert.deepEqual([cause.$metadata?.httpStatusCode, cause.$fault], [400, 'client']);
  },
};
