import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEAD_LETTER_HEADERS, MemoryBroker } from '../../adapters/memory/index.js';
import { VirtualClock } from '../support/virtual-clock.js';
const never = new AbortController().signal;
function setUp(options = {}) {
    const clock = new VirtualClock();
    const broker = new MemoryBroker({ clock, history: true });
    if (options.deadLetterQueue !== undefined)
        broker.createQueue(options.deadLetterQueue);
    broker.createQueue('jobs', { leaseMs: 1_000, ...options });
    return { clock, broker, consumer: broker.consumer({ queue: 'jobs' }) };
}
function take(consumer, max = 100) {
    return consumer.fetch({ max, waitMs: 0, signal: never });
}
async function takeOne(consumer) {
    const [message] = await take(consumer, 1);
    assert.ok(message !== undefined, 'a message was expected');
    return message;
}
const idsOf = (messages) => messages.map(({ id }) => id);
const publish = (broker, ...ids) => broker.publish('jobs', ids.map((id) => ({ id, body: id })));
const codes = (failed) => failed.map(({ error }) => error.code);
describe('memory queue: delivery', () => {
    it('brings a message as it was published', async () => {
        const { broker, consumer } = setUp();
        const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
        const headers = { plain: 'ä€😀', raw: Uint8Array.of(1, 2), many: ['a', Uint8Array.of(3)] };
        const before = Date.now();
        broker.publish('jobs', { id: 'x', body: bytes, key: 'customer-1', headers });
        const message = await takeOne(consumer);
        assert.equal(message.id, 'x');
        assert.deepEqual(message.body, bytes);
        assert.equal(message.key, 'customer-1');
        assert.deepEqual(message.headers, headers);
        assert.equal(message.attempt, 1);
        assert.equal(message.lane, undefined);
        assert.equal(message.lease?.until, 1_000);
        assert.ok(message.publishedAt !== undefined && message.publishedAt >= before);
        assert.equal(message.raw.deliveries, 1);
    });
    it('encodes text, makes ids, and takes large and empty bodies', async () => {
        const { broker, consumer } = setUp();
        const large = new Uint8Array(100_000).fill(7);
        const ids = broker.publish('jobs', [{ body: 'grüß' }, { body: '' }, { body: large }]);
        const messages = await take(consumer);
        assert.equal(new Set(ids).size, 3);
        assert.deepEqual(idsOf(messages), ids);
        assert.equal(messages[0]?.text(), 'grüß');
        assert.equal(messages[1]?.body.length, 0);
        assert.deepEqual(messages[2]?.body, large);
    });
    it('keeps what it has apart from what publishers and handlers do to their copies', async () => {
        const { broker, consumer } = setUp();
        const body = Uint8Array.of(1, 2, 3);
        const bytes = Uint8Array.of(9);
        const headers = { bytes, text: 'was' };
        broker.publish('jobs', { id: 'a', body, headers });
        body[0] = 99;
        bytes[0] = 99;
        headers.text = 'edited';
        const first = await takeOne(consumer);
        assert.deepEqual(first.body, Uint8Array.of(1, 2, 3));
        assert.deepEqual(first.headers, { bytes: Uint8Array.of(9), text: 'was' });
        first.body.fill(0);
        first.headers.bytes.fill(0);
        assert.throws(() => Object.assign(first.headers, { text: 'edited' }), TypeError);
        await consumer.release([first]);
        const second = await takeOne(consumer);
        assert.deepEqual(second.body, Uint8Array.of(1, 2, 3));
        assert.deepEqual(second.headers, { bytes: Uint8Array.of(9), text: 'was' });
    });
    it('is first in, first out, and never brings more than asked for', async () => {
        const { broker, consumer } = setUp();
        publish(broker, 'a', 'b', 'c', 'd', 'e');
        assert.deepEqual(idsOf(await take(consumer, 2)), ['a', 'b']);
        assert.deepEqual(idsOf(await take(consumer, 2)), ['c', 'd']);
        assert.deepEqual(broker.queue('jobs').ready, { count: 1, ids: ['e'] });
        assert.deepEqual(broker.queue('jobs').leased, { count: 4, ids: ['a', 'b', 'c', 'd'] });
        assert.deepEqual(await consumer.lag(), new Map([['', 1]]));
    });
    it('caps a fetch at maxBatch', async () => {
        const { broker, consumer } = setUp();
        broker.publish('jobs', Array.from({ length: 10_050 }, () => ({ body: 'x' })));
        assert.equal((await take(consumer, 1_000_000)).length, consumer.capabilities.maxBatch);
        assert.equal((await take(consumer, 1_000_000)).length, 50);
    });
    it('publishes all or nothing', () => {
        const { broker } = setUp();
        assert.throws(() => broker.publish('jobs', [{ body: 'good' }, { body: 'bad', delayMs: -1 }]), {
            code: 'INVALID_ARGUMENT',
            message: /delayMs/,
        });
        assert.throws(() => broker.publish('jobs', { body: 'bad', partition: 1 }), { code: 'INVALID_ARGUMENT', message: /partition/ });
        assert.throws(() => broker.publish('jobs', { body: 5 }), { code: 'INVALID_ARGUMENT', message: /body/ });
        const headers = { n: 1 };
        assert.throws(() => broker.publish('jobs', { body: '', headers }), { code: 'INVALID_ARGUMENT', message: /headers\['n'\]/ });
        assert.throws(() => broker.publish('none', { body: '' }), { code: 'NOT_FOUND' });
        assert.equal(broker.queue('jobs').ready.count, 0);
    });
    it('delivers a delayed message when its time has come, not earlier', async () => {
        const { clock, broker, consumer } = setUp();
        broker.publish('jobs', [
            { id: 'late', body: '', delayMs: 500 },
            { id: 'soon', body: '', delayMs: 200 },
            { id: 'now', body: '' },
        ]);
        assert.deepEqual(broker.queue('jobs').delayed, { count: 2, ids: ['soon', 'late'] });
        assert.deepEqual(idsOf(await take(consumer)), ['now']);
        await clock.advance(199);
        assert.deepEqual(await take(consumer), []);
        await clock.advance(1);
        assert.deepEqual(idsOf(await take(consumer)), ['soon']);
        const waiting = consumer.fetch({ max: 1, waitMs: 10_000, signal: never });
        await clock.advance(300);
        assert.deepEqual(idsOf(await waiting), ['late']);
        assert.equal(clock.now(), 500);
    });
});
describe('memory queue: waiting', () => {
    it('returns nothing after waitMs, and no sooner', async () => {
        const { clock, consumer } = setUp();
        let result;
        const fetching = consumer.fetch({ max: 1, waitMs: 300, signal: never }).then((batch) => {
            result = batch;
        });
        await clock.advance(299);
        assert.equal(result, undefined);
        await clock.advance(1);
        await fetching;
        assert.deepEqual(result, []);
        assert.equal(clock.timers, 0);
    });
    it('is woken by a publish, and brings all that one publisher wrote in one go', async () => {
        const { clock, broker, consumer } = setUp();
        const fetching = consumer.fetch({ max: 10, waitMs: Infinity, signal: never });
        await clock.turn();
        publish(broker, 'a');
        publish(broker, 'b');
        assert.deepEqual(idsOf(await fetching), ['a', 'b']);
    });
    it('an abort ends the wait, resolves, and takes nothing', async () => {
        const { clock, broker, consumer } = setUp();
        const abort = new AbortController();
        const fetching = consumer.fetch({ max: 10, waitMs: 60_000, signal: abort.signal });
        await clock.turn();
        publish(broker, 'a');
        abort.abort();
        assert.deepEqual(await fetching, []);
        assert.deepEqual(await consumer.fetch({ max: 10, waitMs: 0, signal: abort.signal }), []);
        assert.deepEqual(broker.queue('jobs').ready.ids, ['a']);
        assert.deepEqual(broker.queue('jobs').leased.count, 0);
        assert.equal(clock.timers, 0);
    });
    it('hands a wake-up on when the one that was woken is aborted', async () => {
        const { clock, broker, consumer } = setUp();
        const other = broker.consumer({ queue: 'jobs' });
        const abort = new AbortController();
        const first = consumer.fetch({ max: 1, waitMs: Infinity, signal: abort.signal });
        const second = other.fetch({ max: 1, waitMs: Infinity, signal: never });
        await clock.turn();
        publish(broker, 'a');
        abort.abort();
        assert.deepEqual(await first, []);
        assert.deepEqual(idsOf(await second), ['a']);
    });
    it('shares a burst among all who wait', async () => {
        const { clock, broker, consumer } = setUp();
        const others = [consumer, broker.consumer({ queue: 'jobs' }), broker.consumer({ queue: 'jobs' })];
        const fetching = others.map((each) => each.fetch({ max: 2, waitMs: Infinity, signal: never }));
        await clock.turn();
        publish(broker, 'a', 'b', 'c', 'd', 'e');
        assert.deepEqual((await Promise.all(fetching)).map(idsOf), [['a', 'b'], ['c', 'd'], ['e']]);
    });
    it('refuses a second fetch, and checks its options', async () => {
        const { clock, consumer } = setUp();
        const abort = new AbortController();
        const first = consumer.fetch({ max: 1, waitMs: Infinity, signal: abort.signal });
        await clock.turn();
        await assert.rejects(take(consumer), { code: 'INVALID_ARGUMENT' });
        abort.abort();
        assert.deepEqual(await first, []);
        await assert.rejects(consumer.fetch({ max: 0, waitMs: 0, signal: never }), { code: 'INVALID_ARGUMENT', message: /max/ });
        await assert.rejects(consumer.fetch({ max: 1, waitMs: Number.NaN, signal: never }), { code: 'INVALID_ARGUMENT', message: /waitMs/ });
        const signal = {};
        await assert.rejects(consumer.fetch({ max: 1, waitMs: 0, signal }), { code: 'INVALID_ARGUMENT', message: /signal/ });
    });
    it('answers NOT_FOUND where the queue does not exist', async () => {
        const { broker } = setUp();
        broker.createTopic('log');
        for (const queue of ['none', 'log']) {
            const lost = broker.consumer({ queue });
            await assert.rejects(take(lost), { code: 'NOT_FOUND', retryable: false });
            await assert.rejects(take(lost), { code: 'NOT_FOUND' });
            assert.deepEqual(await lost.close({ signal: never }), { unconfirmed: [], clean: true });
        }
    });
});
describe('memory queue: settlement', () => {
    it('confirms a batch with the array it was given, and forgets the messages', async () => {
        const { clock, broker, consumer } = setUp();
        publish(broker, 'a', 'b');
        const batch = await take(consumer);
        const result = await consumer.ack(batch);
        assert.equal(result.confirmed, batch);
        assert.deepEqual([result.recorded, result.failed], [[], []]);
        await clock.advance(5_000);
        const queue = broker.queue('jobs');
        assert.deepEqual([queue.ready.count, queue.leased.count], [0, 0]);
        assert.deepEqual(queue.acked, { count: 2, ids: ['a', 'b'] });
        assert.equal(clock.timers, 0);
    });
    it('answers a second ack as the first, also concurrently and in one call', async () => {
        const { broker, consumer } = setUp();
        publish(broker, 'a', 'b');
        const batch = await take(consumer);
        const results = await Promise.all([consumer.ack(batch), consumer.ack([...batch, ...batch]), consumer.ack(batch)]);
        assert.deepEqual(results.map(({ confirmed }) => confirmed.length), [2, 4, 2]);
        assert.equal(broker.queue('jobs').acked.count, 2);
    });
    it('redelivers when the lease lapses; then the old delivery is refused and the new one counts', async () => {
        const { clock, broker, consumer } = setUp();
        publish(broker, 'a', 'b');
        const [first, kept] = await take(consumer);
        assert.ok(first !== undefined && kept !== undefined);
        assert.deepEqual((await consumer.ack([kept])).confirmed, [kept]);
        const waiting = consumer.fetch({ max: 10, waitMs: 60_000, signal: never });
        await clock.advance(999);
        assert.equal(broker.queue('jobs').leased.count, 1);
        await clock.advance(1);
        const [second] = await waiting;
        assert.ok(second !== undefined);
        assert.equal(second.id, 'a');
        assert.equal(second.attempt, 2);
        assert.notEqual(second.delivery, first.delivery);
        const stale = await consumer.ack([first, kept]);
        assert.deepEqual(idsOf(stale.confirmed), ['b']);
        assert.deepEqual(codes(stale.failed), ['LEASE_LOST']);
        assert.equal(stale.failed[0]?.message, first);
        assert.equal(broker.queue('jobs').acked.count, 1);
        assert.deepEqual(idsOf((await consumer.ack([second])).confirmed), ['a']);
        assert.deepEqual(codes((await consumer.ack([first])).failed), ['LEASE_LOST']);
    });
    it('a timer that was set for a lease that is settled gives way to the next lease', async () => {
        const { clock, broker, consumer } = setUp();
        publish(broker, 'a', 'b');
        await consumer.ack(await take(consumer, 1));
        await clock.advance(500);
        await take(consumer);
        const waiting = broker.consumer({ queue: 'jobs' }).fetch({ max: 1, waitMs: 60_000, signal: never });
        await clock.advance(1_000);
        assert.deepEqual(idsOf(await waiting), ['b']);
        assert.equal(clock.now(), 1_500);
    });
    it('lets the time decide, not the timer: an ack after the end of the lease is late', async () => {
        const clock = new VirtualClock();
        const frozen = {
            now: () => clock.now(),
            setTimeout: () => 0,
            clearTimeout: () => undefined,
            setImmediate: () => undefined,
            random: () => 0,
        };
        const broker = new MemoryBroker({ clock: frozen });
        broker.createQueue('jobs', { leaseMs: 1_000 });
        const consumer = broker.consumer({ queue: 'jobs' });
        publish(broker, 'a');
        const batch = await take(consumer);
        await clock.advance(1_000);
        assert.deepEqual(codes((await consumer.ack(batch)).failed), ['LEASE_LOST']);
        assert.deepEqual(broker.queue('jobs').ready.ids, ['a']);
    });
    it('refuses messages of another queue and of nobody', async () => {
        const { broker, consumer } = setUp();
        broker.createQueue('other');
        broker.publish('other', { body: '' });
        publish(broker, 'a');
        const foreign = await take(broker.consumer({ queue: 'other' }));
        await take(consumer);
        assert.deepEqual(codes((await consumer.ack(foreign)).failed), ['LEASE_LOST']);
        assert.equal(broker.queue('jobs').acked.count, 0);
        assert.equal(broker.queue('other').leased.count, 1);
    });
    it('releases at once, and with a delay', async () => {
        const { clock, broker, consumer } = setUp();
        publish(broker, 'a', 'b');
        const [a, b] = await take(consumer);
        assert.ok(a !== undefined && b !== undefined);
        assert.deepEqual(await consumer.release([a]), { failed: [] });
        const again = await takeOne(consumer);
        assert.deepEqual([again.id, again.attempt], ['a', 2]);
        await consumer.release([b], { delayMs: 400 });
        assert.deepEqual(broker.queue('jobs').delayed.ids, ['b']);
        const waiting = consumer.fetch({ max: 1, waitMs: 60_000, signal: never });
        await clock.advance(400);
        assert.deepEqual(idsOf(await waiting), ['b']);
        assert.equal(clock.now(), 400);
        assert.deepEqual(await consumer.release([a, b]), { failed: [] }, 'a lost lease is no failure');
        assert.equal(broker.queue('jobs').leased.count, 2, 'and it releases nothing');
        await assert.rejects(consumer.release([again], { delayMs: -1 }), { code: 'INVALID_ARGUMENT', message: /delayMs/ });
    });
    it('a release after an ack changes nothing', async () => {
        const { broker, consumer } = setUp();
        publish(broker, 'a');
        const batch = await take(consumer);
        await consumer.ack(batch);
        await consumer.release(batch);
        assert.equal(broker.queue('jobs').ready.count, 0);
        assert.equal((await consumer.ack(batch)).confirmed, batch);
    });
    it('extends a whole batch with one write of its lease', async () => {
        const { clock, broker, consumer } = setUp();
        publish(broker, 'a', 'b');
        const batch = await take(consumer);
        const lease = batch[0]?.lease;
        await clock.advance(600);
        assert.deepEqual(await consumer.extend(batch), { failed: [] });
        assert.equal(batch[0]?.lease, lease);
        assert.equal(batch[1]?.lease, lease);
        assert.equal(lease?.until, 1_600);
        await clock.advance(999);
        assert.equal(broker.queue('jobs').leased.count, 2);
        await clock.advance(1);
        assert.equal(broker.queue('jobs').ready.count, 2);
    });
    it('extends some of a batch apart from the others, and shortens a lease', async () => {
        const { clock, broker, consumer } = setUp();
        publish(broker, 'a', 'b', 'c');
        const [a, b, c] = await take(consumer);
        assert.ok(a !== undefined && b !== undefined && c !== undefined);
        assert.deepEqual(await consumer.extend([b, b], { leaseMs: 3_000 }), { failed: [] });
        assert.deepEqual(await consumer.extend([c], { leaseMs: 100 }), { failed: [] });
        assert.deepEqual([a.lease?.until, b.lease?.until, c.lease?.until], [1_000, 3_000, 100]);
        await clock.advance(100);
        assert.deepEqual(broker.queue('jobs').ready.ids, ['c']);
        await clock.advance(900);
        assert.deepEqual(broker.queue('jobs').leased.ids, ['b']);
        const late = await consumer.extend([a, b]);
        assert.deepEqual(codes(late.failed), ['LEASE_LOST']);
        assert.equal(late.failed[0]?.message, a);
        assert.equal(b.lease?.until, 2_000);
        await clock.advance(1_000);
        assert.equal(broker.queue('jobs').leased.count, 0);
        assert.equal(clock.timers, 0);
    });
});
describe('memory queue: attempts and dead letters', () => {
    it('counts lapses, not releases, towards the limit; attempt rises with each delivery', async () => {
        const { clock, broker, consumer } = setUp({ maxAttempts: 2, deadLetterQueue: 'dead' });
        broker.publish('jobs', { id: 'a', body: 'poison', key: 'k', headers: { trace: 't1' } });
        for (let round = 1; round <= 3; round += 1) {
            const message = await takeOne(consumer);
            assert.equal(message.attempt, round);
            await consumer.release([message]);
        }
        await clock.advance(0);
        assert.equal((await takeOne(consumer)).raw.attempts, 1);
        await clock.advance(1_000);
        assert.equal((await takeOne(consumer)).raw.attempts, 2);
        const waiting = broker.consumer({ queue: 'dead' }).fetch({ max: 1, waitMs: 60_000, signal: never });
        await clock.advance(1_000);
        const [dead] = await waiting;
        assert.ok(dead !== undefined);
        assert.deepEqual([dead.id, dead.text(), dead.key, dead.attempt], ['a', 'poison', 'k', 1]);
        assert.equal(dead.headers.trace, 't1');
        assert.equal(dead.headers[DEAD_LETTER_HEADERS.reason], 'attempts-exhausted');
        assert.equal(dead.headers[DEAD_LETTER_HEADERS.source], 'jobs');
        assert.equal(dead.headers[DEAD_LETTER_HEADERS.attempts], '2');
        assert.deepEqual(broker.queue('jobs').deadLettered, { count: 1, ids: ['a'] });
        assert.equal(broker.queue('jobs').ready.count, 0);
    });
    it('counts releases where the queue says so', async () => {
        const { broker, consumer } = setUp({ maxAttempts: 2, deadLetterQueue: 'dead', releaseCostsAttempt: true });
        assert.deepEqual(consumer.capabilities.release, { scope: 'message', maxDelayMs: 2 ** 31 - 1, costsAttempt: true });
        publish(broker, 'a');
        await consumer.release([await takeOne(consumer)], { delayMs: 0 });
        await consumer.release([await takeOne(consumer)], { delayMs: 5_000 });
        assert.deepEqual(broker.queue('dead').ready.ids, ['a']);
        assert.deepEqual(await take(consumer), []);
    });
    it('dead-letters on request; the delivery is settled then', async () => {
        const { clock, broker, consumer } = setUp({ deadLetterQueue: 'dead' });
        publish(broker, 'a', 'b');
        const [a, b] = await take(consumer);
        assert.ok(a !== undefined && b !== undefined);
        const reason = { reason: 'rejected', description: 'no such customer' };
        assert.deepEqual(await consumer.deadLetter([a], reason), { failed: [] });
        assert.deepEqual(await consumer.deadLetter([a], reason), { failed: [] }, 'idempotent');
        assert.deepEqual(codes((await consumer.ack([a])).failed), ['LEASE_LOST']);
        const dead = await takeOne(broker.consumer({ queue: 'dead' }));
        assert.equal(dead.headers[DEAD_LETTER_HEADERS.reason], 'rejected');
        assert.equal(dead.headers[DEAD_LETTER_HEADERS.description], 'no such customer');
        await clock.advance(1_000);
        assert.deepEqual(codes((await consumer.deadLetter([b], reason)).failed), ['LEASE_LOST']);
        assert.deepEqual(broker.queue('jobs').ready.ids, ['b']);
        assert.deepEqual(broker.queue('dead').leased.ids, ['a']);
    });
    it('refuses to dead-letter without a queue for it', async () => {
        const { broker, consumer } = setUp();
        publish(broker, 'a');
        assert.equal(consumer.capabilities.deadLetter, false);
        await assert.rejects(consumer.deadLetter(await take(consumer), { reason: 'x', description: '' }), { code: 'UNSUPPORTED' });
        assert.throws(() => broker.createQueue('q1', { maxAttempts: 2 }), { code: 'INVALID_ARGUMENT', message: /deadLetterQueue/ });
        assert.throws(() => broker.createQueue('q2', { deadLetterQueue: 'none' }), { code: 'NOT_FOUND' });
    });
});
describe('memory queue: ordered', () => {
    function ordered() {
        return setUp({ ordered: true, maxAttempts: 2, deadLetterQueue: 'dead' });
    }
    it('delivers the next of a group only when the one before it is settled', async () => {
        const { broker, consumer } = ordered();
        const other = broker.consumer({ queue: 'jobs' });
        broker.publish('jobs', [
            { id: 'a1', group: 'a', body: '' },
            { id: 'a2', group: 'a', body: '' },
            { id: 'b1', key: 'b', body: '' },
            { id: 'b2', key: 'b', body: '' },
            { id: 'x1', body: '' },
        ]);
        assert.deepEqual(broker.queue('jobs').blocked, { count: 2, ids: ['a2', 'b2'] });
        const first = await take(consumer);
        assert.deepEqual(idsOf(first), ['a1', 'b1', 'x1']);
        assert.deepEqual(first.map(({ lane }) => lane), ['a', 'b', '']);
        assert.deepEqual(await take(other), []);
        assert.deepEqual(await other.lag(), new Map([['', 2]]));
        await consumer.ack(first.slice(0, 1));
        const second = await take(other);
        assert.deepEqual(idsOf(second), ['a2']);
        assert.ok(second[0]?.position > first[0]?.position);
        assert.deepEqual(await take(consumer), []);
    });
    it('wakes who waits when an ack opens a group', async () => {
        const { clock, broker, consumer } = ordered();
        broker.publish('jobs', [
            { id: 'a1', group: 'a', body: '' },
            { id: 'a2', group: 'a', body: '' },
        ]);
        const first = await take(consumer);
        const waiting = broker.consumer({ queue: 'jobs' }).fetch({ max: 1, waitMs: Infinity, signal: never });
        await clock.turn();
        await consumer.ack(first);
        assert.deepEqual(idsOf(await waiting), ['a2']);
    });
    it('keeps the order over releases, delays, lapses and dead letters', async () => {
        const { clock, broker, consumer } = ordered();
        broker.publish('jobs', ['a1', 'a2', 'a3'].map((id) => ({ id, group: 'a', body: '' })));
        await consumer.release(await take(consumer), { delayMs: 300 });
        assert.deepEqual(await take(consumer), [], 'a delayed message holds up its group');
        await clock.advance(300);
        assert.deepEqual(idsOf(await take(consumer)), ['a1']);
        await clock.advance(1_000);
        assert.deepEqual(idsOf(await take(consumer)), ['a1']);
        await clock.advance(1_000);
        assert.deepEqual(broker.queue('dead').ready.ids, ['a1']);
        assert.deepEqual(idsOf(await take(consumer)), ['a2']);
    });
    it('holds a group up behind a message that was published with a delay', async () => {
        const { clock, broker, consumer } = ordered();
        broker.publish('jobs', [
            { id: 'a1', group: 'a', body: '', delayMs: 100 },
            { id: 'a2', group: 'a', body: '' },
        ]);
        assert.deepEqual(await take(consumer), []);
        await clock.advance(100);
        const first = await take(consumer);
        assert.deepEqual(idsOf(first), ['a1']);
        await consumer.ack(first);
        assert.deepEqual(idsOf(await take(consumer)), ['a2']);
    });
    it('a forced lapse that dead-letters lets the next of the group come, at its time', async () => {
        const { clock, broker, consumer } = setUp({ ordered: true, maxAttempts: 1, deadLetterQueue: 'dead' });
        broker.publish('jobs', [
            { id: 'a1', group: 'a', body: '' },
            { id: 'a2', group: 'a', body: '', delayMs: 300 },
        ]);
        await take(consumer);
        const waiting = consumer.fetch({ max: 1, waitMs: 60_000, signal: never });
        await clock.turn();
        broker.queue('jobs').lapse('a1');
        assert.deepEqual(broker.queue('dead').ready.ids, ['a1']);
        await clock.advance(300);
        assert.deepEqual(idsOf(await waiting), ['a2']);
    });
    it('every group is handled in order when several consumers race, also with lapses', async () => {
        const { clock, broker } = setUp({ ordered: true });
        const consumers = [1, 2, 3].map(() => broker.consumer({ queue: 'jobs' }));
        broker.publish('jobs', Array.from({ length: 300 }, (_, index) => ({ id: String(index), group: `g${index % 7}`, body: '' })));
        const done = new Map();
        let turn = 0;
        while (broker.queue('jobs').acked.count < 300) {
            turn += 1;
            assert.ok(turn < 2_000, 'it makes progress');
            const consumer = consumers[turn % 3];
            const batch = await take(consumer, 5);
            // Every fifth batch is left to lapse.
            if (turn % 5 === 0)
                await clock.advance(1_000);
            else
                for (const { lane = '', id } of batch)
                    done.set(lane, [...(done.get(lane) ?? []), Number(id)]);
            await consumer.ack(batch);
        }
        assert.equal(done.size, 7);
        for (const ids of done.values())
            assert.deepEqual(ids, [...ids].sort((a, b) => a - b));
    });
});
describe('memory queue: close', () => {
    it('gives back what was not settled, but for what still runs, whose lease lapses', async () => {
        const { clock, broker, consumer } = setUp();
        publish(broker, 'a', 'b', 'c');
        const [acked, running, unstarted] = await take(consumer);
        assert.ok(acked !== undefined && running !== undefined && unstarted !== undefined);
        await consumer.ack([acked]);
        assert.deepEqual(await consumer.close({ signal: never, running: [running] }), { unconfirmed: [], clean: true });
        const queue = broker.queue('jobs');
        assert.deepEqual([queue.ready.ids, queue.leased.ids], [['c'], ['b']]);
        await clock.advance(1_000);
        assert.deepEqual(queue.ready.ids, ['c', 'b']);
        const next = broker.consumer({ queue: 'jobs' });
        assert.deepEqual((await take(next)).map(({ id, raw }) => [id, raw.attempts]), [
            ['c', 1],
            ['b', 2],
        ]);
    });
    it('is idempotent, ends a fetch that waits, and closes everything else', async () => {
        const { clock, broker, consumer } = setUp({ deadLetterQueue: 'dead' });
        publish(broker, 'a');
        const held = await take(consumer);
        const fetching = consumer.fetch({ max: 1, waitMs: Infinity, signal: never });
        await clock.turn();
        const closing = consumer.close({ signal: never });
        assert.equal(consumer.close({ signal: never }), closing);
        await assert.rejects(consumer.ack(held), { code: 'CLOSED' });
        assert.deepEqual(await fetching, []);
        assert.deepEqual(await closing, { unconfirmed: [], clean: true });
        assert.equal(consumer.close({ signal: never }), closing);
        const calls = [
            () => take(consumer),
            () => consumer.ack(held),
            () => consumer.release(held),
            () => consumer.extend(held),
            () => consumer.deadLetter(held, { reason: 'x', description: '' }),
            () => consumer.lag(),
        ];
        for (const call of calls)
            await assert.rejects(call(), { code: 'CLOSED' });
        assert.deepEqual(broker.queue('jobs').ready.ids, ['a'], 'the late ack had no effect');
        assert.equal(clock.timers, 0);
    });
    it('ends a fetch that waits, also where nothing comes back', async () => {
        const { clock, consumer } = setUp();
        const fetching = consumer.fetch({ max: 1, waitMs: Infinity, signal: never });
        await clock.turn();
        await consumer.close({ signal: never });
        assert.deepEqual(await fetching, []);
    });
    it('lets another consumer have what it gave back at once', async () => {
        const { clock, broker, consumer } = setUp();
        publish(broker, 'a');
        await take(consumer);
        const waiting = broker.consumer({ queue: 'jobs' }).fetch({ max: 1, waitMs: Infinity, signal: never });
        await clock.turn();
        await consumer.close({ signal: never });
        assert.deepEqual(idsOf(await waiting), ['a']);
        assert.equal(clock.now(), 0);
    });
    it('works with a signal that has aborted already', async () => {
        const { broker, consumer } = setUp();
        publish(broker, 'a');
        await take(consumer);
        assert.deepEqual(await consumer.close({ signal: AbortSignal.abort() }), { unconfirmed: [], clean: true });
        assert.deepEqual(broker.queue('jobs').ready.ids, ['a']);
    });
});
describe('memory queue: on the system clock', () => {
    it('redelivers after a real lapse, and does not keep the process alive', async () => {
        const broker = new MemoryBroker();
        broker.createQueue('jobs', { leaseMs: 50 });
        const consumer = broker.consumer({ queue: 'jobs' });
        publish(broker, 'a');
        const first = await takeOne(consumer);
        const [second] = await consumer.fetch({ max: 1, waitMs: 30_000, signal: never });
        assert.deepEqual([second?.id, second?.attempt], ['a', 2]);
        assert.deepEqual(codes((await consumer.ack([first])).failed), ['LEASE_LOST']);
        broker.createQueue('long', { leaseMs: 2 ** 31 - 1 });
        broker.publish('long', { body: '', delayMs: 2 ** 31 - 1 });
        const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
        await consumer.close({ signal: never, running: second === undefined ? [] : [second] });
        assert.ok(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length <= timers.length);
    });
});
