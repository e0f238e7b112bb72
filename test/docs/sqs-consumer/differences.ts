import assert from 'node:assert/strict';
import { Gate, until } from '../../support/until.js';
import type { Bench, Queue, RowTests } from './bench.js';
import { program, startProgram } from './programs.js';

/** Whole programs that get SIGTERM in a long poll; then something is published. What became of it when the process was gone. */
async function stoppedInPoll(bench: Bench, queue: Queue, code: string): Promise<void> {
  const running = await startProgram(bench, queue, code);
  await running.relay.untilSeen('ReceiveMessage', 1);
  running.child.kill('SIGTERM');
  if (!code.includes('tailrace')) await running.exited;
  await queue.publish('late');
  const { code: exit, stderr } = await running.exited;
  assert.equal(exit, 0, stderr);
  assert.deepEqual(running.handled(), []);
}

/** Headings of `What is different` whose facts the tests of these rows show. */
export const SHOWN_BY_ROWS: Readonly<Record<string, readonly string[]>> = {
  'What a handler returns': ['handleMessage', 'handleMessageBatch', 'alwaysAcknowledge', 'strictReturn'],
  'A stop while handlers run': ['pollingCompleteWaitTimeMs', 'waiting_for_polling_to_complete', 'stop'],
  'A slow message beside others': ['batchSize'],
  'Errors of the queue': ['authenticationErrorTimeout'],
};

/** The other headings, each with a test of its own. */
export const DIFFERENCES: RowTests = {
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
    const theirs = await bench.queue();
    const atOnce = program('before').replace(/^ *pollingCompleteWaitTimeMs:.*\n/m, '');
    await stoppedInPoll(bench, theirs, atOnce);
    assert.deepEqual(await theirs.counts(), [0, 1]);
    const ours = await bench.queue();
    await stoppedInPoll(bench, ours, program('after'));
    assert.deepEqual(await ours.counts(), [1, 0]);
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
    const queue = await bench.queue();
    await queue.publish('bad');
    let calls = 0;
    const { drainer, errors } = bench.ours(queue, async () => {
      calls += 1;
      throw new Error('no');
    });
    await until(() => errors.length === 1, 'it was given up');
    assert.deepEqual([calls, drainer.status().totals.delivered], [3, 1]);
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

};
