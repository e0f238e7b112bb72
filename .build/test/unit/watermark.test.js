import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { Watermark } from '../../src/index.js';
import { message } from '../support/scripted-consumer.js';
const inLane = (positions) => positions.map((position) => message(`m${position}`, { lane: 'p', position }));
it('moves over contiguous deliveries, and never over a gap, whatever the positions are', () => {
    // Compaction and transaction markers leave holes: contiguous is what was delivered one after the other.
    const [a, b, c, d] = inLane([10, 13, 14, 900]);
    const mark = new Watermark();
    for (const each of [a, b, c, d])
        mark.deliver(each);
    assert.equal(mark.finished, undefined);
    assert.equal(mark.finish(c), true);
    assert.equal(mark.finished, undefined);
    assert.equal(mark.finish(a), true);
    assert.equal(mark.finished, a);
    assert.equal(mark.finish(b), true);
    assert.equal(mark.finished, c);
    assert.ok(mark.covers(b) && !mark.covers(d) && !mark.isSettled(a));
    assert.deepEqual(mark.settle(c), [a, b, c]);
    assert.equal(mark.finished, undefined);
    assert.equal(mark.span, 1);
    assert.ok(mark.isSettled(a));
});
it('takes a message that is finished twice, or is not of this lane, for what it is', () => {
    const [a, b] = inLane([1, 2]);
    const [stranger] = inLane([1]);
    const mark = new Watermark();
    mark.deliver(a);
    mark.deliver(b);
    assert.equal(mark.finish(b), true);
    assert.equal(mark.finish(b), false);
    assert.equal(mark.finish(stranger), false);
    const other = new Watermark();
    other.deliver(stranger);
    assert.equal(mark.finish(stranger), false, 'the same place in another lane');
    assert.throws(() => mark.deliver(a), { code: 'INTERNAL' });
    assert.throws(() => mark.settle(a), { code: 'INTERNAL' }, 'a commit past unfinished work');
    assert.deepEqual(mark.unsettled(), [b]);
});
it('drops the tail that will be delivered again, finished or not, and nothing that is settled', () => {
    const [a, b, c, d] = inLane([1, 2, 3, 4]);
    const mark = new Watermark();
    for (const each of [a, b, c, d])
        mark.deliver(each);
    mark.finish(a);
    mark.settle(a);
    for (const each of [b, c, d])
        mark.finish(each);
    assert.deepEqual(mark.truncate(c), [c, d]);
    assert.equal(mark.finished, b);
    assert.ok(mark.covers(b) && !mark.covers(c) && !mark.isSettled(c));
    assert.deepEqual([mark.finish(c), mark.span], [false, 1]);
    assert.deepEqual(mark.truncate(c), [], 'it is dropped already');
    assert.deepEqual(mark.truncate(message('stranger')), []);
    // The lane is read again: what comes is not done.
    const [again] = inLane([3]);
    mark.deliver(again);
    assert.equal(mark.finished, b);
    assert.deepEqual(mark.unsettled(), [b]);
    assert.equal(mark.finish(again), true);
    assert.deepEqual(mark.settle(again), [b, again]);
    assert.deepEqual(mark.truncate(b), [], 'settled');
    mark.deliver(c);
    assert.deepEqual(mark.truncate(), [c]);
    assert.equal(mark.span, 0);
    assert.ok(mark.isSettled(b));
});
it('agrees with the plain definition for any interleaving, and keeps its memory bounded', () => {
    fc.assert(fc.property(fc.array(fc.nat({ max: 10 }), { minLength: 1, maxLength: 2_000 }), fc.integer({ min: 1, max: 500 }), (choices, most) => {
        const mark = new Watermark();
        const delivered = [];
        const finished = new Set();
        let settled = 0;
        for (const choice of choices) {
            const open = delivered.filter((each) => !finished.has(each));
            if (choice < 4 || open.length === 0) {
                if (delivered.length - settled >= most)
                    continue;
                const next = message(`m${delivered.length}`, { lane: 'p', position: delivered.length * 3 });
                delivered.push(next);
                mark.deliver(next);
            }
            else if (choice < 8) {
                const one = open[(choice * 7_919) % open.length];
                finished.add(one);
                assert.equal(mark.finish(one), true);
            }
            else if (choice === 10) {
                const from = settled + ((delivered.length * 7_919) % (delivered.length - settled + 1));
                const dropped = delivered.splice(from);
                assert.deepEqual(dropped.length === 0 ? [] : mark.truncate(dropped[0]), dropped);
                for (const each of dropped)
                    finished.delete(each);
            }
            else if (mark.finished !== undefined) {
                const prefix = delivered.findIndex((each) => !finished.has(each));
                const end = prefix === -1 ? delivered.length : prefix;
                assert.equal(mark.finished, delivered[end - 1]);
                assert.deepEqual(mark.settle(mark.finished), delivered.slice(settled, end));
                settled = end;
            }
            assert.equal(mark.span, delivered.length - settled);
        }
        assert.deepEqual(mark.unsettled(), delivered.slice(settled).filter((each) => finished.has(each)));
    }));
});
