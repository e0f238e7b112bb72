import assert from 'node:assert/strict';
import { textOf } from '../context.js';
import { Gate } from '../gate.js';
import { budget, countOf, HANDLERS_MS, roomy } from './budget.js';
import { closing, hasLeases } from './settlement.js';
/** Aborts of a fetch, each at another moment. */
const ROUNDS = 30;
export const STOP = [
    {
        id: 'stop/idle-close-in-a-long-poll',
        level: 'REQUIRED',
        failure: 'A close while a fetch waits must end that fetch, by the time that the adapter declares.',
        async run(context) {
            const channel = await context.channel();
            const consumer = await context.open(channel);
            await context.fetch(consumer);
            const { answerMs } = context.timing;
            const stop = new AbortController();
            const waiting = consumer.fetch({ max: 10, waitMs: answerMs * 8, signal: stop.signal });
            stop.abort();
            await context.within('the aborted fetch', waiting, answerMs + context.capabilities.stopLatencyMs);
            const { clean } = await closing(context, consumer);
            assert.equal(clean, true);
        },
    },
    {
        id: 'stop/close-twice',
        level: 'REQUIRED',
        failure: 'Every further close returns what the first one did: signals come twice, and shutdowns overlap.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            await context.take(consumer, 1);
            const [one, two] = await Promise.all([closing(context, consumer), closing(context, consumer)]);
            assert.deepEqual(two.clean, one.clean);
            assert.equal((await closing(context, consumer)).clean, one.clean);
        },
    },
    {
        id: 'stop/aborted-fetch-strands-nothing',
        level: 'REQUIRED',
        failure: 'What arrives while a fetch is aborted must be returned by it, kept for the next, or given back: never dropped.',
        async run(context) {
            const channel = await context.channel();
            const consumer = await context.open(channel);
            await context.fetch(consumer);
            const { answerMs } = context.timing;
            const got = [];
            for (let round = 0; round < ROUNDS; round += 1) {
                const stop = new AbortController();
                const waiting = consumer.fetch({ max: 10, waitMs: answerMs, signal: stop.signal });
                const published = context.publish(channel, [{ text: `r${round}` }]);
                // Each round at another moment: before, while and after the message arrives.
                for (let turn = 0; turn < round / 2; turn += 1)
                    await (round % 2 === 0 ? Promise.resolve() : new Promise((resolve) => setImmediate(resolve)));
                stop.abort();
                got.push(...(await context.within('the aborted fetch', waiting, answerMs + context.capabilities.stopLatencyMs)));
                await published;
            }
            got.push(...(await context.take(consumer, ROUNDS - got.length)));
            assert.equal(new Set(got.map(textOf)).size, ROUNDS);
            await context.settle(consumer, got);
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'stop/message-after-the-stop-is-not-stranded',
        level: 'REQUIRED',
        failure: 'A message that arrives when the stop has begun belongs to the next consumer, at once.',
        async run(context) {
            const channel = await context.channel();
            const first = await context.open(channel);
            await context.fetch(first);
            const stop = new AbortController();
            const waiting = first.fetch({ max: 10, waitMs: context.timing.answerMs, signal: stop.signal });
            stop.abort();
            const closed = closing(context, first);
            await context.publish(channel, 5);
            const late = await waiting;
            await closed;
            const second = await context.open(channel);
            const got = await context.take(second, late.length > 0 && context.capabilities.closeReleases === false ? 5 - late.length : 5);
            await context.settle(second, got);
        },
    },
    {
        id: 'stop/leave-is-prompt',
        level: 'REQUIRED',
        skip: ({ capabilities }) => (capabilities.closeReleases === false ? 'close does not give back' : undefined),
        failure: 'When a consumer has closed, the next one gets its messages within a rebalance, not after a session or lease.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 20);
            const first = await context.open(channel);
            await context.take(first, 20);
            await closing(context, first);
            const second = await context.open(channel);
            const got = await context.take(second, 20);
            await context.settle(second, got);
        },
    },
    {
        id: 'stop/prefetched-goes-back',
        level: 'REQUIRED',
        skip: ({ capabilities }) => (capabilities.closeReleases === false ? 'close does not give back' : undefined),
        failure: 'What an adapter has fetched ahead and not handed out must come to the next consumer as soon as this one has closed.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 20);
            const first = await context.open(channel);
            const got = await context.fetch(first, { max: 3, waitMs: context.timing.answerMs });
            await context.settle(first, got);
            await closing(context, first);
            const second = await context.open(channel);
            const rest = await context.take(second, 20 - got.length);
            await context.settle(second, rest);
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'stop/running-is-not-released',
        level: 'REQUIRED',
        skip: (facts) => hasLeases(facts),
        failure: 'A message whose handler still runs must not be given back by close: it would be handled twice at once.',
        async run(context) {
            const leaseMs = Math.max(context.timing.shortestLeaseMs ?? 0, 1_000);
            const channel = await context.channel({ leaseMs });
            await context.publish(channel, 2);
            const first = await context.open(channel);
            const got = await context.take(first, 2);
            const [running, other] = got;
            assert.ok(running !== undefined && other !== undefined);
            context.spare(channel);
            await closing(context, first, [running]);
            const second = await context.open(channel);
            if (context.capabilities.closeReleases !== false) {
                const soon = await context.take(second, 1);
                assert.deepEqual(soon.map(textOf), [textOf(other)], 'the one that does not run comes first');
                await context.settle(second, soon);
            }
            // Its lease lapses: then it comes.
            const late = await context.take(second, 1, leaseMs + context.timing.leaseGranularityMs + context.timing.answerMs);
            assert.deepEqual(late.map(textOf), [textOf(running)]);
            await context.settle(second, late);
        },
    },
    {
        id: 'stop/in-flight-completes',
        level: 'REQUIRED',
        failure: 'Handlers that run when a drain begins must end undisturbed, their signals not aborted, and be acked.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 8);
            const consumer = await context.open(channel);
            const gate = new Gate();
            let running = 0;
            let aborted = 0;
            const drainer = context.drainer(consumer, async (_, { signal }) => {
                running += 1;
                await gate.opened;
                if (signal.aborted)
                    aborted += 1;
            }, { ...roomy(context), concurrency: 4, order: 'none' });
            void context.run(drainer);
            await context.until('four handlers run', () => running === 4, context.timing.answerMs + context.timing.rebalanceMs);
            const draining = drainer.drain();
            gate.open();
            const receipt = await draining;
            assert.equal(receipt.outcome, 'clean');
            assert.equal(aborted, 0, 'signals were aborted');
            assert.equal(receipt.totals.succeeded, running);
            assert.equal(receipt.totals.confirmed + receipt.totals.sent, running);
            await context.untilPending(channel, 8 - running);
        },
    },
    {
        id: 'stop/unstarted-go-to-the-next',
        level: 'REQUIRED',
        skip: ({ capabilities: { closeReleases, release } }) => {
            if (closeReleases === false && release === false)
                return 'nothing can be given back';
            return release !== false && release.costsAttempt ? 'a release costs an attempt' : undefined;
        },
        failure: 'What was fetched and not started when a drain begins must come to the next consumer at once, and not be started.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 20);
            const consumer = await context.open(channel);
            const gate = new Gate();
            const started = [];
            const drainer = context.drainer(consumer, async (message) => {
                started.push(textOf(message));
                await gate.opened;
            }, { ...roomy(context), concurrency: 2, window: 10, order: 'none', unstarted: 'release' });
            void context.run(drainer);
            await context.until('two handlers run', () => started.length === 2, context.timing.answerMs + context.timing.rebalanceMs);
            const draining = drainer.drain();
            gate.open();
            const receipt = await draining;
            assert.equal(receipt.outcome, 'clean');
            assert.equal(started.length, 2, 'something started in the drain');
            const second = await context.open(channel);
            const got = await context.take(second, 18);
            assert.deepEqual(got.map(textOf).filter((text) => started.includes(text)), [], 'what was handled comes again');
            await context.settle(second, got);
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'stop/soft-deadline-aborts-signals',
        level: 'REQUIRED',
        failure: 'At the soft deadline handlers are told by their signal, and what then ends in time is acked.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 2);
            const consumer = await context.open(channel);
            let running = 0;
            let aborted = 0;
            const drainer = context.drainer(consumer, async (_, { signal }) => {
                running += 1;
                await new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
                aborted += 1;
            }, { concurrency: 2, order: 'none', budget: budget(context, { softMs: 200, handlersMs: context.timing.answerMs }) });
            void context.run(drainer);
            await context.until('both handlers run', () => running === 2, context.timing.answerMs + context.timing.rebalanceMs);
            const receipt = await drainer.drain();
            assert.equal(aborted, 2);
            assert.ok(receipt.marks.some(({ name }) => name === 'soft-deadline'), 'the receipt does not tell of the soft deadline');
            assert.equal(receipt.totals.confirmed + receipt.totals.sent, 2);
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'stop/hard-deadline-gives-up-and-commits-the-rest',
        level: 'REQUIRED',
        failure: 'A handler that never ends must not hold up the drain: it is named in the receipt, and what is finished is committed.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 3);
            const consumer = await context.open(channel);
            const never = new Gate();
            let calls = 0;
            const drainer = context.drainer(consumer, async (message, { signal }) => {
                calls += 1;
                // m1 ends at the soft deadline. The last one never does, so that on a cursor nothing finished stands behind it.
                if (textOf(message) === 'm1')
                    await new Promise((resolve) => signal.addEventListener('abort', resolve));
                if (textOf(message) === 'm2')
                    await never.opened;
            }, { concurrency: 3, order: 'none', budget: budget(context, { softMs: 100, handlersMs: 300 }) });
            void context.run(drainer);
            await context.until('all handlers were called', () => calls === 3, context.timing.answerMs + context.timing.rebalanceMs);
            const begin = performance.now();
            context.spare(channel);
            const receipt = await drainer.drain();
            const { answerMs } = context.timing;
            assert.ok(performance.now() - begin < 300 + answerMs * 4, 'the drain took longer than its budget');
            assert.equal(receipt.outcome, 'forced');
            assert.equal(countOf(receipt, 'cut-off'), 1, 'the receipt names what was given up');
            assert.equal(receipt.totals.confirmed + receipt.totals.sent, 2);
            await context.untilPending(channel, 1);
            never.open();
        },
    },
    {
        id: 'stop/late-end-has-no-effect',
        level: 'REQUIRED',
        failure: "A handler that ends after it was given up must not ack: the message is the next owner's.",
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            const gate = new Gate();
            let running = false;
            const drainer = context.drainer(consumer, async () => {
                running = true;
                await gate.opened;
            }, { concurrency: 1, budget: budget(context, { softMs: 50, handlersMs: 150 }) });
            void context.run(drainer);
            await context.until('the handler runs', () => running, context.timing.answerMs + context.timing.rebalanceMs);
            context.spare(channel);
            await drainer.drain();
            gate.open();
            // Whatever it does, it does within some turns.
            for (let turn = 0; turn < 20; turn += 1)
                await new Promise((resolve) => setImmediate(resolve));
            assert.equal((await channel.state()).pending, 1, 'it was acked');
        },
    },
    {
        id: 'stop/retrying-ends-in-time',
        level: 'REQUIRED',
        failure: 'A drain while a message waits for its next attempt must not wait out the backoff, and must not lose it.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            let calls = 0;
            const drainer = context.drainer(consumer, () => {
                calls += 1;
                throw new Error('not yet');
            }, { ...roomy(context), retry: { attempts: 10, minDelayMs: context.timing.answerMs * 20, jitter: 0 } });
            void context.run(drainer);
            await context.until('it waits for its next attempt', () => drainer.status().retrying === 1, context.timing.answerMs + context.timing.rebalanceMs);
            const receipt = await context.within('the drain', drainer.drain(), HANDLERS_MS + context.timing.answerMs * 5);
            assert.ok(calls >= 1 && calls <= 2, `${calls} calls`);
            assert.equal(receipt.totals.confirmed + receipt.totals.sent, 0);
            await context.untilPending(channel, 1);
        },
    },
    {
        id: 'stop/leases-outlive-a-drain',
        level: 'REQUIRED',
        skip: (facts) => hasLeases(facts) ??
            (facts.capabilities.lease !== false && facts.capabilities.lease.extend !== false ? undefined : 'leases cannot be extended'),
        failure: 'Leases must be extended in a drain too: a handler that runs longer than its lease must not be doubled.',
        async run(context) {
            const leaseMs = Math.max(context.timing.shortestLeaseMs ?? 0, 500);
            const channel = await context.channel({ leaseMs });
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            const other = await context.open(channel);
            const gate = new Gate();
            let running = false;
            const longMs = leaseMs * 3 + context.timing.leaseGranularityMs;
            const drainer = context.drainer(consumer, async () => {
                running = true;
                await gate.opened;
            }, { concurrency: 1, budget: budget(context, { softMs: longMs * 3, handlersMs: longMs * 4 }) });
            void context.run(drainer);
            await context.until('the handler runs', () => running, context.timing.answerMs);
            const draining = drainer.drain();
            const end = performance.now() + longMs;
            while (performance.now() < end) {
                assert.deepEqual((await context.fetch(other)).map(textOf), [], 'it came to another consumer');
                await context.pause(leaseMs / 5);
            }
            gate.open();
            const receipt = await draining;
            assert.equal(receipt.totals.confirmed + receipt.totals.sent, 1);
            await context.untilPending(channel, 0);
        },
    },
    {
        id: 'stop/last-ack-is-settled',
        level: 'REQUIRED',
        failure: 'When the drain has ended, everything that its receipt calls confirmed is done at the broker, at that moment.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 100);
            const consumer = await context.open(channel);
            let handled = 0;
            const drainer = context.drainer(consumer, () => {
                handled += 1;
            }, { ...roomy(context), concurrency: 10, order: 'none' });
            void context.run(drainer);
            await context.until('all are handled', () => handled === 100, context.timing.answerMs + context.timing.rebalanceMs);
            const { totals } = await drainer.drain();
            const { pending } = await channel.state();
            if (context.capabilities.ackConfirmed)
                assert.equal(pending, 100 - totals.confirmed, 'pending, by the receipt');
            await context.untilPending(channel, 0);
            assert.equal(totals.confirmed + totals.sent, 100);
        },
    },
    {
        id: 'stop/receipt-agrees-with-the-broker',
        level: 'REQUIRED',
        failure: 'What the receipt says of each message must be what the broker says: done, given back, or still held.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 30);
            const consumer = await context.open(channel);
            const gate = new Gate();
            let calls = 0;
            const drainer = context.drainer(consumer, async () => {
                calls += 1;
                if (calls > 5)
                    await gate.opened;
            }, { ...roomy(context), concurrency: 3, window: 9, order: 'none' });
            void context.run(drainer);
            await context.until('eight were started', () => calls === 8, context.timing.answerMs + context.timing.rebalanceMs);
            const draining = drainer.drain();
            gate.open();
            const { totals, held, outcome } = await draining;
            assert.equal(outcome, 'clean');
            assert.equal(totals.succeeded, calls);
            const done = totals.confirmed + totals.sent;
            await context.untilPending(channel, 30 - done);
            assert.equal(held.count, held.groups.reduce((sum, { count }) => sum + count, 0));
            assert.equal(totals.recorded, 0, 'nothing is left unconfirmed after a clean drain');
        },
    },
    {
        id: 'stop/drain-twice-and-in-a-handler',
        level: 'REQUIRED',
        failure: 'Drains that are asked for twice are one; one that is asked for in a handler must not wait for that handler.',
        async run(context) {
            const channel = await context.channel();
            await context.publish(channel, 1);
            const consumer = await context.open(channel);
            let refused;
            let begun;
            const drainer = context.drainer(consumer, async () => {
                await drainer.drain().catch((error) => {
                    refused = error;
                });
                begun = new Promise((resolve, reject) => {
                    setImmediate(() => drainer.drain().then(resolve, reject));
                });
            }, roomy(context));
            void context.run(drainer);
            await context.until('the handler was called', () => begun !== undefined, context.timing.answerMs + context.timing.rebalanceMs);
            const [one, two] = await Promise.all([begun, drainer.drain()]);
            assert.ok(refused instanceof Error, 'a drain that waits for itself must be refused');
            assert.equal(one, two, 'two drains gave two receipts');
            await context.untilPending(channel, 0);
        },
    },
];
