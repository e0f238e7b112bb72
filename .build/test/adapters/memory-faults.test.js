import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryBroker } from '../../adapters/memory/index.js';
import { StreamError } from '../../src/errors.js';
import { VirtualClock } from '../support/virtual-clock.js';
const never = new AbortController().signal;
function setUp() {
    const clock = new VirtualClock();
    const broker = new MemoryBroker({ clock });
    broker.createQueue('jobs', { leaseMs: 1_000 });
    broker.publish('jobs', ['a', 'b', 'c'].map((id) => ({ id, body: id })));
    return { clock, broker, consumer: broker.consumer({ queue: 'jobs' }) };
}
function take(consumer, max = 100) {
    return consumer.fetch({ max, waitMs: 0, signal: never });
}
/** Whether a promise is still open after everything else had its turn. */
async function isOpen(clock, promise) {
    let open = true;
    const settled = () => {
        open = false;
    };
    promise.then(settled, settled);
    await clock.turn();
    return open;
}
const idsOf = (messages) => messages.map(({ id }) => id);
const unavailable = new StreamError('UNAVAILABLE', 'injected');
describe('memory faults: calls that fail', () => {
    it('fails a number of fetches, then goes on', async () => {
        const { consumer } = setUp();
        consumer.faults.fail('fetch', unavailable, 2);
        await assert.rejects(take(consumer), unavailable);
        await assert.rejects(take(consumer), unavailable);
        assert.deepEqual(idsOf(await take(consumer)), ['a', 'b', 'c']);
    });
    it('fails for ever, until it is cleared; the broker speaks for all its consumers', async () => {
        const { broker, consumer } = setUp();
        broker.faults.fail('fetch', unavailable);
        for (let round = 0; round < 5; round += 1)
            await assert.rejects(take(consumer), unavailable);
        await assert.rejects(take(broker.consumer({ queue: 'jobs' })), unavailable);
        broker.faults.clear();
        assert.equal((await take(consumer)).length, 3);
    });
    it('plays a script in order', async () => {
        const { consumer } = setUp();
        const batch = await take(consumer);
        const first = new StreamError('TIMEOUT', 'first');
        consumer.faults.fail('ack', first, 1);
        consumer.faults.failSome('ack', ({ id }) => id === 'b', undefined, 1);
        await assert.rejects(consumer.ack(batch), first);
        const some = await consumer.ack(batch);
        assert.deepEqual([idsOf(some.confirmed), some.failed.map(({ message, error }) => [message.id, error.code])], [['a', 'c'], [['b', 'UNAVAILABLE']]]);
        assert.equal((await consumer.ack(batch)).confirmed, batch);
    });
    it('fails some releases and extensions', async () => {
        const { broker, consumer } = setUp();
        const batch = await take(consumer);
        const error = new StreamError('RESOURCE_EXHAUSTED', 'throttled');
        consumer.faults.failSome('extend', ({ id }) => id === 'a', error);
        assert.deepEqual((await consumer.extend(batch)).failed.map(({ message }) => message.id), ['a']);
        consumer.faults.failSome('release', ({ id }) => id !== 'a', error);
        assert.deepEqual((await consumer.release(batch)).failed.map(({ message }) => message.id), ['b', 'c']);
        assert.deepEqual(broker.queue('jobs').ready.ids, ['a']);
    });
    it('checks what it is asked for', () => {
        const { consumer } = setUp();
        assert.throws(() => consumer.faults.fail('ack', unavailable, 0), { code: 'INVALID_ARGUMENT', message: /times/ });
        assert.throws(() => consumer.faults.overfill(0), { code: 'INVALID_ARGUMENT', message: /extra/ });
        assert.throws(() => consumer.faults.loseAnswer('fetch'), { code: 'INVALID_ARGUMENT', message: /fetch/ });
        assert.throws(() => {
            consumer.faults.latencyMs = -1;
        }, { code: 'INVALID_ARGUMENT', message: /latencyMs/ });
    });
});
describe('memory faults: answers that do not come', () => {
    it('an ack whose answer is lost has taken effect; asking again confirms it', async () => {
        const { clock, broker, consumer } = setUp();
        const batch = await take(consumer);
        consumer.faults.loseAnswer('ack', 1);
        await assert.rejects(consumer.ack(batch), { code: 'TIMEOUT', retryable: true });
        assert.equal(broker.queue('jobs').acked.count, 3);
        assert.equal((await consumer.ack(batch)).confirmed, batch);
        await clock.advance(1_000);
        assert.equal(broker.queue('jobs').ready.count, 0);
    });
    it('a call that hangs has no effect, and fails when the faults are cleared', async () => {
        const { clock, broker, consumer } = setUp();
        const batch = await take(consumer);
        consumer.faults.hang('ack', 1);
        const hanging = consumer.ack(batch);
        assert.equal(await isOpen(clock, hanging), true);
        assert.equal((await consumer.ack(batch.slice(0, 1))).confirmed.length, 1, 'others go on');
        consumer.faults.clear();
        await assert.rejects(hanging, { code: 'UNAVAILABLE' });
        assert.equal(broker.queue('jobs').acked.count, 1);
    });
    it('close waits for an ack that hangs as long as its signal allows, and does not release what it does not know of', async () => {
        const { clock, broker, consumer } = setUp();
        const batch = await take(consumer);
        consumer.faults.hang('ack', 1);
        const hanging = consumer.ack(batch.slice(0, 1));
        const abort = new AbortController();
        const closing = consumer.close({ signal: abort.signal });
        assert.equal(await isOpen(clock, closing), true);
        abort.abort();
        assert.deepEqual(await closing, { unconfirmed: [], clean: false });
        assert.deepEqual([broker.queue('jobs').ready.ids, broker.queue('jobs').leased.ids], [['b', 'c'], ['a']]);
        consumer.faults.clear();
        await assert.rejects(hanging, { code: 'UNAVAILABLE' });
    });
    it('a fetch and a close that hang break the contract on purpose: no signal ends them', async () => {
        const { clock, consumer } = setUp();
        consumer.faults.hang('fetch', 1);
        consumer.faults.hang('close', 1);
        const abort = new AbortController();
        const fetching = consumer.fetch({ max: 1, waitMs: 0, signal: abort.signal });
        await clock.turn();
        const closing = consumer.close({ signal: abort.signal });
        abort.abort();
        assert.deepEqual([await isOpen(clock, fetching), await isOpen(clock, closing)], [true, true]);
        consumer.faults.clear();
        await assert.rejects(fetching, { code: 'UNAVAILABLE' });
        await assert.rejects(closing, { code: 'UNAVAILABLE' });
        assert.equal((await consumer.close({ signal: never })).clean, true, 'it may be closed again');
    });
    it('a close that fails can be called again', async () => {
        const { broker, consumer } = setUp();
        await take(consumer);
        consumer.faults.fail('close', unavailable, 1);
        await assert.rejects(consumer.close({ signal: never }), unavailable);
        assert.equal(broker.queue('jobs').leased.count, 3);
        assert.deepEqual(await consumer.close({ signal: never }), { unconfirmed: [], clean: true });
        assert.equal(broker.queue('jobs').ready.count, 3);
    });
});
describe('memory faults: answers that are wrong', () => {
    it('returns more than was asked for', async () => {
        const { consumer } = setUp();
        consumer.faults.overfill(1, 1);
        assert.equal((await take(consumer, 1)).length, 2);
        assert.equal((await take(consumer, 1)).length, 1);
    });
    it('returns a delivery twice, as two objects; both can be acked', async () => {
        const { broker, consumer } = setUp();
        consumer.faults.repeat(1);
        const batch = await take(consumer);
        assert.deepEqual(idsOf(batch), ['a', 'b', 'c', 'a']);
        assert.equal(batch[3]?.delivery, batch[0]?.delivery);
        assert.notEqual(batch[3], batch[0]);
        assert.equal((await consumer.ack(batch)).confirmed.length, 4);
        assert.equal(broker.queue('jobs').acked.count, 3);
    });
    it('repeats on a topic without disturbing the commit', async () => {
        const { broker } = setUp();
        broker.createTopic('log');
        broker.publish('log', [{ body: '' }, { body: '' }]);
        const consumer = broker.consumer({ topic: 'log', group: 'g' });
        consumer.faults.repeat(1);
        const [first, second, twin] = await consumer.fetch({ max: 10, waitMs: 0, signal: never });
        assert.ok(first !== undefined && second !== undefined && twin !== undefined);
        assert.equal(twin.delivery, first.delivery);
        assert.equal((await consumer.ack([twin])).confirmed.length, 1);
        assert.equal((await consumer.ack([second, first])).confirmed.length, 2);
        assert.deepEqual(broker.topic('log').committed('g'), [2]);
    });
    it('redelivers what is held, as after a reconnect: the same id, a new delivery, the old one dead', async () => {
        const { broker, consumer } = setUp();
        const before = await take(consumer);
        assert.equal(broker.queue('jobs').lapse('b'), 1);
        const [again] = await take(consumer);
        assert.ok(again !== undefined);
        assert.deepEqual([again.id, again.attempt], ['b', 2]);
        assert.notEqual(again.delivery, before[1]?.delivery);
        assert.equal(broker.queue('jobs').lapse(), 3);
        assert.deepEqual((await consumer.ack([...before, again])).failed.map(({ error }) => error.code), Array(4).fill('LEASE_LOST'));
        assert.equal((await take(consumer)).length, 3);
        assert.equal(broker.queue('jobs').lapse('none'), 0);
    });
});
describe('memory faults: latency', () => {
    it('delays calls; the effect comes at the end of it', async () => {
        const { clock, broker, consumer } = setUp();
        broker.faults.latencyMs = 30;
        consumer.faults.latencyMs = 20;
        const fetching = take(consumer);
        await clock.advance(49);
        assert.equal(broker.queue('jobs').leased.count, 0);
        await clock.advance(1);
        const batch = await fetching;
        const acking = consumer.ack(batch);
        const closing = consumer.close({ signal: never });
        await clock.advance(50);
        assert.equal((await acking).confirmed, batch, 'close waits for an ack that is under way');
        assert.equal(await isOpen(clock, closing), true);
        await clock.advance(50);
        assert.deepEqual(await closing, { unconfirmed: [], clean: true });
    });
    it('nothing that comes meanwhile makes a late fetch earlier', async () => {
        const { clock, broker } = setUp();
        broker.createTopic('log');
        const consumer = broker.consumer({ topic: 'log', group: 'g' });
        assert.deepEqual(await consumer.fetch({ max: 1, waitMs: 0, signal: never }), []);
        consumer.faults.latencyMs = 50;
        const fetching = consumer.fetch({ max: 1, waitMs: 0, signal: never });
        await clock.turn();
        broker.publish('log', { body: '' });
        await clock.advance(49);
        assert.equal(await isOpen(clock, fetching), true);
        await clock.advance(1);
        assert.equal((await fetching).length, 1);
    });
    it('an abort ends a fetch that is late, and it has taken nothing', async () => {
        const { clock, broker, consumer } = setUp();
        broker.faults.latencyMs = 1_000_000;
        const abort = new AbortController();
        const fetching = consumer.fetch({ max: 1, waitMs: 0, signal: abort.signal });
        await clock.turn();
        abort.abort();
        assert.deepEqual(await fetching, []);
        assert.equal(broker.queue('jobs').ready.count, 3);
        assert.equal(clock.timers, 0);
    });
    it('a close that is too slow is cut short: nothing reached the broker, which lets leases lapse and members go', async () => {
        const { clock, broker, consumer } = setUp();
        broker.createTopic('log');
        broker.publish('log', [{ body: '' }, { body: '' }]);
        const member = broker.consumer({ topic: 'log', group: 'g' });
        await take(consumer);
        const [, second] = await member.fetch({ max: 10, waitMs: 0, signal: never });
        assert.ok(second !== undefined);
        await member.ack([second]);
        broker.faults.latencyMs = 1_000;
        const abort = new AbortController();
        const closing = Promise.all([consumer.close({ signal: abort.signal }), member.close({ signal: abort.signal })]);
        await clock.turn();
        abort.abort();
        const [queue, topic] = await closing;
        assert.deepEqual(queue, { unconfirmed: [], clean: false });
        assert.deepEqual([topic.unconfirmed, topic.clean], [[second], false]);
        assert.equal(broker.queue('jobs').leased.count, 3);
        assert.deepEqual(broker.topic('log').members('g'), []);
        await clock.advance(1_000);
        assert.equal(broker.queue('jobs').ready.count, 3);
    });
    it('a late ack that close did not wait for has no effect', async () => {
        const { clock, broker, consumer } = setUp();
        const batch = await take(consumer);
        broker.faults.latencyMs = 100;
        const acking = assert.rejects(consumer.ack(batch), { code: 'CLOSED' });
        assert.deepEqual(await consumer.close({ signal: AbortSignal.abort() }), { unconfirmed: [], clean: false });
        await clock.advance(100);
        await acking;
        assert.equal(broker.queue('jobs').acked.count, 0);
    });
    it('flush is bounded by its signal', async () => {
        const { clock, broker } = setUp();
        broker.createTopic('log');
        broker.publish('log', { body: '' });
        const consumer = broker.consumer({ topic: 'log', group: 'g', commitOnAck: false });
        const batch = await consumer.fetch({ max: 1, waitMs: 0, signal: never });
        await consumer.ack(batch);
        consumer.faults.hang('flush', 1);
        const abort = new AbortController();
        const flushing = consumer.flush({ signal: abort.signal });
        assert.equal(await isOpen(clock, flushing), true);
        abort.abort();
        assert.deepEqual(await flushing, { confirmed: [], recorded: batch, failed: [] });
        consumer.faults.clear();
        assert.deepEqual((await consumer.flush({ signal: never })).confirmed, batch);
    });
});
describe('memory faults: a broker that is down', () => {
    it('refuses everything, wakes who waits, and goes on where it was', async () => {
        const { clock, broker, consumer } = setUp();
        const batch = await take(consumer);
        const other = broker.consumer({ queue: 'jobs' });
        const waiting = other.fetch({ max: 1, waitMs: 60_000, signal: never });
        await clock.turn();
        broker.down();
        await assert.rejects(waiting, { code: 'UNAVAILABLE', retryable: true });
        for (const call of [() => take(consumer), () => consumer.ack(batch), () => consumer.release(batch), () => consumer.lag()]) {
            await assert.rejects(call(), { code: 'UNAVAILABLE' });
        }
        assert.throws(() => broker.publish('jobs', { body: '' }), { code: 'UNAVAILABLE' });
        broker.up();
        assert.equal((await consumer.ack(batch)).confirmed, batch);
        assert.equal(clock.timers, 1, 'the lease timer alone');
    });
    it('close says that it was not clean; leases lapse and the group goes on without the member', async () => {
        const { clock, broker, consumer } = setUp();
        broker.createTopic('log');
        broker.publish('log', [{ body: '' }, { body: '' }]);
        const member = broker.consumer({ topic: 'log', group: 'g' });
        await take(consumer);
        const batch = await member.fetch({ max: 10, waitMs: 0, signal: never });
        await member.ack(batch.slice(1));
        broker.down();
        assert.deepEqual(await consumer.close({ signal: never }), { unconfirmed: [], clean: false });
        assert.deepEqual(await member.close({ signal: never }), { unconfirmed: batch.slice(1), clean: false });
        broker.up();
        assert.deepEqual(broker.topic('log').members('g'), []);
        await clock.advance(1_000);
        assert.equal(broker.queue('jobs').ready.count, 3);
    });
});
