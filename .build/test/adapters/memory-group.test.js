import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryBroker } from '../../adapters/memory/index.js';
import { VirtualClock } from '../support/virtual-clock.js';
const never = new AbortController().signal;
const names = (lanes) => lanes
    .map(({ lane }) => lane)
    .sort()
    .join(',');
/** Writes down what it is told. Revocations are answered at once, unless `hold` is set: then by `answer`. */
class Log {
    events = [];
    assignments = new Map();
    revocations = [];
    hold = false;
    onRevoking;
    answer = () => undefined;
    assigned(lanes) {
        this.events.push(`assigned ${names(lanes)}`);
        for (const { lane, assignment } of lanes)
            this.assignments.set(lane, assignment);
    }
    async revoking(revocation) {
        this.events.push(`revoking ${names(revocation.lanes)}`);
        this.revocations.push(revocation);
        await this.onRevoking?.();
        if (!this.hold)
            return;
        await new Promise((resolve) => {
            this.answer = resolve;
        });
    }
    lost(lanes) {
        this.events.push(`lost ${names(lanes)}`);
    }
    ended(lanes) {
        this.events.push(`ended ${names(lanes)}`);
    }
    take() {
        return this.events.splice(0);
    }
}
function setUp(partitions, options = {}) {
    const clock = new VirtualClock();
    const broker = new MemoryBroker({ clock });
    broker.createTopic('log', { partitions });
    const make = (member) => {
        const consumer = broker.consumer({ topic: 'log', group: 'g', member, revokeMs: 1_000, ...options });
        const log = new Log();
        consumer.watch(log);
        return { consumer, log };
    };
    return { clock, broker, make };
}
function take(consumer, max = 1_000) {
    return consumer.fetch({ max, waitMs: 0, signal: never });
}
function append(broker, count, partition) {
    broker.publish('log', Array.from({ length: count }, () => ({ body: '', partition })));
}
const owners = (broker) => Object.fromEntries(broker
    .topic('log')
    .members('g')
    .map(({ id, partitions }) => [id, partitions]));
const ofLane = (messages, name) => messages.filter(({ lane }) => lane === name);
const codes = (failed) => failed.map(({ error }) => error.code);
describe('memory group: cooperative rebalance', () => {
    it('joins with the first fetch, which brings messages after the lanes were told', async () => {
        const { broker, make } = setUp(3);
        append(broker, 1, 2);
        const a = make('a');
        assert.deepEqual(broker.topic('log').groups, []);
        a.consumer.pause(['0']);
        const batch = await take(a.consumer);
        assert.deepEqual(a.log.take(), ['assigned 0,1,2']);
        assert.deepEqual(batch.map(({ lane, assignment }) => [lane, assignment]), [['2', a.log.assignments.get('2')]]);
    });
    it('moves only what has to move, and waits for the one that gives it up; its other lanes go on', async () => {
        const { clock, broker, make } = setUp(4);
        const a = make('a');
        const b = make('b');
        for (const partition of [0, 1, 2, 3])
            append(broker, 2, partition);
        const held = await take(a.consumer);
        assert.equal(held.length, 8);
        a.log.take();
        a.log.hold = true;
        assert.deepEqual(await take(b.consumer), []);
        assert.deepEqual(a.log.take(), ['revoking 2,3']);
        assert.equal(a.log.revocations[0]?.deadlineMs, 1_000);
        assert.deepEqual(owners(broker), { a: [0, 1, 2, 3], b: [] });
        append(broker, 1, 0);
        append(broker, 1, 3);
        assert.deepEqual((await take(a.consumer)).map(({ lane }) => lane), ['0'], 'nothing more of the lanes that leave');
        const acked = await a.consumer.ack([...ofLane(held, '0'), ...ofLane(held, '3').slice(0, 1)]);
        assert.equal(acked.confirmed.length, 3, 'acks are good until the answer');
        const waiting = b.consumer.fetch({ max: 10, waitMs: 60_000, signal: never });
        await clock.turn();
        a.log.answer();
        const moved = await waiting;
        assert.deepEqual(b.log.take(), ['assigned 2,3']);
        assert.deepEqual(ofLane(moved, '3').map(({ position }) => position), [1, 2], 'from the commit on');
        assert.deepEqual(ofLane(moved, '2').map(({ position }) => position), [0, 1]);
        assert.deepEqual(owners(broker), { a: [0, 1], b: [2, 3] });
        assert.deepEqual(a.log.take(), []);
        assert.equal(clock.timers, 0);
    });
    it('refuses commits of an old assignment, and they move nothing', async () => {
        const { broker, make } = setUp(2);
        const a = make('a');
        append(broker, 2, 1);
        const held = await take(a.consumer);
        const b = make('b');
        assert.deepEqual(await take(b.consumer), []);
        await new Promise((resolve) => setImmediate(resolve));
        const late = await a.consumer.ack(held);
        assert.deepEqual(codes(late.failed), ['LEASE_LOST', 'LEASE_LOST']);
        assert.deepEqual(broker.topic('log').committed('g'), [undefined, undefined]);
        assert.deepEqual((await a.consumer.release(held)).failed, []);
        assert.equal((await take(b.consumer)).length, 2);
    });
    it('a lane that leaves and comes back is a new assignment; acks of the old one are refused, done ones stay confirmed', async () => {
        const { clock, broker, make } = setUp(2);
        const a = make('a');
        append(broker, 3, 1);
        const before = await take(a.consumer);
        await a.consumer.ack(before.slice(0, 1));
        const b = make('b');
        await take(b.consumer);
        await clock.turn();
        assert.deepEqual(owners(broker), { a: [0], b: [1] });
        await b.consumer.close({ signal: never });
        assert.deepEqual(owners(broker), { a: [0, 1] });
        assert.deepEqual(a.log.take(), ['assigned 0,1', 'revoking 1', 'assigned 1']);
        const after = await take(a.consumer);
        assert.deepEqual(after.map(({ position }) => position), [1, 2]);
        assert.ok((after[0]?.assignment ?? 0) > (before[0]?.assignment ?? 0));
        const result = await a.consumer.ack([...before, ...after]);
        assert.deepEqual(codes(result.failed), ['LEASE_LOST', 'LEASE_LOST']);
        assert.equal(result.confirmed.length, 3);
        assert.deepEqual(broker.topic('log').committed('g'), [undefined, 3]);
    });
    it('a member that joins or leaves during a rebalance is served by the next one', async () => {
        const { clock, broker, make } = setUp(6);
        const a = make('a');
        await take(a.consumer);
        a.log.hold = true;
        const b = make('b');
        await take(b.consumer);
        const c = make('c');
        await take(c.consumer);
        assert.deepEqual(owners(broker), { a: [0, 1, 2, 3, 4, 5], b: [], c: [] });
        a.log.hold = false;
        a.log.answer();
        await clock.turn();
        assert.deepEqual(Object.values(owners(broker)).map((lanes) => lanes.length), [2, 2, 2]);
        a.log.hold = true;
        a.log.take();
        await c.consumer.close({ signal: never });
        await clock.turn();
        assert.deepEqual(Object.values(owners(broker)).map((lanes) => lanes.length), [3, 3]);
        assert.deepEqual(a.log.take().filter((event) => event.startsWith('revoking')), [], 'what a leaver had is shared without a revocation');
    });
    it('the one that gives lanes up may leave meanwhile: the rebalance does not wait for its answer', async () => {
        const { clock, broker, make } = setUp(2);
        const a = make('a');
        await take(a.consumer);
        a.log.hold = true;
        const b = make('b');
        await take(b.consumer);
        assert.deepEqual(a.log.take().at(-1), 'revoking 1');
        await a.consumer.close({ signal: never });
        assert.deepEqual(owners(broker), { b: [0, 1] });
        a.log.answer();
        await clock.turn();
        assert.deepEqual(owners(broker), { b: [0, 1] });
        assert.equal(clock.timers, 0);
    });
    it('a forced rebalance moves nothing without need', async () => {
        const { broker, make } = setUp(4);
        const a = make('a');
        await take(a.consumer);
        a.log.take();
        broker.topic('log').rebalance('g');
        assert.deepEqual(a.log.take(), []);
    });
    it('more members than partitions: the surplus waits, and takes over', async () => {
        const { clock, broker, make } = setUp(1);
        const a = make('a');
        const b = make('b');
        append(broker, 1, 0);
        assert.equal((await take(a.consumer)).length, 1);
        const waiting = b.consumer.fetch({ max: 1, waitMs: 60_000, signal: never });
        await clock.turn();
        assert.deepEqual(owners(broker), { a: [0], b: [] });
        await a.consumer.close({ signal: never });
        assert.equal((await waiting).length, 1);
        assert.equal(clock.now(), 0, 'at once');
    });
});
describe('memory group: eager rebalance', () => {
    it('takes all lanes from all members, then shares them anew', async () => {
        const { clock, broker, make } = setUp(4, { rebalance: 'eager' });
        const a = make('a');
        const b = make('b');
        append(broker, 2, 0);
        append(broker, 2, 3);
        const held = await take(a.consumer);
        const before = a.log.assignments.get('0');
        a.log.take();
        a.log.hold = true;
        await take(b.consumer);
        assert.deepEqual(a.log.take(), ['revoking 0,1,2,3']);
        append(broker, 1, 0);
        assert.deepEqual(await take(a.consumer), [], 'all lanes stand still');
        assert.deepEqual((await a.consumer.ack(ofLane(held, '0'))).confirmed.length, 2);
        a.log.answer();
        await clock.turn();
        assert.deepEqual([a.log.take(), b.log.take()], [['assigned 0,1'], ['assigned 2,3']]);
        assert.ok((a.log.assignments.get('0') ?? 0) > (before ?? Infinity), 'the lane that came back is a new assignment');
        assert.deepEqual((await take(a.consumer)).map(({ position }) => position), [2]);
        assert.deepEqual((await take(b.consumer)).map(({ position }) => position), [0, 1]);
        assert.deepEqual(codes((await a.consumer.ack(ofLane(held, '3'))).failed), ['LEASE_LOST', 'LEASE_LOST']);
    });
    it('waits for all members', async () => {
        const { clock, broker, make } = setUp(3, { rebalance: 'eager' });
        const a = make('a');
        const b = make('b');
        await take(a.consumer);
        await take(b.consumer);
        await clock.turn();
        for (const { log } of [a, b]) {
            log.take();
            log.hold = true;
        }
        broker.topic('log').rebalance('g');
        await clock.turn();
        a.log.answer();
        await clock.turn();
        assert.deepEqual([a.log.take(), b.log.take()], [['revoking 0,1'], ['revoking 2']]);
        b.log.answer();
        await clock.turn();
        assert.deepEqual([a.log.take(), b.log.take()], [['assigned 0,1'], ['assigned 2']]);
    });
    it('one revocation serves those who join and leave during it', async () => {
        const { clock, broker, make } = setUp(4, { rebalance: 'eager' });
        const a = make('a');
        const b = make('b');
        await take(a.consumer);
        await take(b.consumer);
        await clock.turn();
        a.log.take();
        a.log.hold = true;
        b.log.hold = true;
        broker.topic('log').rebalance('g');
        const c = make('c');
        await take(c.consumer);
        await b.consumer.close({ signal: never });
        a.log.answer();
        await clock.turn();
        assert.deepEqual(a.log.take(), ['revoking 0,1', 'assigned 0,1']);
        assert.deepEqual(c.log.take(), ['assigned 2,3']);
        assert.deepEqual(owners(broker), { a: [0, 1], c: [2, 3] });
    });
    it('goes on at once when the last one that it waits for leaves', async () => {
        const { clock, broker, make } = setUp(4, { rebalance: 'eager' });
        const a = make('a');
        const b = make('b');
        await take(a.consumer);
        await take(b.consumer);
        await clock.turn();
        a.log.take();
        b.log.hold = true;
        broker.topic('log').rebalance('g');
        await clock.turn();
        await b.consumer.close({ signal: never });
        assert.deepEqual(a.log.take(), ['revoking 0,1', 'assigned 0,1,2,3'], 'shared once');
    });
    it('members must agree, and have names of their own', async () => {
        const { broker, make } = setUp(2, { rebalance: 'eager' });
        const a = make('a');
        await take(a.consumer);
        const other = broker.consumer({ topic: 'log', group: 'g', rebalance: 'cooperative' });
        await assert.rejects(take(other), { code: 'INVALID_ARGUMENT', message: /rebalance/ });
        await assert.rejects(take(make('a').consumer), { code: 'INVALID_ARGUMENT', message: /member/ });
        assert.deepEqual(owners(broker), { a: [0, 1] });
        await a.consumer.close({ signal: never });
        assert.deepEqual(await take(other), [], 'an empty group takes either kind');
    });
});
describe('memory group: lost lanes', () => {
    for (const rebalance of ['cooperative', 'eager']) {
        it(`a member that misses its revoke deadline is expelled (${rebalance})`, async () => {
            const { clock, broker, make } = setUp(2, { rebalance });
            const a = make('a');
            append(broker, 1, 0);
            const held = await take(a.consumer);
            a.log.hold = true;
            a.log.take();
            const b = make('b');
            await take(b.consumer);
            await clock.advance(999);
            assert.deepEqual(a.log.take(), [rebalance === 'eager' ? 'revoking 0,1' : 'revoking 1']);
            await clock.advance(1);
            assert.deepEqual(a.log.take(), ['lost 0,1']);
            assert.deepEqual(owners(broker), { b: [0, 1] });
            assert.deepEqual(codes((await a.consumer.ack(held)).failed), ['LEASE_LOST']);
            assert.deepEqual(broker.topic('log').committed('g'), [undefined, undefined]);
            a.log.answer();
            await clock.turn();
            assert.deepEqual(owners(broker), { b: [0, 1] }, 'the late answer changes nothing');
            a.log.hold = false;
            await take(a.consumer);
            await clock.turn();
            assert.deepEqual(Object.values(owners(broker)).map((lanes) => lanes.length), [1, 1], 'it joins again with its next fetch');
            assert.equal(clock.timers, 0);
        });
    }
    it('a late answer to an earlier revocation does not end a later one', async () => {
        const { clock, broker, make } = setUp(2, { rebalance: 'eager' });
        const a = make('a');
        await take(a.consumer);
        a.log.hold = true;
        broker.topic('log').rebalance('g');
        await clock.turn();
        const answerLate = a.log.answer;
        await clock.advance(1_000);
        await take(a.consumer);
        broker.topic('log').rebalance('g');
        await clock.turn();
        assert.deepEqual(a.log.take(), ['assigned 0,1', 'revoking 0,1', 'lost 0,1', 'assigned 0,1', 'revoking 0,1']);
        answerLate();
        await clock.turn();
        broker.topic('log').rebalance('g');
        assert.deepEqual(a.log.take(), [], 'the later one is still under way');
        a.log.answer();
        await clock.turn();
        assert.deepEqual(a.log.take(), ['assigned 0,1']);
    });
    it('an expelled member loses its lanes at once; its waiting fetch joins again', async () => {
        const { clock, broker, make } = setUp(1);
        const a = make('a');
        append(broker, 1, 0);
        const held = await take(a.consumer);
        const waiting = a.consumer.fetch({ max: 10, waitMs: 60_000, signal: never });
        await clock.turn();
        broker.topic('log').expel('g', 'a');
        assert.deepEqual(a.log.take(), ['assigned 0', 'lost 0']);
        const [again] = await waiting;
        assert.ok(again !== undefined && again.id === held[0]?.id);
        assert.notEqual(again.delivery, held[0]?.delivery);
        assert.deepEqual(a.log.take(), ['assigned 0']);
        assert.deepEqual(codes((await a.consumer.ack(held)).failed), ['LEASE_LOST']);
        assert.equal((await a.consumer.ack([again])).confirmed.length, 1);
        assert.throws(() => broker.topic('log').expel('g', 'nobody'), { code: 'NOT_FOUND' });
        assert.throws(() => broker.topic('log').members('nobody'), { code: 'NOT_FOUND' });
    });
    it('recorded acks of a lane that is lost are refused from then on, and not reported by close', async () => {
        const { broker, make } = setUp(1);
        const a = make('a');
        append(broker, 2, 0);
        const [first, second] = await take(a.consumer);
        assert.ok(first !== undefined && second !== undefined);
        assert.equal((await a.consumer.ack([second])).recorded.length, 1);
        broker.topic('log').expel('g', 'a');
        assert.deepEqual(codes((await a.consumer.ack([second, first])).failed), ['LEASE_LOST', 'LEASE_LOST']);
        assert.deepEqual(await a.consumer.close({ signal: never }), { unconfirmed: [], clean: true });
    });
});
describe('memory group: ended partitions', () => {
    it('tells its owner when all was read, once; nothing more is appended, and nobody gets it again', async () => {
        const { clock, broker, make } = setUp(2);
        const a = make('a');
        append(broker, 3, 0);
        await take(a.consumer, 2);
        a.log.take();
        broker.topic('log').endPartition(0);
        assert.throws(() => broker.publish('log', { body: '', partition: 0 }), { code: 'INVALID_ARGUMENT', message: /partition/ });
        broker.publish('log', [{ body: '', key: 'a' }, { body: '', key: 'b' }, { body: '' }, { body: '' }]);
        assert.deepEqual(broker.topic('log').partitions.map(({ end, ended }) => [end, ended]), [
            [3, true],
            [4, false],
        ]);
        assert.deepEqual(a.log.take(), []);
        const rest = await take(a.consumer);
        assert.deepEqual(a.log.take(), ['ended 0']);
        await take(a.consumer);
        assert.deepEqual(a.log.take(), []);
        await a.consumer.ack(rest);
        const b = make('b');
        await take(b.consumer);
        await clock.turn();
        assert.deepEqual(owners(broker), { a: [0], b: [1] }, 'not acked whole: it still counts');
        await a.consumer.close({ signal: never });
        assert.deepEqual(owners(broker), { b: [0, 1] });
        const again = await take(b.consumer);
        await b.consumer.ack(again);
        assert.deepEqual(b.log.take(), ['assigned 1', 'assigned 0', 'ended 0']);
        await b.consumer.close({ signal: never });
        const c = make('c');
        await take(c.consumer);
        assert.deepEqual(owners(broker), { c: [1] });
        broker.topic('log').endPartition(1);
        assert.throws(() => broker.publish('log', { body: '' }), { code: 'INVALID_ARGUMENT', message: /ended/ });
    });
    it('tells it again when the end was given back, or sought', async () => {
        const { broker, make } = setUp(1);
        const a = make('a');
        append(broker, 2, 0);
        broker.topic('log').endPartition(0);
        const batch = await take(a.consumer);
        await a.consumer.release(batch.slice(1));
        assert.equal((await take(a.consumer)).length, 1);
        await a.consumer.seek('0', 1);
        assert.equal((await take(a.consumer)).length, 1);
        assert.deepEqual(a.log.take(), ['assigned 0', 'ended 0', 'ended 0', 'ended 0']);
    });
    it('wakes a fetch that waits, so that it is told at once', async () => {
        const { clock, broker, make } = setUp(1);
        const a = make('a');
        const waiting = a.consumer.fetch({ max: 1, waitMs: 5_000, signal: never });
        await clock.turn();
        broker.topic('log').endPartition(0);
        await clock.turn();
        assert.deepEqual(a.log.take(), ['assigned 0', 'ended 0']);
        await clock.advance(5_000);
        assert.deepEqual(await waiting, []);
    });
});
describe('memory group: listeners', () => {
    it('one listener, set before the first fetch', async () => {
        const { make, broker } = setUp(1);
        const a = make('a');
        assert.throws(() => a.consumer.watch(new Log()), { code: 'INVALID_ARGUMENT' });
        const plain = broker.consumer({ topic: 'log', group: 'other' });
        await take(plain);
        assert.throws(() => plain.watch(new Log()), { code: 'INVALID_ARGUMENT' });
    });
    it('one that throws or rejects is told by its own next fetch, and holds nobody up', async () => {
        const { clock, broker, make } = setUp(2);
        const a = make('a');
        await take(a.consumer);
        const cause = new Error('broken');
        a.log.onRevoking = () => Promise.reject(cause);
        const b = make('b');
        b.log.assigned = () => {
            throw cause;
        };
        await take(b.consumer);
        await clock.turn();
        assert.deepEqual(owners(broker), { a: [0], b: [1] });
        await assert.rejects(take(a.consumer), { code: 'INTERNAL', cause });
        await assert.rejects(take(b.consumer), { code: 'INTERNAL', cause });
        assert.deepEqual(await take(a.consumer), []);
    });
    it('may commit and even close inside revoking', async () => {
        const { clock, broker, make } = setUp(2, { commitOnAck: false });
        const a = make('a');
        append(broker, 2, 1);
        await a.consumer.ack(await take(a.consumer));
        a.log.onRevoking = async () => {
            const { confirmed } = await a.consumer.flush({ signal: never });
            assert.equal(confirmed.length, 2);
            await a.consumer.close({ signal: never });
        };
        const b = make('b');
        await take(b.consumer);
        await clock.turn();
        assert.deepEqual(owners(broker), { b: [0, 1] });
        assert.deepEqual(broker.topic('log').committed('g'), [undefined, 2]);
        assert.equal(clock.timers, 0);
    });
    it('without a listener lanes simply move', async () => {
        const { broker } = setUp(2);
        const [a, b] = ['a', 'b'].map((member) => broker.consumer({ topic: 'log', group: 'g', member }));
        assert.ok(a !== undefined && b !== undefined);
        await take(a);
        await take(b);
        assert.deepEqual(owners(broker), { a: [0], b: [1] });
    });
});
describe('memory group: under load', () => {
    for (const rebalance of ['cooperative', 'eager']) {
        it(`joiners, leavers and expulsions lose nothing and skip nothing (${rebalance})`, async () => {
            let state = 7;
            const random = (below) => {
                state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
                return Math.floor((state / 2 ** 32) * below);
            };
            const { clock, broker, make } = setUp(5, { rebalance });
            const total = 1_000;
            broker.publish('log', Array.from({ length: total }, (_, index) => ({ id: String(index), body: '', partition: index % 5 })));
            const members = [];
            const handled = new Map();
            let made = 0;
            for (let step = 0; step < 10_000; step += 1) {
                const ends = broker.topic('log').groups.length === 0 ? [] : broker.topic('log').committed('g');
                if (ends.length > 0 && ends.every((offset) => offset === total / 5))
                    break;
                const action = random(100);
                if (members.length === 0 || (action < 3 && members.length < 6)) {
                    made += 1;
                    members.push({ ...make(`m${made}`), held: [] });
                    continue;
                }
                const at = random(members.length);
                const member = members[at];
                if (action < 5) {
                    await member.consumer.close({ signal: never });
                    members.splice(at, 1);
                }
                else if (action < 7 &&
                    broker
                        .topic('log')
                        .members('g')
                        .some(({ id }) => id === member.consumer.id)) {
                    broker.topic('log').expel('g', member.consumer.id ?? '');
                }
                else if (action < 50) {
                    member.held.push(...(await take(member.consumer, 1 + random(10))));
                }
                else {
                    const count = 1 + random(5);
                    const batch = Array.from({ length: Math.min(count, member.held.length) }, () => member.held.splice(random(member.held.length), 1)[0]);
                    const { failed } = await member.consumer.ack(batch);
                    const lost = new Set(failed.map(({ message }) => message));
                    for (const message of batch)
                        if (!lost.has(message))
                            handled.set(message.id, (handled.get(message.id) ?? 0) + 1);
                }
                await clock.turn();
            }
            assert.deepEqual(broker.topic('log').committed('g'), [200, 200, 200, 200, 200]);
            assert.equal(handled.size, total, 'every message was handled by someone whose ack was accepted');
            for (const { consumer } of members)
                await consumer.close({ signal: never });
            assert.equal(clock.timers, 0);
        });
    }
});
