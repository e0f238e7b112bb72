import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryBroker } from 'tailrace/memory';
import { Drainer, Lease, openConsumer, renderTimeline, renderTimelineHtml, renderTimelineSvg, StreamError, } from '../../src/index.js';
import { CLEAN_SHORT } from '../fixtures/receipts.js';
import { message, messages, ScriptedConsumer } from '../support/scripted-consumer.js';
import { Gate, until } from '../support/until.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { assertTyped, ODD_ERRORS } from './support.js';
/** What fuzzing found, each in its smallest form. */
/** Runs a drainer until `count` messages have been handled, drains it, and returns the errors that it reported. */
async function handle(consumer, count, options = {}) {
    const errors = [];
    const handled = [];
    const drainer = new Drainer(consumer, (each) => void handled.push(each), { onError: (error) => errors.push(error), ...options });
    const running = drainer.run();
    await until(() => handled.length >= count, `${count} messages were handled`);
    await until(() => drainer.status().unconfirmed === 0, 'their acks were answered');
    await drainer.drain();
    await running;
    return { errors, handled };
}
test('StreamError.from and .is take anything that can be thrown', () => {
    for (const odd of ODD_ERRORS) {
        assertTyped(StreamError.from(odd()));
        StreamError.is(odd());
    }
});
test('a fetch that rejects with anything is a failed fetch', async () => {
    for (const odd of ODD_ERRORS) {
        const clock = new VirtualClock();
        const consumer = new ScriptedConsumer();
        consumer.onFetch = () => {
            consumer.onFetch = undefined;
            return Promise.reject(odd());
        };
        consumer.push(message('after'));
        const handled = [];
        const drainer = new Drainer(consumer, ({ id }) => handled.push(id), { clock });
        const running = drainer.run();
        await clock.advance(1_000);
        assert.deepEqual(handled, ['after']);
        await Promise.all([drainer.drain(), clock.advance(1_000)]);
        await running;
    }
});
test('a handler may throw anything', async () => {
    for (const odd of ODD_ERRORS) {
        const clock = new VirtualClock();
        const consumer = new ScriptedConsumer().push(message('poison'));
        const drainer = new Drainer(consumer, async () => {
            throw odd();
        }, { clock });
        const running = drainer.run();
        await clock.advance(60_000);
        assert.deepEqual(consumer.releasedIds.slice(0, 1), ['poison']);
        await Promise.all([drainer.drain(), clock.advance(1_000)]);
        await running;
    }
});
test('what is no message in a fetched batch is reported, and takes no other along', async () => {
    const things = [
        undefined,
        null,
        0,
        'text',
        {},
        [],
        Object.freeze(message('frozen')),
        { ...message('leased'), lease: null },
    ];
    for (const thing of things) {
        for (const at of [0, 3, 100]) {
            const batch = messages(100);
            batch.splice(at, 0, thing);
            const { errors, handled } = await handle(new ScriptedConsumer().push(...batch), 100, { window: 200 });
            assert.equal(handled.length, 100);
            assert.deepEqual(errors.map(({ code }) => code), ['INTERNAL']);
        }
    }
});
test('an array that an adapter freezes, or fills anew, is not what a drainer holds', async () => {
    const frozen = new ScriptedConsumer();
    let fetches = 0;
    frozen.onFetch = ({ signal }) => {
        fetches += 1;
        if (fetches < 4)
            return Promise.resolve(Object.freeze(messages(64)));
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve([])));
    };
    assert.deepEqual((await handle(frozen, 192, { window: 1_000 })).errors, []);
    const reused = new ScriptedConsumer();
    const buffer = [];
    const gate = new Gate();
    let fetched = 0;
    reused.onFetch = async ({ signal }) => {
        if (fetched === 3)
            await new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        buffer.length = 0;
        if (!signal.aborted)
            for (let at = 0; at < 64; at += 1)
                buffer.push(message(`${fetched}-${at}`));
        fetched += 1;
        if (fetched === 3)
            gate.open();
        return buffer;
    };
    const handled = new Set();
    const drainer = new Drainer(reused, async ({ id }) => {
        await gate.opened;
        handled.add(id);
    }, { window: 1_000 });
    const running = drainer.run();
    await until(() => handled.size === 192, 'all 192 messages were handled');
    await drainer.drain();
    await running;
});
test('a lease without an end keeps no other from being extended', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer();
    consumer.push(message('held', { lease: new Lease(30_000) }), message('odd', { lease: new Lease(Number.NaN) }));
    const gate = new Gate();
    const drainer = new Drainer(consumer, () => gate.opened, { clock });
    const running = drainer.run();
    await clock.advance(20_000);
    assert.ok(consumer.extended.some((batch) => batch.some(({ id }) => id === 'held')));
    gate.open();
    await Promise.all([drainer.drain(), clock.advance(1_000)]);
    await running;
});
test('an answer to acks that names what was not acked settles nothing of it', async () => {
    const lost = new StreamError('LEASE_LOST', 'gone');
    const answers = [
        (first, others) => ({ confirmed: [first, ...others, null, 5, {}], recorded: [], failed: [] }),
        (first, others) => ({ confirmed: [first], recorded: [...others, null, 5, {}], failed: [] }),
        (first, others) => ({
            confirmed: [first],
            recorded: [],
            failed: [...others.map((each) => ({ message: each, error: lost })), null, {}, { message: null }],
        }),
    ];
    for (const answer of answers) {
        const gate = new Gate();
        const [first, ...others] = messages(8);
        const consumer = new ScriptedConsumer().push(first, ...others);
        // Not what the type says: an adapter in plain JavaScript.
        consumer.onAck = async (batch) => (batch[0] === first ? answer(first, others) : { confirmed: batch, recorded: [], failed: [] });
        let handled = 0;
        const drainer = new Drainer(consumer, async (each) => {
            if (each !== first)
                await gate.opened;
            handled += 1;
        }, { concurrency: 4 });
        const running = drainer.run();
        await until(() => drainer.status().totals.confirmed > 0, 'the first ack was answered');
        const { running: started, unstarted, unconfirmed, totals } = drainer.status();
        assert.deepEqual([totals.confirmed, started, unstarted, unconfirmed], [1, 4, 3, 0]);
        gate.open();
        await until(() => handled === 8, 'all were handled');
        await until(() => consumer.acked.length === 8, 'each was acked');
        await drainer.drain();
        await running;
    }
});
test('a receipt with times beyond all bounds is refused, and one at the bound is drawn', () => {
    for (const render of [renderTimeline, renderTimelineHtml, renderTimelineSvg]) {
        for (const durationMs of [1e308, Number.MAX_VALUE, 2 ** 53]) {
            assert.throws(() => render({ ...CLEAN_SHORT, durationMs }), { code: 'INVALID_ARGUMENT', message: /durationMs/ });
        }
        for (const durationMs of [Number.MAX_SAFE_INTEGER, Number.MIN_VALUE])
            assert.ok(render({ ...CLEAN_SHORT, durationMs }).length < 100_000);
    }
});
test('a password with a ? that was not encoded is not quoted as a parameter', async () => {
    const opening = openConsumer('nats://user/name:pa/ss?word@127.0.0.1:1/S/D');
    await assert.rejects(opening, (error) => {
        assertTyped(error);
        assert.match(error.message, /percent-encoded/);
        assert.doesNotMatch(error.message, /pa\/ss|word@/);
        return true;
    });
});
test('a partition that is no number is refused, also one that has no text', () => {
    const broker = new MemoryBroker();
    broker.createTopic('t', { partitions: 2 });
    for (const partition of [Object.create(null), ['0'], '0', 0.5, Number.NaN, 2, -1, null]) {
        assert.throws(() => broker.publish('t', [{ body: 'x', partition }]), { code: 'INVALID_ARGUMENT', message: /partition/ });
    }
    assert.deepEqual(broker.publish('t', [{ body: 'x', partition: 1 }]), ['1-0']);
});
