import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../conformance/brokers/process.js';
import { FAMILIES, Fixture, fetchAll, NEVER, numbered, serverForTests, texts } from '../support/nats.js';
const server = await serverForTests();
/** Long enough to get something done within it on a busy machine. */
const LEASE_MS = 2_000;
const ALL = { ackWaitMs: LEASE_MS, config: { ack_policy: 'all', max_ack_pending: -1 } };
const OPTIONS = { ackPolicy: 'all', exclusive: true, leaseMs: LEASE_MS };
const SOON = 5_000;
if (server !== undefined) {
    for (const family of FAMILIES) {
        describe(`nats with ack_policy all, ${family.name}`, { concurrency: 4 }, () => {
            test('acks are recorded until all before them are done, then confirmed together', async (t) => {
                const fixture = await Fixture.make(t, server, family, { ...ALL, ackWaitMs: 30_000 });
                await fixture.publish(numbered(6));
                const consumer = await fixture.consumer({ ...OPTIONS, leaseMs: 30_000 });
                const [a, b, c, d, e] = await fetchAll(consumer, 5);
                assert.ok(a && b && c && d && e);
                assert.deepEqual(await consumer.ack([c, b]), { confirmed: [], recorded: [c, b], failed: [] });
                assert.equal((await fixture.info()).ack_floor.stream_seq, 0);
                const result = await consumer.ack([a, e]);
                assert.deepEqual(new Set(texts(result.confirmed)), new Set(['m0', 'm1', 'm2']));
                assert.deepEqual(texts(result.recorded), ['m4']);
                const { ack_floor, num_ack_pending } = await fixture.info();
                assert.deepEqual([ack_floor.stream_seq, num_ack_pending], [3, 2]);
                assert.deepEqual((await consumer.ack([a])).confirmed, [a], 'a second ack is answered as the first');
                const closed = await consumer.close({ signal: AbortSignal.timeout(SOON) });
                assert.deepEqual(texts(closed.unconfirmed), ['m4']);
                assert.equal(closed.clean, true);
                const next = await fixture.consumer({ ...OPTIONS, leaseMs: 30_000 });
                assert.deepEqual(texts(await fetchAll(next, 3)), ['m3', 'm4', 'm5'], 'at once, and in order');
            });
            test('what an owner before us left unfinished is not acked along', async (t) => {
                const fixture = await Fixture.make(t, server, family, ALL);
                await fixture.publish(numbered(20));
                const connection = await fixture.connect();
                const crashed = fixture.consumerOn(connection, OPTIONS);
                const first = await fetchAll(crashed, 10);
                await crashed.ack(first.slice(0, 3));
                await connection.close();
                const consumer = await fixture.consumer(OPTIONS);
                const seen = [];
                const confirmed = new Set();
                const end = performance.now() + 20_000;
                while (confirmed.size < 17 && performance.now() < end) {
                    const batch = await consumer.fetch({ max: 4, waitMs: 100, signal: NEVER });
                    seen.push(...texts(batch));
                    const result = batch.length > 0 ? await consumer.ack(batch) : await consumer.flush?.({ signal: NEVER });
                    for (const message of result?.confirmed ?? [])
                        confirmed.add(message.text());
                    const { ack_floor } = await fixture.info();
                    const handled = new Set([...numbered(3), ...seen]);
                    for (const text of numbered(ack_floor.stream_seq))
                        assert.ok(handled.has(text), `${text} was acked and never handled`);
                }
                assert.equal(confirmed.size, 17);
                assert.deepEqual(new Set(seen), new Set(numbered(17, 3)));
                const { num_ack_pending, num_pending } = await fixture.info();
                assert.deepEqual([num_ack_pending, num_pending], [0, 0]);
            });
            test('what was delivered and never came here is not acked along', async (t) => {
                const fixture = await Fixture.make(t, server, family, ALL);
                await fixture.publish(numbered(9));
                const consumer = await fixture.consumer(OPTIONS);
                assert.equal((await consumer.ack(await fetchAll(consumer, 3))).confirmed.length, 3);
                // Two deliveries go elsewhere and vanish, as over a connection that breaks.
                const elsewhere = [];
                const reply = `_INBOX.${fixture.stream}`;
                const inbox = fixture.probe.subscribe(reply, { callback: (_, { data }) => elsewhere.push(Buffer.from(data).toString()) });
                const pull = `$JS.API.CONSUMER.MSG.NEXT.${fixture.stream}.${fixture.durable}`;
                fixture.probe.publish(pull, Buffer.from('{"batch":2}'), { reply });
                await waitUntil('them to have gone', () => elsewhere.length === 2);
                inbox.unsubscribe();
                assert.deepEqual(elsewhere, ['m3', 'm4']);
                const rest = await fetchAll(consumer, 4);
                assert.deepEqual(texts(rest), ['m5', 'm6', 'm7', 'm8']);
                assert.equal((await consumer.ack(rest)).recorded.length, 4);
                assert.deepEqual((await consumer.flush?.({ signal: NEVER }))?.confirmed, []);
                const missing = await fetchAll(consumer, 2);
                // What lapses comes again in no order.
                assert.deepEqual(texts(missing).sort(), ['m3', 'm4']);
                const all = new Set();
                await waitUntil('all to be confirmed', async () => {
                    for (const message of (await consumer.ack(missing)).confirmed)
                        all.add(message.text());
                    await consumer.fetch({ max: 1, waitMs: 0, signal: NEVER });
                    return all.size === 6;
                });
                assert.equal((await fixture.info()).num_ack_pending, 0);
            });
            test('after redeliveries only an ack that the server heeds is sent', async (t) => {
                const fixture = await Fixture.make(t, server, family, ALL);
                await fixture.publish(numbered(6));
                const connection = await fixture.connect();
                await fetchAll(fixture.consumerOn(connection, OPTIONS), 3);
                await connection.close();
                const consumer = await fixture.consumer(OPTIONS);
                const later = await fetchAll(consumer, 3);
                assert.deepEqual(texts(later), ['m3', 'm4', 'm5']);
                const keep = setInterval(() => void consumer.extend?.(later).catch(() => { }), LEASE_MS / 5);
                try {
                    const earlier = await fetchAll(consumer, 3);
                    assert.deepEqual(texts(earlier).sort(), ['m0', 'm1', 'm2']);
                    // A fetch finds that nothing is missing any more.
                    await consumer.fetch({ max: 1, waitMs: 0, signal: NEVER });
                    // Acked now, their delivery numbers would be above those of the later messages, whose acks the server then ignores.
                    await consumer.ack(earlier);
                    assert.equal((await consumer.ack(later)).confirmed.length, 6);
                    assert.equal((await fixture.info()).num_ack_pending, 0);
                }
                finally {
                    clearInterval(keep);
                }
            });
            test('a message that lapses comes again; those done behind it do not, and are committed with it', async (t) => {
                const fixture = await Fixture.make(t, server, family, ALL);
                await fixture.publish(numbered(5));
                const consumer = await fixture.consumer(OPTIONS);
                const [first, ...others] = await fetchAll(consumer, 5);
                assert.ok(first);
                assert.equal((await consumer.ack(others)).recorded.length, 4);
                const again = await fetchAll(consumer, 1);
                assert.deepEqual(texts(again), ['m0']);
                assert.equal(again[0]?.attempt, 2);
                assert.deepEqual((await consumer.ack([first])).failed.map(({ error }) => error.code), ['LEASE_LOST']);
                assert.deepEqual(await consumer.fetch({ max: 10, waitMs: 50, signal: NEVER }), []);
                const result = await consumer.ack(again);
                const late = await consumer.flush?.({ signal: NEVER });
                assert.equal(result.confirmed.length + (late?.confirmed.length ?? 0), 5);
                assert.equal((await fixture.info()).num_ack_pending, 0);
                await fixture.publish(['after']);
                assert.equal((await consumer.ack(await fetchAll(consumer, 1))).confirmed.length, 1);
                assert.equal((await fixture.info()).ack_floor.stream_seq, 6);
            });
            test('a released tail comes again in order, and what was done before it is committed', async (t) => {
                const fixture = await Fixture.make(t, server, family, { ...ALL, ackWaitMs: 30_000 });
                await fixture.publish(numbered(8));
                const consumer = await fixture.consumer({ ...OPTIONS, leaseMs: 30_000 });
                const messages = await fetchAll(consumer, 6);
                assert.equal((await consumer.ack(messages.slice(0, 2))).confirmed.length, 2);
                // Done behind the tail's first: void with the release, and comes again.
                assert.equal((await consumer.ack(messages.slice(4, 5))).recorded.length, 1);
                assert.deepEqual(await consumer.release?.(messages.slice(2, 4)), { failed: [] });
                const again = await fetchAll(consumer, 6);
                assert.deepEqual(texts(again), ['m2', 'm3', 'm4', 'm5', 'm6', 'm7']);
                // Commits are held back until the server's own count says that nothing is missing, which a fetch asks for.
                assert.deepEqual(await consumer.fetch({ max: 1, waitMs: 0, signal: NEVER }), []);
                assert.equal((await consumer.ack(again)).confirmed.length, 6);
                assert.equal((await fixture.info()).num_ack_pending, 0);
            });
            test('a message that the server has given up does not hold the cursor for ever', async (t) => {
                const fixture = await Fixture.make(t, server, family, { ackWaitMs: LEASE_MS, config: { ...ALL.config, max_deliver: 1 } });
                await fixture.publish(numbered(3));
                const consumer = await fixture.consumer(OPTIONS);
                const [lost, b, c] = await fetchAll(consumer, 3);
                assert.ok(lost && b && c);
                const keep = setInterval(() => void consumer.extend?.([b, c]).catch(() => { }), LEASE_MS / 5);
                try {
                    await consumer.ack([b, c]);
                    await sleep(LEASE_MS + 100);
                    assert.deepEqual((await consumer.ack([lost])).failed.map(({ error }) => error.code), ['LEASE_LOST']);
                    await waitUntil('the cursor to go on', async () => {
                        await consumer.fetch({ max: 1, waitMs: 50, signal: NEVER });
                        return (await consumer.flush?.({ signal: NEVER }))?.confirmed.length === 2;
                    });
                }
                finally {
                    clearInterval(keep);
                }
                assert.equal((await fixture.info()).num_ack_pending, 0);
            });
            test('whatever happens, nothing is acked that was not done', async (t) => {
                const COUNT = 400;
                const fixture = await Fixture.make(t, server, family, ALL);
                await fixture.publish(numbered(COUNT));
                const done = new Set();
                let connection = await fixture.connect();
                let consumer = fixture.consumerOn(connection, OPTIONS);
                let held = [];
                const random = (below) => Math.floor(Math.random() * below);
                const step = async (owner) => {
                    held.push(...(await owner.fetch({ max: 1 + random(30), waitMs: 20, signal: NEVER })));
                    const acks = held.filter(() => Math.random() < 0.6);
                    held = held.filter((message) => !acks.includes(message));
                    // Done comes before acked, as in a drainer.
                    const live = acks.filter(({ lease }) => lease !== undefined && lease.until > performance.now());
                    for (const message of live)
                        done.add(message.text());
                    await owner.ack(acks);
                };
                const end = performance.now() + 20_000;
                for (let round = 0; done.size < COUNT || (await fixture.info()).num_ack_pending > 0; round += 1) {
                    assert.ok(performance.now() < end, `${done.size} of ${COUNT} done`);
                    await step(consumer);
                    const event = done.size < COUNT * 0.8 ? random(40) : -1;
                    if (event === 0) {
                        // The owner crashes.
                        await connection.close();
                        connection = await fixture.connect();
                        consumer = fixture.consumerOn(connection, OPTIONS);
                        held = [];
                    }
                    else if (event === 1) {
                        await consumer.close({ signal: AbortSignal.timeout(SOON) });
                        connection = await fixture.connect();
                        consumer = fixture.consumerOn(connection, OPTIONS);
                        held = [];
                    }
                    else if (event === 2) {
                        await consumer.release?.(held);
                        held = [];
                    }
                    else if (event === 3) {
                        await sleep(LEASE_MS + 50);
                    }
                    else if (done.size >= COUNT) {
                        await consumer.flush?.({ signal: NEVER });
                    }
                    if (round % 5 === 0) {
                        const { ack_floor } = await fixture.info();
                        for (const text of numbered(ack_floor.stream_seq))
                            assert.ok(done.has(text), `${text} was acked and never done`);
                    }
                }
                assert.equal((await fixture.info()).ack_floor.stream_seq, COUNT);
            });
        });
    }
    after(() => server.stop());
}
