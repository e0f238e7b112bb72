import assert from 'node:assert/strict';
import type { Queue } from '../../support/elasticmq.js';
import { Gate, until } from '../../support/until.js';
import type { Bench, RowTests } from './bench.js';
import { program, startProgram } from './programs.js';
import { Relay } from './relay.js';

const WAIT = /^ *pollingCompleteWaitTimeMs: .*\n/m;
const NOT_WAITING = program('before').replace(WAIT, '');
/** Than the poll that is out. */
const WAITING_FOR_LESS = program('before').replace(WAIT, '  pollingCompleteWaitTimeMs: 1,\n');

/** Whole programs that get SIGTERM in a long poll; then something is published. What became of it when the process was gone. */
async function stoppedInPoll(bench: Bench, queue: Queue, code: string): Promise<void> {
  const running = await startProgram(bench, queue, code);
  await running.relay.untilSeen('ReceiveMessage', 1);
  running.child.kill('SIGTERM');
  if (code.includes('tailrace')) await until(running.isToldToStop, 'the drain has begun', 30_000);
  else await running.exited;
  await queue.publish('late');
  const { code: exit, stderr } = await running.exited;
  assert.equal(exit, 0, stderr);
  assert.deepEqual(running.handled(), []);
}

/** Headings of `What is different` whose facts the tests of these rows show. */
export const SHOWN_BY_ROWS: Readonly<Record<string, readonly string[]>> = {
  'What a handler returns': ['handleMessage', 'handleMessageBatch', 'alwaysAcknowledge', 'strictReturn'],
  'A slow message beside others': ['batchSize'],
};

/** The other headings, each with a test of its own. */
export const DIFFERENCES: RowTests = {
  'A stop while handlers run': async (bench) => {
    const left: [string, number, number, number][] = [];
    for (const [name, code] of [
      ['theirs, not told to wait', NOT_WAITING],
      ['ours', program('after')],
    ] as const) {
      const queue = await bench.queue();
      await queue.publish('order 1', 'order 2');
      const running = await startProgram(bench, queue, code, { HOLD: '1' });
      await until(() => running.started().length === 2, 'both are being handled', 30_000);
      running.child.kill('SIGTERM');
      const { code: exit, stderr } = await running.exited;
      assert.equal(exit, 0, stderr);
      left.push([name, running.handled().length, ...(await queue.counts())]);
    }
    assert.deepEqual(left, [
      ['theirs, not told to wait', 0, 0, 2],
      ['ours', 2, 0, 0],
    ]);
  },

  'A stop in a long poll': async (bench) => {
    // In the process: what the poll brings is handled after `stopped`.
    const queue = await bench.queue();
    const peer = bench.theirs(queue, { handleMessage: async (message) => message });
    peer.consumer.start();
    await until(() => peer.calls.length === 1, 'theirs polls');
    peer.consumer.stop();
    assert.equal(peer.count('stopped'), 1);
    await queue.publish('late');
    await until(() => peer.count('message_processed') === 1, 'it was handled all the same');
    // A process that ends with `stopped` leaves its poll behind, and the server answers it.
    for (const code of [NOT_WAITING, WAITING_FOR_LESS]) {
      const theirs = await bench.queue();
      await stoppedInPoll(bench, theirs, code);
      await theirs.untilCounts(0, 1);
    }
    const ours = await bench.queue();
    await stoppedInPoll(bench, ours, program('after'));
    await ours.untilCounts(1, 0);
  },

  'An abort': async (bench) => {
    const queue = await bench.queue();
    await queue.publish('done');
    const gate = new Gate();
    const handleMessage = async <T>(message: T): Promise<T> => {
      await gate.opened;
      return message;
    };
    const peer = bench.theirs(queue, { handleMessage, visibilityTimeout: 600 });
    peer.consumer.start();
    await until(() => peer.count('message_received') === 1, 'theirs handles');
    peer.consumer.stop({ abort: true });
    gate.open();
    await until(() => peer.count('error') === 1, 'its delete has failed');
    assert.match(peer.errors[0]?.message ?? '', /SQS delete message failed/);
    // Handled, and it comes again.
    assert.deepEqual([peer.count('message_processed'), ...(await queue.counts())], [0, 0, 1]);

    // A receive that is cancelled gets a message all the same.
    const other = await bench.queue();
    const relay = await Relay.start(bench.server.url);
    bench.defer(() => relay.stop());
    const polling = bench.theirs(other, { handleMessage, sqs: bench.client({ endpoint: relay.url }), visibilityTimeout: 600 });
    polling.consumer.start();
    await relay.untilSeen('ReceiveMessage', 1);
    polling.consumer.stop({ abort: true });
    await until(() => !polling.consumer.status.isPolling, 'its receive was cancelled');
    await other.publish('late');
    await other.untilCounts(0, 1);
    assert.equal(polling.count('message_received'), 0);
  },

  'A delete that fails for some of a batch': async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a', 'b');
    const peer = bench.theirs(queue, {
      batchSize: 2,
      visibilityTimeout: 600,
      handleMessageBatch: async (messages) => {
        // Its own delete comes too late for the server.
        await queue.deleteMessage(messages[0]?.ReceiptHandle ?? '');
        return messages;
      },
    });
    peer.consumer.start();
    await until(() => peer.count('message_processed') === 2, 'theirs calls both processed');
    assert.deepEqual(peer.errors, []);
    peer.consumer.stop({ abort: true });

    const other = await bench.queue();
    await other.publish('a', 'b');
    const { drainer, errors } = bench.ours(other, async (message) => {
      if (message.text() === 'a') await other.deleteMessage(String(message.delivery));
    });
    await until(() => errors.length === 1 && drainer.status().totals.confirmed === 1, 'one is told');
    assert.deepEqual([errors[0]?.error.code, errors[0]?.context.during, errors[0]?.context.message?.text()], ['LEASE_LOST', 'ack', 'a']);
    assert.equal(drainer.status().totals.lost, 1);
  },

  'A message that fails': async (bench) => {
    const dead = await bench.queue();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: await dead.arn(), maxReceiveCount: 3 });
    const calls: Record<string, number> = {};
    const fails = (whose: string) => async (): Promise<never> => {
      calls[whose] = (calls[whose] ?? 0) + 1;
      throw new Error('no');
    };
    const queue = await bench.queue({ RedrivePolicy });
    await queue.publish('bad');
    const peer = bench.theirs(queue, { handleMessage: fails('theirs'), terminateVisibilityTimeout: true });
    peer.consumer.start();
    await dead.untilCounts(1, 0);
    peer.consumer.stop({ abort: true });

    const other = await bench.queue({ RedrivePolicy });
    await other.publish('bad');
    bench.ours(other, fails('ours'), { retry: { minDelayMs: 0 } });
    await dead.untilCounts(2, 0);
    const once = await bench.queue({ RedrivePolicy });
    await once.publish('bad');
    bench.ours(once, fails('ours, one attempt'), { retry: { minDelayMs: 0, attempts: 1 } });
    await dead.untilCounts(3, 0);
    assert.deepEqual(calls, { theirs: 3, ours: 9, 'ours, one attempt': 3 });
  },

  'A message that takes long': async (bench) => {
    const queue = await bench.queue();
    await queue.publish('long');
    const gate = new Gate();
    const started: string[] = [];
    const options = {
      visibilityTimeout: 1,
      waitTimeSeconds: 1,
      handleMessage: async <T>(message: T): Promise<T> => {
        started.push('');
        await gate.opened;
        return message;
      },
    };
    const [one, other] = [bench.theirs(queue, options), bench.theirs(queue, options)];
    one.consumer.start();
    other.consumer.start();
    await until(() => started.length === 2, 'both handle the same message');
    gate.open();
    await until(() => one.count('response_processed') + other.count('response_processed') === 2, 'both have ended');
  },

  'A FIFO queue': async (bench) => {
    const queue = await bench.fifo();
    await queue.publish(...['1', '2', '3'].map((MessageBody) => ({ MessageBody, MessageGroupId: 'group' })));
    const gate = new Gate();
    const started: (string | undefined)[] = [];
    const peer = bench.theirs(queue, {
      batchSize: 10,
      suppressFifoWarning: true,
      handleMessage: async (message) => {
        started.push(message.Body);
        await gate.opened;
        return message;
      },
    });
    peer.consumer.start();
    await until(() => started.length === 3, 'theirs handles all of one group at a time');
    gate.open();
    await until(() => peer.count('message_processed') === 3, 'theirs has ended');

    const other = await bench.fifo();
    await other.publish(...['1', '2', '3'].map((MessageBody) => ({ MessageBody, MessageGroupId: 'group' })));
    let most = 0;
    const { drainer } = bench.ours(other, async () => {
      most = Math.max(most, drainer.status().running);
      await new Promise((resolve) => setImmediate(resolve));
    });
    await until(() => drainer.status().totals.confirmed === 3, 'ours has handled all');
    assert.equal(most, 1);
  },

  'Errors of the queue': async (bench) => {
    const queue = await bench.queue();
    await queue.delete();
    const { code, stderr } = await (await startProgram(bench, queue, program('after'))).exited;
    assert.notEqual(code, 0);
    assert.match(stderr, /NOT_FOUND/);
    const peer = bench.theirs(queue, { handleMessage: async (message) => message, authenticationErrorTimeout: 5 });
    peer.consumer.start();
    await until(() => peer.count('error') === 3, 'theirs goes on');
    assert.equal(peer.consumer.status.isRunning, true);
  },
};
