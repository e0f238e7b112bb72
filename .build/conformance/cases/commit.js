import assert from 'node:assert/strict';
import { textOf } from '../context.js';
import { Gate } from '../gate.js';
import { budget, countOf, roomy } from './budget.js';
import { closing } from './settlement.js';
const MESSAGES = 10;
/** What stands between the handlers' end and the consumer's close. */
export const COMMIT = [
    {
        id: 'stop/outputs-go-before-the-commit',
        level: 'REQUIRED',
        failure: 'Outputs that are flushed after their inputs were committed are lost with the process: `beforeCommit` comes first, always.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, MESSAGES);
            const consumer = await context.open(channel);
            const flushed = new Set();
            const late = [];
            const drainer = context.drainer(consumer, () => undefined, {
                ...roomy(context),
                order: 'none',
                beforeCommit: async (messages) => {
                    // Nothing of this commit, nor of a later one, may be done at the broker yet.
                    const { pending } = await channel.state();
                    const done = MESSAGES - pending;
                    if (done > flushed.size)
                        late.push(`${done} were committed, ${flushed.size} flushed`);
                    for (const message of messages)
                        flushed.add(textOf(message));
                },
            });
            void context.run(drainer);
            await context.until('all are handled', () => drainer.status().totals.succeeded === MESSAGES, context.timing.answerMs + context.timing.rebalanceMs);
            const { outcome } = await drainer.drain();
            await context.untilPending(channel, 0);
            assert.deepEqual(late, []);
            assert.equal(flushed.size, MESSAGES, 'each message was told of before its commit');
            assert.equal(outcome, 'clean');
        },
    },
    {
        id: 'stop/failed-outputs-withhold-the-commit',
        level: 'REQUIRED',
        failure: 'Where `beforeCommit` fails the inputs must stay uncommitted: they come again, and their outputs with them.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, MESSAGES);
            const consumer = await context.open(channel);
            const drainer = context.drainer(consumer, () => undefined, {
                ...roomy(context),
                order: 'none',
                beforeCommit: () => Promise.reject(new Error('the producer is gone')),
                onError: () => undefined,
            });
            void context.run(drainer);
            await context.until('all are handled', () => drainer.status().totals.succeeded === MESSAGES, context.timing.answerMs + context.timing.rebalanceMs);
            const { outcome, totals } = await drainer.drain();
            assert.equal(outcome, 'failed');
            assert.equal(totals.confirmed + totals.sent, 0);
            assert.equal((await channel.state()).pending, MESSAGES);
        },
    },
    {
        id: 'stop/close-commits-what-was-acked',
        level: 'REQUIRED',
        failure: 'A close settles what was acked before it leaves: a commit after leaving fails, and the messages come again.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, MESSAGES);
            const consumer = await context.open(channel);
            const { failed } = await consumer.ack(await context.take(consumer, MESSAGES));
            assert.equal(failed.length, 0);
            const { clean } = await closing(context, consumer);
            assert.equal(clean, true);
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'stop/quiesce-commits-and-keeps-the-consumer',
        level: 'REQUIRED',
        failure: 'A quiesce ends with the commit: other steps come between it and the close, which is what leaves.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, MESSAGES);
            const consumer = await context.open(channel);
            const drainer = context.drainer(consumer, () => undefined, { ...roomy(context), order: 'none' });
            void context.run(drainer);
            await context.until('all are handled', () => drainer.status().totals.succeeded === MESSAGES, context.timing.answerMs + context.timing.rebalanceMs);
            assert.equal((await drainer.quiesce()).outcome, 'clean');
            await context.untilPending(channel, 0);
            assert.deepEqual(await context.fetch(consumer), [], 'the consumer is open');
            assert.equal((await drainer.close()).outcome, 'clean');
            await assert.rejects(context.fetch(consumer), { code: 'CLOSED' });
        },
    },
    {
        id: 'stop/escalation-gives-up-at-once',
        level: 'REQUIRED',
        failure: 'A second signal must end the wait for handlers: what is finished is committed, the rest is given up.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 2);
            const consumer = await context.open(channel);
            const never = new Gate();
            const { answerMs, rebalanceMs } = context.timing;
            const drainer = context.drainer(consumer, async (message) => {
                // The last one, so that on a cursor nothing finished stands behind it.
                if (textOf(message) === 'm1')
                    await never.opened;
            }, 
            // Without the escalation it would take as long as a case may.
            { concurrency: 2, order: 'none', budget: budget(context, { softMs: answerMs * 100, handlersMs: answerMs * 101 }) });
            void context.run(drainer);
            await context.until('one has ended, one runs', () => drainer.status().totals.succeeded === 1, answerMs + rebalanceMs);
            await context.until('one has ended, one runs', () => drainer.status().running === 1);
            context.spare(channel);
            const draining = drainer.drain();
            drainer.escalate();
            try {
                const receipt = await context.within('the drain', draining, answerMs * 6);
                assert.equal(receipt.outcome, 'forced');
                assert.equal(countOf(receipt, 'cut-off'), 1, 'the receipt names what was given up');
                assert.ok(receipt.marks.some(({ name }) => name === 'escalated'));
                await context.untilPending(channel, 1);
            }
            finally {
                never.open();
            }
        },
    },
];
