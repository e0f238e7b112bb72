import assert from 'node:assert/strict';
import { Drainer, type Message, type StreamConsumer } from 'tailrace';
import { type SqsMessage, sqsConsumer } from 'tailrace/sqs';
import { Gate, until } from '../../support/until.js';
import { type Call, type RowTests, untilAborted } from './bench.js';
import { recipe } from './programs.js';

const { signal: NEVER } = new AbortController();

/** The visibility timeouts, in seconds, that were set on messages that had been received. */
function visibilities(calls: readonly Call[]): number[] {
  return calls
    .filter(({ command }) => command.startsWith('ChangeMessageVisibility'))
    .flatMap(({ input }) => (input.Entries ?? [input]) as readonly { readonly VisibilityTimeout: number }[])
    .map(({ VisibilityTimeout }) => VisibilityTimeout);
}

const deletes = (calls: readonly Call[]): number => calls.filter(({ command }) => command.startsWith('DeleteMessage')).length;

/** Options that say how messages are handled and settled, and when they come again. */
export const HANDLING_OPTIONS: RowTests = {
  handleMessage: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a', 'b');
    const seen: unknown[] = [];
    const { drainer, errors } = bench.ours(queue, async (message) => {
      seen.push([message.text(), message.raw.Body, message.id === message.raw.MessageId]);
      // What it returns is not looked at; that it threw is.
      if (message.text() === 'b') throw new Error('not this one');
      return undefined;
    });
    await until(() => errors.length === 1, 'the one that throws was given up');
    const { totals } = await drainer.drain();
    assert.deepEqual(seen[0], ['a', 'a', true]);
    assert.equal(totals.confirmed, 1);
    assert.equal(totals.released, 1);
  },

  handleMessageBatch: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a', 'b', 'c');
    const sizes: number[] = [];
    const { drainer, errors } = bench.ours(
      queue,
      {
        batch: async (messages) => {
          sizes.push(messages.length);
          return messages.filter((message) => message.text() === 'b').map((message) => ({ message, error: new Error('not b') }));
        },
        maxBatch: 10,
      },
      { retry: { attempts: 1 } },
    );
    await until(() => errors.length === 1 && drainer.status().totals.confirmed === 2, 'two were acked and one given up');
    assert.equal(errors[0]?.context.message?.text(), 'b');
    assert.ok(Math.max(...sizes) > 1, `calls of ${sizes.join()}`);
    await drainer.drain();

    // One that throws is called again with each alone.
    const thrown = await bench.queue();
    await thrown.publish('a', 'b', 'c');
    const calls: string[] = [];
    const handle = {
      batch: async (messages: readonly Message[]) => {
        calls.push(messages.map((message) => message.text()).join('+'));
        if (messages.some((message) => message.text() === 'b')) throw new Error('not b');
      },
      maxBatch: 10,
    };
    const alone = bench.ours(thrown, handle, { retry: { attempts: 2, minDelayMs: 1 } });
    await until(() => alone.errors.length === 1 && alone.drainer.status().totals.confirmed === 2, 'b was given up, the others acked');
    assert.ok(calls.includes('b'), calls.join());
    await alone.drainer.drain();

    // A handler that is left as it was answers with the messages that are done: here that is a failure of them all.
    const other = await bench.queue();
    await other.publish('a');
    const asItWas = { batch: async (messages: readonly unknown[]) => messages as never };
    const unchanged = bench.ours(other, asItWas, { retry: { attempts: 1 } });
    await until(() => unchanged.errors.length > 0, 'the old answer was refused');
    const { totals } = await unchanged.drainer.drain();
    assert.equal(totals.confirmed, 0);
    await other.untilCounts(1, 0);
  },

  batchSize: async (bench) => {
    const queue = await bench.queue();
    await queue.publish(...Array.from({ length: 12 }, (_, index) => `m${index}`));
    const slow = new Gate();
    const peerDone: string[] = [];
    const peer = bench.theirs(queue, {
      batchSize: 6,
      waitTimeSeconds: 1,
      visibilityTimeout: 600,
      handleMessage: async (message) => {
        if (peerDone.length === 0) peerDone.push('');
        else return message;
        await slow.opened;
        return message;
      },
    });
    peer.consumer.start();
    await until(() => peer.count('message_processed') === 5, 'theirs has handled five beside the slow one');
    // The slow one holds up the next receive.
    assert.equal(peer.calls.filter(({ command }) => command === 'ReceiveMessage').length, 1);
    peer.consumer.stop();
    slow.open();
    await until(() => peer.count('response_processed') === 1, 'theirs has ended');

    const hold = new Gate();
    let begun = 0;
    const { drainer } = bench.ours(
      queue,
      async () => {
        begun += 1;
        if (begun === 1) await hold.opened;
      },
      { concurrency: 2 },
    );
    await until(() => drainer.status().totals.confirmed === 5, 'all others were handled beside the slow one');
    assert.equal(drainer.status().running, 1);
    hold.open();
    await drainer.drain();
    assert.deepEqual(await queue.counts(), [0, 0]);
  },

  visibilityTimeout: async (bench) => {
    const queue = await bench.queue({ VisibilityTimeout: '3' });
    const peer = bench.theirs(queue, { handleMessage: async (message) => message });
    const own = bench.ours(queue, () => undefined);
    const longer = bench.ours(queue, () => undefined, { adapter: { leaseMs: 600_000 } });
    peer.consumer.start();
    const asked = (calls: readonly Call[]): unknown => calls.find(({ command }) => command === 'ReceiveMessage')?.input;
    await until(() => [peer, own, longer].every(({ calls }) => asked(calls) !== undefined), 'all have polled');
    const timeout = (calls: readonly Call[]): unknown => (asked(calls) as { VisibilityTimeout?: unknown }).VisibilityTimeout;
    assert.deepEqual(
      [peer, own, longer].map(({ calls }) => timeout(calls)),
      [undefined, 30, 600],
    );
  },

  heartbeatInterval: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('long');
    const gate = new Gate();
    let begun = 0;
    const handler = async (): Promise<void> => {
      begun += 1;
      await gate.opened;
    };
    const { drainer, calls } = bench.ours(queue, handler, { adapter: { leaseMs: 2_000 } });
    await until(() => visibilities(calls).length === 3, 'its lease was extended three times, beyond its own length');
    assert.deepEqual(visibilities(calls), [2, 2, 2]);
    const drained = drainer.drain();
    await until(() => visibilities(calls).length === 4, 'it is extended in a drain too');
    gate.open();
    const { totals } = await drained;
    assert.deepEqual([begun, totals.confirmed], [1, 1]);
  },

  terminateVisibilityTimeout: async (bench) => {
    const fails = async (): Promise<never> => {
      throw new Error('no');
    };
    const [now, later, kept] = [await bench.queue(), await bench.queue(), await bench.queue()];
    await Promise.all([now, later, kept].map((queue) => queue.publish('bad')));
    // true: back at once.
    const atOnce = bench.ours(now, fails, { retry: { attempts: 1, minDelayMs: 0 } });
    await until(() => atOnce.errors.length > 2, 'it came again and again');
    assert.deepEqual(new Set(visibilities(atOnce.calls)), new Set([0]));
    // A number.
    const delayed = bench.ours(later, fails, { retry: { attempts: 1, minDelayMs: 600_000, jitter: 0 } });
    await until(() => visibilities(delayed.calls).length > 0, 'it was given back');
    assert.deepEqual(visibilities(delayed.calls), [600]);
    await later.untilCounts(0, 1);
    // Theirs by default: hidden until the end of the visibility timeout, and no call is made.
    const peer = bench.theirs(kept, { handleMessage: fails, visibilityTimeout: 600 });
    peer.consumer.start();
    await until(() => peer.count('response_processed') === 1, 'it has failed there');
    assert.deepEqual(visibilities(peer.calls), []);
    assert.deepEqual(await kept.counts(), [0, 1]);

    // The function: by how often the message has come.
    const calls: Call[] = [];
    const grows = await bench.queue();
    await grows.publish('bad');
    const consumer = sqsConsumer(() => bench.client({}, calls), { queue: grows.name });
    // Its parameters' types stand beside it.
    const { releaseAfter } = (await recipe(bench, 'delay-by-attempt')) as {
      releaseAfter: (consumer: StreamConsumer<SqsMessage>, delayMsOf: (attempt: number) => number) => void;
    };
    releaseAfter(consumer, (attempt) => attempt * 1_000);
    const drainer = new Drainer(consumer, fails, { retry: { attempts: 1 } });
    const end = bench.run(drainer);
    await until(() => visibilities(calls).length === 2, 'it has failed twice');
    assert.deepEqual(visibilities(calls), [1, 2]);
    await drainer.drain();
    await end;
  },

  handleMessageTimeout: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('hangs');
    const { drainer, errors } = bench.ours(queue, () => untilAborted(AbortSignal.timeout(20)), { retry: { attempts: 1 } });
    await until(() => errors.length === 1, 'it was given up');
    assert.equal((errors[0]?.error.cause as Error | undefined)?.name, 'TimeoutError');
    assert.equal((await drainer.drain()).totals.released, 1);

    // Nothing bounds a handler that does not look at it, except the end of a drain.
    const other = await bench.queue();
    await other.publish('hangs');
    const hung = bench.ours(other, () => new Promise(() => undefined), { budget: { totalMs: 400 } });
    await until(() => hung.drainer.status().running === 1, 'it runs');
    const receipt = await hung.drainer.drain();
    assert.equal(receipt.outcome, 'forced');
    assert.deepEqual(
      receipt.held.groups.map(({ handler, settlement }) => [handler, settlement]),
      [['cut-off', 'lapsing']],
    );
  },

  shouldDeleteMessages: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('look', 'at', 'me');
    const consumer = sqsConsumer(() => bench.client(), { queue: queue.name });
    const texts = new Set<string>();
    while (texts.size < 3) {
      for (const message of await consumer.fetch({ max: 10, waitMs: 1_000, signal: NEVER })) texts.add(message.text());
    }
    await queue.untilCounts(0, 3);
    await consumer.close({ signal: NEVER });
    assert.deepEqual(await queue.counts(), [3, 0]);
  },

  alwaysAcknowledge: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a');
    const peer = bench.theirs(queue, { handleMessage: async () => undefined, visibilityTimeout: 1, waitTimeSeconds: 1 });
    peer.consumer.start();
    await until(() => peer.count('message_received') === 2, 'theirs got it again: what returns undefined is not deleted');
    peer.consumer.stop();
    assert.equal(deletes(peer.calls), 0);
    await queue.untilCounts(1, 0);
    const { drainer } = bench.ours(queue, async () => undefined);
    await until(() => drainer.status().totals.confirmed === 1, 'ours has deleted it');
    await drainer.drain();
    await queue.untilCounts(0, 0);
  },

  strictReturn: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('null', 'undefined', 'object', 'array');
    const answers: Record<string, unknown> = { null: null, undefined: undefined, object: {}, array: [] };
    const { drainer, errors } = bench.ours(queue, async (message) => answers[message.text()]);
    await until(() => drainer.status().totals.confirmed === 4, 'all were acked, whatever was returned');
    await drainer.drain();
    assert.deepEqual(errors, []);
  },

  suppressFifoWarning: async (bench) => {
    const queue = await bench.fifo();
    const groups = ['a', 'b', 'c'];
    const publish = (numbers: readonly number[]): Promise<void> =>
      queue.publish(...groups.flatMap((group) => numbers.map((n) => ({ MessageBody: `${group}${n}`, MessageGroupId: group }))));
    await publish([0, 1, 2]);
    const order = new Map<string, string[]>();
    let failures = 0;
    const { drainer } = bench.ours(queue, async (message) => {
      if (message.text() === 'b4') throw new Error('for good');
      // Its group waits for it.
      if (message.text() === 'b0' && failures++ === 0) throw new Error('once');
      const { lane = '' } = message;
      order.set(lane, [...(order.get(lane) ?? []), message.text()]);
    });
    await until(() => drainer.status().totals.confirmed === 9, 'all were acked');
    // One that fails for good stops its group, and the others go on.
    await publish([3, 4, 5]);
    await until(() => drainer.status().totals.confirmed === 9 + 7 && drainer.status().stoppedLanes.length === 1, 'what can be acked is');
    assert.deepEqual(drainer.status().stoppedLanes, ['b']);
    await drainer.drain();
    assert.deepEqual(
      groups.map((group) => order.get(group)?.join()),
      ['a0,a1,a2,a3,a4,a5', 'b0,b1,b2,b3', 'c0,c1,c2,c3,c4,c5'],
    );
    await queue.untilCounts(2, 0);
    // Or it goes back, and the rest of its group with it.
    const back = bench.ours(queue, () => Promise.reject(new Error('no')), {
      onExhausted: 'release',
      retry: { attempts: 1, minDelayMs: 0 },
    });
    await until(() => back.drainer.status().totals.released > 2, 'they came again');
    assert.deepEqual(back.drainer.status().stoppedLanes, []);
    const others = back.errors.filter(({ context }) => context.message?.text() !== 'b4');
    assert.deepEqual(others, []);
  },
};
