import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Drainer, Lease, type Message, type Receipt, StreamError } from '../../src/index.js';
import { CURSOR, LEASED, message, messages, ScriptedConsumer } from '../support/scripted-consumer.js';
import { Gate } from '../support/until.js';
import { VirtualClock } from '../support/virtual-clock.js';

const lane = (name: string, assignment: number) => [{ lane: name, assignment }];

/** The message at this position of lane p. */
function keyed(id: string, position: number, key?: string): Message {
  return message(id, { lane: 'p', assignment: 1, position, attempt: undefined, ...(key === undefined ? {} : { key }) });
}

async function drained(clock: VirtualClock, draining: Promise<Receipt>): Promise<Receipt> {
  await clock.advance(60_000);
  return draining;
}

describe('lanes that leave again', () => {
  it('starts nothing of a lane that is revoked a second time, whatever was fetched in between', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer({}, CURSOR);
    const gate = new Gate();
    const handled: string[] = [];
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        handled.push(id);
        return id === 'slow' ? gate.opened : undefined;
      },
      { clock },
    );
    void drainer.run();
    await clock.turn();
    consumer.listener?.assigned(lane('p', 1));
    // After the first revocation it comes back.
    await consumer.listener?.revoking({ lanes: lane('p', 1), deadlineMs: 1_000 });
    consumer.listener?.assigned(lane('p', 2));
    consumer.push(message('slow', { lane: 'p', assignment: 2, position: 1 }));
    await clock.turn();
    // The second one waits for the handler, over several fetches.
    const revoked = consumer.listener?.revoking({ lanes: lane('p', 2), deadlineMs: 10_000 });
    for (const id of ['a', 'b', 'c']) {
      consumer.push(message(id, { lane: 'p', assignment: 2, position: 2 }));
      await clock.turn();
    }
    gate.open();
    await clock.advance(10);
    await revoked;
    assert.deepEqual(handled, ['slow']);
    await drained(clock, drainer.drain());
  });
});

describe('stopped lanes', () => {
  it('keeps what comes of a stopped lane beside the window', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer();
    const handled: string[] = [];
    const drainer = new Drainer(
      consumer,
      ({ id, lane: name }) => {
        if (name === 'bad') throw new Error('poison');
        handled.push(id);
      },
      { clock, concurrency: 2, window: 8, onExhausted: 'stop-lane', retry: { attempts: 1 } },
    );
    void drainer.run();
    consumer.push(...messages(40, (index) => ({ id: `bad-${index}`, lane: 'bad' })));
    await clock.advance(10);
    consumer.push(...messages(20, (index) => ({ id: `good-${index}`, lane: 'good' })));
    await clock.advance(10);
    assert.equal(handled.length, 20);
    assert.equal(consumer.released.length, 0);
    await drained(clock, drainer.drain());
    assert.deepEqual(
      consumer.releasedIds,
      Array.from({ length: 40 }, (_, index) => `bad-${index}`),
    );
  });

  it('does not let the messages of a stopped lane fill the window of the others', async () => {
    const clock = new VirtualClock();
    // Leases, and a broker that goes on with a lane of which something is held.
    const consumer = new ScriptedConsumer({ lease: { ms: 10_000, extend: 'message', maxMs: Infinity, lossKnownBy: 'broker' } }, LEASED);
    const extended = new Set<string>();
    consumer.onExtend = async (batch) => {
      for (const each of batch) {
        extended.add(each.id);
        each.lease = new Lease(clock.now() + 10_000);
      }
      return { failed: [] };
    };
    const handled: string[] = [];
    const drainer = new Drainer(
      consumer,
      ({ id, lane: name }) => {
        if (name === 'bad') throw new Error('poison');
        handled.push(id);
      },
      { clock, concurrency: 2, window: 8, maxUnconfirmed: 8, onExhausted: 'stop-lane', retry: { attempts: 1 } },
    );
    void drainer.run();
    const lease = () => new Lease(clock.now() + 10_000);
    for (let round = 0; round < 5; round += 1) {
      consumer.push(...messages(8, (index) => ({ id: `bad-${round}-${index}`, lane: 'bad', lease: lease() })));
      await clock.advance(10);
    }
    consumer.push(...messages(8, (index) => ({ id: `good-${index}`, lane: 'good', lease: lease() })));
    await clock.advance(10);
    assert.equal(handled.length, 8, 'the other lane goes on');
    assert.deepEqual(drainer.status().stoppedLanes, ['bad']);
    // What is held on to is the begin of the lane; the rest comes again after a lease, not at once.
    await clock.advance(6_000);
    assert.deepEqual([...extended], ['bad-0-0', 'bad-0-1', 'bad-0-2', 'bad-0-3', 'bad-0-4']);
    assert.equal(consumer.released.length, 0);
    const { totals } = await drained(clock, drainer.drain());
    assert.deepEqual([totals.delivered, totals.confirmed, totals.released, totals.lapsing], [48, 8, 5, 35]);
  });
});

describe('calls that hang', () => {
  it('lets a lane go on when the release of its failed message is not answered', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer();
    consumer.onRelease = () => new Promise(() => undefined);
    const handled: string[] = [];
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        if (id === 'poison') throw new Error('poison');
        handled.push(id);
      },
      { clock, retry: { attempts: 1 } },
    );
    void drainer.run();
    consumer.push(message('poison', { lane: 'A' }), message('next', { lane: 'A' }));
    await clock.advance(10);
    assert.deepEqual(handled, []);
    await clock.advance(60_000);
    assert.deepEqual(handled, ['next']);
    const { totals } = await drained(clock, drainer.drain());
    assert.deepEqual([totals.confirmed, totals.lapsing], [1, 1]);
    assert.equal(clock.timers, 0);
  });

  it('sends no ack once the consumer was told to close, whoever revokes', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer({}, CURSOR);
    consumer.onAck = () => Promise.reject(new StreamError('UNAVAILABLE', 'down'));
    consumer.onClose = () => new Promise(() => undefined);
    const drainer = new Drainer(consumer, () => undefined, { clock, budget: { totalMs: 5_000 } });
    void drainer.run();
    consumer.push(message('a', { lane: 'p', assignment: 1, position: 1 }));
    await clock.advance(10);
    const receipt = await drained(clock, drainer.drain());
    assert.equal(receipt.phases.at(-1)?.outcome, 'timed-out');
    const before = consumer.calls.length;
    const revoked = consumer.listener?.revoking({ lanes: lane('p', 1), deadlineMs: 1_000 });
    await clock.advance(2_000);
    await revoked;
    assert.deepEqual(consumer.calls.slice(before), []);
  });

  it('does not call clean a drain that is tried again when acks can no longer go out', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer();
    consumer.onAck = () => Promise.reject(new StreamError('UNAVAILABLE', 'down'));
    let closes = 0;
    consumer.onClose = () => {
      closes += 1;
      return closes === 1 ? new Promise(() => undefined) : Promise.resolve({ unconfirmed: [], clean: true });
    };
    let asked = 0;
    const drainer = new Drainer(consumer, () => undefined, {
      clock,
      budget: { totalMs: 5_000 },
      beforeCommit: () => {
        asked += 1;
      },
    });
    void drainer.run();
    consumer.push(message('a'));
    await clock.advance(10);
    const first = await drained(clock, drainer.drain());
    assert.deepEqual([first.outcome, first.totals.recorded], ['failed', 1]);
    const [acks, asks] = [consumer.acked.length, asked];
    const second = await drained(clock, drainer.drain());
    assert.deepEqual([second.outcome, second.totals.recorded, drainer.state], ['failed', 1, 'closed']);
    assert.deepEqual([consumer.acked.length, asked], [acks, asks], 'a consumer that closes takes no acks');
    assert.equal(clock.timers, 0);
  });

  it('does not commit beside a close that is under way', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer();
    let asked = 0;
    const gate = new Gate();
    consumer.onClose = async () => {
      await gate.opened;
      return { unconfirmed: [], clean: true };
    };
    const drainer = new Drainer(consumer, () => undefined, {
      clock,
      budget: { totalMs: 20_000 },
      beforeCommit: () => {
        asked += 1;
        throw new Error('the outputs are stuck');
      },
    });
    void drainer.run();
    consumer.push(message('a'));
    await clock.advance(10);
    const first = drainer.quiesce();
    await clock.advance(20_000);
    assert.equal((await first).outcome, 'failed');
    const closing = drainer.close();
    await clock.turn();
    const before = asked;
    const second = drainer.quiesce();
    await clock.turn();
    assert.equal(drainer.state, 'quiesced');
    gate.open();
    await clock.advance(20_000);
    assert.equal(asked, before);
    assert.equal(await second, await closing);
    assert.equal(drainer.state, 'closed');
  });
});

describe('batch results', () => {
  for (const [what, result] of [
    ['without a message', () => [{ error: new Error('bad') }]],
    ['of Promise.allSettled', (batch: readonly Message[]) => Promise.allSettled(batch.map(() => Promise.reject(new Error('bad'))))],
    ['of errors alone', () => [new Error('bad')]],
    ['of another message', () => [{ message: message('stranger'), error: new Error('bad') }]],
  ] as const) {
    it(`acks nothing of a batch whose results cannot be understood: ${what}`, async () => {
      const clock = new VirtualClock();
      const consumer = new ScriptedConsumer();
      const errors: string[] = [];
      const drainer = new Drainer(
        consumer,
        // Wrong on purpose.
        { batch: result as never },
        { clock, retry: { attempts: 1 }, order: 'none', onError: (error, { during }) => errors.push(`${during} ${error.code}`) },
      );
      void drainer.run();
      consumer.push(...messages(3));
      await clock.advance(10);
      assert.deepEqual(consumer.ackedIds, []);
      assert.deepEqual(errors, Array(3).fill('handler INVALID_ARGUMENT'));
      await drained(clock, drainer.drain());
    });
  }

  it('records no id of a batch whose results cannot be understood', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer();
    const ids = new Map<string, unknown>();
    const handled: string[] = [];
    let results: unknown[] = [new Error('bad')];
    const drainer = new Drainer(
      consumer,
      {
        batch: ((batch: Message[]) => {
          handled.push(...batch.map(({ id }) => id));
          return results;
        }) as never,
      },
      {
        clock,
        order: 'none',
        retry: { jitter: 0, minDelayMs: 100 },
        dedup: { store: { get: (id) => ids.get(id), set: (id, value) => void ids.set(id, value) } },
      },
    );
    void drainer.run();
    consumer.push(...messages(2));
    await clock.advance(10);
    assert.equal(ids.size, 0);
    results = [undefined, undefined];
    await clock.advance(1_000);
    assert.deepEqual(handled, ['m0', 'm1', 'm0', 'm1']);
    assert.deepEqual([...ids.keys()], ['m0', 'm1']);
    assert.equal(consumer.acked.length, 2);
    await drained(clock, drainer.drain());
  });

  it('takes a list of nothing, as Promise.all gives it, for success', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer();
    // Not in the types, and usual in plain JavaScript.
    const drainer = new Drainer(consumer, { batch: ((batch: Message[]) => Promise.all(batch.map(() => undefined))) as never }, { clock });
    void drainer.run();
    consumer.push(...messages(3));
    await clock.advance(10);
    assert.equal(consumer.acked.length, 3);
    await drained(clock, drainer.drain());
  });
});

describe('errors of other calls', () => {
  it("tries again what failed with another consumer's error, whatever that says of its own call", async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer();
    let calls = 0;
    const drainer = new Drainer(
      consumer,
      () => {
        calls += 1;
        throw new StreamError('UNKNOWN', 'what was published was not answered', { adapter: 'other', retryable: false });
      },
      { clock, retry: { attempts: 3, jitter: 0 } },
    );
    void drainer.run();
    consumer.push(message('a'));
    await clock.advance(10_000);
    assert.equal(calls, 3);
    await drained(clock, drainer.drain());
  });
});

describe('hooks that await a drain where nobody can see it', () => {
  it('ends by its budget, and releases what beforeCommit held up', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer();
    const drainer: Drainer = new Drainer(consumer, () => undefined, {
      clock,
      budget: { totalMs: 5_000 },
      beforeCommit: async () => {
        await Promise.resolve();
        await drainer.drain();
      },
    });
    const run = drainer.run();
    consumer.push(message('a'));
    await clock.advance(5_010);
    assert.equal(drainer.state, 'closed');
    const { outcome, totals } = await run;
    assert.deepEqual([outcome, totals.confirmed, consumer.acked.length], ['forced', 0, 0]);
    assert.equal(clock.timers, 0);
  });

  it('ends by its budget, and acks nothing that deadLetter held up', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer();
    const drainer: Drainer = new Drainer(
      consumer,
      () => {
        throw new Error('bad');
      },
      {
        clock,
        retry: { attempts: 1 },
        budget: { totalMs: 5_000 },
        deadLetter: async () => {
          await Promise.resolve();
          await drainer.drain();
        },
      },
    );
    const run = drainer.run();
    consumer.push(message('a'));
    await clock.advance(5_010);
    assert.equal(drainer.state, 'closed');
    const { outcome, totals } = await run;
    assert.deepEqual([outcome, totals.deadLettered, consumer.acked.length], ['forced', 0, 0]);
    assert.equal(clock.timers, 0);
  });
});

describe('drains that need not wait', () => {
  it('gives back at once what waits for its next attempt while nothing may start', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer();
    const drainer = new Drainer(
      consumer,
      () => {
        throw new Error('later');
      },
      { clock, retry: { attempts: 3, minDelayMs: 60_000, maxDelayMs: 60_000, jitter: 0 } },
    );
    void drainer.run();
    consumer.push(message('a'));
    await clock.advance(10);
    drainer.concurrency = 0;
    const draining = drainer.drain();
    await clock.turn();
    assert.equal(drainer.state, 'closed');
    const { outcome, totals } = await drained(clock, draining);
    assert.deepEqual([outcome, totals.released, totals.retries], ['clean', 1, 0]);
  });

  it('releases what fails in a drain only after a poll that goes on has ended', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer({ abort: 'waits', stopLatencyMs: 1_000 });
    const gate = new Gate();
    const poll = new Gate();
    let fetches = 0;
    consumer.onFetch = async () => {
      fetches += 1;
      if (fetches === 1) return [message('a', { lane: 'A' })];
      await poll.opened;
      consumer.calls.push('polled');
      return [];
    };
    const drainer = new Drainer(
      consumer,
      async () => {
        await gate.opened;
        throw new Error('bad');
      },
      { clock, retry: { attempts: 1 } },
    );
    void drainer.run();
    await clock.turn();
    const draining = drainer.drain();
    await clock.turn();
    gate.open();
    await clock.turn();
    poll.open();
    const { totals } = await drained(clock, draining);
    assert.deepEqual(
      consumer.calls.filter((call) => call !== 'fetch'),
      ['polled', 'release a', 'close'],
    );
    assert.equal(totals.released, 1);
  });
});

describe('what random lives found', () => {
  it('flushes again for what was acked while a flush was under way, when nothing more may be fetched before', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer({}, CURSOR);
    const slow = new Gate();
    const answered = new Gate();
    const recorded: Message[] = [];
    consumer.onAck = async (batch) => {
      recorded.push(...batch);
      return { confirmed: [], recorded: batch, failed: [] };
    };
    consumer.onFlush = async () => {
      // What is behind unfinished work is confirmed with that.
      const confirmed = recorded.some(({ id }) => id === 'm0') ? recorded.splice(0) : [];
      if (confirmed.length === 0) await answered.opened;
      return { confirmed, recorded: [], failed: [] };
    };
    const handled: string[] = [];
    const drainer = new Drainer(
      consumer,
      async ({ id }) => {
        if (id === 'm0') await slow.opened;
        handled.push(id);
      },
      { clock, concurrency: 2, window: 2, maxUnconfirmed: 2, order: 'none' },
    );
    void drainer.run();
    consumer.push(...messages(4, (index) => ({ lane: 'p', position: index, attempt: undefined })));
    await clock.turn();
    assert.deepEqual(handled, ['m1']);
    assert.equal(consumer.calls.filter((call) => call === 'flush').length, 1);
    slow.open();
    await clock.turn();
    answered.open();
    await clock.advance(10);
    assert.deepEqual(handled, ['m1', 'm0', 'm2', 'm3']);
    await drained(clock, drainer.drain());
  });

  it('fetches again when the late answer to the flush of a revocation confirms what there was no room beside', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer({}, CURSOR);
    const recorded: Message[] = [];
    consumer.onAck = async (batch) => {
      recorded.push(...batch);
      return { confirmed: [], recorded: batch, failed: [] };
    };
    const gates = [new Gate(), new Gate()];
    const flushes: string[] = [];
    consumer.onFlush = async () => {
      const gate = gates[flushes.push('begun') - 1];
      await gate?.opened;
      // The answer to the first one is overtaken: the second has confirmed all.
      return { confirmed: gate === gates[0] ? [] : recorded.splice(0), recorded: [], failed: [] };
    };
    const handled: string[] = [];
    const drainer = new Drainer(consumer, async ({ id }) => void handled.push(id), {
      clock,
      concurrency: 2,
      window: 2,
      maxUnconfirmed: 2,
      order: 'none',
    });
    void drainer.run();
    consumer.listener?.assigned([
      { lane: 'p', assignment: 1 },
      { lane: 'q', assignment: 2 },
    ]);
    consumer.push(...messages(4, (index) => ({ lane: 'p', assignment: 1, position: index, attempt: undefined })));
    await clock.turn();
    assert.deepEqual([handled, flushes.length], [['m0', 'm1'], 1]);
    const revoked = consumer.listener?.revoking({ lanes: [{ lane: 'q', assignment: 2 }], deadlineMs: 1_000 });
    await clock.turn();
    assert.equal(flushes.length, 2);
    gates[0]?.open();
    await clock.turn();
    // The revocation goes on without the answer; it comes all the same.
    await clock.advance(1_000);
    await revoked;
    gates[1]?.open();
    await clock.turn();
    assert.deepEqual(handled, ['m0', 'm1', 'm2', 'm3']);
    await drained(clock, drainer.drain());
  });

  it('starts nothing more of a stopped lane that a batch has put back in line', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer({}, CURSOR);
    const gates = { x: new Gate(), a: new Gate() };
    const calls: string[] = [];
    const drainer = new Drainer(
      consumer,
      {
        batch: async (batch: readonly Message[]) => {
          const names = batch.map(({ id }) => id).join();
          calls.push(names);
          if (names === 'x') await gates.x.opened;
          if (names === 'a0,a1') await gates.a.opened;
          throw new Error('bad');
        },
        maxBatch: 2,
      },
      { clock, order: 'key', concurrency: 2, window: 4, retry: { attempts: 2, minDelayMs: 1, maxDelayMs: 1 } },
    );
    void drainer.run();
    const keys = ['a', undefined, 'a'];
    consumer.push(...['a0', 'x', 'a1'].map((id, position) => keyed(id, position, keys[position])));
    await clock.turn();
    assert.deepEqual(calls, ['a0,a1', 'x']);
    gates.x.open();
    await clock.advance(5);
    assert.deepEqual(drainer.status().stoppedLanes, ['p']);
    gates.a.open();
    await clock.advance(5);
    // Of the two of its batch the first is tried again and fails for good as well.
    assert.deepEqual(calls, ['a0,a1', 'x', 'x', 'a0']);
    const { totals } = await drained(clock, drainer.drain());
    assert.equal(totals.released, 3);
  });

  it('does not ack what a fetch brings behind a tail that goes back, although it was handled before', async () => {
    const clock = new VirtualClock();
    const release = { scope: 'tail', maxDelayMs: 60_000, costsAttempt: false } as const;
    const consumer = new ScriptedConsumer({ release }, CURSOR);
    const released = new Gate();
    const polled = new Gate();
    const batches = [[keyed('m0', 0), keyed('m1', 1)], [keyed('m0', 0)], [keyed('m1', 1)]];
    const fetches: string[] = [];
    consumer.onFetch = async () => {
      const batch = batches[fetches.push('begun') - 1];
      if (fetches.length === 3) await polled.opened;
      if (batch === undefined) return new Promise(() => undefined);
      return batch;
    };
    consumer.onRelease = async () => {
      await released.opened;
      return { failed: [] };
    };
    let m0 = 0;
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        if (id !== 'm0') return;
        m0 += 1;
        return Promise.reject(new Error('bad'));
      },
      { clock, order: 'none', retry: { attempts: 1 }, onExhausted: 'release', budget: { totalMs: 3_000 } },
    );
    void drainer.run();
    await clock.advance(100);
    // m1 has succeeded behind m0, which goes back for the second time.
    assert.deepEqual([m0, fetches.length], [2, 3]);
    polled.open();
    await clock.advance(100);
    assert.deepEqual(consumer.ackedIds, []);
    released.open();
    const { totals } = await drained(clock, drainer.drain());
    assert.equal(totals.confirmed, 0);
  });

  it('starts nothing behind a message that failed for good in its batch, until that is settled', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer({}, CURSOR);
    const batches: string[][] = [];
    const drainer = new Drainer(
      consumer,
      {
        maxBatch: 2,
        batch: async (batch) => {
          batches.push(batch.map(({ id }) => id));
          return batch.map((each) => ({ message: each, error: Object.assign(new Error('poison'), { retryable: each.id !== 'm0' }) }));
        },
      },
      { clock, order: 'lane', retry: { attempts: 2 } },
    );
    void drainer.run();
    consumer.push(
      message('m0', { lane: 'p', position: 0, attempt: undefined }),
      message('m1', { lane: 'p', position: 1, attempt: undefined }),
    );
    await clock.advance(1_000);
    assert.deepEqual(batches, [['m0', 'm1']]);
    assert.deepEqual(drainer.status().stoppedLanes, ['p']);
    await drained(clock, drainer.drain());
    assert.deepEqual(consumer.acked, []);
  });

  it('does not start what a fetch brings behind a tail that goes back', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer({ release: { scope: 'tail', maxDelayMs: 1_000, costsAttempt: false } }, CURSOR);
    const released = new Gate();
    consumer.onRelease = async () => {
      await released.opened;
      return { failed: [] };
    };
    const handled: string[] = [];
    let poison = true;
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        handled.push(id);
        if (id === 'm0' && poison) throw new Error('poison');
      },
      { clock, order: 'lane', retry: { attempts: 1 }, onExhausted: 'release' },
    );
    void drainer.run();
    const at = (index: number) => message(`m${index}`, { lane: 'p', position: index, attempt: undefined });
    consumer.push(at(0));
    await clock.turn();
    consumer.push(at(1));
    await clock.turn();
    assert.deepEqual(handled, ['m0']);
    poison = false;
    released.open();
    await clock.turn();
    consumer.push(at(0), at(1));
    await clock.turn();
    assert.deepEqual(handled, ['m0', 'm0', 'm1']);
    await drained(clock, drainer.drain());
  });

  it('takes the tail of a lane again, in order, when it comes before its release is answered, wherever its adapter keeps it', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer({ release: { scope: 'tail', maxDelayMs: 1_000, costsAttempt: true } });
    const released = new Gate();
    consumer.onRelease = async () => {
      await released.opened;
      return { failed: [] };
    };
    const handled: string[] = [];
    const drainer = new Drainer(
      consumer,
      ({ id, attempt }) => {
        handled.push(`${id} ${attempt}`);
        if (attempt === 1) throw new Error('once');
      },
      { clock, order: 'lane', retry: { attempts: 1 }, onExhausted: 'release' },
    );
    void drainer.run();
    const deliver = (attempt: number) => {
      const tail = ['m0', 'm1'].map((id) => message(id, { lane: 'g', attempt }));
      // A slab hands out places in any order.
      for (const [index, each] of tail.entries()) each.ordinal = 7 - index;
      consumer.push(...tail);
      return clock.turn();
    };
    await deliver(1);
    await deliver(2);
    released.open();
    await clock.turn();
    assert.deepEqual(handled, ['m0 1', 'm0 2', 'm1 2']);
    assert.deepEqual(consumer.releasedIds, ['m0', 'm1']);
    await drained(clock, drainer.drain());
  });

  it('gives the rest of a batch back when its lane leaves while it fails', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer({}, CURSOR);
    const failing = new Gate();
    const batches: string[][] = [];
    const drainer = new Drainer(
      consumer,
      {
        maxBatch: 2,
        batch: async (batch) => {
          batches.push(batch.map(({ id }) => id));
          if (batches.length > 1) return;
          await failing.opened;
          throw new Error('not now');
        },
      },
      { clock, order: 'key', retry: { attempts: 2 } },
    );
    void drainer.run();
    await clock.turn();
    consumer.listener?.assigned([...lane('p', 1), ...lane('q', 1)]);
    const one = message('m0', { lane: 'p', key: 'k', position: 0, assignment: 1, attempt: undefined });
    const other = message('m1', { lane: 'q', key: 'k', position: 0, assignment: 1, attempt: undefined });
    consumer.push(one, other);
    await clock.turn();
    const revoked = consumer.listener?.revoking({ lanes: lane('q', 1), deadlineMs: 10_000 });
    failing.open();
    await clock.advance(1_000);
    await revoked;
    assert.deepEqual(batches, [['m0', 'm1'], ['m0']]);
    await drained(clock, drainer.drain());
  });
});
