import assert from 'node:assert/strict';
import { Drainer } from 'tailrace';
import { sqsConsumer } from 'tailrace/sqs';
import { Gate, until } from '../../support/until.js';
import type { Call, RowTest, RowTests } from './bench.js';
import { EVENT_TESTS } from './events.js';

function sameAs(event: string): RowTest {
  return (bench) => EVENT_TESTS[event]?.(bench) ?? Promise.reject(new Error(`no test of ${event}`));
}

/** What was called, what was imported, and what stands in its place. */
export const METHOD_TESTS: RowTests = {
  create: async (bench) => {
    const queue = await bench.queue();
    const calls: Call[] = [];
    const consumer = sqsConsumer(() => bench.client({}, calls), { queue: queue.name });
    const drainer = new Drainer(consumer, () => undefined);
    assert.deepEqual([drainer.state, calls.length], ['idle', 0]);
    assert.equal(consumer.source, `sqs://${queue.name}`);
    assert.throws(() => new Drainer(consumer, () => undefined, { concurrency: 0 }), { code: 'INVALID_ARGUMENT' });
    assert.throws(() => sqsConsumer(() => bench.client(), { queue: queue.name, leaseMs: 1 }), { code: 'INVALID_ARGUMENT' });
    await drainer.drain();
  },

  start: async (bench) => {
    const queue = await bench.queue();
    const { drainer, end } = bench.ours(queue, () => undefined);
    assert.equal(drainer.state, 'running');
    await drainer.drain();
    const receipt = await end;
    // One life: what was closed does not run again.
    assert.equal(await drainer.run(), receipt);
    assert.equal(drainer.state, 'closed');
  },

  stop: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a');
    const gate = new Gate();
    const { drainer, end } = bench.ours(queue, () => gate.opened);
    await until(() => drainer.status().running === 1, 'it runs');
    const [first, second] = [drainer.drain(), drainer.drain()];
    gate.open();
    assert.equal(await first, await second);
    assert.equal(await end, await first);
    assert.deepEqual(await queue.counts(), [0, 0]);
  },

  'stop({ abort: true })': async (bench) => {
    const queue = await bench.queue();
    await queue.publish('hangs', 'ends');
    const gate = new Gate();
    const { drainer } = bench.ours(queue, (message) => (message.text() === 'hangs' ? new Promise(() => undefined) : gate.opened));
    await until(() => drainer.status().running === 2, 'both run');
    gate.open();
    await until(() => drainer.status().running === 1, 'one has ended');
    // Its delete may be under way: it is not given up.
    drainer.escalate();
    const { outcome, totals } = await drainer.drain();
    assert.deepEqual([outcome, totals.confirmed, totals.lapsing], ['forced', 1, 1]);
    await queue.untilCounts(0, 1);
  },

  status: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a');
    const gate = new Gate();
    const { drainer } = bench.ours(queue, () => gate.opened);
    await until(() => drainer.status().running === 1, 'it runs');
    const { state, running, unstarted, totals } = drainer.status();
    assert.deepEqual([state, running, unstarted, totals.delivered], ['running', 1, 0, 1]);
    gate.open();
    await drainer.drain();
    assert.equal(drainer.status().state, 'closed');
  },

  updateOption: sameAs('option_updated'),
  on: sameAs('processing_error'),
  once: sameAs('stopped'),

  emit: async (bench) => {
    const queue = await bench.queue();
    const { drainer } = bench.ours(queue, () => undefined);
    assert.ok(!('on' in drainer) && !('emit' in drainer));
  },

  abortController: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a');
    const aborted: boolean[] = [];
    const { drainer } = bench.ours(
      queue,
      (_, { signal }) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(void aborted.push(true)))),
      { budget: { totalMs: 2_000, softMs: 100 } },
    );
    await until(() => drainer.status().running === 1, 'it runs');
    // At the soft deadline, and what ends by it is done.
    const { outcome, totals } = await drainer.drain();
    assert.deepEqual([aborted, outcome, totals.confirmed], [[true], 'clean', 1]);
  },
};

/** Errors that are exported, by class. */
export const ERROR_TESTS: RowTests = {
  SQSError: sameAs('error'),
  StandardError: sameAs('processing_error'),
  TimeoutError: sameAs('timeout_error'),
};
