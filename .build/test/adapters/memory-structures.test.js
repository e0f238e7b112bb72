import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { balance } from '../../adapters/memory/balance.js';
import { Deque } from '../../adapters/memory/deque.js';
import { Heap } from '../../adapters/memory/heap.js';
import { BodyCopier } from '../../adapters/memory/payload.js';
describe('memory structures', () => {
    it('a deque does what an array does', () => {
        const operation = fc.oneof({ weight: 3, arbitrary: fc.constant('push') }, fc.constant('shift'), fc.constant('pop'));
        fc.assert(fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
            const deque = new Deque();
            const array = [];
            operations.forEach((name, index) => {
                if (name === 'push') {
                    deque.push(index);
                    array.push(index);
                }
                else if (name === 'shift')
                    assert.equal(deque.shift(), array.shift());
                else
                    assert.equal(deque.pop(), array.pop());
                assert.equal(deque.length, array.length);
                assert.equal(deque.last, array.at(-1));
            });
            assert.deepEqual(deque.toArray(), array);
        }));
    });
    it('a heap gives the earliest first, also after removals and changes', () => {
        const operation = fc.record({
            name: fc.constantFrom('push', 'push', 'remove', 'update', 'shift'),
            at: fc.integer({ min: 0, max: 50 }),
            which: fc.nat(),
        });
        fc.assert(fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
            const heap = new Heap();
            const model = [];
            operations.forEach(({ name, at, which }, order) => {
                const chosen = model[which % Math.max(1, model.length)];
                if (name === 'push') {
                    const item = { at, order, place: -1 };
                    heap.push(item);
                    model.push(item);
                }
                else if (name === 'shift') {
                    const { first } = heap;
                    if (first !== undefined) {
                        heap.remove(first);
                        model.splice(model.indexOf(first), 1);
                    }
                }
                else if (chosen !== undefined && name === 'remove') {
                    heap.remove(chosen);
                    assert.equal(chosen.place, -1);
                    heap.remove(chosen);
                    model.splice(model.indexOf(chosen), 1);
                }
                else if (chosen !== undefined) {
                    chosen.at = at;
                    heap.update(chosen);
                }
                model.sort((a, b) => a.at - b.at || a.order - b.order);
                assert.equal(heap.first, model[0]);
                assert.equal(heap.length, model.length);
            });
            assert.deepEqual(heap.toArray(), model);
        }));
    });
    it('balance shares evenly, gives out everything, and moves as little as it must', () => {
        const owners = fc.array(fc.option(fc.nat({ max: 9 })), { maxLength: 40 });
        fc.assert(fc.property(fc.integer({ min: 1, max: 8 }), owners, (count, before) => {
            const members = Array.from({ length: count }, (_, index) => index);
            const ownerOf = (partition) => {
                const owner = before[partition];
                return owner === null || owner === undefined || owner >= count ? undefined : owner;
            };
            const partitions = before.map((_, index) => index);
            const target = balance(members, partitions, ownerOf);
            assert.deepEqual([...target.keys()].sort((a, b) => a - b), partitions);
            const sizes = members.map((member) => [...target.values()].filter((owner) => owner === member).length);
            assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, String(sizes));
            // The least that must move is what exceeds a fair share, the larger shares going to those who have most.
            const had = members.map((member) => partitions.filter((partition) => ownerOf(partition) === member).length).sort((a, b) => b - a);
            const share = Math.floor(partitions.length / count);
            const larger = partitions.length % count;
            const surplus = had.reduce((sum, size, rank) => sum + Math.max(0, size - (rank < larger ? share + 1 : share)), 0);
            const moved = partitions.filter((partition) => ownerOf(partition) !== undefined && target.get(partition) !== ownerOf(partition));
            assert.equal(moved.length, surplus);
        }));
        assert.equal(balance([], [1, 2], () => undefined).size, 0);
    });
    it('copies bodies of all sizes apart from each other', () => {
        fc.assert(fc.property(fc.array(fc.oneof(fc.nat({ max: 300 }), fc.constantFrom(4_095, 4_096, 4_097, 65_536, 70_000)), { maxLength: 60 }), (sizes) => {
            const copier = new BodyCopier();
            const sources = sizes.map((size, index) => new Uint8Array(size).fill(index + 1));
            const copies = sources.map((source) => copier.copy(source));
            for (const copy of copies.filter((_, index) => index % 2 === 0))
                copy.fill(255);
            copies.forEach((copy, index) => {
                assert.equal(copy.length, sizes[index]);
                const expected = index % 2 === 0 ? 255 : index + 1;
                assert.ok(copy.every((byte) => byte === expected));
            });
            assert.ok(sources.every((source, index) => source.every((byte) => byte === index + 1)));
        }));
    });
});
