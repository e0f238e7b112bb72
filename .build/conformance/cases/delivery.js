import assert from 'node:assert/strict';
import { StreamError } from '../../src/index.js';
import { errorOf, textOf } from '../context.js';
export const DELIVERY = [
    {
        id: 'delivery/constructing-does-no-io',
        level: 'REQUIRED',
        failure: 'Opening a consumer that is never used must not connect, subscribe or join: programs build what they may not need.',
        async run(context) {
            const channel = await context.channel();
            const consumer = await context.open(channel);
            assert.equal(typeof consumer.capabilities, 'object');
            const { clean } = await context.within('close', consumer.close({ signal: AbortSignal.timeout(context.timing.answerMs) }));
            assert.equal(clean, true, 'a consumer that did nothing closes clean');
        },
    },
    {
        id: 'delivery/body-round-trip',
        level: 'REQUIRED',
        failure: 'Bodies are bytes: any of them, also none, must come back as they were published.',
        async run(context) {
            const channel = await context.channel();
            const bodies = [Uint8Array.from({ length: 256 }, (_, index) => index), new Uint8Array([0]), new Uint8Array([0xff, 0xfe, 0, 0x80])];
            await channel.publish(bodies.map((body) => ({ body })));
            const consumer = await context.open(channel);
            const got = await context.take(consumer, bodies.length);
            assert.deepEqual(got.map(({ body }) => Buffer.from(body).toString('hex')).sort(), bodies.map((body) => Buffer.from(body).toString('hex')).sort());
            await context.settle(consumer, got);
        },
    },
    {
        id: 'delivery/body-of-64-kib',
        level: 'REQUIRED',
        failure: 'A body of 64 KiB must come back whole.',
        async run(context) {
            const channel = await context.channel();
            const body = Uint8Array.from({ length: 65_536 }, (_, index) => index * 31);
            await channel.publish([{ body }]);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 1);
            assert.equal(Buffer.compare(Buffer.from(got[0]?.body ?? []), Buffer.from(body)), 0, 'the body differs');
            await context.settle(consumer, got);
        },
    },
    {
        id: 'delivery/key-round-trip',
        level: 'REQUIRED',
        failure: 'The key that a message was published with must be its key when it is read.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, [
                { text: 'a', key: 'alpha' },
                { text: 'b', key: 'beta' },
            ]);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 2);
            for (const message of got) {
                const expected = textOf(message) === 'a' ? 'alpha' : 'beta';
                assert.ok(message.key?.endsWith(expected), `the key of ${textOf(message)} is ${message.key}, not ${expected}`);
            }
            await context.settle(consumer, got);
        },
    },
    {
        id: 'delivery/headers-round-trip',
        level: 'REQUIRED',
        failure: 'Headers must come back with their names and values, in the same case, also those that are not ASCII.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, [{ text: 'a', headers: { source: 'Shop', 'Trace-Id': 'aB', note: 'grüße ☂' } }]);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 1);
            assert.equal(got[0]?.headers.source, 'Shop');
            assert.equal(got[0]?.headers['Trace-Id'], 'aB');
            assert.equal(got[0]?.headers.note, 'grüße ☂');
            await context.settle(consumer, got);
        },
    },
    {
        id: 'delivery/ids-tell-messages-apart',
        level: 'REQUIRED',
        failure: 'Each message has an id of its own, each delivery a delivery of its own: dedup and adoption rest on them.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 20);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 20);
            assert.equal(new Set(got.map(({ id }) => id)).size, 20, 'ids are not unique');
            assert.equal(new Set(got.map(({ delivery }) => delivery)).size, 20, 'deliveries are not unique');
            await context.settle(consumer, got);
        },
    },
    {
        id: 'delivery/backlog-is-delivered-once',
        level: 'REQUIRED',
        failure: 'What was published before the first fetch must come, each message once while its lease or assignment holds.',
        async run(context) {
            const channel = await context.channel();
            const texts = await context.publish(channel, 300);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 300);
            assert.deepEqual(got.map(textOf).sort(), [...texts].sort());
            assert.deepEqual((await context.fetch(consumer)).map(textOf), [], 'nothing comes a second time');
            await context.settle(consumer, got);
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'delivery/max-bounds-a-batch',
        level: 'REQUIRED',
        failure: 'A fetch that returns more than `max` breaks the window: memory and leases are bounded by it.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 20);
            const consumer = await context.open(channel);
            let seen = 0;
            for (const max of [1, 3, 7]) {
                const batch = await context.fetch(consumer, { max, waitMs: context.timing.answerMs });
                assert.ok(batch.length >= 1 && batch.length <= max, `${batch.length} came for a max of ${max}`);
                seen += batch.length;
                await context.settle(consumer, batch);
            }
            await context.settle(consumer, await context.take(consumer, 20 - seen));
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'delivery/empty-queue-answers-within-the-wait',
        level: 'REQUIRED',
        failure: 'A fetch from an empty queue must resolve with nothing after its wait, so that a drain is never held up by a poll.',
        async run(context) {
            const channel = await context.channel();
            const consumer = await context.open(channel);
            const bound = context.timing.answerMs + context.timing.rebalanceMs;
            for (const waitMs of [0, 100]) {
                assert.deepEqual(await context.within(`a fetch of ${waitMs} ms`, context.fetch(consumer, { waitMs }), waitMs + bound), []);
            }
        },
    },
    {
        id: 'delivery/waiting-fetch-is-woken',
        level: 'REQUIRED',
        failure: 'A fetch that waits must return as soon as there is a message, not at the end of its wait.',
        async run(context) {
            const channel = await context.channel();
            const consumer = await context.open(channel);
            // The first one joins or subscribes.
            await context.fetch(consumer);
            const waits = context.timing.answerMs * 8;
            const waiting = context.fetch(consumer, { waitMs: waits });
            await context.publish(channel, 1);
            const got = await context.within('the fetch that waits', waiting, waits / 2 + context.timing.rebalanceMs);
            assert.deepEqual(got.map(textOf), ['m0']);
            await context.settle(consumer, got);
        },
    },
    {
        id: 'delivery/second-fetch-is-refused',
        level: 'REQUIRED',
        failure: 'A fetch while one is under way rejects with INVALID_ARGUMENT, and takes no message away from the first.',
        async run(context) {
            const channel = await context.channel();
            const consumer = await context.open(channel);
            await context.fetch(consumer);
            const first = context.fetch(consumer, { waitMs: context.timing.answerMs });
            await assert.rejects(context.fetch(consumer), { code: 'INVALID_ARGUMENT' });
            await context.publish(channel, 1);
            const got = await first;
            assert.deepEqual(got.map(textOf), ['m0']);
            await context.settle(consumer, got);
        },
    },
    {
        id: 'delivery/bad-max-is-refused',
        level: 'RECOMMENDED',
        failure: 'A `max` that is no whole number above 0 is a mistake of the caller: INVALID_ARGUMENT, and the next fetch works.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            for (const max of [0, -1, 1.5, Number.NaN]) {
                await assert.rejects(context.fetch(consumer, { max }), { code: 'INVALID_ARGUMENT' }, `max ${max}`);
            }
            await context.settle(consumer, await context.take(consumer, 1));
        },
    },
    {
        id: 'delivery/edits-do-not-leak-into-a-redelivery',
        level: 'REQUIRED',
        failure: 'A handler that writes into a body must not change what the next delivery of the message brings.',
        skip: ({ capabilities }) => capabilities.release === false && capabilities.closeReleases === false ? 'nothing can be given back' : undefined,
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const first = await context.open(channel);
            const [message] = await context.take(first, 1);
            message?.body.fill(0x21);
            await first.close({ signal: AbortSignal.timeout(context.timing.answerMs) });
            const second = await context.open(channel);
            const again = await context.take(second, 1);
            assert.deepEqual(again.map(textOf), ['m0']);
            await context.settle(second, again);
        },
    },
    {
        id: 'delivery/channels-are-isolated',
        level: 'REQUIRED',
        failure: 'A consumer must see the messages of its own queue or topic only.',
        async run(context) {
            const channels = await Promise.all([context.channel(), context.channel(), context.channel()]);
            await Promise.all(channels.map((channel, index) => context.publish(channel, [{ text: `of ${index}` }])));
            await Promise.all(channels.map(async (channel, index) => {
                const consumer = await context.open(channel);
                const got = await context.take(consumer, 1);
                assert.deepEqual(got.map(textOf), [`of ${index}`]);
                await context.settle(consumer, got);
                assert.deepEqual(await context.fetch(consumer), []);
            }));
        },
    },
    {
        id: 'delivery/missing-destination-is-not-found',
        level: 'REQUIRED',
        failure: 'A queue or topic that does not exist is NOT_FOUND on the first fetch, not retryable, and never silence.',
        async run(context) {
            const consumer = await context.openMissing();
            const failure = await errorOf(context.fetch(consumer, { waitMs: 100 }));
            assert.ok(StreamError.is(failure), `fetch of what does not exist: ${failure === undefined ? 'resolved' : String(failure)}`);
            assert.equal(failure.code, 'NOT_FOUND');
            assert.equal(failure.retryable, false);
        },
    },
    {
        id: 'delivery/publish-time-is-plausible',
        level: 'RECOMMENDED',
        failure: 'The publish time that a message tells must be near the time at which it was published.',
        async run(context) {
            const channel = await context.channel();
            const before = Date.now();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            const got = await context.take(consumer, 1);
            const at = got[0]?.publishedAt;
            // Clocks of brokers may be a minute off.
            if (at !== undefined)
                assert.ok(Math.abs(Number(at) - before) < 60_000 + context.timing.answerMs, `published at ${before}, told as ${at}`);
            await context.settle(consumer, got);
        },
    },
];
