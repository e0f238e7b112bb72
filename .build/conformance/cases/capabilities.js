import assert from 'node:assert/strict';
import { StreamError } from '../../src/index.js';
import { errorOf, textOf } from '../context.js';
/** A call to what is not declared: absent, or refused with UNSUPPORTED. */
async function refuses(what, method) {
    if (method === undefined)
        return;
    const outcome = await errorOf(Promise.resolve().then(method));
    assert.ok(StreamError.is(outcome), `${what} is not declared, and ${outcome === undefined ? 'was answered' : `threw ${String(outcome)}`}`);
    assert.equal(outcome.code, 'UNSUPPORTED', what);
}
/** What is refused when a capability is not declared, on a message that is held. */
function refusedCall(when, what, call) {
    return {
        when,
        run: async (context) => {
            context.step(`${what} is not declared: it has to be refused`);
            await call(context);
        },
    };
}
async function held(context) {
    const channel = await context.channel();
    await context.publish(channel, 1);
    const consumer = await context.open(channel);
    const [message] = await context.take(consumer, 1);
    assert.ok(message !== undefined);
    return { consumer, message };
}
export const CAPABILITIES = [
    {
        id: 'capabilities/minimum-is-declared',
        level: 'REQUIRED',
        failure: 'An adapter must declare at least what its system can do: declaring less hides what users could have.',
        async run({ harness, capabilities }) {
            for (const [name, least] of Object.entries(harness.minimum)) {
                // Its keys are those of Capabilities.
                assert.deepEqual(capabilities[name], least, name);
            }
        },
    },
    {
        id: 'capabilities/are-consistent',
        level: 'REQUIRED',
        failure: 'Capabilities that contradict each other cannot be relied on.',
        async run({ capabilities }) {
            const { settlement, lease, closeReleases, revoke, rebalance, maxBatch, stopLatencyMs, abort } = capabilities;
            assert.ok(Number.isInteger(maxBatch) && maxBatch >= 1, `maxBatch ${maxBatch}`);
            assert.ok(stopLatencyMs >= 0 && (abort !== 'safe' || stopLatencyMs === 0), `stopLatencyMs ${stopLatencyMs} with abort ${abort}`);
            if (settlement === 'cursor') {
                assert.equal(lease, false, 'a cursor has no leases');
                assert.equal(closeReleases, 'free', 'on a cursor what is not committed comes again');
            }
            if (revoke === 'none' || revoke === 'lost')
                assert.equal(rebalance, undefined, `rebalance with revoke ${revoke}`);
            else
                assert.ok(rebalance === 'eager' || rebalance === 'cooperative', `rebalance ${rebalance} with revoke ${revoke}`);
        },
    },
    {
        id: 'capabilities/adapter-and-source-are-told',
        level: 'REQUIRED',
        failure: 'Errors, receipts and metrics need the name of the system and of what is read, without credentials.',
        async run(context) {
            const consumer = await context.open(await context.channel());
            assert.equal(consumer.adapter, context.harness.adapter);
            assert.equal(typeof consumer.source, 'string');
            assert.ok(consumer.source.length > 0 && !/:[^/@]+@/.test(consumer.source), `source ${consumer.source}`);
        },
    },
    {
        id: 'capabilities/release',
        level: 'REQUIRED',
        failure: 'A declared release must work; one that is not declared must be absent or refused.',
        refused: refusedCall(({ release }) => release === false, 'release', async (context) => {
            const { consumer, message } = await held(context);
            await refuses('release', consumer.release === undefined ? undefined : () => consumer.release?.([message]));
        }),
        async run(context) {
            const { consumer, message } = await held(context);
            assert.deepEqual((await context.release(consumer, [message])).failed, []);
            await context.settle(consumer, await context.take(consumer, 1));
        },
    },
    {
        id: 'capabilities/extend',
        level: 'REQUIRED',
        failure: 'A declared extension must work; one that is not declared must be absent or refused.',
        refused: refusedCall(({ lease }) => lease === false || lease.extend === false, 'extend', async (context) => {
            const { consumer, message } = await held(context);
            await refuses('extend', consumer.extend === undefined ? undefined : () => consumer.extend?.([message]));
        }),
        async run(context) {
            const { consumer, message } = await held(context);
            const before = message.lease?.until ?? Number.NaN;
            await context.pause(20);
            assert.deepEqual((await consumer.extend?.([message]))?.failed, []);
            assert.ok((message.lease?.until ?? 0) > before, '`lease.until` has not moved');
            await context.settle(consumer, [message]);
        },
    },
    {
        id: 'capabilities/flush',
        level: 'REQUIRED',
        failure: 'A declared flush must answer with what it settled; one that is not declared must be absent or refused.',
        refused: refusedCall(({ flush }) => !flush, 'flush', async (context) => {
            const { consumer } = await held(context);
            const { signal } = new AbortController();
            await refuses('flush', consumer.flush === undefined ? undefined : () => consumer.flush?.({ signal }));
        }),
        async run(context) {
            const { consumer, message } = await held(context);
            await consumer.ack([message]);
            const result = await consumer.flush?.({ signal: AbortSignal.timeout(context.timing.answerMs) });
            assert.ok(Array.isArray(result?.confirmed) && Array.isArray(result.recorded) && Array.isArray(result.failed));
        },
    },
    {
        id: 'capabilities/dead-letter',
        level: 'REQUIRED',
        failure: 'A declared dead-lettering must put the message where the broker keeps such; one that is not declared must be refused.',
        refused: refusedCall(({ deadLetter }) => !deadLetter, 'deadLetter', async (context) => {
            const { consumer, message } = await held(context);
            const reason = { reason: 'rejected', description: 'no' };
            await refuses('deadLetter', consumer.deadLetter === undefined ? undefined : () => consumer.deadLetter?.([message], reason));
        }),
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 2);
            const consumer = await context.open(channel);
            const [bad, good] = await context.take(consumer, 2);
            assert.ok(bad !== undefined && good !== undefined);
            const result = await consumer.deadLetter?.([bad], { reason: 'rejected', description: 'not for us' });
            assert.deepEqual(result?.failed, []);
            await context.settle(consumer, [good]);
            await context.untilPending(channel, 0);
            const { deadLetters } = await channel.state();
            assert.deepEqual(deadLetters?.map((body) => textOf({ body })), [textOf(bad)]);
        },
    },
    {
        id: 'capabilities/pause',
        level: 'REQUIRED',
        failure: 'A lane that is paused must bring nothing until it is resumed; where pausing is not declared, it must be refused.',
        refused: refusedCall(({ pause }) => !pause, 'pause', async (context) => {
            const { consumer, message } = await held(context);
            await refuses('pause', consumer.pause === undefined ? undefined : () => consumer.pause?.([message.lane ?? '']));
        }),
        async run(context) {
            const { consumer, message } = await held(context);
            await context.settle(consumer, [message]);
            assert.ok(message.lane !== undefined, 'lanes can be paused, and messages have none');
            const channel = await context.channel();
            await context.publish(channel, [{ text: 'a', lane: 0 }]);
            const other = await context.open(channel);
            const [first] = await context.take(other, 1);
            assert.ok(first?.lane !== undefined);
            other.pause?.([first.lane]);
            // What was under way when it was paused may still come.
            const late = await context.fetch(other);
            await context.publish(channel, [{ text: 'b', lane: 0 }]);
            assert.deepEqual((await context.fetch(other, { waitMs: 100 })).map(textOf), [], 'a paused lane brings something');
            other.resume?.([first.lane]);
            const second = late.length > 0 ? late : await context.take(other, 1);
            await context.settle(other, [first, ...second]);
        },
    },
    {
        id: 'capabilities/seek',
        level: 'REQUIRED',
        failure: 'After a seek the lane must be read from there, and acks of what was held must be lost; else it must be refused.',
        refused: refusedCall(({ seek }) => !seek, 'seek', async (context) => {
            const { consumer, message } = await held(context);
            await refuses('seek', consumer.seek === undefined ? undefined : () => consumer.seek?.(message.lane ?? '', 0));
        }),
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 5);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 5);
            const from = got[2];
            assert.ok(from?.lane !== undefined && from.position !== undefined);
            await consumer.seek?.(from.lane, from.position);
            assert.equal((await channel.state()).pending, 5, 'a seek commits nothing');
            const again = await context.take(consumer, 3);
            assert.deepEqual(again.map(textOf), got.slice(2).map(textOf));
            const { failed } = await consumer.ack([from]);
            assert.deepEqual(failed.map(({ error }) => error.code), ['LEASE_LOST'], 'the ack of a delivery from before the seek');
        },
    },
    {
        id: 'capabilities/lag',
        level: 'RECOMMENDED',
        failure: 'Declared lag must tell how much is still to come; one that is not declared must be absent or refused.',
        refused: refusedCall(({ lag }) => !lag, 'lag', async (context) => {
            const { consumer } = await held(context);
            await refuses('lag', consumer.lag === undefined ? undefined : () => consumer.lag?.());
        }),
        async run(context) {
            const channel = await context.channel();
            const consumer = await context.open(channel);
            await context.fetch(consumer);
            await context.publish(channel, 10);
            const sum = async () => [...((await consumer.lag?.()) ?? [])].reduce((total, [, count]) => total + count, 0);
            await context.until('a lag of 10', async () => (await sum()) === 10);
            await context.settle(consumer, await context.take(consumer, 10));
            await context.until('no lag', async () => (await sum()) === 0);
        },
    },
    {
        id: 'capabilities/watch',
        level: 'REQUIRED',
        failure: 'Where lanes come and go the listener must hear of each before its first message; where they do not, there is no `watch`.',
        refused: refusedCall(({ revoke }) => revoke === 'none', 'watch', async (context) => {
            const consumer = await context.open(await context.channel());
            const quiet = { assigned: () => undefined, revoking: () => Promise.resolve(), lost: () => undefined, ended: () => undefined };
            await refuses('watch', consumer.watch === undefined ? undefined : () => consumer.watch?.(quiet));
        }),
        async run(context) {
            const channel = await context.channel({ lanes: 3 });
            const texts = [0, 1, 2].map((lane) => ({ text: `of ${lane}`, lane }));
            await context.publish(channel, texts);
            const consumer = await context.open(channel);
            const assigned = new Map();
            consumer.watch?.({
                assigned: (lanes) => {
                    for (const { lane, assignment } of lanes)
                        assigned.set(lane, assignment);
                },
                revoking: () => Promise.resolve(),
                lost: () => undefined,
                ended: () => undefined,
            });
            const got = await context.take(consumer, 3);
            for (const { lane = '', assignment, id } of got)
                assert.equal(assigned.get(lane), assignment, `the lane of ${id} was not told of`);
            await context.settle(consumer, got);
        },
    },
];
