import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Drainer, MemoryDedupStore, StreamError } from '../../src/index.js';
import { message, ScriptedConsumer } from '../support/scripted-consumer.js';
import { Gate, until } from '../support/until.js';
describe('dedup', () => {
    it('acks what it knows without calling the handler, and records only after success', async () => {
        const store = new MemoryDedupStore();
        const consumer = new ScriptedConsumer().push(message('a'), message('b'));
        const calls = [];
        const drainer = new Drainer(consumer, async ({ id }) => {
            calls.push(id);
            if (id === 'b')
                throw new StreamError('INVALID_ARGUMENT', 'no');
            assert.equal(store.get(id), undefined, 'nothing is recorded before success');
        }, { dedup: { store }, order: 'none' });
        void drainer.run();
        await until(() => consumer.acked.length === 1 && consumer.released.length === 1, 'both are settled');
        consumer.push(message('a', { attempt: 2 }), message('b', { attempt: 2 }));
        await until(() => consumer.acked.length === 2 && consumer.released.length === 2, 'both are settled again');
        assert.deepEqual(calls.sort(), ['a', 'b', 'b']);
        assert.equal((await drainer.drain()).totals.deduplicated, 1);
    });
    it('lets the second of two equal ids wait for the first', async () => {
        const consumer = new ScriptedConsumer().push(message('x1', { key: 'order-7' }), message('x2', { key: 'order-7' }));
        const gate = new Gate();
        let calls = 0;
        const drainer = new Drainer(consumer, async () => {
            calls += 1;
            await gate.opened;
        }, { dedup: { store: new MemoryDedupStore(), idOf: ({ key }) => key ?? '' }, order: 'none', concurrency: 2 });
        void drainer.run();
        await until(() => drainer.status().running === 2, 'both are taken');
        gate.open();
        await until(() => consumer.acked.length === 2, 'both are acked');
        assert.equal(calls, 1);
        await drainer.drain();
    });
    it('filters batches, twins within one batch included', async () => {
        const store = new MemoryDedupStore();
        store.set('known', 1);
        const consumer = new ScriptedConsumer().push(message('known'), message('t1', { key: 'twin' }), message('t2', { key: 'twin' }));
        const seen = [];
        const drainer = new Drainer(consumer, { batch: (batch) => void seen.push(batch.map(({ id }) => id)) }, { dedup: { store, idOf: ({ id, key }) => key ?? id }, order: 'none' });
        void drainer.run();
        await until(() => consumer.acked.length === 3, 'all are acked');
        assert.deepEqual(seen, [['t1']]);
        await drainer.drain();
    });
    it('fails a message whose id cannot be looked up, and acks one whose id cannot be recorded', async () => {
        const consumer = new ScriptedConsumer().push(message('a'));
        const during = [];
        let lookups = 0;
        const drainer = new Drainer(consumer, () => undefined, {
            retry: { minDelayMs: 1 },
            dedup: {
                store: {
                    get: () => {
                        lookups += 1;
                        if (lookups === 1)
                            throw new Error('down');
                        return Promise.resolve(undefined);
                    },
                    set: () => Promise.reject(new Error('down')),
                },
            },
            onError: (_, context) => during.push(context.during),
        });
        void drainer.run();
        await until(() => consumer.acked.length === 1, 'it is acked');
        assert.deepEqual(during, ['dedup']);
        assert.equal((await drainer.drain()).totals.retries, 1);
    });
    it('keeps the newest ids only, within its bound and their time', async () => {
        const store = new MemoryDedupStore({ maxIds: 2 });
        store.set('a', 1);
        store.set('b', 1);
        store.set('a', 1);
        store.set('c', 1);
        assert.deepEqual([store.get('a'), store.get('b'), store.get('c'), store.size], [1, undefined, 1, 2]);
        store.set('short', 1, 5);
        await until(() => store.get('short') === undefined, 'it is forgotten');
        assert.throws(() => new MemoryDedupStore({ maxIds: 0 }), { code: 'INVALID_ARGUMENT' });
    });
});
