import assert from 'node:assert/strict';
import { textOf } from '../context.js';
import { Gate } from '../gate.js';
function isOrdered({ capabilities }) {
    return capabilities.ordered ? undefined : 'order is not declared';
}
const LANES = 3;
const PER_LANE = 20;
/** Messages by turns on each lane, named by it and their place in it. */
function byTurns(lanes, count) {
    return Array.from({ length: count * lanes }, (_, index) => ({
        text: `${index % lanes}:${Math.floor(index / lanes)}`,
        lane: index % lanes,
    }));
}
function assertInOrder(texts) {
    const next = new Map();
    for (const text of texts) {
        const [lane = '', place = ''] = text.split(':');
        const expected = next.get(lane) ?? 0;
        assert.equal(Number(place), expected, `${text} came when ${lane}:${expected} was next`);
        next.set(lane, expected + 1);
    }
}
export const ORDER = [
    {
        id: 'order/lanes-are-in-order',
        level: 'REQUIRED',
        skip: isOrdered,
        failure: 'Messages of one lane must come in the order in which they were published.',
        async run(context) {
            const channel = await context.channel({ lanes: LANES });
            await context.publish(channel, byTurns(LANES, PER_LANE));
            const consumer = await context.open(channel);
            const texts = [];
            while (texts.length < LANES * PER_LANE) {
                const [message] = await context.take(consumer, 1);
                if (message === undefined)
                    break;
                texts.push(textOf(message));
                await context.settle(consumer, [message]);
            }
            // A system may have fewer lanes than it was asked for: then they are in order all the more.
            assertInOrder(texts);
        },
    },
    {
        id: 'order/handlers-of-a-lane-take-turns',
        level: 'REQUIRED',
        skip: isOrdered,
        failure: 'With order `lane` no two handlers of one lane may run at once, and each starts in its turn.',
        async run(context) {
            const channel = await context.channel({ lanes: LANES });
            await context.publish(channel, byTurns(LANES, PER_LANE));
            const consumer = await context.open(channel);
            const running = new Set();
            const texts = [];
            let overlaps = 0;
            const drainer = context.drainer(consumer, async (message) => {
                const lane = message.lane ?? '';
                if (running.has(lane))
                    overlaps += 1;
                running.add(lane);
                texts.push(textOf(message));
                await new Promise((resolve) => setImmediate(resolve));
                running.delete(lane);
            }, { order: 'lane', concurrency: 8 });
            void context.run(drainer);
            await context.until('all are handled', () => texts.length === LANES * PER_LANE && running.size === 0, context.timing.answerMs * 4);
            await drainer.drain();
            assert.equal(overlaps, 0, 'handlers of one lane overlapped');
            assertInOrder(texts);
        },
    },
    {
        id: 'order/retry-keeps-its-turn',
        level: 'REQUIRED',
        skip: isOrdered,
        failure: 'A message that fails and is tried again must not be overtaken by later ones of its lane.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, byTurns(1, 10));
            const consumer = await context.open(channel);
            const texts = [];
            let failures = 0;
            const drainer = context.drainer(consumer, (message) => {
                if (textOf(message) === '0:3' && failures < 2) {
                    failures += 1;
                    throw new Error('not yet');
                }
                texts.push(textOf(message));
            }, { order: 'lane', concurrency: 4, retry: { attempts: 5, minDelayMs: 10, jitter: 0 } });
            void context.run(drainer);
            await context.until('all are handled', () => texts.length === 10, context.timing.answerMs * 2);
            await drainer.drain();
            assertInOrder(texts);
        },
    },
    {
        id: 'order/release-keeps-the-order',
        level: 'REQUIRED',
        skip: (facts) => isOrdered(facts) ?? (facts.capabilities.release === false ? 'release is not declared' : undefined),
        failure: 'What is released must come again before later messages of its lane.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, byTurns(1, 6));
            const consumer = await context.open(channel);
            const [first] = await context.take(consumer, 1);
            const rest = await context.fetch(consumer);
            await context.release(consumer, first === undefined ? rest : [first, ...rest]);
            const texts = [];
            while (texts.length < 6) {
                const [message] = await context.take(consumer, 1);
                if (message === undefined)
                    break;
                texts.push(textOf(message));
                await context.settle(consumer, [message]);
            }
            assertInOrder(texts);
        },
    },
    {
        id: 'order/keys-take-turns',
        level: 'REQUIRED',
        failure: 'With order `key` no two handlers of one key may run at once.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, Array.from({ length: 40 }, (_, index) => ({ text: `m${index}`, key: `k${index % 4}` })));
            const consumer = await context.open(channel);
            const running = new Set();
            let handled = 0;
            let overlaps = 0;
            const drainer = context.drainer(consumer, async ({ key = '' }) => {
                if (running.has(key))
                    overlaps += 1;
                running.add(key);
                await new Promise((resolve) => setImmediate(resolve));
                running.delete(key);
                handled += 1;
            }, { order: 'key', concurrency: 8 });
            void context.run(drainer);
            await context.until('all are handled', () => handled === 40, context.timing.answerMs * 4);
            await drainer.drain();
            assert.equal(overlaps, 0);
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'order/window-bounds-what-is-held',
        level: 'REQUIRED',
        failure: 'Under ten times the load a drainer must not hold more than its window: the broker keeps the rest.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 200);
            const consumer = await context.open(channel);
            const gate = new Gate();
            let most = 0;
            let handled = 0;
            const drainer = context.drainer(consumer, async () => {
                const { running, unstarted, retrying } = drainer.status();
                most = Math.max(most, running + unstarted + retrying);
                await gate.opened;
                handled += 1;
            }, { order: 'none', concurrency: 10, window: 20, unstarted: 'finish' });
            void context.run(drainer);
            await context.until('ten handlers run', () => drainer.status().running === 10, context.timing.answerMs + context.timing.rebalanceMs);
            // The next fetch has had its chance.
            await context.pause(50);
            const { running, unstarted } = drainer.status();
            assert.ok(running + unstarted <= 20, `${running + unstarted} are held`);
            gate.open();
            await context.until('all are handled', () => handled === 200, context.timing.answerMs * 4);
            assert.ok(most <= 20, `${most} were held`);
            await drainer.drain();
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'order/concurrency-changes-live',
        level: 'RECOMMENDED',
        failure: 'A change of `concurrency` must take effect while messages are handled: up at once, down as handlers end.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 60);
            const consumer = await context.open(channel);
            let running = 0;
            let handled = 0;
            let most = 0;
            let gate = new Gate();
            const drainer = context.drainer(consumer, async () => {
                running += 1;
                most = Math.max(most, running);
                await gate.opened;
                running -= 1;
                handled += 1;
            }, { order: 'none', concurrency: 2, window: 20, unstarted: 'finish' });
            void context.run(drainer);
            await context.until('two run', () => running === 2, context.timing.answerMs + context.timing.rebalanceMs);
            drainer.concurrency = 6;
            await context.until('six run', () => running === 6);
            drainer.concurrency = 1;
            const former = gate;
            gate = new Gate();
            former.open();
            await context.until('one runs', () => running === 1);
            gate.open();
            await context.until('all are handled', () => handled === 60, context.timing.answerMs * 4);
            assert.equal(most, 6);
            await drainer.drain();
        },
    },
];
