import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryBroker, } from '../../adapters/memory/index.js';
import { VirtualClock } from '../support/virtual-clock.js';
const never = new AbortController().signal;
function setUp(topic = {}, options = {}) {
    const clock = new VirtualClock();
    const broker = new MemoryBroker({ clock });
    broker.createTopic('log', topic);
    const join = (more = {}) => broker.consumer({ topic: 'log', group: 'g', ...options, ...more });
    return { clock, broker, consumer: join(), join };
}
function take(consumer, max = 100) {
    return consumer.fetch({ max, waitMs: 0, signal: never });
}
function append(broker, count, partition = 0) {
    broker.publish('log', Array.from({ length: count }, () => ({ body: 'x', partition })));
}
const offsets = (messages) => messages.map(({ position }) => position);
const codes = (failed) => failed.map(({ error }) => error.code);
const committed = (broker) => broker.topic('log').committed('g');
describe('memory topic: the log', () => {
    it('brings messages as they were published, in order, with lane, assignment and offset', async () => {
        const { broker, consumer } = setUp({ partitions: 2 });
        const headers = { bytes: Uint8Array.of(1) };
        assert.deepEqual(broker.publish('log', [
            { body: 'a', partition: 1, key: 'k', headers },
            { body: 'b', partition: 1, id: 'mine' },
        ]), ['1-0', 'mine']);
        const [a, b] = await take(consumer);
        assert.ok(a !== undefined && b !== undefined);
        assert.deepEqual([a.id, a.text(), a.key, a.lane, a.position, a.attempt, a.lease], ['1-0', 'a', 'k', '1', 0, undefined, undefined]);
        assert.deepEqual(a.headers, headers);
        assert.deepEqual([b.id, b.position], ['mine', 1]);
        assert.ok(a.assignment > 0);
        assert.deepEqual({ topic: a.raw.topic, partition: a.raw.partition, offset: a.raw.offset }, { topic: 'log', partition: 1, offset: 0 });
    });
    it('keeps one key in one partition and spreads the rest', () => {
        const { broker } = setUp({ partitions: 4 });
        broker.publish('log', Array.from({ length: 40 }, () => ({ body: '', key: 'same' })));
        assert.deepEqual(broker
            .topic('log')
            .partitions.map(({ end }) => end)
            .sort((a, b) => a - b), [0, 0, 0, 40]);
        broker.publish('log', Array.from({ length: 40 }, () => ({ body: '' })));
        assert.deepEqual(broker
            .topic('log')
            .partitions.map(({ end }) => end)
            .sort((a, b) => a - b), [10, 10, 10, 50]);
        const keyed = new MemoryBroker();
        keyed.createTopic('log', { partitions: 4 });
        keyed.publish('log', Array.from({ length: 4_000 }, (_, index) => ({ body: '', key: `key-${index}` })));
        for (const { end } of keyed.topic('log').partitions)
            assert.ok(end > 800 && end < 1_200, `${end} of 4,000 keys in one of 4 partitions`);
    });
    it('refuses what is only for queues, and partitions that are not there', () => {
        const { broker } = setUp({ partitions: 2 });
        assert.throws(() => broker.publish('log', { body: '', delayMs: 1 }), { code: 'INVALID_ARGUMENT', message: /delayMs/ });
        assert.throws(() => broker.publish('log', { body: '', group: 'a' }), { code: 'INVALID_ARGUMENT', message: /group/ });
        assert.throws(() => broker.publish('log', [{ body: '' }, { body: '', partition: 2 }]), {
            code: 'INVALID_ARGUMENT',
            message: /partition/,
        });
        assert.deepEqual(broker.topic('log').partitions.map(({ end }) => end), [0, 0]);
    });
    it('takes a fair share of each lane, never more than asked for', async () => {
        const { broker, consumer } = setUp({ partitions: 3 });
        append(broker, 100, 0);
        append(broker, 100, 1);
        append(broker, 1, 2);
        const batch = await take(consumer, 31);
        assert.equal(batch.length, 31);
        const perLane = ['0', '1', '2'].map((name) => batch.filter(({ lane }) => lane === name).length);
        assert.equal(perLane[2], 1);
        assert.ok(perLane.every((count) => count <= 20), String(perLane));
        const singles = new Set();
        for (let index = 0; index < 6; index += 1)
            for (const { lane } of await take(consumer, 1))
                singles.add(lane);
        assert.deepEqual([...singles].sort(), ['0', '1'], 'no lane is always last');
    });
    it('is woken by a publish, and by nothing else', async () => {
        const { clock, broker, consumer } = setUp({ partitions: 2 });
        const fetching = consumer.fetch({ max: 10, waitMs: 1_000, signal: never });
        await clock.turn();
        append(broker, 2, 1);
        assert.deepEqual(offsets(await fetching), [0, 1]);
        const abort = new AbortController();
        const aborted = consumer.fetch({ max: 10, waitMs: 1_000, signal: abort.signal });
        await clock.turn();
        append(broker, 1, 0);
        abort.abort();
        assert.deepEqual(await aborted, []);
        assert.deepEqual(await consumer.lag(), new Map([
            ['0', 1],
            ['1', 0],
        ]));
        assert.equal(clock.timers, 0);
    });
    it('starts a new group at the earliest message, or at what comes after it was made', async () => {
        const { broker, consumer, join } = setUp();
        append(broker, 2);
        assert.deepEqual(offsets(await take(consumer)), [0, 1]);
        const latest = join({ group: 'late', from: 'latest' });
        assert.deepEqual(await take(latest), []);
        append(broker, 1);
        await latest.close({ signal: never });
        append(broker, 1);
        const next = join({ group: 'late', from: 'latest' });
        assert.deepEqual(offsets(await take(next)), [2, 3], 'what came while nobody was there is not skipped');
    });
    it('groups do not disturb each other', async () => {
        const { broker, consumer, join } = setUp();
        append(broker, 3);
        await consumer.ack(await take(consumer));
        const other = join({ group: 'other' });
        assert.deepEqual(offsets(await take(other)), [0, 1, 2]);
        assert.deepEqual(broker.topic('log').committed('other'), [undefined]);
        assert.deepEqual(broker.topic('log').groups, ['g', 'other']);
    });
    it('keeps no more than retainMessages, and readers go on behind the gap', async () => {
        const { broker, consumer, join } = setUp({ retainMessages: 10 });
        append(broker, 5);
        const early = await take(consumer);
        append(broker, 95);
        assert.deepEqual(broker.topic('log').partitions, [{ end: 100, ended: false, count: 10 }]);
        assert.deepEqual(await consumer.lag(), new Map([['0', 10]]));
        const late = await take(consumer);
        assert.deepEqual(offsets(late), [90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
        assert.deepEqual((await consumer.ack(late)).recorded.length, 10);
        assert.equal((await consumer.ack(early)).confirmed.length, 15);
        assert.deepEqual(committed(broker), [100]);
        assert.deepEqual(offsets(await take(join({ group: 'other' }))).length, 10);
    });
});
describe('memory topic: commits', () => {
    it('commits the finished prefix; acks behind a gap are recorded, and named when they are confirmed', async () => {
        const { broker, consumer } = setUp();
        append(broker, 5);
        const [a, b, c, d, e] = (await take(consumer));
        const first = await consumer.ack([c, b]);
        assert.deepEqual([first.confirmed, offsets(first.recorded), first.failed], [[], [2, 1], []]);
        assert.deepEqual(committed(broker), [undefined]);
        const second = await consumer.ack([e, a]);
        assert.deepEqual([offsets(second.confirmed), offsets(second.recorded)], [[0, 1, 2], [4]]);
        assert.deepEqual(committed(broker), [3]);
        const third = await consumer.ack([d]);
        assert.deepEqual([offsets(third.confirmed), third.recorded], [[3, 4], []]);
        assert.deepEqual(committed(broker), [5]);
    });
    it('confirms a batch that went well with the array it was given', async () => {
        const { broker, consumer } = setUp({ partitions: 3 });
        for (const partition of [0, 1, 2])
            append(broker, 10, partition);
        const batch = (await take(consumer)).reverse();
        assert.equal((await consumer.ack(batch)).confirmed, batch);
        assert.deepEqual(committed(broker), [10, 10, 10]);
    });
    it('answers a second ack as the first, and names everything that a commit confirms', async () => {
        const { broker, consumer } = setUp();
        append(broker, 3);
        const [a, b, c] = (await take(consumer));
        assert.deepEqual(offsets((await consumer.ack([b])).recorded), [1]);
        assert.deepEqual(offsets((await consumer.ack([b])).recorded), [1]);
        const result = await consumer.ack([a, a]);
        assert.deepEqual(offsets(result.confirmed).sort(), [0, 1], 'not the array [a, a]: it says nothing of b');
        assert.deepEqual(offsets((await consumer.ack([a, b])).confirmed), [0, 1]);
        assert.deepEqual(offsets((await consumer.ack([c])).confirmed), [2]);
        assert.deepEqual(committed(broker), [3]);
    });
    it('goes over holes in the offsets', async () => {
        const { broker, consumer, join } = setUp();
        const topic = broker.topic('log');
        topic.skipOffsets(0, 5);
        append(broker, 2);
        topic.skipOffsets(0, 1);
        append(broker, 2);
        topic.skipOffsets(0, 100);
        const batch = await take(consumer);
        assert.deepEqual(offsets(batch), [5, 6, 8, 9]);
        assert.equal((await consumer.ack([...batch].reverse())).confirmed.length, 4);
        assert.deepEqual(committed(broker), [10]);
        await consumer.close({ signal: never });
        append(broker, 1);
        const next = join();
        assert.deepEqual(offsets(await take(next)), [110]);
    });
    it('flush commits what ack recorded, and says what stays behind a gap', async () => {
        const { broker, consumer } = setUp({}, { commitOnAck: false });
        append(broker, 4);
        const [a, b, , d] = (await take(consumer));
        assert.deepEqual(offsets((await consumer.ack([a, b, d])).recorded), [0, 1, 3]);
        assert.deepEqual(committed(broker), [undefined]);
        const flushed = await consumer.flush({ signal: never });
        assert.deepEqual([offsets(flushed.confirmed), offsets(flushed.recorded)], [[0, 1], [3]]);
        assert.deepEqual(committed(broker), [2]);
        const again = await consumer.flush({ signal: never });
        assert.deepEqual([again.confirmed, offsets(again.recorded)], [[], [3]]);
    });
    it('close commits what is finished, reports what is not covered, and the next owner reads from there', async () => {
        for (const commitOnAck of [true, false]) {
            const { broker, consumer, join } = setUp({}, { commitOnAck });
            append(broker, 4);
            const [a, b, , d] = (await take(consumer));
            await consumer.ack([a, b, d]);
            const next = join();
            const { unconfirmed, clean } = await consumer.close({ signal: never });
            assert.deepEqual([offsets(unconfirmed), clean], [[3], true]);
            assert.deepEqual(committed(broker), [2]);
            assert.deepEqual(offsets(await take(next)), [2, 3]);
        }
    });
    it('after close everything is CLOSED and a late ack has no effect', async () => {
        const { broker, consumer } = setUp();
        append(broker, 1);
        const held = await take(consumer);
        const closing = consumer.close({ signal: never });
        assert.equal(consumer.close({ signal: never }), closing);
        await closing;
        const calls = [
            () => take(consumer),
            () => consumer.ack(held),
            () => consumer.release(held),
            () => consumer.flush({ signal: never }),
            () => consumer.seek('0', 0),
            () => consumer.lag(),
            async () => consumer.pause(['0']),
            async () => consumer.resume(['0']),
            async () => consumer.watch({ assigned() { }, async revoking() { }, lost() { }, ended() { } }),
        ];
        for (const call of calls)
            await assert.rejects(call(), { code: 'CLOSED' });
        assert.deepEqual(committed(broker), [undefined]);
        assert.deepEqual(broker.topic('log').members('g'), []);
    });
    it('answers NOT_FOUND where the topic does not exist', async () => {
        const { broker } = setUp();
        broker.createQueue('jobs');
        for (const topic of ['none', 'jobs']) {
            const consumer = broker.consumer({ topic, group: 'g' });
            await assert.rejects(take(consumer), { code: 'NOT_FOUND' });
            await assert.rejects(consumer.lag(), { code: 'NOT_FOUND' });
            assert.deepEqual(await consumer.close({ signal: never }), { unconfirmed: [], clean: true });
        }
    });
});
describe('memory topic: release, seek, pause', () => {
    it('a release of a tail reads the lane again from there; what comes before stays as it is', async () => {
        const { broker, consumer } = setUp();
        append(broker, 6);
        const batch = await take(consumer);
        const [a, b, c, d, e, f] = batch;
        await consumer.ack([b, e]);
        assert.deepEqual(await consumer.release([d, c, f]), { failed: [] });
        const again = await take(consumer);
        assert.deepEqual(offsets(again), [2, 3, 4, 5], 'with the acked one, whose ack was only recorded');
        assert.deepEqual(codes((await consumer.ack([c, e])).failed), ['LEASE_LOST', 'LEASE_LOST']);
        assert.deepEqual(offsets((await consumer.ack([again[0]])).recorded), [2]);
        assert.deepEqual(offsets((await consumer.ack([a])).confirmed), [0, 1, 2]);
        assert.deepEqual(await consumer.release([c, d]), { failed: [] }, 'what is stale is on its way already');
        assert.deepEqual(await take(consumer), []);
        assert.deepEqual(offsets((await consumer.ack(again)).confirmed), [2, 3, 4, 5]);
        assert.deepEqual(committed(broker), [6]);
    });
    it('a release with a delay stops its lane alone, for no longer than that', async () => {
        const { clock, broker, consumer } = setUp({ partitions: 2 });
        append(broker, 2, 0);
        append(broker, 1, 1);
        const batch = await take(consumer);
        await consumer.release(batch.filter(({ lane }) => lane === '0'), { delayMs: 500 });
        append(broker, 1, 1);
        assert.deepEqual((await take(consumer)).map(({ lane }) => lane), ['1']);
        const waiting = consumer.fetch({ max: 10, waitMs: 60_000, signal: never });
        await clock.advance(500);
        assert.deepEqual((await waiting).map(({ lane, position }) => [lane, position]), [
            ['0', 0],
            ['0', 1],
        ]);
        assert.equal(clock.now(), 500);
    });
    it('a release wakes the fetch that waits', async () => {
        const { clock, broker, consumer } = setUp();
        append(broker, 1);
        const batch = await take(consumer);
        const waiting = consumer.fetch({ max: 10, waitMs: Infinity, signal: never });
        await clock.turn();
        await consumer.release(batch);
        assert.deepEqual(offsets(await waiting), [0]);
    });
    it('survives many releases at random, against a plain model', async () => {
        // A linear congruential generator: the same run each time.
        let state = 12_345;
        const random = (below) => {
            state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
            return Math.floor((state / 2 ** 32) * below);
        };
        const { broker, consumer } = setUp();
        append(broker, 500);
        const done = new Set();
        const held = await take(consumer, 3);
        for (let step = 0; step < 20_000 && done.size < 500; step += 1) {
            const action = random(10);
            if (action < 4)
                held.push(...(await take(consumer, 1 + random(5))));
            else if (held.length > 0 && action < 9) {
                const [message] = held.splice(random(held.length), 1);
                const result = await consumer.ack([message]);
                assert.deepEqual(result.failed, []);
                for (const { position } of result.confirmed)
                    done.add(position);
            }
            else if (held.length > 0) {
                const from = random(held.length);
                const { position } = held[from];
                const tail = held.filter((message) => message.position >= position);
                await consumer.release(tail);
                for (const message of tail)
                    held.splice(held.indexOf(message), 1);
            }
            const [mark] = committed(broker);
            assert.equal(mark ?? 0, done.size, 'confirmed is exactly what the commit covers');
            assert.ok(held.every((message) => message.position >= (mark ?? 0)), 'nothing that is held was skipped');
        }
        assert.equal(done.size, 500);
    });
    it('seek makes what is held stale and reads on from there', async () => {
        const { clock, broker, consumer } = setUp();
        append(broker, 5);
        const old = await take(consumer);
        await consumer.ack(old.slice(0, 2));
        const waiting = consumer.fetch({ max: 10, waitMs: Infinity, signal: never });
        await clock.turn();
        await consumer.seek('0', '3');
        const batch = await waiting;
        assert.deepEqual(offsets(batch), [3, 4]);
        const mixed = await consumer.ack([...old, ...batch]);
        assert.deepEqual(offsets(mixed.confirmed), [0, 1, 3, 4]);
        assert.deepEqual(codes(mixed.failed), ['LEASE_LOST', 'LEASE_LOST', 'LEASE_LOST']);
        assert.deepEqual(committed(broker), [5]);
        await consumer.seek('0', 1);
        assert.deepEqual(offsets(await take(consumer, 2)), [1, 2]);
        await consumer.seek('0', 99);
        assert.deepEqual(await take(consumer), []);
        await assert.rejects(consumer.seek('7', 0), { code: 'LEASE_LOST' });
        for (const position of [-1, 1.5, 'x', ''])
            await assert.rejects(consumer.seek('0', position), { code: 'INVALID_ARGUMENT', message: /position/ });
    });
    it('pause stops lanes without giving them up; resume wakes', async () => {
        const { clock, broker, consumer } = setUp({ partitions: 2 });
        append(broker, 1, 0);
        append(broker, 1, 1);
        assert.deepEqual(await take(consumer, 1).then((batch) => batch.length), 1);
        await take(consumer);
        append(broker, 1, 0);
        append(broker, 1, 1);
        consumer.pause(['0', 'none']);
        assert.deepEqual((await take(consumer)).map(({ lane }) => lane), ['1']);
        assert.deepEqual(broker.topic('log').members('g'), [{ id: 'g-1', partitions: [0, 1] }]);
        const waiting = consumer.fetch({ max: 10, waitMs: Infinity, signal: never });
        await clock.turn();
        consumer.resume(['0']);
        assert.deepEqual((await waiting).map(({ lane }) => lane), ['0']);
    });
});
