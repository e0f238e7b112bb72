import assert from 'node:assert/strict';
import { MemoryDedupStore } from '../../src/index.js';
import { errorOf, textOf } from '../context.js';
import { budget, roomy } from './budget.js';
const NO_WAITS = Object.freeze({ attempts: 3, minDelayMs: 1, jitter: 0 });
/** What a handler's signal must outlast: more than half of a soft deadline of so many ms. */
const SOFT_MS = 2_000;
function firstMs({ timing }) {
    return timing.answerMs + timing.rebalanceMs;
}
/** What a drainer owes its handlers and hooks, on any adapter. */
export const HANDLING = [
    {
        id: 'poison/failures-are-told',
        level: 'REQUIRED',
        failure: 'What a handler throws must reach `onError`, with its message: else nobody learns why a message came again.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            const told = [];
            const drainer = context.drainer(consumer, () => {
                throw new Error('out of stock');
            }, {
                retry: NO_WAITS,
                onExhausted: 'dead-letter',
                deadLetter: () => undefined,
                onError: (error, during) => told.push({ error, during }),
            });
            void context.run(drainer);
            await context.until('the failure is told', () => told.some(({ during }) => during.during === 'handler'), firstMs(context));
            await drainer.drain();
            const failure = told.find(({ during }) => during.during === 'handler');
            assert.equal(failure?.error.message, 'out of stock');
            assert.equal(failure?.during.message === undefined ? undefined : textOf(failure.during.message), 'm0');
        },
    },
    {
        id: 'poison/attempts-are-counted',
        level: 'REQUIRED',
        failure: 'A handler must be told which of its calls for a delivery this is: 1, then 2.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            const attempts = [];
            const drainer = context.drainer(consumer, (_, { attempt }) => {
                attempts.push(attempt);
                if (attempts.length < NO_WAITS.attempts)
                    throw new Error('not yet');
            }, { retry: NO_WAITS });
            void context.run(drainer);
            await context.until('it is handled', () => attempts.length === NO_WAITS.attempts, firstMs(context));
            await drainer.drain();
            await context.untilPending(channel, 0);
            assert.deepEqual(attempts, [1, 2, 3]);
        },
    },
    {
        id: 'poison/what-fails-for-good-is-not-acked',
        level: 'REQUIRED',
        skip: ({ capabilities }) => (capabilities.release === false ? 'release is not declared' : undefined),
        failure: 'A message whose handler has failed belongs to the next consumer: an ack of it loses it.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            let failures = 0;
            const drainer = context.drainer(consumer, () => {
                failures += 1;
                throw new Error('never');
            }, { ...roomy(context), retry: { attempts: 1 }, onExhausted: 'release', onError: () => undefined });
            void context.run(drainer);
            await context.until('it has failed', () => failures > 0, firstMs(context));
            await drainer.drain();
            assert.equal((await channel.state()).pending, 1);
        },
    },
    {
        id: 'order/concurrency-0-starts-nothing',
        level: 'RECOMMENDED',
        failure: 'A drainer whose concurrency is 0 is paused: no handler starts until it is raised.',
        async run(context) {
            const channel = await context.channel();
            const consumer = await context.open(channel);
            let handled = 0;
            const drainer = context.drainer(consumer, () => {
                handled += 1;
            }, { order: 'none', concurrency: 2 });
            void context.run(drainer);
            await context.publish(channel, 1);
            await context.until('one is handled', () => handled === 1, firstMs(context));
            drainer.concurrency = 0;
            await context.publish(channel, 5);
            await context.until('more is fetched', () => drainer.status().unstarted > 0);
            assert.equal(handled, 1, 'a handler has started');
            drainer.concurrency = 2;
            await context.until('all are handled', () => handled === 6);
            await drainer.drain();
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'delivery/a-known-id-is-handled-once',
        level: 'REQUIRED',
        failure: 'With `dedup` a second message of the same id must be acked without a handler call.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 2);
            const consumer = await context.open(channel);
            const handled = [];
            const drainer = context.drainer(consumer, (message) => {
                handled.push(textOf(message));
            }, { order: 'none', concurrency: 1, dedup: { store: new MemoryDedupStore(), idOf: () => 'the same' } });
            void context.run(drainer);
            await context.until('both are done', () => drainer.status().totals.succeeded === 2, firstMs(context));
            const { totals } = await drainer.drain();
            await context.untilPending(channel, 0);
            assert.equal(handled.length, 1);
            assert.equal(totals.deduplicated, 1);
        },
    },
    {
        id: 'delivery/an-id-that-failed-is-not-known',
        level: 'REQUIRED',
        failure: 'With `dedup` an id may be remembered only when its handler has succeeded: else a failure is taken for done.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            let calls = 0;
            const drainer = context.drainer(consumer, () => {
                calls += 1;
                if (calls === 1)
                    throw new Error('once');
            }, { retry: NO_WAITS, dedup: { store: new MemoryDedupStore() } });
            void context.run(drainer);
            await context.until('it is called again', () => calls === 2, firstMs(context));
            await drainer.drain();
            await context.untilPending(channel, 0);
            assert.equal(calls, 2);
        },
    },
    {
        id: 'poison/only-what-failed-of-a-batch-is-tried-again',
        level: 'REQUIRED',
        failure: 'Where a batch handler names what has failed, that alone is handled again, and nothing of it is acked before.',
        async run(context) {
            const channel = await context.channel();
            const texts = await context.publish(channel, 6);
            const consumer = await context.open(channel);
            const succeeded = [];
            const failed = new Set();
            const drainer = context.drainer(consumer, {
                batch: (messages) => {
                    const bad = messages.filter((message) => textOf(message) === 'm1' && !failed.has('m1'));
                    for (const message of bad)
                        failed.add(textOf(message));
                    for (const message of messages)
                        if (!bad.includes(message))
                            succeeded.push(textOf(message));
                    return bad.map((message) => ({ message, error: new Error('not this one') }));
                },
                maxBatch: 6,
            }, { retry: NO_WAITS });
            void context.run(drainer);
            await context.until('all have succeeded', () => succeeded.length >= texts.length, firstMs(context));
            await drainer.drain();
            await context.untilPending(channel, 0);
            assert.deepEqual([...failed], ['m1']);
            assert.deepEqual(succeeded.sort(), texts);
        },
    },
    {
        id: 'stop/signals-hold-until-the-soft-deadline',
        level: 'REQUIRED',
        failure: 'A handler has until the soft deadline that was asked for: a signal that aborts sooner cuts off work that had time.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            let runs = false;
            let drainBegan = 0;
            let abortedAfterMs;
            const drainer = context.drainer(consumer, async (_, { signal }) => {
                runs = true;
                await new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
                abortedAfterMs = performance.now() - drainBegan;
            }, { budget: budget(context, { softMs: SOFT_MS, handlersMs: SOFT_MS + context.timing.answerMs }) });
            void context.run(drainer);
            await context.until('it runs', () => runs, firstMs(context));
            drainBegan = performance.now();
            const { outcome } = await drainer.drain();
            assert.ok(abortedAfterMs !== undefined && abortedAfterMs > SOFT_MS * 0.9, `aborted after ${abortedAfterMs} of ${SOFT_MS} ms`);
            assert.equal(outcome, 'clean');
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'stop/run-ends-with-the-receipt',
        level: 'REQUIRED',
        failure: '`run()` ends when the consumer is closed, not before, with the receipt of the drain.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 3);
            const consumer = await context.open(channel);
            const drainer = context.drainer(consumer, () => undefined, { order: 'none' });
            const running = drainer.run();
            let hasEnded = false;
            const end = () => {
                hasEnded = true;
            };
            void running.then(end, end);
            await context.until('all are handled', () => drainer.status().totals.succeeded === 3, firstMs(context));
            assert.equal(hasEnded, false, 'it has ended before anyone has drained it');
            const receipt = await drainer.drain({ reason: 'the case' });
            assert.equal(receipt.reason, 'the case');
            assert.deepEqual(await context.within('run()', running), receipt);
            assert.equal(drainer.state, 'closed');
        },
    },
    {
        id: 'stop/phases-are-told-in-order',
        level: 'REQUIRED',
        failure: 'The order is stop fetch, in flight, commit, release, close, always: hooks and receipt must tell it so.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 3);
            const consumer = await context.open(channel);
            const told = [];
            const drainer = context.drainer(consumer, () => undefined, {
                order: 'none',
                beforeCommit: () => undefined,
                onPhase: (phase, event) => told.push(`${phase} ${event}`),
            });
            void context.run(drainer);
            await context.until('all are handled', () => drainer.status().totals.succeeded === 3, firstMs(context));
            const { phases } = await drainer.drain();
            const order = ['stop-fetch', 'in-flight', 'before-commit', 'commit', 'release', 'close'];
            assert.deepEqual(phases.map(({ name }) => name), order);
            assert.deepEqual(told, order.flatMap((phase) => [`${phase} begin`, `${phase} end`]));
        },
    },
    {
        id: 'stop/run-rejects-with-what-it-cannot-go-on-from',
        level: 'REQUIRED',
        failure: 'A queue that does not exist must end the drainer, and reject `run()` with NOT_FOUND: else a service looks alive for ever.',
        async run(context) {
            const consumer = await context.openMissing();
            const drainer = context.drainer(consumer, () => undefined);
            const outcome = await context.within('run() on what is missing', errorOf(drainer.run()), context.timing.answerMs * 3);
            assert.equal(outcome?.code, 'NOT_FOUND');
        },
    },
];
