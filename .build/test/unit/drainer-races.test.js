import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Drainer, StreamError } from '../../src/index.js';
import { CURSOR, LEASED, leaseFor, message, messages, ScriptedConsumer } from '../support/scripted-consumer.js';
import { Gate } from '../support/until.js';
import { VirtualClock } from '../support/virtual-clock.js';
function setUp(handler, { options, capabilities, base = LEASED } = {}) {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer(capabilities, base);
    const drainer = new Drainer(consumer, handler, {
        clock,
        retry: { jitter: 0, minDelayMs: 1_000 },
        budget: { totalMs: 5_000 },
        ...options,
    });
    return { clock, consumer, drainer };
}
async function drained(clock, draining) {
    await clock.advance(6_000);
    return draining;
}
const lane = (name, assignment) => [{ lane: name, assignment }];
describe('races', () => {
    it('fails a message of a batch also when a newer delivery has taken its place', async () => {
        const gate = new Gate();
        const clock = new VirtualClock();
        const consumer = new ScriptedConsumer().push(message('a'));
        const drainer = new Drainer(consumer, {
            batch: async (batch) => {
                await gate.opened;
                return batch.map((each) => ({ message: each, error: new Error('bad') }));
            },
        }, { clock, retry: { attempts: 1 } });
        void drainer.run();
        await clock.turn();
        consumer.push(message('a', { attempt: 2 }));
        await clock.turn();
        assert.equal(drainer.status().totals.adopted, 1);
        gate.open();
        await clock.advance(10);
        assert.deepEqual(consumer.ackedIds, []);
        await drained(clock, drainer.drain());
    });
    it('goes on when a lost lane makes room', async () => {
        const { clock, consumer, drainer } = setUp(({ id, assignment }) => {
            if (id === 'm0' && assignment === 1)
                throw new Error('later');
        }, { base: CURSOR, options: { concurrency: 1, window: 4, retry: { minDelayMs: 60_000, maxDelayMs: 60_000, jitter: 0 } } });
        void drainer.run();
        consumer.push(...messages(4, (index) => ({ lane: 'A', assignment: 1, position: index })));
        await clock.turn();
        consumer.listener?.lost(lane('A', 1));
        consumer.listener?.assigned(lane('A', 2));
        consumer.push(...messages(4, (index) => ({ lane: 'A', assignment: 2, position: index })));
        await clock.advance(50_000);
        assert.equal(drainer.status().totals.succeeded, 4);
        await drained(clock, drainer.drain());
    });
    it('does not ack or count twice what was put away after its lane was lost', async () => {
        const gate = new Gate();
        const { clock, consumer, drainer } = setUp(() => {
            throw new Error('bad');
        }, { base: CURSOR, options: { retry: { attempts: 1 }, deadLetter: () => gate.opened } });
        void drainer.run();
        consumer.push(message('a', { lane: 'A', assignment: 1, position: 1 }));
        await clock.turn();
        const draining = drainer.drain();
        await clock.turn();
        consumer.listener?.lost(lane('A', 1));
        gate.open();
        const { totals } = await drained(clock, draining);
        assert.deepEqual([totals.delivered, totals.lost, totals.deadLettered, consumer.acked.length], [1, 1, 0, 0]);
    });
    it('begins one drain, whoever calls drain() while it begins', async () => {
        let begins = 0;
        const holder = {};
        const { clock, drainer } = setUp(() => undefined, {
            options: {
                onPhase: (phase, event) => {
                    if (phase !== 'stop-fetch' || event !== 'begin')
                        return;
                    begins += 1;
                    if (begins < 10)
                        void holder.drainer?.drain();
                },
            },
        });
        holder.drainer = drainer;
        void drainer.run();
        await clock.turn();
        await drained(clock, drainer.drain());
        assert.equal(begins, 1);
    });
    it('remembers what an orphan has finished: its redelivery starts no second handler', async () => {
        const gate = new Gate();
        let calls = 0;
        const { clock, consumer, drainer } = setUp(() => {
            calls += 1;
            return calls === 1 ? gate.opened : undefined;
        }, { base: CURSOR });
        void drainer.run();
        consumer.push(message('a', { lane: 'A', assignment: 1, position: 1 }));
        await clock.turn();
        consumer.listener?.lost(lane('A', 1));
        gate.open();
        await clock.turn();
        consumer.listener?.assigned(lane('A', 2));
        consumer.push(message('a', { lane: 'A', assignment: 2, position: 1 }));
        await clock.turn();
        assert.equal(calls, 1);
        await drained(clock, drainer.drain());
        assert.equal(consumer.acked.length, 1);
    });
    it('does not take a lease for lost whose ack is under way', async () => {
        const { clock, consumer, drainer } = setUp(() => undefined, {
            capabilities: { lease: { ms: 1_000, extend: 'message', maxMs: Number.POSITIVE_INFINITY, lossKnownBy: 'broker' } },
        });
        const gate = new Gate();
        consumer.onAck = async (batch) => {
            await gate.opened;
            return { confirmed: batch, recorded: [], failed: [] };
        };
        // The broker has let go of it because it was acked.
        consumer.onExtend = (batch) => Promise.resolve({ failed: batch.map((each) => ({ message: each, error: new StreamError('LEASE_LOST', 'acked') })) });
        consumer.push(message('a', { lease: leaseFor(1_000, clock.now()) }));
        void drainer.run();
        await clock.advance(700);
        gate.open();
        await clock.turn();
        const { totals } = await drained(clock, drainer.drain());
        assert.deepEqual([totals.confirmed, totals.lost], [1, 0]);
    });
    it('leaves no timer behind, however it ends', async () => {
        const { clock, consumer, drainer } = setUp(() => new Promise(() => undefined), {
            capabilities: { lease: { ms: 1_000, extend: 'message', maxMs: Number.POSITIVE_INFINITY, lossKnownBy: 'broker' } },
        });
        consumer.onExtend = (batch) => {
            for (const each of batch)
                each.lease = leaseFor(1_000, clock.now());
            return Promise.resolve({ failed: [] });
        };
        consumer.push(...messages(3, () => ({ lease: leaseFor(1_000, clock.now()) })));
        void drainer.run();
        await clock.turn();
        const quiescing = drainer.quiesce();
        await clock.advance(6_000);
        assert.equal((await quiescing).outcome, 'forced');
        drainer.escalate();
        await clock.advance(6_000);
        assert.equal(drainer.state, 'closed');
        assert.equal(clock.timers, 0);
    });
    it('never calls confirmed what a cursor has not confirmed, and never clean what was cut off before', async () => {
        const failing = setUp(() => undefined, { base: CURSOR });
        failing.consumer.onAck = (batch) => Promise.resolve({
            confirmed: [],
            recorded: [],
            failed: batch.map((each) => ({ message: each, error: new StreamError('INTERNAL', 'no') })),
        });
        void failing.drainer.run();
        failing.consumer.push(message('a', { lane: 'A', assignment: 1, position: 1 }));
        await failing.clock.turn();
        assert.equal((await drained(failing.clock, failing.drainer.drain())).totals.confirmed, 0);
        const hanging = setUp(() => new Promise(() => undefined));
        let closes = 0;
        hanging.consumer.onClose = () => {
            closes += 1;
            return closes === 1 ? new Promise(() => undefined) : Promise.resolve({ unconfirmed: [], clean: true });
        };
        void hanging.drainer.run();
        hanging.consumer.push(message('a'));
        await hanging.clock.turn();
        const outcomes = [];
        for (let time = 0; time < 2; time += 1)
            outcomes.push((await drained(hanging.clock, hanging.drainer.drain())).outcome);
        assert.deepEqual(outcomes, ['forced', 'forced']);
    });
    it('starts no handler behind a dedup store that answers after the drain', async () => {
        const gate = new Gate();
        let calls = 0;
        const { clock, consumer, drainer } = setUp(() => {
            calls += 1;
        }, { options: { dedup: { store: { get: () => gate.opened, set: () => undefined } } } });
        void drainer.run();
        consumer.push(message('a'));
        await clock.turn();
        await drained(clock, drainer.drain());
        gate.open();
        await clock.turn();
        assert.equal(calls, 0);
    });
    it('adopts redeliveries also of messages that came in the very fetch that brought the first one', async () => {
        const gate = new Gate();
        const calls = [];
        const { clock, consumer, drainer } = setUp(({ id }) => {
            calls.push(id);
            return gate.opened;
        }, { options: { order: 'none', concurrency: 8 } });
        void drainer.run();
        consumer.push(message('a'));
        await clock.turn();
        consumer.push(message('a', { attempt: 2 }), message('b'), message('c'));
        await clock.turn();
        consumer.push(message('b', { attempt: 2 }));
        await clock.turn();
        assert.deepEqual(calls, ['a', 'b', 'c']);
        assert.equal(drainer.status().totals.adopted, 2);
        gate.open();
        await drained(clock, drainer.drain());
    });
});
