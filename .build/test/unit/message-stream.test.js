import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MessageStream, StreamError } from '../../src/index.js';
import { message, messages, ScriptedConsumer } from '../support/scripted-consumer.js';
import { until } from '../support/until.js';
import { VirtualClock } from '../support/virtual-clock.js';
describe('message stream', () => {
    it('yields messages, acks what it is told, and ends the loop when it is drained', async () => {
        const consumer = new ScriptedConsumer().push(...messages(20));
        const stream = new MessageStream(consumer, { order: 'none' });
        const seen = [];
        for await (const each of stream) {
            seen.push(each.id);
            stream.ack(each);
            stream.ack(each);
            if (seen.length === 20)
                void stream.drain();
        }
        const receipt = await stream.drain();
        assert.equal(seen.length, 20);
        assert.equal(consumer.acked.length, 20);
        assert.equal(receipt.outcome, 'clean');
    });
    it('starts nothing that nobody takes, and waits when too much is unanswered', async () => {
        const consumer = new ScriptedConsumer().push(...messages(10));
        const stream = new MessageStream(consumer, { concurrency: 2, order: 'none' });
        const loop = stream[Symbol.asyncIterator]();
        const first = (await loop.next()).value;
        assert.equal(stream.status().running, 1);
        const second = (await loop.next()).value;
        let third;
        const waiting = loop.next().then(({ value }) => {
            third = value;
        });
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(third, undefined);
        stream.ack(second);
        await waiting;
        assert.equal(stream.status().running, 2);
        stream.ack(first);
        if (third !== undefined)
            stream.ack(third);
        const receipt = await stream.drain();
        assert.deepEqual([receipt.totals.succeeded, receipt.totals.released], [3, consumer.released.length]);
        assert.equal((await loop.next()).done, true);
    });
    it('shares messages between loops, in order per lane', async () => {
        const consumer = new ScriptedConsumer().push(...messages(40, (index) => ({ lane: `l${index % 4}`, position: index })));
        const stream = new MessageStream(consumer);
        const taken = [];
        let done = 0;
        await Promise.all([0, 1, 2].map(async (at) => {
            taken[at] = 0;
            for await (const each of stream) {
                taken[at] = (taken[at] ?? 0) + 1;
                await new Promise((resolve) => setImmediate(resolve));
                stream.ack(each);
                done += 1;
                if (done === 40)
                    void stream.drain();
            }
        }));
        assert.ok(taken.every((count) => count > 0));
        await until(() => consumer.acked.length === 40, 'all are acked');
        await stream.close();
    });
    it('brings a failed message again, and gives it up in the end', async () => {
        const consumer = new ScriptedConsumer().push(message('bad'));
        const stream = new MessageStream(consumer, { retry: { attempts: 2, minDelayMs: 1 } });
        let times = 0;
        for await (const each of stream) {
            times += 1;
            stream.fail(each, new Error('no'));
            if (times === 2) {
                await until(() => consumer.released.length === 1, 'it went back');
                void stream.drain();
            }
        }
        assert.equal((await stream.drain()).totals.failed, 1);
    });
    it('hands out what was fetched before it ends, where a release would cost an attempt', async () => {
        const consumer = new ScriptedConsumer({ release: { scope: 'message', maxDelayMs: 0, costsAttempt: true } }).push(...messages(5));
        const stream = new MessageStream(consumer, { concurrency: 5, order: 'none' });
        let seen = 0;
        for await (const each of stream) {
            seen += 1;
            if (seen === 1)
                void stream.drain();
            stream.ack(each);
        }
        assert.equal(seen, 5);
        assert.equal(consumer.released.length, 0);
        await stream.drain();
    });
    it('gives back what nobody takes any more when a drain finds all loops left, or the last one is left in it', async () => {
        const capabilities = { release: { scope: 'message', maxDelayMs: 0, costsAttempt: true } };
        for (const leaveFirst of [true, false]) {
            const clock = new VirtualClock();
            const consumer = new ScriptedConsumer(capabilities).push(...messages(5));
            const stream = new MessageStream(consumer, { concurrency: 5, order: 'none', clock });
            let draining;
            for await (const each of stream) {
                stream.ack(each);
                if (!leaveFirst)
                    draining = stream.drain();
                await clock.turn();
                break;
            }
            draining ??= stream.drain();
            await clock.turn();
            assert.equal((await draining).outcome, 'clean');
            assert.equal(clock.now(), 0);
            assert.deepEqual([consumer.acked.length, consumer.released.length], [1, 4]);
        }
    });
    it('throws in the loop what it cannot go on from', async () => {
        const consumer = new ScriptedConsumer();
        consumer.onFetch = () => Promise.reject(new StreamError('PERMISSION_DENIED', 'not yours'));
        const stream = new MessageStream(consumer);
        await assert.rejects(async () => {
            for await (const each of stream)
                stream.ack(each);
        }, { code: 'PERMISSION_DENIED' });
        await assert.rejects(stream[Symbol.asyncIterator]().next(), { code: 'PERMISSION_DENIED' });
    });
});
