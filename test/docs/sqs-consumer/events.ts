import assert from 'node:assert/strict';
import { Drainer, StreamError } from 'tailrace';
import { sqsConsumer } from 'tailrace/sqs';
import { Gate, until } from '../../support/until.js';
import { type RowTests, untilAborted } from './bench.js';

/** What was emitted, and where the same is told. */
export const EVENT_TESTS: RowTests = {
  started: async (bench) => {
    const queue = await bench.queue();
    const { drainer } = bench.ours(queue, () => undefined);
    assert.equal(drainer.state, 'running');
  },

  stopped: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a');
    const { drainer, end } = bench.ours(queue, () => undefined);
    await until(() => drainer.status().totals.confirmed === 1, 'it was handled');
    const receipt = await drainer.drain({ reason: 'SIGTERM' });
    assert.equal(await end, receipt);
    assert.deepEqual([receipt.outcome, receipt.reason, drainer.state], ['clean', 'SIGTERM', 'closed']);
  },

  message_received: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a');
    const attempts: (readonly [number | undefined, number])[] = [];
    const { drainer } = bench.ours(queue, async (message, { attempt }) => {
      attempts.push([message.attempt, attempt]);
      if (attempts.length === 1) throw new Error('once');
    });
    await until(() => drainer.status().totals.confirmed === 1, 'it was handled');
    // Called again without a new receive: the message's own count stays.
    assert.deepEqual(attempts, [
      [1, 1],
      [1, 2],
    ]);
    assert.equal(drainer.status().totals.delivered, 1);
  },

  message_processed: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a', 'b', 'c');
    const { drainer } = bench.ours(queue, () => undefined);
    await until(() => drainer.status().totals.confirmed === 3, 'all were deleted');
    assert.deepEqual(await queue.counts(), [0, 0]);
    assert.equal((await drainer.drain()).totals.confirmed, 3);
  },

  response_processed: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a', 'b');
    const seen: string[] = [];
    const { drainer } = bench.ours(queue, (message) => seen.push(`handled ${message.text()}`), {
      beforeCommit: (messages, { reason }) => seen.push(...messages.map((message) => `${reason} ${message.text()}`)),
    });
    await until(() => drainer.status().totals.confirmed === 2, 'both were deleted');
    for (const text of ['a', 'b']) assert.ok(seen.indexOf(`handled ${text}`) < seen.indexOf(`running ${text}`), seen.join());
  },

  empty: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a', 'b', 'c');
    const consumer = sqsConsumer(() => bench.client(), { queue: queue.name });
    assert.equal((await consumer.lag?.())?.get(''), 3);
    const gate = new Gate();
    const drainer = new Drainer(consumer, () => gate.opened);
    const end = bench.run(drainer);
    await until(() => drainer.status().running === 3, 'all are being handled');
    // What is held does not wait.
    assert.equal((await consumer.lag?.())?.get(''), 0);
    gate.open();
    await drainer.drain();
    await end;
  },

  error: async (bench) => {
    const queue = await bench.queue();
    // Before it is read: ElasticMQ leaves a receive that is out when its queue goes without an answer.
    await queue.delete();
    const { errors, end } = bench.ours(queue, () => undefined);
    assert.ok(StreamError.is(await end));
    assert.deepEqual(
      errors.map(({ error: { code, adapter, retryable }, context: { during } }) => [code, adapter, retryable, during]),
      [['NOT_FOUND', 'sqs', false, 'fetch']],
    );
    // Without the hook.
    const quiet = new Drainer(
      sqsConsumer(() => bench.client(), { queue: queue.name }),
      () => undefined,
    );
    await bench.run(quiet);
    assert.equal(quiet.status().lastError?.code, 'NOT_FOUND');
  },

  processing_error: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('bad');
    const thrown = new Error('no');
    const { errors, drainer } = bench.ours(
      queue,
      () => {
        throw thrown;
      },
      { retry: { attempts: 3, minDelayMs: 1, maxDelayMs: 600_000 } },
    );
    await until(() => errors.length === 1, 'it was given up');
    // Told once it is given up, not at each call.
    assert.deepEqual([errors[0]?.context.during, errors[0]?.context.message?.text(), errors[0]?.error.cause], ['handler', 'bad', thrown]);
    assert.equal(errors[0]?.error.code, 'UNKNOWN');
    assert.equal(drainer.status().totals.retries, 2);
    const typed = await bench.queue();
    await typed.publish('bad');
    const full = bench.ours(typed, () => Promise.reject(new StreamError('RESOURCE_EXHAUSTED', 'full')), { retry: { attempts: 1 } });
    await until(() => full.errors.length === 1, 'it was given up');
    assert.equal(full.errors[0]?.error.code, 'RESOURCE_EXHAUSTED');
  },

  timeout_error: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('slow');
    const { errors } = bench.ours(queue, () => untilAborted(AbortSignal.timeout(10)), { retry: { attempts: 1 } });
    await until(() => errors.length === 1, 'it was told');
    assert.equal(errors[0]?.context.during, 'handler');
    assert.equal((errors[0]?.error.cause as Error | undefined)?.name, 'TimeoutError');
  },

  aborted: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('hangs');
    const { drainer } = bench.ours(queue, () => new Promise(() => undefined));
    await until(() => drainer.status().running === 1, 'it runs');
    const drained = drainer.drain();
    drainer.escalate();
    const { outcome, marks } = await drained;
    assert.equal(outcome, 'forced');
    assert.ok(marks.some(({ name }) => name === 'escalated'));
  },

  option_updated: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a', 'b');
    const gate = new Gate();
    const { drainer } = bench.ours(queue, () => gate.opened, { concurrency: 1 });
    await until(() => drainer.status().running === 1, 'one runs');
    drainer.concurrency = 2;
    assert.equal(drainer.concurrency, 2);
    await until(() => drainer.status().running === 2, 'two run');
    gate.open();
    await drainer.drain();
  },

  waiting_for_polling_to_complete: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('a');
    const gate = new Gate();
    const phases: string[] = [];
    const { drainer } = bench.ours(queue, () => gate.opened, { onPhase: (phase, event) => phases.push(`${phase} ${event}`) });
    await until(() => drainer.status().running === 1, 'it runs');
    const drained = drainer.drain();
    await until(() => phases.includes('in-flight begin'), 'the drain waits for it');
    assert.ok(!phases.includes('in-flight end'));
    gate.open();
    await drained;
    assert.deepEqual(phases.slice(-2), ['close begin', 'close end']);
  },

  waiting_for_polling_to_complete_timeout_exceeded: async (bench) => {
    const queue = await bench.queue();
    await queue.publish('hangs', 'ends');
    const { drainer } = bench.ours(queue, (message) => (message.text() === 'hangs' ? new Promise(() => undefined) : undefined), {
      budget: { totalMs: 400 },
    });
    await until(() => drainer.status().running === 1 && drainer.status().totals.confirmed === 1, 'one hangs, one is done');
    const receipt = await drainer.drain();
    assert.equal(receipt.outcome, 'forced');
    assert.deepEqual(
      receipt.marks.map(({ name }) => name),
      ['soft-deadline', 'hard-deadline'],
    );
    assert.deepEqual([receipt.totals.confirmed, receipt.totals.lapsing], [1, 1]);
  },
};
