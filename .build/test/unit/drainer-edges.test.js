import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Drainer, Lease, MessageStream, StreamError } from '../../src/index.js';
import { CURSOR, LEASED, message, messages, ScriptedConsumer } from '../support/scripted-consumer.js';
import { Gate } from '../support/until.js';
import { VirtualClock } from '../support/virtual-clock.js';
const lane = (name, assignment) => [{ lane: name, assignment }];
describe('edges', () => {
    it('refuses what a fetch still brings of a lost lane, and forgets the lane after that fetch', async () => {
        const clock = new VirtualClock();
        const consumer = new ScriptedConsumer({}, CURSOR);
        const handled = [];
        const drainer = new Drainer(consumer, ({ id }) => void handled.push(id), { clock });
        void drainer.run();
        await clock.turn();
        consumer.listener?.assigned(lane('p', 1));
        consumer.listener?.lost(lane('p', 1));
        // The fetch that was out when the lane was lost.
        consumer.push(message('late', { lane: 'p', assignment: 1 }));
        await clock.advance(10);
        assert.deepEqual(handled, []);
        // A contract-abiding adapter brings no more of it; that this one does shows that nothing is remembered for ever.
        consumer.push(message('next', { lane: 'q', assignment: 1 }), message('again', { lane: 'p', assignment: 1 }));
        await clock.advance(10);
        assert.deepEqual(handled, ['next']);
        consumer.push(message('later', { lane: 'p', assignment: 1 }));
        await clock.advance(10);
        assert.deepEqual(handled, ['next', 'later']);
        void drainer.drain();
        await clock.advance(30_000);
    });
    it('raises the bound of unconfirmed messages with the concurrency', async () => {
        const clock = new VirtualClock();
        const consumer = new ScriptedConsumer().push(...messages(40));
        const gate = new Gate();
        let running = 0;
        const drainer = new Drainer(consumer, async () => {
            running += 1;
            await gate.opened;
        }, { clock, concurrency: 2, window: 4, maxUnconfirmed: 4 });
        void drainer.run();
        await clock.advance(10);
        assert.equal(running, 2);
        drainer.concurrency = 32;
        await clock.advance(10);
        assert.equal(running, 32);
        gate.open();
        void drainer.drain();
        await clock.advance(30_000);
    });
    it('keeps leases after a quiesce that failed, until the next drain has closed', async () => {
        const clock = new VirtualClock();
        const consumer = new ScriptedConsumer({ lease: { ms: 1_000, extend: 'message', maxMs: Infinity, lossKnownBy: 'broker' } }, LEASED);
        consumer.onExtend = async (batch) => {
            for (const each of batch)
                if (each.lease !== undefined)
                    each.lease.until = clock.now() + 1_000;
            return { failed: [] };
        };
        let stuck = true;
        const drainer = new Drainer(consumer, () => undefined, {
            clock,
            budget: { totalMs: 5_000 },
            beforeCommit: () => {
                if (stuck)
                    throw new Error('the outputs are stuck');
            },
        });
        void drainer.run();
        consumer.push(message('a', { lease: new Lease(1_000) }));
        await clock.advance(10);
        const failed = drainer.quiesce();
        await clock.advance(3_000);
        assert.equal((await failed).outcome, 'failed');
        const before = consumer.extended.length;
        await clock.advance(3_000);
        assert.ok(consumer.extended.length > before, 'it is still extended');
        stuck = false;
        const drained = drainer.drain();
        await clock.advance(6_000);
        assert.equal((await drained).totals.confirmed, 1);
        assert.equal(clock.timers, 0);
    });
    it('asks again for an extension that is not answered', async () => {
        const clock = new VirtualClock();
        const consumer = new ScriptedConsumer({ lease: { ms: 1_000, extend: 'message', maxMs: Infinity, lossKnownBy: 'broker' } }, LEASED);
        let asked = 0;
        consumer.onExtend = (batch) => {
            asked += 1;
            if (asked === 1)
                return new Promise(() => undefined);
            for (const each of batch)
                if (each.lease !== undefined)
                    each.lease.until = clock.now() + 1_000;
            return Promise.resolve({ failed: [] });
        };
        const gate = new Gate();
        const drainer = new Drainer(consumer, () => gate.opened, { clock });
        void drainer.run();
        consumer.push(message('a', { lease: new Lease(1_000) }));
        await clock.advance(5_000);
        assert.equal(drainer.status().totals.lost, 0);
        gate.open();
        const drained = drainer.drain();
        await clock.advance(30_000);
        assert.equal((await drained).totals.confirmed, 1);
    });
    it('leaves no timer behind when a release hangs', async () => {
        const clock = new VirtualClock();
        const consumer = new ScriptedConsumer().push(message('a'));
        consumer.onRelease = () => new Promise(() => undefined);
        const drainer = new Drainer(consumer, () => {
            throw new Error('no luck');
        }, { clock, retry: { attempts: 1 }, budget: { totalMs: 2_000 } });
        void drainer.run();
        await clock.advance(10);
        const drained = drainer.drain();
        await clock.advance(2_000);
        await drained;
        await clock.turn();
        assert.equal(clock.timers, 0);
    });
    it('rejects options that are wrong, and drains nothing', async () => {
        const drainer = new Drainer(new ScriptedConsumer(), () => undefined, { clock: new VirtualClock() });
        void drainer.run();
        // Wrong on purpose.
        const wrong = [{ reason: 5 }, { why: 'x' }, 'SIGTERM'];
        for (const method of ['drain', 'quiesce', 'close']) {
            for (const options of wrong) {
                const error = await drainer[method](options).then(() => undefined, (reason) => reason);
                assert.ok(StreamError.is(error) && error.code === 'INVALID_ARGUMENT', `${method}: ${String(error)}`);
            }
        }
        assert.equal(drainer.state, 'running');
        assert.equal((await drainer.drain()).outcome, 'clean');
    });
    it('tells a hook that awaits a drain that it would wait for itself', async () => {
        const clock = new VirtualClock();
        const consumer = new ScriptedConsumer().push(message('a'));
        const refusals = [];
        const drainer = new Drainer(consumer, () => undefined, {
            clock,
            beforeCommit: async () => {
                await drainer.drain({ reason: 'hook' }).catch((error) => refusals.push(error));
            },
        });
        const run = drainer.run();
        await clock.advance(100);
        const receipt = await run;
        assert.equal(receipt.outcome, 'clean');
        assert.equal(receipt.totals.confirmed, 1);
        assert.ok(refusals.length > 0 && refusals.every((error) => StreamError.is(error) && error.code === 'INVALID_ARGUMENT'));
    });
    it('counts as retries only calls that were made', async () => {
        const clock = new VirtualClock();
        const consumer = new ScriptedConsumer().push(message('a'));
        let calls = 0;
        const drainer = new Drainer(consumer, () => {
            calls += 1;
            throw new Error('no luck');
        }, { clock, retry: { attempts: 3, minDelayMs: 1_000, jitter: 0 } });
        void drainer.run();
        await clock.advance(10);
        drainer.concurrency = 0;
        await clock.advance(2_000);
        assert.equal(calls, 1);
        assert.equal(drainer.status().totals.retries, 0);
        void drainer.drain();
        await clock.advance(30_000);
        assert.equal(calls, 1);
    });
    it('checks the hooks of a message stream as those of a drainer', () => {
        assert.throws(
        // Wrong on purpose.
        () => new MessageStream(new ScriptedConsumer(), { onPhase: 'loud' }), (error) => StreamError.is(error) && error.code === 'INVALID_ARGUMENT' && error.message.includes('onPhase'));
    });
});
