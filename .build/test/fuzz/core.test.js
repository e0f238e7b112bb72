import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryBroker } from '../../adapters/memory/index.js';
import { Drainer, renderTimeline, renderTimelineHtml, renderTimelineSvg, } from '../../src/index.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { Adversary } from './adversary.js';
import { assertTyped, lives, ODD_ERRORS, pick, runs, SEED } from './support.js';
/**
 * Random lives of a drainer whose consumer answers with nonsense. Demanded: typed errors, a drain within its budget, nothing
 * that nobody catches, no message acked unhandled, and once the nonsense is over everything is handled.
 */
const NAME = 'd';
const KINDS = ['queue', 'ordered', 'topic'];
const TOTAL_MS = 3_000;
async function life(draw) {
    const clock = new VirtualClock();
    const broker = new MemoryBroker({ clock, history: true });
    const kind = pick(draw, KINDS);
    const topic = kind === 'topic';
    if (topic)
        broker.createTopic(NAME, { partitions: 3 });
    else
        broker.createQueue(NAME, { leaseMs: 1_000, ordered: kind === 'ordered' });
    broker.createQueue('other');
    const count = 20 + draw(100);
    const all = new Set(broker.publish(NAME, Array.from({ length: count }, (_, at) => ({ body: String(at), key: `k${at % 5}` }))));
    broker.publish('other', [{ body: 'x' }, { body: 'y' }, { body: 'z' }]);
    const open = () => topic ? broker.consumer({ topic: NAME, group: 'g', commitOnAck: draw(1) === 0 }) : broker.consumer({ queue: NAME });
    if (topic)
        await joinOnce(open());
    const handled = new Set();
    const adversary = new Adversary(open(), broker.consumer({ queue: 'other' }), draw, {
        percent: pick(draw, [5, 20, 60, 100]),
        mayHang: draw(3) === 0,
        mayEnd: draw(4) === 0,
    });
    const handle = async (messages) => {
        if (draw(3) === 0)
            await new Promise((resolve) => void clock.setTimeout(resolve, draw(50)));
        if (draw(30) === 0)
            throw pick(draw, ODD_ERRORS)();
        for (const { id } of messages)
            handled.add(id);
    };
    const drainer = new Drainer(adversary, draw(3) === 0 ? { batch: handle, maxBatch: 7 } : (message) => handle([message]), {
        clock,
        concurrency: 1 + draw(8),
        ...(draw(1) === 0 ? { order: draw(1) === 0 ? 'key' : 'none' } : {}),
        ...(draw(2) === 0 ? { beforeCommit: () => undefined } : {}),
        maxPollMs: 200,
        maxUnconfirmed: 300,
        budget: { totalMs: TOTAL_MS },
        onError: (error) => assertReported(error),
    });
    const ran = drainer.run().catch((error) => assertTyped(error));
    await clock.advance(draw(3_000));
    checkStatus(drainer);
    if (draw(1) === 0)
        adversary.calm();
    if (draw(1) === 0)
        await clock.advance(draw(2_000));
    let receipt;
    const begun = clock.now();
    const draining = drainer.drain({ reason: 'fuzz' }).then((ended) => {
        receipt = ended;
    });
    while (receipt === undefined && clock.now() - begun <= TOTAL_MS + 50)
        await clock.advance(50);
    const trail = adversary.log.slice(-12).join(', ');
    assert.ok(receipt !== undefined, `the drain was not over in time; ${JSON.stringify(drainer.status())}; ${trail}`);
    await draining;
    await ran;
    checkReceipt(receipt);
    adversary.calm();
    // A close that failed is tried again, as whoever owns the process would.
    for (let tries = 0; tries < 3 && drainer.state !== 'closed'; tries += 1) {
        const again = drainer.drain();
        for (let at = 0; at <= TOTAL_MS; at += 50)
            await clock.advance(50);
        checkReceipt(await again);
    }
    checkAcked(broker, topic, all, handled);
    await successor(clock, broker, topic, open(), all, handled);
    assert.deepEqual([...all].filter((id) => !handled.has(id)), [], `lost; ${trail}`);
}
/** A group is there once somebody has been in it. */
async function joinOnce(consumer) {
    const { signal } = new AbortController();
    await consumer.fetch({ max: 1, waitMs: 0, signal });
    await consumer.close({ signal });
}
/** In the hook: what it throws is ignored there, so it is noted. */
const misreported = [];
function assertReported(error) {
    try {
        assertTyped(error);
    }
    catch (failure) {
        misreported.push(failure);
    }
}
function checkStatus(drainer) {
    const status = drainer.status();
    for (const [name, value] of Object.entries(status))
        if (typeof value === 'number')
            assert.ok(value >= 0, `${name} is ${value}`);
    for (const [name, value] of Object.entries(status.totals))
        assert.ok(value >= 0, `totals.${name} is ${value}`);
    assert.deepEqual(misreported.splice(0), []);
}
function checkReceipt(receipt) {
    JSON.stringify(receipt);
    assert.deepEqual(misreported.splice(0), []);
    for (const [name, value] of Object.entries(receipt.totals))
        assert.ok(value >= 0, `totals.${name} is ${value}`);
    for (const { message } of receipt.errors)
        assert.equal(typeof message, 'string');
    for (const render of [renderTimeline, renderTimelineHtml, renderTimelineSvg])
        assert.ok(render(receipt).length > 0);
}
function checkAcked(broker, topic, all, handled) {
    if (!topic) {
        for (const id of broker.queue(NAME).acked.ids)
            assert.ok(handled.has(id), `${id} is acked and was not handled`);
        return;
    }
    broker
        .topic(NAME)
        .committed('g')
        .forEach((mark = 0, partition) => {
        for (let offset = 0; offset < mark; offset += 1) {
            const id = `${partition}-${offset}`;
            if (all.has(id))
                assert.ok(handled.has(id), `${id} is committed and was not handled`);
        }
    });
}
/** Another process reads on, from a consumer that tells the truth. */
async function successor(clock, broker, topic, consumer, all, handled) {
    // Members that never left are gone when their process is.
    if (topic)
        for (const { id } of broker.topic(NAME).members('g'))
            broker.topic(NAME).expel('g', id);
    const drainer = new Drainer(consumer, ({ id }) => handled.add(id), { clock });
    const running = drainer.run();
    for (let rounds = 0; rounds < 100 && handled.size < all.size; rounds += 1)
        await clock.advance(200);
    await clock.advance(200);
    const draining = drainer.drain();
    while (drainer.state !== 'closed')
        await clock.advance(50);
    assert.equal((await draining).outcome, 'clean');
    await running;
}
const count = runs(300, 20_000);
test(`${count} lives of a drainer with a consumer that answers nonsense, seeds from ${SEED} on`, async () => {
    await lives(count, life);
});
