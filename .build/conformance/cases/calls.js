import assert from 'node:assert/strict';
import { errorOf, textOf } from '../context.js';
import { closing, hasLeases, hasReleases } from './settlement.js';
function extendsMessages(facts) {
    const { lease } = facts.capabilities;
    return hasLeases(facts) ?? (lease !== false && lease.extend !== false ? undefined : 'leases cannot be extended');
}
function isCursorThatConfirms({ capabilities }) {
    return capabilities.settlement === 'cursor' && capabilities.ackConfirmed ? undefined : 'acks never wait for earlier ones';
}
/** Takes as many of one lane as were published, and acks all but the first: they are behind a gap. */
async function ackBehindAGap(context) {
    const channel = await context.channel();
    await context.publish(channel, 5);
    const consumer = await context.open(channel);
    const got = await context.take(consumer, 5);
    const { confirmed } = await consumer.ack(got.slice(1));
    assert.deepEqual(confirmed.map(textOf), [], 'confirmed behind a gap');
    return { consumer, got };
}
/** The contract of single calls, where it is easily got wrong. */
export const CALLS = [
    {
        id: 'delivery/a-batch-is-the-callers',
        level: 'REQUIRED',
        failure: 'The array that a fetch returns belongs to the caller: a new one each time, which may be changed.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 4);
            const consumer = await context.open(channel);
            const first = await context.fetch(consumer, { max: 2, waitMs: context.timing.answerMs + context.timing.rebalanceMs });
            const kept = [...first];
            const rest = await context.take(consumer, 4 - first.length);
            assert.deepEqual(first, kept, 'a later fetch has changed it');
            assert.equal(first.splice(0).length, kept.length);
            await context.settle(consumer, [...kept, ...rest]);
        },
    },
    {
        id: 'stop/fetch-that-is-aborted-already-resolves',
        level: 'REQUIRED',
        failure: 'An aborted fetch resolves, it never rejects, also when its signal has aborted before: a drain would take that for an error.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 2);
            const consumer = await context.open(channel);
            await context.settle(consumer, await context.take(consumer, 2));
            await context.publish(channel, 2);
            const { answerMs } = context.timing;
            const fetching = consumer.fetch({ max: 10, waitMs: answerMs, signal: AbortSignal.abort() });
            const got = await context.within('the fetch', fetching, answerMs + context.capabilities.stopLatencyMs);
            assert.ok(Array.isArray(got));
            got.push(...(await context.take(consumer, 2 - got.length)));
            await context.settle(consumer, got);
        },
    },
    {
        id: 'stop/every-method-is-refused-after-close',
        level: 'REQUIRED',
        failure: 'After close every method but close rejects with CLOSED: silence would be taken for success.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 1);
            await closing(context, consumer);
            const { release, lease, flush, lag, seek, deadLetter } = context.capabilities;
            const calls = {
                fetch: () => context.fetch(consumer),
                ack: () => consumer.ack(got),
                release: release !== false && (() => consumer.release?.(got)),
                extend: lease !== false && lease.extend !== false && (() => consumer.extend?.(got)),
                flush: flush && (() => consumer.flush?.({ signal: AbortSignal.timeout(context.timing.answerMs) })),
                lag: lag && (() => consumer.lag?.()),
                seek: seek && (() => consumer.seek?.(got[0]?.lane ?? '', got[0]?.position ?? 0)),
                deadLetter: deadLetter && (() => consumer.deadLetter?.(got, { reason: 'rejected', description: 'late' })),
            };
            for (const [name, call] of Object.entries(calls)) {
                if (call === false)
                    continue;
                const outcome = await context.within(name, errorOf(Promise.resolve().then(call)));
                assert.equal(outcome?.code, 'CLOSED', `${name} after close`);
            }
        },
    },
    {
        id: 'stop/close-names-what-stayed-unconfirmed',
        level: 'REQUIRED',
        skip: isCursorThatConfirms,
        failure: 'What was recorded behind a gap and never confirmed must be named by close: a receipt would call it done.',
        async run(context) {
            const { consumer, got } = await ackBehindAGap(context);
            const { unconfirmed } = await consumer.close({ signal: AbortSignal.timeout(context.timing.answerMs) });
            assert.deepEqual(unconfirmed.map(textOf).sort(), got.slice(1).map(textOf).sort());
        },
    },
    {
        id: 'settlement/flush-confirms-nothing-behind-a-gap',
        level: 'REQUIRED',
        skip: (facts) => isCursorThatConfirms(facts) ?? (facts.capabilities.flush ? undefined : 'flush is not declared'),
        failure: 'A flush cannot confirm what is behind unfinished work: it must be named as recorded still.',
        async run(context) {
            const { consumer, got } = await ackBehindAGap(context);
            const flushed = await consumer.flush?.({ signal: AbortSignal.timeout(context.timing.answerMs) });
            assert.deepEqual(flushed?.confirmed.map(textOf), []);
            assert.deepEqual(flushed?.recorded.map(textOf).sort(), got.slice(1).map(textOf).sort());
            await context.settle(consumer, got.slice(0, 1));
        },
    },
    {
        id: 'settlement/redelivery-carries-the-same',
        level: 'REQUIRED',
        skip: hasReleases,
        failure: 'A message that comes again must carry what it did before: body, key, headers, time of publishing.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, [{ text: 'a', key: 'alpha', headers: { source: 'shop' } }]);
            const consumer = await context.open(channel);
            const facts = ({ body, key, headers, publishedAt, lane }) => ({ body: [...body], key, headers, publishedAt, lane });
            const got = await context.take(consumer, 1);
            const before = got.map(facts);
            await context.release(consumer, got);
            const again = await context.take(consumer, 1);
            assert.deepEqual(again.map(facts), before);
            await context.settle(consumer, again);
        },
    },
    {
        id: 'settlement/each-of-several-is-extended',
        level: 'REQUIRED',
        skip: (facts) => extendsMessages(facts) ??
            (facts.capabilities.lease !== false && facts.capabilities.lease.extend === 'message' ? undefined : 'lanes are extended as a whole'),
        failure: 'An extension of several messages must hold each of them: a message whose lease lapses is handled twice.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 5);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 5);
            const before = got.map(({ lease }) => lease?.until ?? Infinity);
            await context.pause(20);
            assert.deepEqual((await consumer.extend?.(got))?.failed, []);
            for (const [at, { id, lease }] of got.entries()) {
                assert.ok((lease?.until ?? 0) > (before[at] ?? 0), `\`lease.until\` of ${id} has not moved`);
            }
            await context.settle(consumer, got);
        },
    },
    {
        id: 'settlement/extension-is-as-long-as-asked-for',
        level: 'REQUIRED',
        skip: extendsMessages,
        failure: 'An extension by a length of its own must give that length, or be refused: a handler would outlive its lease.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 1);
            const { lease } = context.capabilities;
            const leaseMs = lease === false ? 0 : Math.min(lease.ms * 2, lease.maxMs);
            const begin = performance.now();
            const outcome = await consumer.extend?.(got, { leaseMs }).then(({ failed }) => failed[0]?.error, (error) => error);
            if (outcome === undefined) {
                const until = got[0]?.lease?.until ?? 0;
                // Systems count in whole seconds, and a lease begins before its answer comes.
                assert.ok(until >= begin + leaseMs - 1_000 - context.timing.answerMs / 10, `it lasts ${until - begin} of ${leaseMs} ms`);
            }
            else
                assert.equal(outcome.code, 'INVALID_ARGUMENT');
            await context.settle(consumer, got);
        },
    },
    {
        id: 'settlement/a-delay-that-is-too-long-is-refused',
        level: 'RECOMMENDED',
        skip: (facts) => {
            const { release } = facts.capabilities;
            if (release === false)
                return 'release is not declared';
            return Number.isFinite(release.maxDelayMs) ? undefined : 'any delay is taken';
        },
        failure: 'A delay beyond the declared maximum must be refused with INVALID_ARGUMENT, not be cut to another.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 1);
            const { release } = context.capabilities;
            const delayMs = release === false ? 0 : release.maxDelayMs + 1_000;
            await assert.rejects(async () => consumer.release?.(got, { delayMs }), { code: 'INVALID_ARGUMENT' });
            await context.settle(consumer, got);
        },
    },
    {
        id: 'capabilities/never-change',
        level: 'REQUIRED',
        failure: 'Capabilities are read once, when a drainer is made: they must stay the same in a life of a consumer.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 2);
            const consumer = await context.open(channel);
            const before = structuredClone(consumer.capabilities);
            await context.settle(consumer, await context.take(consumer, 2));
            assert.deepEqual(consumer.capabilities, before, 'after a fetch and an ack');
            await closing(context, consumer);
            assert.deepEqual(consumer.capabilities, before, 'after the close');
        },
    },
    {
        id: 'capabilities/leases-last-as-long-as-declared',
        level: 'REQUIRED',
        skip: ({ capabilities }) => (capabilities.lease === false ? 'messages are not held by leases' : undefined),
        failure: 'The declared length of a lease must be the one that deliveries get: drains and extensions are planned by it.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            const begin = performance.now();
            const got = await context.take(consumer, 1);
            const { lease } = consumer.capabilities;
            const ms = lease === false ? 0 : lease.ms;
            const until = got[0]?.lease?.until ?? 0;
            const { answerMs, leaseGranularityMs } = context.timing;
            assert.ok(until >= begin + ms - answerMs - leaseGranularityMs, `it ends ${until - begin} ms after the fetch began, not ${ms}`);
            assert.ok(until <= performance.now() + ms, `it lasts longer than ${ms} ms`);
            await context.settle(consumer, got);
        },
    },
    {
        id: 'capabilities/pause-stops-only-its-lanes',
        level: 'REQUIRED',
        skip: ({ capabilities }) => (capabilities.pause ? undefined : 'pause is not declared'),
        failure: 'While a lane is paused the others must go on: a stopped lane would hold up all.',
        async run(context) {
            const channel = await context.channel({ lanes: 2 });
            await context.publish(channel, [
                { text: 'a0', lane: 0 },
                { text: 'b0', lane: 1 },
            ]);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 2);
            await context.settle(consumer, got);
            const paused = got.find((message) => textOf(message) === 'a0');
            assert.ok(paused?.lane !== undefined);
            consumer.pause?.([paused.lane]);
            await context.publish(channel, [{ text: 'b1', lane: 1 }]);
            const other = await context.take(consumer, 1);
            assert.deepEqual(other.map(textOf), ['b1']);
            consumer.resume?.([paused.lane]);
            await context.publish(channel, [{ text: 'a1', lane: 0 }]);
            await context.settle(consumer, [...other, ...(await context.take(consumer, 1))]);
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'capabilities/a-second-listener-is-refused',
        level: 'RECOMMENDED',
        skip: ({ capabilities }) => (capabilities.revoke === 'none' ? 'lanes never leave' : undefined),
        failure: 'There is one listener of lanes: a second one must be refused, not be dropped or take the place of the first.',
        async run(context) {
            const consumer = await context.open(await context.channel());
            const listener = () => ({
                assigned: () => undefined,
                revoking: () => Promise.resolve(),
                lost: () => undefined,
                ended: () => undefined,
            });
            consumer.watch?.(listener());
            assert.throws(() => consumer.watch?.(listener()), { code: 'INVALID_ARGUMENT' });
        },
    },
];
