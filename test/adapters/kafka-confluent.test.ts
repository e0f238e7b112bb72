import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Blocking, checkThreads, threadsOf } from '../../adapters/kafka/confluent-calls.js';
import { installConfluent } from '../../conformance/brokers/confluent.js';
import { Drainer, type LaneAssignment, type Message, type StreamConsumer } from '../../src/index.js';
import { close, KafkaServer, take, values, WAIT_MS, whyNot } from '../support/kafka.js';
import { Gate, until } from '../support/until.js';

const LANES = 4;
/** By default members of the new protocol learn of a rebalance every 5 s. */
const PROPERTIES = { 'group.consumer.min.heartbeat.interval.ms': 100, 'group.consumer.heartbeat.interval.ms': 300 };

let bench: KafkaServer;
let skipped: string | undefined;

before(async () => {
  skipped = await whyNot('KAFKA BY LIBRDKAFKA', async () => {
    await installConfluent();
    bench = await KafkaServer.start({ properties: PROPERTIES });
  });
});

after(() => bench?.stop());

function real(name: string, test: () => Promise<void>): void {
  it(name, async (t) => {
    if (skipped === undefined) await test();
    else t.skip(skipped);
  });
}

type Parameters = Readonly<Record<string, string | number>>;

function open(topic: string, parameters: Parameters = {}): Promise<StreamConsumer> {
  return bench.open(topic, { client: 'confluent', parameters });
}

/** What a member is told, and what it has, while it fetches and acks until it is ended. */
class Watched {
  readonly consumer: StreamConsumer;
  readonly owned: Set<string> = new Set();
  readonly events: string[] = [];
  readonly seen: string[] = [];
  /** What leaves, until the gate is open. */
  readonly leaving: Set<string> = new Set();
  readonly #gate: Gate | undefined;
  readonly #over = new AbortController();
  #polling: Promise<void> | undefined;

  constructor(consumer: StreamConsumer, gate?: Gate) {
    this.consumer = consumer;
    this.#gate = gate;
    const tell = (what: string, lanes: readonly LaneAssignment[]): void => {
      this.events.push(...lanes.map(({ lane }) => `${what} ${lane}`));
    };
    const drop = (lanes: readonly LaneAssignment[]): void => {
      for (const { lane } of lanes) this.owned.delete(lane);
    };
    consumer.watch?.({
      assigned: (lanes) => {
        tell('assigned', lanes);
        for (const { lane } of lanes) this.owned.add(lane);
      },
      revoking: async ({ lanes }) => {
        tell('revoking', lanes);
        for (const { lane } of lanes) this.leaving.add(lane);
        await this.#gate?.opened;
        drop(lanes);
      },
      lost: (lanes) => {
        tell('lost', lanes);
        drop(lanes);
      },
      ended: (lanes) => tell('ended', lanes),
    });
  }

  poll(): this {
    const { signal } = this.#over;
    this.#polling = (async () => {
      while (!signal.aborted) {
        const batch = await this.consumer.fetch({ max: 100, waitMs: 100, signal });
        this.seen.push(...batch.map(({ id }) => id));
        if (batch.length > 0) await this.consumer.ack(batch);
      }
    })();
    // Whoever ends it is told.
    this.#polling.catch(() => undefined);
    return this;
  }

  async end(): Promise<void> {
    this.#over.abort();
    await this.#polling;
  }

  async close(): Promise<void> {
    await this.end();
    assert.ok((await close(this.consumer)).clean);
  }
}

async function publishToEach(topic: string, prefix: string, lanes: number = LANES): Promise<void> {
  await bench.publish(
    topic,
    Array.from({ length: lanes }, (_, partition) => ({ value: `${prefix}-${partition}`, partition })),
  );
}

describe('librdkafka: static members', () => {
  for (const groupProtocol of ['classic', 'consumer']) {
    real(`find their lanes again, and the others are told nothing (${groupProtocol})`, async () => {
      const topic = await bench.topic(LANES);
      const member = async (instanceId: string): Promise<Watched> =>
        new Watched(await open(topic, { groupProtocol, instanceId, sessionTimeoutMs: 30_000 })).poll();
      const [stays, leaves] = [await member('stays'), await member('leaves')];
      const all = (): number => stays.owned.size + leaves.owned.size;
      await until(() => stays.owned.size === LANES / 2 && all() === LANES, 'both have their share', WAIT_MS);
      const [its, events] = [[...leaves.owned].sort(), [...stays.events]];
      await leaves.close();
      await publishToEach(topic, 'meanwhile');
      const again = await member('leaves');
      await until(() => again.owned.size === LANES / 2, 'it has as many lanes as before', WAIT_MS);
      await until(() => stays.seen.length + again.seen.length === LANES, 'each lane is read', WAIT_MS);
      assert.deepEqual([...again.owned].sort(), its);
      assert.deepEqual(stays.events, events, 'the other one was told of a rebalance');
      await Promise.all([stays.close(), again.close()]);
    });
  }
});

describe('librdkafka: a revocation', () => {
  for (const groupProtocol of ['classic', 'consumer']) {
    real(`waits for its lanes, and the others are read on (${groupProtocol})`, async () => {
      const topic = await bench.topic(LANES);
      const gate = new Gate();
      const first = new Watched(await open(topic, { groupProtocol }), gate).poll();
      await until(() => first.owned.size === LANES, 'the first has all', WAIT_MS);
      const second = new Watched(await open(topic, { groupProtocol })).poll();
      await until(() => first.leaving.size > 0, 'lanes are being revoked', WAIT_MS);
      assert.ok(first.leaving.size < LANES);
      for (const round of ['one', 'two', 'three']) {
        const before = first.seen.length;
        await publishToEach(topic, round);
        await until(() => first.seen.length === before + LANES - first.leaving.size, 'the lanes that stay are read', WAIT_MS);
      }
      assert.deepEqual([second.owned.size, second.seen.length], [0, 0]);
      gate.open();
      await until(() => second.seen.length === 3 * first.leaving.size, 'the others are read by their new owner', WAIT_MS);
      assert.equal(new Set([...first.seen, ...second.seen]).size, 3 * LANES);
      await Promise.all([first.close(), second.close()]);
    });

    real(`under load, as members come and go, makes nothing come twice (${groupProtocol})`, async () => {
      const topic = await bench.topic(6);
      let total = 0;
      const publishMore = async (): Promise<void> => {
        await bench.publish(
          topic,
          values(600).map((value, index) => ({ value, partition: index % 6 })),
        );
        total += 600;
      };
      const handled: string[] = [];
      const start = async () => {
        const drainer = new Drainer(
          await open(topic, { groupProtocol }),
          async (message: Message) => {
            await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
            handled.push(message.id);
          },
          { concurrency: 16, order: 'none', window: 64, budget: { totalMs: 30_000 } },
        );
        return { drainer, ended: drainer.run() };
      };
      const works = ({ drainer }: Awaited<ReturnType<typeof start>>, count: number): Promise<void> =>
        until(
          async () => {
            if (handled.length > total - 300) await publishMore();
            return drainer.status().totals.succeeded > count;
          },
          'it works',
          WAIT_MS,
        );
      const first = await start();
      await works(first, 100);
      const second = await start();
      await works(second, 50);
      const third = await start();
      await works(third, 50);
      assert.equal((await second.drainer.drain()).outcome, 'clean');
      await until(() => handled.length >= total, 'all are handled', WAIT_MS);
      await Promise.all([first.drainer.drain(), third.drainer.drain()]);
      assert.deepEqual([handled.length, new Set(handled).size], [total, total]);
      assert.deepEqual(Object.values(await bench.committed(topic)), new Array(6).fill(total / 6));
    });
  }

  real('ends with the close of its member, which leaves at once', async () => {
    const topic = await bench.topic(LANES);
    const first = new Watched(await open(topic), new Gate()).poll();
    await until(() => first.owned.size === LANES, 'the first has all', WAIT_MS);
    const second = new Watched(await open(topic)).poll();
    await until(() => first.leaving.size > 0, 'lanes are being revoked', WAIT_MS);
    await first.close();
    await until(() => second.owned.size === LANES, 'the other has all', WAIT_MS);
    assert.equal(await bench.members(topic), 1);
    await second.close();
  });
});

describe('librdkafka: commits', () => {
  real('that had no answer, as the broker is restarted, never move an offset back', async () => {
    const topic = await bench.topic(1);
    await bench.publish(
      topic,
      values(5_000).map((value) => ({ value, partition: 0 })),
    );
    const consumer = await open(topic, { answerMs: 100, sessionTimeoutMs: 60_000 });
    const held = await take(consumer, 5_000);
    const restarting = bench.broker.restart();
    // One more each time, whatever became of those before: there is always a request, and a newer one behind it.
    let acked = 0;
    for (let outage = false, isBack = false; !isBack; ) {
      const { failed } = await consumer.ack(held.slice(acked, acked + 1));
      acked += 1;
      isBack = outage && failed.length === 0;
      outage ||= failed.length > 0;
    }
    await restarting;
    const offsets: (number | undefined)[] = [];
    await until(async () => offsets.push((await bench.committed(topic))[0]) >= 50, 'it was looked at for a while', WAIT_MS);
    assert.deepEqual(
      offsets.filter((offset) => offset !== acked),
      [],
      `${acked} are acked`,
    );
    assert.ok((await close(consumer)).clean);
    assert.equal((await bench.committed(topic))[0], acked);
  });
});

describe('librdkafka: the end', () => {
  for (const ms of [0, 5, 20, 60, 200]) {
    real(`a close ${ms} ms into joining leaves no member behind`, async () => {
      const topic = await bench.topic(1);
      await bench.publish(topic, [{ value: 'one' }]);
      const consumer = await open(topic);
      const fetching = consumer.fetch({ max: 10, waitMs: 5_000, signal: new AbortController().signal });
      await new Promise((resolve) => setTimeout(resolve, ms));
      const { clean } = await close(consumer);
      await fetching;
      assert.ok(clean);
      assert.equal(await bench.members(topic), 0);
      const next = await open(topic);
      assert.equal((await take(next, 1)).length, 1);
      await close(next);
    });
  }
});

describe("librdkafka: threads of Node's pool", () => {
  real('are not used up by members that leave while another one of the process holds a rebalance', async () => {
    const topic = await bench.topic(LANES);
    await publishToEach(topic, 'm');
    const gate = new Gate();
    const holder = new Watched(await open(topic, { rebalanceTimeoutMs: 60_000 }), gate);
    const held = await take(holder.consumer, LANES);
    const joins = await open(topic);
    const joiner = new Watched(joins).poll();
    holder.poll();
    await until(() => holder.leaving.size > 0, 'the holder is to give lanes away', WAIT_MS);
    // More than there are threads. They join, which the holder has to join in, and cannot leave before.
    const others = await Promise.all(Array.from({ length: 6 }, () => open(topic)));
    const { signal } = new AbortController();
    const fetches = others.map((each) => each.fetch({ max: 1, waitMs: 0, signal }));
    await until(async () => (await bench.members(topic)) === 2 + others.length, 'all have asked to join', WAIT_MS);
    const closes = await Promise.all(others.map((each) => each.close({ signal: AbortSignal.timeout(100) })));
    assert.ok(
      closes.some(({ clean }) => !clean),
      'none had to wait',
    );
    await Promise.all(fetches);
    const { failed } = await holder.consumer.ack(held);
    assert.deepEqual(failed, [], 'the holder cannot commit: it gets no thread');
    gate.open();
    await until(async () => (await bench.members(topic)) === 2, 'those have left', WAIT_MS);
    await until(() => holder.owned.size + joiner.owned.size === LANES, 'each lane has an owner', WAIT_MS);
    await Promise.all([holder.close(), joiner.close()]);
  });

  it('are as many as libuv reads from the environment, and one is too few', () => {
    assert.deepEqual([undefined, '8', '2', '1', '0', '-3', 'many', ''].map(threadsOf), [4, 8, 2, 1, 1, 1, 1, 1]);
    assert.throws(() => checkThreads(1), { code: 'INVALID_ARGUMENT', message: /UV_THREADPOOL_SIZE is 1: .* 2 threads/ });
    checkThreads(2);
  });

  it('half of them wait for brokers at a time; who failed gives its place back', async () => {
    const blocking = new Blocking(4);
    const pending: (() => void)[] = [];
    const hold = (done: (error: null) => void): void => void pending.push(() => done(null));
    const calls = [blocking.call(hold), blocking.call(hold), blocking.call(hold)];
    assert.equal(pending.length, 2);
    pending[0]?.();
    await calls[0];
    await until(() => pending.length === 3, 'the third has its turn');
    const failing = blocking.call((done) => done({ message: 'refused', code: 1 }));
    pending[1]?.();
    await calls[1];
    await assert.rejects(failing);
    pending[2]?.();
    await calls[2];
    const last = blocking.call(hold);
    pending[3]?.();
    await last;
  });
});
