import assert from 'node:assert/strict';
import { StreamError } from '../../src/index.js';
import { textOf } from '../context.js';
function hasFaults({ harness }) {
    return harness.faults === undefined ? 'the harness has no server or network to hurt' : undefined;
}
function faultsOf({ harness }) {
    assert.ok(harness.faults !== undefined);
    return harness.faults;
}
/** Handles what comes until everything published is handled, whatever is done to the broker meanwhile. */
async function survives(context, harm) {
    const leaseMs = context.timing.shortestLeaseMs;
    const channel = await context.channel(leaseMs === undefined ? {} : { leaseMs: Math.max(leaseMs, 2_000) });
    await context.publish(channel, 200);
    const consumer = await context.open(channel);
    const handled = new Set();
    const drainer = context.drainer(consumer, async (message) => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        handled.add(textOf(message));
    }, { order: 'none', concurrency: 4, window: 16, unstarted: 'finish' });
    const ran = context.run(drainer);
    await context.until('some are handled', () => handled.size > 20, context.timing.answerMs + context.timing.rebalanceMs);
    await harm(faultsOf(context));
    const bound = context.timing.answerMs * 4 + context.timing.rebalanceMs;
    await context.until('all are handled', () => handled.size === 200, bound);
    // What was handled when its lane was lost comes again, and only needs its ack then.
    await context.until('nothing is pending', async () => (await channel.state()).pending === 0, bound);
    const receipt = await drainer.drain();
    await ran;
    assert.notEqual(receipt.outcome, 'failed');
    assert.equal((await channel.state()).pending, 0);
}
export const FAULTS = [
    {
        id: 'faults/broker-restart',
        level: 'REQUIRED',
        alone: true,
        skip: hasFaults,
        failure: 'After a restart of the broker the consumer must go on by itself, and lose nothing.',
        run: (context) => survives(context, (faults) => faults.restart()),
    },
    {
        id: 'faults/network-cut',
        level: 'REQUIRED',
        alone: true,
        skip: hasFaults,
        failure: 'After a cut of the network the consumer must go on by itself, and lose nothing.',
        run: (context) => survives(context, async (faults) => {
            await faults.cut();
            try {
                await context.pause(500);
            }
            finally {
                await faults.heal();
            }
        }),
    },
    {
        id: 'faults/slow-link',
        level: 'REQUIRED',
        alone: true,
        skip: hasFaults,
        failure: 'Over a slow link everything must still work, later.',
        run: (context) => survives(context, async (faults) => {
            await faults.slow({ latencyMs: 50, bytesPerSecond: 500_000 });
            try {
                await context.pause(500);
            }
            finally {
                await faults.heal();
            }
        }),
    },
    {
        id: 'faults/close-without-a-broker',
        level: 'REQUIRED',
        alone: true,
        skip: hasFaults,
        failure: 'A close when the broker cannot be reached must resolve within its bound, and say that it was not clean.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 3);
            const consumer = await context.open(channel);
            await context.take(consumer, 3);
            context.spare(channel);
            const faults = faultsOf(context);
            await faults.cut();
            try {
                const { answerMs } = context.timing;
                const { clean } = await context.within('close', consumer.close({ signal: AbortSignal.timeout(answerMs / 4) }), answerMs);
                assert.equal(clean, false, 'it says that it was clean');
            }
            finally {
                await faults.heal();
            }
        },
    },
    {
        id: 'faults/errors-are-typed',
        level: 'REQUIRED',
        alone: true,
        skip: hasFaults,
        failure: 'When the broker cannot be reached, calls must fail with a typed error that may be retried, in a bounded time.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 1);
            context.spare(channel);
            const faults = faultsOf(context);
            await faults.cut();
            try {
                const outcome = await context.within('an ack without a broker', consumer.ack(got).then(({ failed }) => failed[0]?.error, (error) => error), context.timing.answerMs * 3);
                assert.ok(StreamError.is(outcome), `the ack: ${String(outcome)}`);
                assert.equal(outcome.retryable, true, `${outcome.code} is not retryable`);
            }
            finally {
                await faults.heal();
            }
        },
    },
];
