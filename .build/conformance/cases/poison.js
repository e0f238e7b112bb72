import assert from 'node:assert/strict';
import { textOf } from '../context.js';
const ATTEMPTS = 3;
function buries({ capabilities }) {
    return capabilities.deadLetter ? undefined : 'dead-lettering is not declared';
}
export const POISON = [
    {
        id: 'poison/attempts-exhausted-is-dead-lettered',
        level: 'REQUIRED',
        skip: buries,
        failure: 'A message that fails at each attempt must end among the dead letters, after so many attempts, and hold up no other.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, [{ text: 'bad' }, { text: 'good' }]);
            const consumer = await context.open(channel);
            const calls = [];
            const drainer = context.drainer(consumer, (message) => {
                calls.push(textOf(message));
                if (textOf(message) === 'bad')
                    throw new Error('poison');
            }, { order: 'none', onExhausted: 'dead-letter', retry: { attempts: ATTEMPTS, minDelayMs: 1, jitter: 0 } });
            void context.run(drainer);
            await context.untilPending(channel, 0);
            await drainer.drain();
            assert.equal(calls.filter((text) => text === 'bad').length, ATTEMPTS);
            assert.deepEqual((await channel.state()).deadLetters?.map((body) => textOf({ body })), ['bad']);
        },
    },
    {
        id: 'poison/permanent-failure-is-not-tried-again',
        level: 'REQUIRED',
        skip: buries,
        failure: 'An error that says it cannot be retried must not be: the message goes to the dead letters at once.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            let calls = 0;
            const drainer = context.drainer(consumer, () => {
                calls += 1;
                throw Object.assign(new Error('never'), { retryable: false });
            }, { onExhausted: 'dead-letter', retry: { attempts: 5, minDelayMs: 1 } });
            void context.run(drainer);
            await context.untilPending(channel, 0);
            await drainer.drain();
            assert.equal(calls, 1);
        },
    },
    {
        id: 'poison/hook-puts-it-away',
        level: 'REQUIRED',
        failure: 'A `deadLetter` hook must be called once with the message that is given up, and the message be acked after it.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, [{ text: 'bad' }, { text: 'good' }]);
            const consumer = await context.open(channel);
            const buried = [];
            const drainer = context.drainer(consumer, (message) => {
                if (textOf(message) === 'bad')
                    throw new Error('poison');
            }, {
                order: 'none',
                onExhausted: 'dead-letter',
                deadLetter: (message) => {
                    buried.push(textOf(message));
                },
                retry: { attempts: 2, minDelayMs: 1, jitter: 0 },
            });
            void context.run(drainer);
            await context.until('it is put away', () => buried.length > 0, context.timing.answerMs + context.timing.rebalanceMs);
            const receipt = await drainer.drain();
            assert.equal(receipt.outcome, 'clean');
            await context.untilPending(channel, 0);
            assert.deepEqual(buried, ['bad']);
        },
    },
    {
        id: 'poison/broker-limit-ends-redelivery',
        level: 'RECOMMENDED',
        skip: (facts) => {
            const { release } = facts.capabilities;
            if (release === false || !release.costsAttempt)
                return 'a release does not count towards a limit of the broker';
            return undefined;
        },
        failure: 'A message that has used up the deliveries that the broker grants must not be delivered again.',
        async run(context) {
            const channel = await context.channel({ maxDeliveries: 2 });
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            for (let delivery = 1; delivery <= 2; delivery += 1)
                await context.release(consumer, await context.take(consumer, 1));
            context.spare(channel);
            assert.deepEqual((await context.fetch(consumer, { waitMs: context.timing.leaseGranularityMs })).map(textOf), []);
        },
    },
    {
        id: 'poison/error-hook-that-throws',
        level: 'REQUIRED',
        failure: 'A handler that throws and an error hook that throws too must not stop the others, nor lose the message.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, [{ text: 'bad' }, { text: 'm1' }, { text: 'm2' }]);
            const consumer = await context.open(channel);
            let failures = 0;
            const handled = [];
            const drainer = context.drainer(consumer, (message) => {
                if (textOf(message) === 'bad' && failures < 1) {
                    failures += 1;
                    throw new Error('once');
                }
                handled.push(textOf(message));
            }, {
                order: 'none',
                retry: { attempts: 3, minDelayMs: 1, jitter: 0 },
                onError: () => {
                    throw new Error('the hook is broken too');
                },
            });
            void context.run(drainer);
            await context.until('all are handled', () => handled.length === 3, context.timing.answerMs + context.timing.rebalanceMs);
            await drainer.drain();
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'poison/hanging-handler-holds-up-no-other',
        level: 'REQUIRED',
        failure: 'A handler that hangs takes one place of the concurrency, and no more.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 20);
            const consumer = await context.open(channel);
            let handled = 0;
            let hangs = 0;
            const { answerMs } = context.timing;
            const drainer = context.drainer(consumer, async (_, { signal }) => {
                if (hangs === 0) {
                    hangs += 1;
                    await new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
                }
                handled += 1;
            }, { order: 'none', concurrency: 3, budget: { totalMs: answerMs * 4, softMs: 50, commitMs: answerMs, closeMs: answerMs } });
            void context.run(drainer);
            await context.until('the others are handled', () => handled === 19, answerMs + context.timing.rebalanceMs);
            await drainer.drain();
            assert.equal(handled, 20);
            await context.untilPending(channel, 0);
        },
    },
];
