import assert from 'node:assert/strict';
import { textOf } from '../context.js';
import { Gate } from '../gate.js';
import { closing } from './settlement.js';
function hasGroups({ capabilities }) {
    return capabilities.revoke === 'none' ? 'lanes do not come and go' : undefined;
}
const LANES = 4;
function listen(consumer, revoking = () => Promise.resolve()) {
    const owned = new Map();
    const events = [];
    const drop = (lanes) => {
        for (const { lane, assignment } of lanes)
            if (owned.get(lane) === assignment)
                owned.delete(lane);
    };
    const heard = {
        owned,
        events,
        assigned: (lanes) => {
            for (const { lane, assignment } of lanes) {
                events.push(`assigned ${lane}@${assignment}`);
                owned.set(lane, assignment);
            }
        },
        revoking: async ({ lanes, deadlineMs }) => {
            if (!(deadlineMs > 0))
                events.push(`a deadline of ${deadlineMs} ms`);
            for (const { lane, assignment } of lanes)
                events.push(`revoking ${lane}@${assignment}`);
            await revoking(lanes);
            drop(lanes);
        },
        lost: (lanes) => {
            for (const { lane, assignment } of lanes)
                events.push(`lost ${lane}@${assignment}`);
            drop(lanes);
        },
        ended: () => undefined,
    };
    consumer.watch?.(heard);
    return heard;
}
/** Keeps a consumer in its group, until the case is over or closes it. What it fetches is acked, and told. */
function poll(context, consumer, onMessage, isOver) {
    const polling = (async () => {
        while (!isOver()) {
            const batch = await context.fetch(consumer, { max: 10, waitMs: 20 });
            for (const message of batch)
                onMessage(message);
            const { recorded } = await consumer.ack(batch);
            if (recorded.length > 0)
                await consumer.flush?.({ signal: AbortSignal.timeout(context.timing.answerMs) });
        }
    })();
    // Whoever waits for it is told. A case that has failed waits no more, and has closed the consumer.
    polling.catch(() => undefined);
    return polling;
}
async function publishTo(context, channel, count) {
    await context.publish(channel, Array.from({ length: count }, (_, index) => ({ text: `m${index}`, lane: index % LANES })));
}
export const GROUPS = [
    {
        id: 'groups/consumers-share-the-work',
        level: 'REQUIRED',
        failure: 'Two consumers of one queue or group must share its messages: each one once.',
        async run(context) {
            const channel = await context.channel({ lanes: LANES });
            await publishTo(context, channel, 200);
            const consumers = [await context.open(channel), await context.open(channel)];
            const seen = [];
            let over = false;
            const polls = consumers.map((consumer) => poll(context, consumer, (message) => seen.push(message.id), () => over));
            await context.until('all have come', () => new Set(seen).size === 200, context.timing.answerMs * 2 + context.timing.rebalanceMs * 2);
            over = true;
            await Promise.all(polls);
            await context.untilPending(channel, 0);
            // A lane that moves while its acks are on their way may bring some again.
            if (context.capabilities.revoke === 'none')
                assert.equal(seen.length, 200, 'some came twice');
        },
    },
    {
        id: 'groups/a-joiner-gets-its-share',
        level: 'REQUIRED',
        skip: hasGroups,
        failure: 'A member that joins must get lanes within a rebalance, and the others must keep going.',
        async run(context) {
            const channel = await context.channel({ lanes: LANES });
            const first = await context.open(channel);
            const one = listen(first);
            let over = false;
            const polls = [
                poll(context, first, () => undefined, () => over),
            ];
            const bound = context.timing.answerMs + context.timing.rebalanceMs;
            await context.until('the first has all lanes', () => one.owned.size === LANES, bound);
            const second = await context.open(channel);
            const two = listen(second);
            polls.push(poll(context, second, () => undefined, () => over));
            await context.until('both have lanes', () => one.owned.size > 0 && two.owned.size > 0 && one.owned.size + two.owned.size === LANES, bound);
            over = true;
            await Promise.all(polls);
        },
    },
    {
        id: 'groups/a-leaver-leaves-at-once',
        level: 'REQUIRED',
        skip: hasGroups,
        failure: 'When a member closes, its lanes must go to the others within a rebalance, not after a session.',
        async run(context) {
            const channel = await context.channel({ lanes: LANES });
            const [first, second] = [await context.open(channel), await context.open(channel)];
            const [one, two] = [listen(first), listen(second)];
            let leaves = false;
            let over = false;
            const leaving = poll(context, first, () => undefined, () => leaves);
            const staying = poll(context, second, () => undefined, () => over);
            const bound = context.timing.answerMs + context.timing.rebalanceMs * 2;
            await context.until('both have lanes', () => one.owned.size > 0 && two.owned.size > 0, bound);
            leaves = true;
            await leaving;
            await closing(context, first);
            await context.until('the other has all lanes', () => two.owned.size === LANES, bound);
            over = true;
            await staying;
        },
    },
    {
        id: 'groups/revoke-is-awaited',
        level: 'REQUIRED',
        skip: ({ capabilities }) => (capabilities.revoke === 'awaited' ? undefined : 'revocations are not awaited'),
        failure: 'While `revoking` has not resolved, no other member may get the lane, and acks of it are good.',
        async run(context) {
            const channel = await context.channel({ lanes: 2 });
            await context.publish(channel, Array.from({ length: 6 }, (_, index) => ({ text: `m${index}`, lane: index % 2 })));
            const first = await context.open(channel);
            const gate = new Gate();
            const leaving = new Set();
            const one = listen(first, async (lanes) => {
                for (const { lane } of lanes)
                    leaving.add(lane);
                await gate.opened;
            });
            const got = await context.take(first, 6);
            const second = await context.open(channel);
            const two = listen(second);
            let over = false;
            let asked = 0;
            const others = [];
            const polls = [
                poll(context, first, () => undefined, () => over),
                poll(context, second, (message) => others.push(textOf(message)), () => {
                    asked += 1;
                    return over;
                }),
            ];
            const bound = context.timing.answerMs + context.timing.rebalanceMs;
            await context.until('lanes are being revoked', () => leaving.size > 0, bound);
            assert.deepEqual(one.events.filter((event) => event.startsWith('a deadline')), [], 'a revocation must say how long it waits');
            const then = asked;
            await context.until('the other has asked for messages', () => asked > then + 5, bound);
            assert.equal(two.owned.size, 0, 'a lane was given away while it was being revoked');
            assert.deepEqual(others, [], 'messages came to another member while their lane was being revoked');
            await context.settle(first, got.filter(({ lane = '' }) => leaving.has(lane)));
            const acked = new Set(got.filter(({ lane = '' }) => leaving.has(lane)).map(textOf));
            gate.open();
            await context.until('each lane has an owner', () => one.owned.size + two.owned.size === 2, bound);
            over = true;
            await Promise.all(polls);
            assert.deepEqual(others.filter((text) => acked.has(text)), [], 'what was acked in time came again');
        },
    },
    {
        id: 'groups/revoke-drains-only-its-lanes',
        level: 'REQUIRED',
        skip: ({ capabilities }) => capabilities.revoke === 'awaited' && capabilities.rebalance === 'cooperative' ? undefined : 'rebalances are not cooperative',
        failure: 'Lanes that stay must go on while others are revoked.',
        async run(context) {
            const channel = await context.channel({ lanes: LANES });
            const first = await context.open(channel);
            const gate = new Gate();
            const leaving = new Set();
            const one = listen(first, async (lanes) => {
                for (const { lane } of lanes)
                    leaving.add(lane);
                await gate.opened;
            });
            const seen = [];
            let over = false;
            const polls = [
                poll(context, first, (message) => seen.push(message), () => over),
            ];
            const bound = context.timing.answerMs + context.timing.rebalanceMs;
            await context.until('the first has all lanes', () => one.owned.size === LANES, bound);
            const second = await context.open(channel);
            polls.push(poll(context, second, () => undefined, () => over));
            await context.until('some are being revoked', () => leaving.size > 0, bound);
            assert.ok(leaving.size < LANES, 'all lanes are revoked');
            await publishTo(context, channel, 40);
            const stays = () => seen.filter(({ lane = '' }) => !leaving.has(lane));
            await context.until('the lanes that stay bring messages', () => stays().length > 0, bound);
            gate.open();
            over = true;
            await Promise.all(polls);
        },
    },
    {
        id: 'groups/restart-position-is-right',
        level: 'REQUIRED',
        failure: 'A new consumer must go on exactly after what was acked: nothing skipped, nothing acked comes again.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 10);
            const first = await context.open(channel);
            const got = await context.take(first, 10);
            await context.settle(first, got.slice(0, 5));
            await closing(context, first);
            if (context.capabilities.closeReleases === false)
                return;
            const second = await context.open(channel);
            const again = await context.take(second, 5);
            assert.deepEqual(again.map(textOf).sort(), got.slice(5).map(textOf).sort());
            await context.settle(second, again);
        },
    },
    {
        id: 'groups/rebalance-under-load-loses-nothing',
        level: 'REQUIRED',
        failure: 'While consumers come and go under load every message must be handled, and none after its end skipped.',
        async run(context) {
            const channel = await context.channel({ lanes: LANES });
            await publishTo(context, channel, 400);
            const handled = new Set();
            const start = async () => {
                const drainer = context.drainer(await context.open(channel), async (message) => {
                    await new Promise((resolve) => setImmediate(resolve));
                    handled.add(textOf(message));
                }, { concurrency: 8, window: 8 });
                void context.run(drainer);
                return drainer;
            };
            const first = await start();
            await context.until('some are handled', () => handled.size > 20, context.timing.answerMs + context.timing.rebalanceMs);
            const second = await start();
            await first.drain();
            const third = await start();
            await second.drain();
            await context.until('all are handled', () => handled.size === 400, context.timing.answerMs * 3 + context.timing.rebalanceMs * 3);
            await third.drain();
            await context.untilPending(channel, 0);
        },
    },
];
