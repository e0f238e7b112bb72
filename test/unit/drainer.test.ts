import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { within } from '../../conformance/within.js';
import { Drainer, type HandlerContext, type Message, type Receipt, StreamError } from '../../src/index.js';
import { CURSOR, LEASED, leaseFor, message, messages, ScriptedConsumer } from '../support/scripted-consumer.js';
import { Gate, until } from '../support/until.js';
import { VirtualClock } from '../support/virtual-clock.js';

/** Only there to fail rather than hang, ms. */
const BOUND_MS = 30_000;
/** Short enough for tests that must reach the deadlines, long enough that a slow machine does not meet them by itself. */
const SHORT = { totalMs: 1_200, softMs: 200, commitMs: 300, closeMs: 300 } as const;

function groups(receipt: Receipt): Record<string, number> {
  return Object.fromEntries(receipt.held.groups.map(({ handler, settlement, count }) => [`${handler}/${settlement}`, count]));
}

function phaseOutcomes(receipt: Receipt): Record<string, string> {
  return Object.fromEntries(receipt.phases.map(({ name, outcome }) => [name, outcome]));
}

/** Deadlines that it came to, and an escalation. */
function marks(receipt: Receipt): string[] {
  return receipt.marks.map(({ name }) => name);
}

describe('handling', () => {
  it('acks what its handler has returned from, and only that', async () => {
    const consumer = new ScriptedConsumer().push(...messages(10));
    const gate = new Gate();
    const drainer = new Drainer(consumer, (each) => (each.id === 'm7' ? gate.opened : undefined), { order: 'none' });
    void drainer.run();
    await until(() => consumer.acked.length === 9, 'nine are acked');
    assert.ok(!consumer.ackedIds.includes('m7'));
    gate.open();
    const receipt = await drainer.drain();
    assert.equal(consumer.acked.length, 10);
    assert.equal(receipt.outcome, 'clean');
    assert.equal(receipt.totals.confirmed, 10);
  });

  it('runs at most `concurrency` handlers, and follows it live', async () => {
    const consumer = new ScriptedConsumer().push(...messages(50));
    const gates: Gate[] = [];
    const drainer = new Drainer(
      consumer,
      () => {
        const gate = new Gate();
        gates.push(gate);
        return gate.opened;
      },
      { concurrency: 3, order: 'none', window: 50 },
    );
    void drainer.run();
    await until(() => gates.length === 3, 'three run');
    drainer.concurrency = 7;
    await until(() => gates.length === 7, 'seven run');
    drainer.concurrency = 1;
    for (const gate of gates.slice(0, 6)) gate.open();
    await until(() => drainer.status().running === 1, 'one runs');
    assert.equal(gates.length, 7);
    drainer.concurrency = 50;
    await until(() => gates.length === 50, 'all run');
    for (const gate of gates) gate.open();
    assert.equal((await drainer.drain()).outcome, 'clean');
  });

  it('keeps the order of each lane, one at a time, while lanes run beside each other', async () => {
    const consumer = new ScriptedConsumer().push(...messages(300, (index) => ({ lane: `lane${index % 5}`, position: index })));
    const seen = new Map<string, number[]>();
    const busy = new Set<string>();
    let most = 0;
    const drainer = new Drainer(
      consumer,
      async ({ lane = '', position }) => {
        assert.ok(!busy.has(lane), 'two handlers in one lane');
        busy.add(lane);
        most = Math.max(most, busy.size);
        await new Promise((resolve) => setImmediate(resolve));
        seen.set(lane, [...(seen.get(lane) ?? []), Number(position)]);
        busy.delete(lane);
      },
      { concurrency: 8 },
    );
    void drainer.run();
    await until(() => consumer.acked.length === 300, 'all are acked');
    await drainer.drain();
    assert.equal(most, 5);
    for (const [, positions] of seen)
      assert.deepEqual(
        positions,
        [...positions].sort((a, b) => a - b),
      );
  });

  it('keeps the order of each key, and lets messages without a key run freely', async () => {
    const consumer = new ScriptedConsumer().push(
      ...messages(90, (index) => ({ lane: 'only', position: index, key: index % 3 === 0 ? undefined : `k${index % 3}` })),
    );
    const running = new Set<string>();
    let free = 0;
    let mostFree = 0;
    const order: Record<string, number[]> = { k1: [], k2: [] };
    const drainer = new Drainer(
      consumer,
      async ({ key, position }) => {
        if (key === undefined) {
          free += 1;
          mostFree = Math.max(mostFree, free);
          await new Promise((resolve) => setTimeout(resolve, 1));
          free -= 1;
          return;
        }
        assert.ok(!running.has(key));
        running.add(key);
        await new Promise((resolve) => setImmediate(resolve));
        order[key]?.push(Number(position));
        running.delete(key);
      },
      { order: 'key', concurrency: 10 },
    );
    void drainer.run();
    await until(() => consumer.acked.length === 90, 'all are acked');
    await drainer.drain();
    assert.ok(mostFree > 1, 'messages without a key ran one after the other');
    for (const positions of Object.values(order))
      assert.deepEqual(
        positions,
        [...positions].sort((a, b) => a - b),
      );
  });

  it('does not let a busy key keep others from their turn', async () => {
    const hot = messages(5_000, () => ({ key: 'hot' }));
    const consumer = new ScriptedConsumer().push(...hot.slice(0, 500), message('cold', { key: 'cold' }), ...hot.slice(500));
    const order: string[] = [];
    const drainer = new Drainer(
      consumer,
      async ({ id }) => {
        order.push(id);
      },
      { order: 'key', concurrency: 2, window: 2_000 },
    );
    void drainer.run();
    await until(() => order.includes('cold'), 'the cold key had its turn');
    assert.ok(order.indexOf('cold') < 10, `the cold key waited for ${order.indexOf('cold')} messages`);
    await drainer.drain();
  });

  for (const [abort, expected] of [
    ['staged', [10, 4]],
    ['safe', [10]],
  ] as const) {
    it(`asks again at once after a part of a batch only where the rest may wait in the consumer (abort ${abort})`, async () => {
      const gate = new Gate();
      const asked: number[] = [];
      const consumer = new ScriptedConsumer({ abort });
      const all = messages(10);
      consumer.onFetch = async ({ max }) => {
        asked.push(max);
        return all.splice(0, asked.length === 1 ? 6 : max);
      };
      const drainer = new Drainer(consumer, () => gate.opened, { concurrency: 1, window: 10, order: 'none' });
      void drainer.run();
      await until(
        () => drainer.status().running === 1 && drainer.status().unstarted === (abort === 'staged' ? 9 : 5),
        'what comes is held',
      );
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(asked, expected);
      gate.open();
      await drainer.drain();
    });
  }

  it('holds no more than the window, and asks for no more than there is room', async () => {
    const consumer = new ScriptedConsumer().push(...messages(500));
    const asked: number[] = [];
    const queue = messages(500);
    consumer.onFetch = ({ max, signal }) => {
      asked.push(max);
      if (queue.length > 0) return Promise.resolve(queue.splice(0, max));
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve([]), { once: true }));
    };
    const gate = new Gate();
    const drainer = new Drainer(consumer, () => gate.opened, { concurrency: 4, window: 20, order: 'none' });
    void drainer.run();
    await until(() => drainer.status().unstarted === 16, 'the window is full');
    assert.deepEqual(asked, [20]);
    gate.open();
    await until(() => consumer.acked.length === 500, 'all are acked');
    assert.ok(asked.every((max) => max <= 20));
    await drainer.drain();
  });

  it('stops fetching when too much is finished and not confirmed', async () => {
    const consumer = new ScriptedConsumer({}, CURSOR).push(...messages(100, (index) => ({ lane: 'p0', position: index })));
    consumer.onAck = (batch) => Promise.resolve({ confirmed: [], recorded: batch, failed: [] });
    const drainer = new Drainer(consumer, () => undefined, { concurrency: 1, window: 10, maxUnconfirmed: 30 });
    void drainer.run();
    await until(() => drainer.status().unconfirmed >= 30, 'the bound is reached');
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(drainer.status().unconfirmed <= 30, `${drainer.status().unconfirmed} are unconfirmed`);
    await drainer.drain();
  });

  it('gives timers a turn while synchronous and immediate handlers run', async () => {
    const consumer = new ScriptedConsumer();
    let next = 0;
    consumer.onFetch = ({ max, signal }) =>
      signal.aborted ? Promise.resolve([]) : Promise.resolve(messages(max, () => ({ position: next++ })));
    for (const handler of [() => undefined, async () => undefined]) {
      const drainer = new Drainer(consumer, handler, { concurrency: 64, window: 1_000, order: 'none' });
      void drainer.run();
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
      assert.equal((await drainer.drain()).outcome, 'clean');
    }
  });

  it('takes batches of one lane, bounded, and acks those that did not fail', async () => {
    const consumer = new ScriptedConsumer().push(...messages(60, (index) => ({ lane: `lane${index % 2}`, position: index })));
    const sizes: number[] = [];
    const failedOnce = new Set<string>();
    const drainer = new Drainer(
      consumer,
      {
        batch: async (batch) => {
          sizes.push(batch.length);
          assert.equal(new Set(batch.map(({ lane }) => lane)).size, 1);
          const bad = batch.filter(({ id }) => id === 'm20' && !failedOnce.has(id));
          for (const { id } of bad) failedOnce.add(id);
          return bad.map((each) => ({ message: each, error: new Error('bad') }));
        },
        maxBatch: 7,
      },
      { concurrency: 2, retry: { minDelayMs: 1 } },
    );
    void drainer.run();
    await until(() => consumer.acked.length === 60, 'all are acked');
    assert.ok(Math.max(...sizes) === 7);
    const receipt = await drainer.drain();
    assert.deepEqual([receipt.totals.succeeded, receipt.totals.retries], [60, 1]);
  });

  it('tries the messages of a batch that threw alone, in order, so that one poison message shows itself', async () => {
    const consumer = new ScriptedConsumer().push(...messages(10, (index) => ({ lane: 'a', position: index })));
    const calls: string[][] = [];
    const drainer = new Drainer(
      consumer,
      {
        batch: (batch) => {
          calls.push(batch.map(({ id }) => id));
          if (batch.some(({ id }) => id === 'm3')) throw new Error('poison');
        },
      },
      { retry: { attempts: 3, minDelayMs: 1 } },
    );
    void drainer.run();
    await until(() => consumer.acked.length === 9 && consumer.released.length === 1, 'nine are acked, one is released');
    const singles = calls.slice(1).map((ids) => ids.join());
    assert.ok(
      calls.slice(1).every((ids) => ids.length === 1),
      'after the failure each goes alone',
    );
    assert.deepEqual([...new Set(singles)], ['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9']);
    assert.equal(singles.filter((id) => id === 'm3').length, 2);
    await drainer.drain();
  });
});

describe('failures', () => {
  it('retries in place with the attempt told, then releases', async () => {
    const consumer = new ScriptedConsumer().push(message('bad', { lane: 'a' }), message('good', { lane: 'a' }));
    const attempts: number[] = [];
    const drainer = new Drainer(
      consumer,
      ({ id }, context) => {
        if (id !== 'bad') return;
        attempts.push(context.attempt);
        throw new Error('no');
      },
      { retry: { attempts: 3, minDelayMs: 1 } },
    );
    void drainer.run();
    await until(() => consumer.acked.length === 1, 'the good one is acked');
    assert.deepEqual(attempts, [1, 2, 3]);
    assert.deepEqual(consumer.releasedIds, ['bad']);
    const receipt = await drainer.drain();
    assert.deepEqual([receipt.totals.failed, receipt.totals.retries, receipt.totals.released], [1, 2, 1]);
  });

  it('does not retry what says that it is permanent', async () => {
    const consumer = new ScriptedConsumer().push(message('bad'));
    let calls = 0;
    const drainer = new Drainer(consumer, () => {
      calls += 1;
      throw new StreamError('INVALID_ARGUMENT', 'never');
    });
    void drainer.run();
    await until(() => consumer.released.length === 1, 'it is released');
    assert.equal(calls, 1);
    await drainer.drain();
  });

  it('puts a failed message away by the deadLetter option, then acks it', async () => {
    const consumer = new ScriptedConsumer().push(message('bad'), message('good'));
    const away: string[] = [];
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        if (id === 'bad') throw new Error('boom');
      },
      {
        retry: { attempts: 1 },
        deadLetter: async ({ id }, { error, calls }) => {
          away.push(`${id} ${(error as Error).message} ${calls}`);
        },
      },
    );
    void drainer.run();
    await until(() => consumer.acked.length === 2, 'both are acked');
    assert.deepEqual(away, ['bad boom 1']);
    const receipt = await drainer.drain();
    assert.deepEqual([receipt.totals.deadLettered, receipt.totals.confirmed], [1, 1]);
  });

  it('does not ack a message that could not be put away', async () => {
    const consumer = new ScriptedConsumer().push(message('bad'));
    const drainer = new Drainer(
      consumer,
      () => {
        throw new Error('boom');
      },
      {
        retry: { attempts: 1 },
        deadLetter: () => {
          throw new Error('the other topic is gone');
        },
      },
    );
    void drainer.run();
    await until(() => consumer.released.length === 1, 'it goes back');
    assert.equal(consumer.acked.length, 0);
    await drainer.drain();
  });

  it("uses the broker's own dead letters", async () => {
    const consumer = new ScriptedConsumer({ deadLetter: true }).push(message('bad'));
    const drainer = new Drainer(
      consumer,
      () => {
        throw new Error('boom');
      },
      { retry: { attempts: 1 }, onExhausted: 'dead-letter' },
    );
    void drainer.run();
    await until(() => drainer.status().totals.deadLettered === 1, 'it is dead-lettered');
    assert.equal(consumer.deadLettered.length, 1);
    await drainer.drain();
  });

  it('stops the lane on a cursor, skips nothing, and lets the other lanes go on', async () => {
    const consumer = new ScriptedConsumer({}, CURSOR).push(
      ...messages(20, (index) => ({ lane: `p${index % 2}`, position: index, attempt: undefined })),
    );
    const handled: string[] = [];
    const lanes: (string | undefined)[] = [];
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        if (id === 'm4') throw new Error('poison');
        handled.push(id);
      },
      { retry: { attempts: 2, minDelayMs: 1 }, onError: (_, { lane }) => lanes.push(lane) },
    );
    void drainer.run();
    await until(() => consumer.paused.length === 1, 'the lane is paused');
    await until(() => consumer.acked.length === 12, 'the other lane is done');
    assert.deepEqual(consumer.paused, ['p0']);
    assert.deepEqual(
      handled.filter((id) => Number(id.slice(1)) % 2 === 0),
      ['m0', 'm2'],
    );
    assert.ok(lanes.includes('p0'));
    assert.deepEqual(drainer.status().stoppedLanes, ['p0']);
    const receipt = await drainer.drain();
    assert.equal(receipt.outcome, 'clean');
    assert.deepEqual([receipt.totals.confirmed, receipt.totals.released], [12, 8]);
  });

  it('releases the tail of a lane with the message that failed, in order', async () => {
    const consumer = new ScriptedConsumer({ release: { scope: 'tail', maxDelayMs: 0, costsAttempt: false } }).push(
      ...messages(6, (index) => ({ lane: index < 5 ? 'group' : 'other', position: index })),
    );
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        if (id === 'm2') throw new Error('third');
      },
      { retry: { attempts: 1 } },
    );
    void drainer.run();
    await until(() => consumer.acked.length === 3 && consumer.released.length === 3, 'the rest of the group went back');
    assert.deepEqual(consumer.releasedIds, ['m2', 'm3', 'm4']);
    assert.deepEqual(consumer.ackedIds.sort(), ['m0', 'm1', 'm5']);
    await drainer.drain();
  });

  it('holds on to a lane that a failed message has stopped, until the drain, and goes on when that message is lost', async () => {
    const consumer = new ScriptedConsumer({ release: { scope: 'tail', maxDelayMs: 0, costsAttempt: true } }).push(
      ...messages(5, (index) => ({ lane: index < 3 ? 'a' : 'b', position: index })),
    );
    let poison = true;
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        if (id === 'm0' && poison) throw new Error('poison');
      },
      { retry: { attempts: 1 }, concurrency: 5 },
    );
    void drainer.run();
    await until(() => consumer.acked.length === 2, 'the other lane is done');
    // A broker that does not lock lanes may bring more of it: unhandled neighbours must not run into its attempt limit.
    consumer.push(message('m9', { lane: 'a', position: 9 }));
    await until(() => drainer.status().totals.delivered === 6, 'it was brought');
    assert.deepEqual([consumer.released.length, drainer.status().stoppedLanes], [0, ['a']]);
    const receipt = await drainer.drain();
    assert.deepEqual(consumer.releasedIds, ['m0', 'm1', 'm2', 'm9']);
    assert.deepEqual(groups(receipt), { 'failed/released': 1, 'never-started/released': 3 });
    poison = false;
  });

  it('lets a stopped lane go on when the lease of the message that stopped it is lost', async () => {
    const consumer = new ScriptedConsumer({
      release: { scope: 'tail', maxDelayMs: 0, costsAttempt: true },
      lease: { ms: 100, extend: false, maxMs: 100, lossKnownBy: 'clock' },
    }).push(message('bad', { lane: 'a', lease: leaseFor(100, 0) }));
    const clock = new VirtualClock();
    let poison = true;
    const drainer = new Drainer(
      consumer,
      () => {
        if (poison) throw new Error('poison');
      },
      { clock, retry: { attempts: 1 } },
    );
    void drainer.run();
    await clock.advance(99);
    assert.deepEqual(drainer.status().stoppedLanes, ['a']);
    await clock.advance(10);
    assert.deepEqual(drainer.status().stoppedLanes, [], 'its message is lost');
    poison = false;
    consumer.push(message('bad', { lane: 'a', attempt: 2, lease: leaseFor(10_000, clock.now()) }));
    await clock.advance(10);
    assert.equal(consumer.acked.length, 1);
    const draining = drainer.drain();
    await clock.advance(30_000);
    await draining;
  });

  it('survives hooks that throw, and thenables that misbehave', async () => {
    const consumer = new ScriptedConsumer().push(...messages(4));
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        if (id === 'm0') throw undefined;
        if (id === 'm1') return Promise.reject(null);
        if (id === 'm2') {
          return {
            // biome-ignore lint/suspicious/noThenProperty: a thenable that calls back twice is what is tested.
            then: (done: () => void) => {
              done();
              done();
            },
          };
        }
        return undefined;
      },
      {
        order: 'none',
        retry: { attempts: 1 },
        onError: () => {
          throw new Error('hook');
        },
        onPhase: () => {
          throw new Error('hook');
        },
      },
    );
    void drainer.run();
    await until(() => consumer.acked.length === 2 && consumer.released.length === 2, 'all are settled');
    assert.equal((await drainer.drain()).outcome, 'clean');
  });
});

describe('settlement', () => {
  it('tries a failed ack again and acks nothing twice without need', async () => {
    const consumer = new ScriptedConsumer().push(...messages(5));
    let refuse = 2;
    consumer.onAck = (batch) => {
      refuse -= 1;
      if (refuse >= 0) return Promise.reject(new StreamError('UNAVAILABLE', 'down'));
      return Promise.resolve({ confirmed: batch, recorded: [], failed: [] });
    };
    const drainer = new Drainer(consumer, () => undefined);
    void drainer.run();
    await until(() => drainer.status().totals.confirmed === 5, 'all are confirmed');
    assert.equal((await drainer.drain()).totals.confirmed, 5);
  });

  it('tells partial failures apart: lost, to be tried again, and unanswered', async () => {
    const consumer = new ScriptedConsumer().push(...messages(5));
    let calls = 0;
    consumer.onAck = (batch) => {
      calls += 1;
      if (calls > 1) return Promise.resolve({ confirmed: batch, recorded: [], failed: [] });
      const [first, lost, again] = batch;
      return Promise.resolve({
        confirmed: first === undefined ? [] : [first],
        recorded: [],
        failed: [
          ...(lost === undefined ? [] : [{ message: lost, error: new StreamError('LEASE_LOST', 'gone') }]),
          ...(again === undefined ? [] : [{ message: again, error: new StreamError('RESOURCE_EXHAUSTED', 'slow down') }]),
        ],
      });
    };
    const codes: string[] = [];
    const drainer = new Drainer(consumer, () => undefined, { onError: ({ code }) => codes.push(code) });
    void drainer.run();
    await until(() => drainer.status().unconfirmed === 0 && calls === 2, 'all are settled');
    const { totals } = await drainer.drain();
    assert.deepEqual([totals.confirmed, totals.lost, totals.lapsing], [2, 1, 2]);
    assert.deepEqual(codes.sort(), ['INTERNAL', 'INTERNAL', 'LEASE_LOST', 'RESOURCE_EXHAUSTED']);
  });

  it('says `sent` where the broker does not answer', async () => {
    const consumer = new ScriptedConsumer({ ackConfirmed: false }).push(...messages(3));
    consumer.onAck = (batch) => Promise.resolve({ confirmed: [], recorded: batch, failed: [] });
    const drainer = new Drainer(consumer, () => undefined);
    void drainer.run();
    await until(() => drainer.status().totals.sent === 3, 'all are sent');
    assert.equal((await drainer.drain()).totals.confirmed, 0);
  });

  it('never calls sent what a cursor has not sent', async () => {
    const consumer = new ScriptedConsumer({ ackConfirmed: false }, CURSOR).push(
      ...messages(3, (index) => ({ lane: 'p', position: index })),
    );
    const gate = new Gate();
    consumer.onAck = (batch) =>
      Promise.resolve(
        batch.some(({ id }) => id === 'm0')
          ? { confirmed: batch, recorded: [], failed: [] }
          : { confirmed: [], recorded: batch, failed: [] },
      );
    const drainer = new Drainer(consumer, ({ id }) => (id === 'm0' ? gate.opened : undefined), { order: 'none', budget: SHORT });
    void drainer.run();
    await until(() => drainer.status().totals.recorded === 2, 'two are behind the first');
    consumer.onClose = () => Promise.resolve({ unconfirmed: consumer.acked, clean: true });
    const { totals } = await drainer.drain();
    gate.open();
    assert.deepEqual([totals.sent, totals.confirmed, totals.recorded], [0, 0, 2]);
  });

  it('flushes outputs before every commit, and withholds a commit whose flush failed', async () => {
    const consumer = new ScriptedConsumer({ lease: false }).push(...messages(3));
    let refuse = true;
    const drainer = new Drainer(consumer, () => undefined, {
      beforeCommit: (batch, { reason }) => {
        consumer.calls.push(`beforeCommit ${reason} ${batch.length}`);
        if (refuse) throw new Error('the producer cannot flush');
      },
    });
    void drainer.run();
    await until(() => consumer.calls.includes('beforeCommit running 3'), 'the hook was called');
    assert.equal(consumer.acked.length, 0);
    refuse = false;
    const receipt = await drainer.drain();
    assert.equal(receipt.outcome, 'clean');
    assert.deepEqual(consumer.calls.slice(-3), ['beforeCommit drain 3', 'ack m0 m1 m2', 'close']);
  });

  it('gives messages back whose outputs could not be flushed in the drain', async () => {
    const consumer = new ScriptedConsumer().push(...messages(3));
    const drainer = new Drainer(consumer, () => undefined, {
      beforeCommit: () => {
        throw new Error('the producer cannot flush');
      },
    });
    void drainer.run();
    await until(() => drainer.status().unconfirmed === 3, 'all are handled');
    const receipt = await drainer.drain();
    assert.equal(receipt.outcome, 'failed');
    assert.equal(consumer.acked.length, 0);
    assert.deepEqual(groups(receipt), { 'succeeded/released': 3 });
    assert.ok(receipt.errors.some(({ phase }) => phase === 'before-commit'));
  });

  it('settles what was recorded by the last flush, or by the close', async () => {
    const consumer = new ScriptedConsumer({}, CURSOR).push(...messages(4, (index) => ({ lane: 'p', position: index })));
    const recorded: Message[] = [];
    consumer.onAck = (batch) => {
      recorded.push(...batch);
      return Promise.resolve({ confirmed: [], recorded: batch, failed: [] });
    };
    consumer.onFlush = () => Promise.resolve({ confirmed: recorded.slice(0, 2), recorded: recorded.slice(2), failed: [] });
    consumer.onClose = () => Promise.resolve({ unconfirmed: recorded.slice(3), clean: true });
    const drainer = new Drainer(consumer, () => undefined);
    void drainer.run();
    await until(() => recorded.length === 4, 'all are acked');
    const receipt = await drainer.drain();
    assert.deepEqual(groups(receipt), { 'succeeded/confirmed': 3, 'succeeded/recorded': 1 });
    assert.deepEqual([receipt.totals.confirmed, receipt.totals.recorded], [3, 1]);
    assert.deepEqual(receipt.held.groups[0]?.ranges, [{ lane: 'p', first: 0, last: 2, count: 3 }]);
  });
});

describe("commits in the adapter's own time", () => {
  it('flushes when nothing more may be fetched before something is confirmed', async () => {
    const consumer = new ScriptedConsumer({}, CURSOR).push(...messages(200, (index) => ({ lane: 'p', position: index })));
    let recorded: Message[] = [];
    consumer.onAck = (batch) => {
      recorded.push(...batch);
      return Promise.resolve({ confirmed: [], recorded: batch, failed: [] });
    };
    let failures = 1;
    consumer.onFlush = () => {
      failures -= 1;
      if (failures >= 0) return Promise.reject(new StreamError('UNAVAILABLE', 'not now'));
      const confirmed = recorded;
      recorded = [];
      return Promise.resolve({ confirmed, recorded: [], failed: [] });
    };
    const drainer = new Drainer(consumer, () => undefined, { concurrency: 1, window: 10, maxUnconfirmed: 30 });
    void drainer.run();
    await until(() => drainer.status().totals.succeeded === 200, 'all are handled');
    assert.equal((await drainer.drain()).totals.confirmed, 200);
  });
});

describe('redelivery', () => {
  it('adopts a newer delivery of a message whose handler runs: one handler, and the newest delivery is acked', async () => {
    const consumer = new ScriptedConsumer().push(message('twice'));
    const gate = new Gate();
    let calls = 0;
    const drainer = new Drainer(consumer, () => {
      calls += 1;
      return gate.opened;
    });
    void drainer.run();
    await until(() => calls === 1, 'it runs');
    const newer = message('twice', { attempt: 2 });
    consumer.push(newer);
    await until(() => drainer.status().totals.adopted === 1, 'the newer delivery was taken');
    gate.open();
    const receipt = await drainer.drain();
    assert.equal(calls, 1);
    assert.deepEqual(consumer.acked, [newer]);
    assert.equal(receipt.totals.confirmed, 1);
  });

  it('acks a redelivery of what was handled and could not be acked, without a second handler', async () => {
    const consumer = new ScriptedConsumer().push(message('late'));
    consumer.onAck = (batch) =>
      Promise.resolve(
        consumer.acked.length === 1
          ? { confirmed: [], recorded: [], failed: batch.map((each) => ({ message: each, error: new StreamError('LEASE_LOST', 'late') })) }
          : { confirmed: batch, recorded: [], failed: [] },
      );
    let calls = 0;
    const drainer = new Drainer(consumer, () => {
      calls += 1;
    });
    void drainer.run();
    await until(() => drainer.status().totals.lost === 1, 'the ack came too late');
    consumer.push(message('late', { attempt: 2 }));
    await until(() => drainer.status().totals.confirmed === 1, 'the redelivery is acked');
    assert.equal(calls, 1);
    await drainer.drain();
  });

  it('survives the same delivery returned twice, and more messages than asked for', async () => {
    const consumer = new ScriptedConsumer();
    const twice = message('twice');
    let fetches = 0;
    consumer.onFetch = ({ signal }) => {
      fetches += 1;
      if (fetches === 1) return Promise.resolve([twice, twice, ...messages(50)]);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve([]), { once: true }));
    };
    const errors: string[] = [];
    const gate = new Gate();
    const drainer = new Drainer(consumer, () => gate.opened, {
      concurrency: 2,
      window: 10,
      order: 'none',
      onError: (error) => errors.push(error.message),
    });
    void drainer.run();
    await until(() => drainer.status().unstarted === 49, 'all are held');
    assert.equal(errors.length, 2);
    assert.match(errors.join(), /52 messages, 10 were asked for.*same delivery of twice/);
    gate.open();
    await until(() => consumer.acked.length === 51, 'all are acked');
    await drainer.drain();
  });
});

describe('fetching', () => {
  it('backs off while fetch fails, tells, and stops at once', async () => {
    const consumer = new ScriptedConsumer();
    let fetches = 0;
    consumer.onFetch = () => {
      fetches += 1;
      return Promise.reject(new Error('nonsense'));
    };
    const errors: string[] = [];
    const drainer = new Drainer(consumer, () => undefined, { onError: ({ code }, { during }) => errors.push(`${during} ${code}`) });
    void drainer.run();
    await until(() => fetches >= 3, 'it has tried three times');
    const receipt = await drainer.drain();
    assert.equal(receipt.outcome, 'clean');
    assert.ok(fetches < 10, `${fetches} fetches`);
    assert.deepEqual([...new Set(errors)], ['fetch UNKNOWN']);
  });

  it('drains itself on an error that cannot pass, and run() rejects with it', async () => {
    const consumer = new ScriptedConsumer().push(...messages(2));
    const drainer = new Drainer(consumer, () => undefined);
    const running = drainer.run();
    await until(() => consumer.acked.length === 2, 'both are acked');
    consumer.onFetch = () => Promise.reject(new StreamError('NOT_FOUND', 'the queue is gone'));
    consumer.push(message('last'));
    await assert.rejects(running, { code: 'NOT_FOUND' });
    assert.equal(drainer.state, 'closed');
    assert.equal(consumer.acked.length, 3);
    assert.equal(consumer.calls.at(-1), 'close');
  });

  it('does not spin on a consumer that answers with nothing at once, or with nonsense', async () => {
    for (const answer of [[], undefined] as unknown as Message[][]) {
      const consumer = new ScriptedConsumer();
      let fetches = 0;
      consumer.onFetch = () => {
        fetches += 1;
        return Promise.resolve(answer);
      };
      const drainer = new Drainer(consumer, () => undefined);
      void drainer.run();
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal((await drainer.drain()).outcome, 'clean');
      assert.ok(fetches < 200, `${fetches} fetches in 100 ms`);
    }
  });
});

describe('drain', () => {
  it('goes stop fetch → handlers → beforeCommit → commit → release → close, and leaves handlers alone', async () => {
    const consumer = new ScriptedConsumer().push(...messages(3));
    const gate = new Gate();
    const signals: AbortSignal[] = [];
    const phases: string[] = [];
    const drainer = new Drainer(
      consumer,
      async (_, context) => {
        signals.push(context.signal);
        await gate.opened;
      },
      { order: 'none', beforeCommit: () => undefined, onPhase: (name, event) => phases.push(`${name} ${event}`) },
    );
    const running = drainer.run();
    await until(() => signals.length === 3, 'all run');
    const draining = drainer.drain({ reason: 'SIGTERM' });
    await until(() => phases.includes('in-flight begin'), 'it waits for handlers');
    assert.ok(signals.every((signal) => !signal.aborted));
    assert.equal(consumer.acked.length, 0);
    gate.open();
    const receipt = await draining;
    assert.deepEqual(
      receipt.phases.map(({ name }) => name),
      ['stop-fetch', 'in-flight', 'before-commit', 'commit', 'release', 'close'],
    );
    assert.ok(signals.every((signal) => !signal.aborted));
    assert.equal(receipt.reason, 'SIGTERM');
    assert.equal(receipt.outcome, 'clean');
    assert.equal(await running, receipt);
    assert.deepEqual(groups(receipt), { 'succeeded/confirmed': 3 });
    assert.equal(JSON.parse(JSON.stringify(receipt)).held.count, 3);
  });

  it('releases what was not started at once, while handlers still run', async () => {
    const consumer = new ScriptedConsumer().push(...messages(10));
    const gate = new Gate();
    const drainer = new Drainer(consumer, () => gate.opened, { concurrency: 2, order: 'none', window: 10 });
    void drainer.run();
    await until(() => drainer.status().running === 2, 'two run');
    const draining = drainer.drain();
    await until(() => consumer.released.length === 8, 'eight went back');
    assert.deepEqual(consumer.releasedIds, ['m2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9']);
    gate.open();
    assert.deepEqual(groups(await draining), { 'succeeded/confirmed': 2, 'never-started/released': 8 });
  });

  it('finishes what was not started where a release costs an attempt', async () => {
    const consumer = new ScriptedConsumer({ release: { scope: 'message', maxDelayMs: 0, costsAttempt: true } }).push(...messages(10));
    const gate = new Gate();
    let handled = 0;
    const drainer = new Drainer(
      consumer,
      async () => {
        await gate.opened;
        handled += 1;
      },
      { concurrency: 10, order: 'key' },
    );
    drainer.concurrency = 2;
    void drainer.run();
    await until(() => drainer.status().running === 2, 'two run');
    const draining = drainer.drain();
    gate.open();
    assert.deepEqual(groups(await draining), { 'succeeded/confirmed': 10 });
    assert.equal(handled, 10);
    assert.equal(consumer.released.length, 0);
  });

  it('gives nothing back to a poll that goes on: only after it has ended', async () => {
    const consumer = new ScriptedConsumer({ abort: 'waits', stopLatencyMs: 1_000 });
    const first = messages(5);
    let polls = 0;
    let endPoll: () => void = () => undefined;
    consumer.onFetch = () => {
      polls += 1;
      if (polls === 1) return Promise.resolve(first);
      return new Promise((resolve) => {
        endPoll = () => resolve([]);
      });
    };
    const gate = new Gate();
    const drainer = new Drainer(consumer, () => gate.opened, { concurrency: 1, order: 'none', window: 10 });
    void drainer.run();
    await until(() => polls === 2, 'the next poll is out');
    const draining = drainer.drain();
    await until(() => drainer.status().unstarted === 0, 'nothing more will start');
    assert.equal(consumer.released.length, 0);
    endPoll();
    await until(() => consumer.released.length === 4, 'four went back');
    gate.open();
    assert.deepEqual(groups(await draining), { 'succeeded/confirmed': 1, 'never-started/released': 4 });
  });

  it('does not strand what a fetch brings after the stop', async () => {
    const consumer = new ScriptedConsumer({ abort: 'waits', stopLatencyMs: 1_000 });
    let answer: (batch: Message[]) => void = () => undefined;
    consumer.onFetch = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const drainer = new Drainer(consumer, () => undefined);
    void drainer.run();
    await until(() => consumer.calls.includes('fetch'), 'it polls');
    const draining = drainer.drain();
    answer(messages(3));
    const receipt = await draining;
    assert.deepEqual(groups(receipt), { 'never-started/released': 3 });
    assert.equal(consumer.released.length, 3);
  });

  it('aborts signals at the soft deadline, abandons at the hard one, commits the rest, and says so', async () => {
    const consumer = new ScriptedConsumer().push(...messages(4));
    const aborted: string[] = [];
    const stuck = new Gate();
    const drainer = new Drainer(
      consumer,
      ({ id }, { signal }) => {
        if (id === 'm0') return undefined;
        if (id === 'm1') return stuck.opened;
        return new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => {
            aborted.push(`${id} ${(signal.reason as StreamError).code}`);
            resolve();
          }),
        );
      },
      { order: 'none', budget: SHORT },
    );
    void drainer.run();
    await until(() => drainer.status().running === 3, 'three run');
    const receipt = await drainer.drain();
    stuck.open();
    assert.deepEqual(aborted, ['m2 TIMEOUT', 'm3 TIMEOUT']);
    assert.equal(receipt.outcome, 'forced');
    assert.deepEqual(marks(receipt), ['soft-deadline', 'hard-deadline']);
    assert.equal(groups(receipt)['cut-off/lapsing'], 1);
    assert.deepEqual(consumer.ackedIds.sort(), ['m0', 'm2', 'm3']);
    assert.deepEqual(
      consumer.closeOptions?.running?.map(({ id }) => id),
      ['m1'],
    );
    assert.equal(consumer.released.length, 0, 'a message whose handler runs is never released');
    await stuck.opened;
    assert.equal(consumer.acked.length, 3, 'what ends after it was given up has no effect');
  });

  it('cuts retry sleeps short: one more attempt at once, then back', async () => {
    const consumer = new ScriptedConsumer().push(...messages(2));
    const calls: string[] = [];
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        calls.push(id);
        if (id === 'm0' || calls.length < 3) throw new Error('not yet');
      },
      { order: 'none', retry: { attempts: 5, minDelayMs: 60_000, maxDelayMs: 60_000 } },
    );
    void drainer.run();
    await until(() => drainer.status().retrying === 2, 'both sleep');
    const receipt = await drainer.drain();
    assert.deepEqual(calls.slice(2).sort(), ['m0', 'm1']);
    assert.deepEqual(groups(receipt), { 'failed/released': 1, 'succeeded/confirmed': 1 });
    assert.deepEqual(marks(receipt), []);
  });

  it('is shared by concurrent calls, and idempotent', async () => {
    const consumer = new ScriptedConsumer().push(message('one'));
    const drainer = new Drainer(consumer, () => undefined);
    void drainer.run();
    await until(() => consumer.acked.length === 1, 'it is acked');
    const [first, second] = await Promise.all([drainer.drain(), drainer.close()]);
    assert.equal(first, second);
    assert.equal(await drainer.drain(), first);
    assert.equal(consumer.calls.filter((call) => call === 'close').length, 1);
  });

  it('can be split: quiesce commits and leaves the consumer open, close closes it', async () => {
    const consumer = new ScriptedConsumer().push(message('one'));
    const drainer = new Drainer(consumer, () => undefined);
    void drainer.run();
    await until(() => consumer.acked.length === 1, 'it is acked');
    const quiesced = await drainer.quiesce();
    assert.equal(drainer.state, 'quiesced');
    assert.ok(!consumer.calls.includes('close'));
    assert.ok(!('close' in phaseOutcomes(quiesced)));
    const closed = await drainer.close();
    assert.equal(drainer.state, 'closed');
    assert.equal(phaseOutcomes(closed).close, 'done');
  });

  it('escalates to the hard deadline', async () => {
    const consumer = new ScriptedConsumer().push(...messages(2));
    const stuck = new Gate();
    const budget = { totalMs: 3_600_000 };
    const drainer = new Drainer(consumer, ({ id }) => (id === 'm0' ? undefined : stuck.opened), { order: 'none', budget });
    void drainer.run();
    await until(() => drainer.status().running === 1, 'one is stuck');
    const draining = drainer.drain();
    drainer.escalate();
    const receipt = await within('the drain', draining, BOUND_MS);
    stuck.open();
    assert.equal(receipt.outcome, 'forced');
    assert.deepEqual(marks(receipt), ['escalated', 'soft-deadline', 'hard-deadline']);
    assert.deepEqual(consumer.ackedIds, ['m0']);
  });

  it('begins, and does not wait for itself, when called inside a handler', async () => {
    const consumer = new ScriptedConsumer().push(message('one'));
    const errors: unknown[] = [];
    const drainer: Drainer = new Drainer(
      consumer,
      async () => {
        try {
          await drainer.drain();
        } catch (error) {
          errors.push(error);
        }
      },
      { budget: SHORT },
    );
    const receipt = await drainer.run();
    assert.equal(receipt.outcome, 'clean');
    assert.equal((errors[0] as StreamError).code, 'INVALID_ARGUMENT');
    assert.match((errors[0] as StreamError).message, /inside a handler/);
    assert.deepEqual(consumer.ackedIds, ['one']);
  });

  it('is bounded when a handler awaits it where nobody can see that', async () => {
    const consumer = new ScriptedConsumer().push(message('one'));
    const drainer: Drainer = new Drainer(
      consumer,
      async () => {
        await Promise.resolve();
        await drainer.drain();
      },
      { budget: SHORT },
    );
    const receipt = await drainer.run();
    assert.equal(receipt.outcome, 'forced');
    assert.deepEqual(groups(receipt), { 'cut-off/lapsing': 1 });
  });

  it('is bounded when fetch, ack, flush or close hang', async () => {
    const never = new Promise<never>(() => undefined);
    const cases: [string, (consumer: ScriptedConsumer) => void][] = [
      [
        'fetch',
        (consumer) => {
          const first = consumer.push();
          let fetches = 0;
          first.onFetch = ({ max }) => {
            fetches += 1;
            return fetches === 1 ? Promise.resolve(messages(Math.min(3, max), () => ({ lane: 'p' }))) : never;
          };
        },
      ],
      [
        'ack',
        (consumer) => {
          consumer.onAck = () => never;
        },
      ],
      [
        'flush',
        (consumer) => {
          consumer.onFlush = () => never;
        },
      ],
      [
        'close',
        (consumer) => {
          consumer.onClose = () => never;
        },
      ],
    ];
    for (const [name, hang] of cases) {
      const consumer = new ScriptedConsumer({}, CURSOR);
      hang(consumer);
      if (name !== 'fetch') consumer.push(...messages(3, () => ({ lane: 'p' })));
      const drainer = new Drainer(consumer, () => undefined, { budget: SHORT });
      void drainer.run();
      await until(() => consumer.acked.length === 3, `all are acked (${name})`);
      const receipt = await within(`the drain (${name})`, drainer.drain(), BOUND_MS);
      assert.equal(receipt.outcome, 'forced', name);
      assert.ok(consumer.calls.includes('close'), `${name}: closed anyway`);
    }
  });

  it('can be tried again after a close that failed, and does only that', async () => {
    const consumer = new ScriptedConsumer().push(message('one'));
    let refuse = true;
    consumer.onClose = () =>
      refuse ? Promise.reject(new StreamError('UNAVAILABLE', 'no')) : Promise.resolve({ unconfirmed: [], clean: true });
    const drainer = new Drainer(consumer, () => undefined);
    const running = drainer.run();
    await until(() => consumer.acked.length === 1, 'it is acked');
    const failed = await drainer.drain();
    assert.equal(failed.outcome, 'failed');
    assert.equal(await running, failed);
    refuse = false;
    const second = await drainer.drain();
    assert.deepEqual(phaseOutcomes(second), { close: 'done' });
    assert.equal(second.outcome, 'clean');
    assert.equal(consumer.acked.length, 1);
  });

  it('can quiesce again after a commit that was withheld', async () => {
    const consumer = new ScriptedConsumer().push(...messages(2));
    let refuse = true;
    const drainer = new Drainer(consumer, () => undefined, {
      beforeCommit: () => {
        if (refuse) throw new Error('not flushed');
      },
    });
    void drainer.run();
    await until(() => drainer.status().unconfirmed === 2, 'both are handled');
    assert.equal((await drainer.quiesce()).outcome, 'failed');
    refuse = false;
    assert.equal((await drainer.quiesce()).outcome, 'clean');
    assert.equal(consumer.acked.length, 2);
    assert.equal((await drainer.drain()).outcome, 'clean');
  });

  it('drains a drainer that never ran', async () => {
    const consumer = new ScriptedConsumer();
    const receipt = await new Drainer(consumer, () => undefined).drain();
    assert.equal(receipt.outcome, 'clean');
    assert.equal(receipt.held.count, 0);
    assert.deepEqual(consumer.calls, ['close']);
  });
});

describe('leases', () => {
  it('extends everything that is held, in a drain too, until it is settled', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer({ lease: { ms: 200, extend: 'message', maxMs: Infinity, lossKnownBy: 'broker' } });
    consumer.onExtend = (batch) => {
      for (const each of batch) each.lease = leaseFor(200, clock.now());
      return Promise.resolve({ failed: [] });
    };
    const lease = leaseFor(200, clock.now());
    consumer.push(...messages(5, () => ({ lease })));
    const gate = new Gate();
    const drainer = new Drainer(consumer, () => gate.opened, { clock, concurrency: 2, order: 'none', unstarted: 'finish' });
    void drainer.run();
    await clock.advance(350);
    assert.ok(consumer.extended.length >= 3, 'it was extended three times');
    assert.equal(consumer.extended[0]?.length, 5);
    const draining = drainer.drain();
    const before = consumer.extended.length;
    await clock.advance(350);
    assert.ok(consumer.extended.length >= before + 3, 'it goes on in the drain');
    gate.open();
    await clock.advance(10);
    const receipt = await draining;
    assert.deepEqual(groups(receipt), { 'succeeded/confirmed': 5 });
    const after = consumer.extended.length;
    await clock.advance(1_000);
    assert.equal(consumer.extended.length, after, 'nothing is extended after the drain');
    assert.equal(clock.timers, 0);
  });

  it('tells the handler of a lost lease, and never acks its message', async () => {
    const consumer = new ScriptedConsumer({ lease: { ms: 100, extend: 'message', maxMs: Infinity, lossKnownBy: 'broker' } });
    consumer.onExtend = (batch) =>
      Promise.resolve({ failed: batch.map((each) => ({ message: each, error: new StreamError('LEASE_LOST', 'taken over') })) });
    consumer.push(...messages(2, () => ({ lease: leaseFor(100) })));
    const codes: string[] = [];
    const drainer = new Drainer(
      consumer,
      (_, { signal }: HandlerContext) =>
        new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => {
            codes.push((signal.reason as StreamError).code);
            resolve();
          }),
        ),
      { concurrency: 1, order: 'none' },
    );
    void drainer.run();
    await until(() => codes.length === 1, 'the running one is told');
    const receipt = await drainer.drain();
    assert.deepEqual(codes, ['LEASE_LOST']);
    assert.equal(consumer.acked.length, 0);
    assert.equal(receipt.totals.lost, 2);
  });

  it('counts leases as lost by the clock where nothing extends them', async () => {
    const consumer = new ScriptedConsumer({ lease: { ms: 100, extend: false, maxMs: 100, lossKnownBy: 'clock' } });
    consumer.push(...messages(3, () => ({ lease: leaseFor(100) })));
    const started: string[] = [];
    const gate = new Gate();
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        started.push(id);
        return gate.opened;
      },
      { concurrency: 1, order: 'none' },
    );
    void drainer.run();
    await until(() => drainer.status().totals.lost === 2, 'what was not started is lost');
    gate.open();
    await until(() => drainer.status().totals.lost === 3, 'what ended late is lost');
    assert.deepEqual(started, ['m0']);
    assert.equal(consumer.acked.length, 0);
    await drainer.drain();
  });

  it('goes on trying when an extension fails, while there is time', async () => {
    const consumer = new ScriptedConsumer({ lease: { ms: 400, extend: 'message', maxMs: Infinity, lossKnownBy: 'broker' } });
    let refuse = 2;
    consumer.onExtend = (batch) => {
      refuse -= 1;
      if (refuse >= 0) return Promise.reject(new StreamError('UNAVAILABLE', 'down'));
      for (const each of batch) each.lease = leaseFor(400, clock.now());
      return Promise.resolve({ failed: [] });
    };
    const clock = new VirtualClock();
    consumer.push(message('one', { lease: leaseFor(400, 0) }));
    const gate = new Gate();
    const drainer = new Drainer(consumer, () => gate.opened, { clock });
    void drainer.run();
    await clock.advance(1_000);
    assert.ok(consumer.extended.length >= 4, 'it was extended after failures');
    gate.open();
    const draining = drainer.drain();
    await clock.advance(30_000);
    assert.equal((await draining).totals.confirmed, 1);
  });
});

describe('lanes that leave', () => {
  const lanes = (assignment: number, ...names: string[]) => names.map((lane) => ({ lane, assignment }));

  it('drains only what is revoked, commits it, then lets the rebalance proceed', async () => {
    const consumer = new ScriptedConsumer({}, CURSOR);
    const gates = new Map<string, Gate>();
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        const gate = new Gate();
        gates.set(id, gate);
        return gate.opened;
      },
      { concurrency: 4 },
    );
    void drainer.run();
    await until(() => consumer.listener !== undefined, 'it watches');
    consumer.push(...messages(6, (index) => ({ lane: `p${index % 2}`, position: index, assignment: 1, attempt: undefined })));
    await until(() => gates.size === 2, 'both lanes run');
    let proceeded = false;
    const revoking = consumer.listener?.revoking({ lanes: lanes(1, 'p0'), deadlineMs: 30_000 }).then(() => {
      proceeded = true;
    });
    gates.get('m1')?.open();
    await until(() => gates.has('m3'), 'the other lane goes on');
    assert.equal(proceeded, false);
    gates.get('m0')?.open();
    await revoking;
    assert.ok(consumer.ackedIds.includes('m0'));
    assert.ok(consumer.calls.includes('flush'));
    assert.ok(!gates.has('m2'), 'nothing of the revoked lane starts');
    gates.get('m3')?.open();
    await until(() => gates.has('m5'), 'the other lane goes on to its end');
    gates.get('m5')?.open();
    const receipt = await drainer.drain();
    assert.deepEqual(consumer.ackedIds.sort(), ['m0', 'm1', 'm3', 'm5']);
    assert.deepEqual([receipt.totals.confirmed, receipt.totals.released], [4, 2]);
  });

  it('never commits a lost lane, and adopts what comes back to the same owner while its handler runs', async () => {
    const consumer = new ScriptedConsumer({}, CURSOR);
    const gate = new Gate();
    let calls = 0;
    const codes: string[] = [];
    const drainer = new Drainer(consumer, (_, { signal }) => {
      calls += 1;
      signal.addEventListener('abort', () => codes.push((signal.reason as StreamError).code));
      return gate.opened;
    });
    void drainer.run();
    await until(() => consumer.listener !== undefined, 'it watches');
    consumer.push(message('a0', { lane: 'a', position: 0, assignment: 1, attempt: undefined }));
    await until(() => calls === 1, 'it runs');
    consumer.listener?.lost(lanes(1, 'a'));
    consumer.listener?.assigned(lanes(2, 'a'));
    const again = message('a0', { lane: 'a', position: 0, assignment: 2, attempt: undefined });
    consumer.push(again, message('a1', { lane: 'a', position: 1, assignment: 2, attempt: undefined }));
    await until(() => drainer.status().totals.adopted === 1, 'the lane is back');
    assert.equal(drainer.status().unstarted, 1, 'the next of the lane waits for the one that runs');
    gate.open();
    await until(() => consumer.acked.length === 2, 'both are acked');
    assert.equal(calls, 2);
    assert.deepEqual(codes, ['LEASE_LOST']);
    assert.equal(consumer.acked[0], again);
    await drainer.drain();
  });

  it('acks what comes after an orphan has ended: nothing finished stays unacked', async () => {
    const consumer = new ScriptedConsumer({}, CURSOR);
    const gate = new Gate();
    const drainer = new Drainer(consumer, ({ id }) => (id === 'm0' ? gate.opened : undefined), {
      order: 'none',
      concurrency: 1,
      window: 40,
    });
    void drainer.run();
    await until(() => consumer.listener !== undefined, 'it watches');
    consumer.push(...messages(32, (index) => ({ lane: 'p', position: index, assignment: 1, attempt: undefined })));
    await until(() => drainer.status().running === 1, 'the first one runs');
    consumer.listener?.lost(lanes(1, 'p'));
    gate.open();
    await until(() => drainer.status().running === 0, 'the orphan has ended');
    consumer.listener?.assigned(lanes(2, 'p'));
    // The orphan has succeeded: its redelivery only needs its ack.
    consumer.push(...messages(2, (index) => ({ lane: 'p', position: index, assignment: 2, attempt: undefined })));
    await until(() => consumer.acked.length === 2, 'both are acked');
    const { totals } = await drainer.drain();
    assert.deepEqual([totals.succeeded, totals.adopted, totals.confirmed, totals.lost], [2, 1, 2, 32]);
  });

  it('resumes a stopped lane that was lost and comes back, and goes on with one that was revoked and comes back', async () => {
    const consumer = new ScriptedConsumer({}, CURSOR);
    let poison = true;
    const handled: string[] = [];
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        if (id === 'm1' && poison) throw new Error('poison');
        handled.push(id);
      },
      { retry: { attempts: 1 } },
    );
    void drainer.run();
    await until(() => consumer.listener !== undefined, 'it watches');
    const three = (assignment: number) => messages(3, (index) => ({ lane: 'p', position: index, assignment, attempt: undefined }));
    consumer.push(...three(1));
    await until(() => consumer.paused.length === 1, 'the lane is stopped');
    consumer.listener?.lost(lanes(1, 'p'));
    assert.deepEqual(drainer.status().stoppedLanes, []);
    poison = false;
    consumer.listener?.assigned(lanes(2, 'p'));
    assert.deepEqual(consumer.paused, []);
    consumer.push(...three(2).slice(1));
    await until(() => handled.length === 3, 'all are handled');
    await consumer.listener?.revoking({ lanes: lanes(2, 'p'), deadlineMs: 1_000 });
    consumer.listener?.assigned(lanes(3, 'p'));
    consumer.push(message('m3', { lane: 'p', position: 3, assignment: 3, attempt: undefined }));
    await until(() => handled.length === 4, 'the lane goes on');
    await drainer.drain();
  });

  it('refuses what a stale fetch still brings of a lane that has left', async () => {
    const consumer = new ScriptedConsumer({}, CURSOR);
    let calls = 0;
    const drainer = new Drainer(consumer, () => {
      calls += 1;
    });
    void drainer.run();
    await until(() => consumer.listener !== undefined, 'it watches');
    await consumer.listener?.revoking({ lanes: lanes(3, 'p'), deadlineMs: 1_000 });
    consumer.push(message('stale', { lane: 'p', assignment: 3 }), message('fresh', { lane: 'p', assignment: 4 }));
    await until(() => consumer.acked.length === 1, 'the fresh one is acked');
    assert.equal(calls, 1);
    await drainer.drain();
  });

  it('gives up handlers that outlast the revocation, and does not commit them later', async () => {
    const consumer = new ScriptedConsumer({}, CURSOR);
    const gate = new Gate();
    let aborted = false;
    const drainer = new Drainer(consumer, (_, { signal }) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return gate.opened;
    });
    void drainer.run();
    await until(() => consumer.listener !== undefined, 'it watches');
    consumer.push(message('slow', { lane: 'p', assignment: 1 }));
    await until(() => drainer.status().running === 1, 'it runs');
    await consumer.listener?.revoking({ lanes: lanes(1, 'p'), deadlineMs: 300 });
    consumer.listener?.lost(lanes(1, 'p'));
    assert.equal(aborted, true);
    gate.open();
    const receipt = await drainer.drain();
    assert.equal(consumer.acked.length, 0);
    assert.equal(receipt.totals.lost, 1);
  });
});

describe('options', () => {
  it('refuses what is wrong, at odds, or unknown, and names it', () => {
    const handler = () => undefined;
    const cases: [unknown, RegExp][] = [
      [{ concurrency: 0 }, /concurrency.*1 to 1000000.*got 0/],
      [{ concurrency: 1.5 }, /concurrency/],
      [{ concurrency: '4' }, /concurrency.*"4"/],
      [{ concurrency: 10, window: 5 }, /window \(5\).*concurrency \(10\)/],
      [{ window: 100, maxUnconfirmed: 50 }, /maxUnconfirmed \(50\).*window \(100\)/],
      [{ order: 'random' }, /order.*'lane', 'key', 'none'/],
      [{ retry: { attempts: 0 } }, /retry.attempts/],
      [{ retry: { minDelayMs: 10, maxDelayMs: 5 } }, /maxDelayMs \(5\).*minDelayMs \(10\)/],
      [{ retry: { tries: 3 } }, /no option 'tries'/],
      [{ concurency: 3 }, /no option 'concurency'/],
      [{ budget: { totalMs: 100, commitMs: 60, closeMs: 60 } }, /commitMs 60 \+ closeMs 60 .* 100 ms/],
      [{ budget: { totalMs: 1_000, softMs: 990 } }, /softMs 990 .*hard deadline, 800/],
      [{ dedup: { store: {} } }, /dedup.store/],
      [{ deadLetter: 'elsewhere' }, /deadLetter.*a function/],
      [{ deadLetter: handler, onExhausted: 'release' }, /never be called/],
      [{ onExhausted: 'dead-letter' }, /needs the deadLetter option/],
      [{ beforeCommit: 1 }, /beforeCommit/],
      [{ maxPollMs: -1 }, /maxPollMs/],
      [{ unstarted: 'drop' }, /unstarted/],
      [[], /an object/],
    ];
    for (const [options, text] of cases) {
      assert.throws(
        () => new Drainer(new ScriptedConsumer(), handler, options as never),
        (error: unknown) => StreamError.is(error) && error.code === 'INVALID_ARGUMENT' && text.test(error.message),
        `${JSON.stringify(options)} → ${text}`,
      );
    }
  });

  it('refuses what the consumer cannot do', () => {
    const handler = () => undefined;
    const costly = { release: { scope: 'message', maxDelayMs: 0, costsAttempt: true } } as const;
    const cases: [ScriptedConsumer, object, RegExp][] = [
      [new ScriptedConsumer({ ordered: false }), { order: 'lane' }, /ordered: true/],
      [new ScriptedConsumer({ ordered: false }), { onExhausted: 'stop-lane' }, /ordered lanes/],
      [new ScriptedConsumer({ release: false }), { unstarted: 'release' }, /can release/],
      [new ScriptedConsumer({}, CURSOR), { onExhausted: 'release' }, /keeps a cursor/],
      [new ScriptedConsumer(costly), { window: 100, concurrency: 10, unstarted: 'release' }, /window \(100\)/],
    ];
    for (const [consumer, options, text] of cases) assert.throws(() => new Drainer(consumer, handler, options), text);
  });

  it('refuses what is no consumer or no handler', () => {
    const consumer = new ScriptedConsumer();
    for (const bad of [undefined, null, 5, 'x', {}, { batch: 5 }]) {
      assert.throws(() => new Drainer(consumer, bad as never), /handler/);
    }
    for (const bad of [undefined, null, {}, { fetch: () => undefined }]) {
      assert.throws(() => new Drainer(bad as never, () => undefined), /consumer/);
    }
    const lying = { adapter: 'x', source: 'x', capabilities: { ...LEASED, flush: true }, fetch: () => [], ack: () => [], close: () => [] };
    assert.throws(() => new Drainer(lying as never, () => undefined), /declare release, and it has no such method/);
  });
});
