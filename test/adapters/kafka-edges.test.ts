import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type KafkaLike, type KafkaOptions, kafkaConsumer } from '../../adapters/kafka/index.js';
import { Drainer, type StreamConsumer } from '../../src/index.js';
import { ackAll, close, failureOf, KafkaServer, take, values, WAIT_MS, whyNot } from '../support/kafka.js';
import { Gate, until } from '../support/until.js';

/** What kafkajs does wrong. */

let skipped: string | undefined;
let bench: KafkaServer;

before(async () => {
  skipped = await whyNot('KAFKA', async () => {
    bench = await KafkaServer.start();
  });
});
after(() => bench?.stop());

function real(name: string, test: () => Promise<void>): void {
  it(name, async (t) => {
    if (skipped === undefined) await test();
    else t.skip(skipped);
  });
}

describe('kafka: several consumers in one process', () => {
  real('of one group share, of another one read all, and one that ends disturbs none', async () => {
    const topic = await bench.topic(4);
    const publish = (prefix: string) =>
      bench.publish(
        topic,
        values(40, prefix).map((value, at) => ({ value, partition: at % 4 })),
      );
    await publish('a');
    const handled = new Map<string, string[]>([
      ['one', []],
      ['other', []],
    ]);
    const start = async (group: string) => {
      const drainer = new Drainer(
        await bench.open(topic, { group: `${group}-${topic}` }),
        async (message) => void handled.get(group)?.push(message.text()),
      );
      return { drainer, ended: drainer.run() };
    };
    const drainers = [await start('one'), await start('one'), await start('other')];
    const counts = (expected: number) => [...handled.values()].every((each) => new Set(each).size === expected);
    await until(() => counts(40), 'both groups have all', WAIT_MS);
    const [leaver, ...stayers] = drainers;
    assert.equal((await leaver?.drainer.drain())?.outcome, 'clean');
    await publish('b');
    await until(() => counts(80), 'both groups have all that came later', WAIT_MS);
    for (const { drainer } of stayers) assert.equal((await drainer.drain()).outcome, 'clean');
    await Promise.all(drainers.map(({ ended }) => ended));
    for (const each of handled.values()) assert.equal(each.length, 80, 'each once');
  });
});

describe('kafka: a group that does not wait', () => {
  /** Its group waits for 2 s in a rebalance, whatever the member was told; and it hears no more of the group once it is `deaf`. */
  function impatient(isDeaf: () => boolean): KafkaLike {
    const { kafka } = bench;
    return {
      admin: () => kafka.admin(),
      consumer: (config) => {
        const client = kafka.consumer({ ...config, rebalanceTimeout: 2_000 });
        return {
          ...client,
          run: ({ eachBatch, ...options }) =>
            client.run({
              ...options,
              eachBatch: (payload) => eachBatch({ ...payload, heartbeat: () => (isDeaf() ? Promise.resolve() : payload.heartbeat()) }),
            }),
        };
      },
    };
  }

  real('a rejoin that it has overtaken commits nothing late, and goes on with new lanes', async () => {
    const topic = await bench.topic(2);
    const publish = (count: number) =>
      bench.publish(
        topic,
        values(count * 2).map((value, at) => ({ value, partition: at % 2 })),
      );
    await publish(10);
    const options: KafkaOptions = {
      topics: topic,
      groupId: `g-${topic}`,
      sessionTimeoutMs: 6_000,
      heartbeatMs: 200,
      rebalanceTimeoutMs: 60_000,
    };
    const settled = new Gate();
    let isHeld = false;
    let isOver = false;
    const assigned: number[] = [];
    const slow: StreamConsumer = kafkaConsumer(
      impatient(() => isHeld && !isOver),
      options,
    );
    slow.watch?.({
      assigned: (lanes) => assigned.push(...lanes.map(({ assignment }) => assignment)),
      revoking: async () => {
        isHeld = true;
        await settled.opened;
      },
      lost: () => undefined,
      ended: () => undefined,
    });
    const held = await take(slow, 20);
    await ackAll(
      slow,
      held.filter(({ position }) => Number(position) < 2),
    );
    // The group waits for the slow one, then goes on without it.
    const next: StreamConsumer = kafkaConsumer(
      impatient(() => false),
      options,
    );
    await ackAll(next, await take(next, 16));
    assert.ok(isHeld, 'the slow one was asked to settle');
    assert.equal(assigned.length, 2, 'and has not joined again');
    assert.deepEqual(await bench.committed(topic), { 0: 10, 1: 10 });
    const late = held.filter(({ position }) => Number(position) === 2);
    const { confirmed, recorded, failed } = await slow.ack(late);
    assert.deepEqual([confirmed.length, recorded.length, failed.map(({ error }) => error.code)], [0, 0, ['LEASE_LOST', 'LEASE_LOST']]);
    assert.deepEqual(await bench.committed(topic), { 0: 10, 1: 10 });
    isOver = true;
    settled.open();
    await until(() => assigned.length > 2, 'it has joined again', WAIT_MS);
    await publish(2);
    const [own, others] = await Promise.all([take(slow, 2), take(next, 2)]);
    assert.equal(new Set([...own, ...others].map(({ id }) => id)).size, 4, 'they share');
    for (const { assignment } of own) assert.ok(held.every((before) => before.assignment < assignment));
    await Promise.all([ackAll(slow, own), ackAll(next, others)]);
    assert.deepEqual((await slow.ack(late)).failed.length, 2);
    assert.deepEqual(await bench.committed(topic), { 0: 12, 1: 12 });
    await Promise.all([close(slow), close(next)]);
  });
});

describe('kafka: the end of kafkajs', () => {
  real('a handler that hangs does not hang the close, and the lane goes to the next', async () => {
    const topic = await bench.topic(1);
    await bench.publish(topic, [{ value: 'one' }]);
    let handling = false;
    const drainer = new Drainer(
      await bench.open(topic),
      () => {
        handling = true;
        return new Promise<void>(() => undefined);
      },
      { budget: { totalMs: 2_000 } },
    );
    const ended = drainer.run();
    await until(() => handling, 'the handler hangs', WAIT_MS);
    const { outcome } = await drainer.drain();
    await ended;
    assert.notEqual(outcome, 'clean');
    await until(async () => (await bench.members(topic)) === 0, 'the member has left', WAIT_MS);
    const next = await bench.open(topic);
    await ackAll(next, await take(next, 1));
    assert.equal((await bench.committed(topic))[0], 1);
    await close(next);
  });

  real('closed after its crash, a consumer does not come back with the broker', async () => {
    const topic = await bench.topic(1);
    await bench.publish(topic, [{ value: 'one' }]);
    const consumer = await bench.open(topic);
    await take(consumer, 1);
    await bench.broker.kill();
    assert.equal((await failureOf(consumer)).retryable, true);
    await close(consumer);
    await bench.broker.restart();
    await until(async () => (await bench.members(topic)) === 0, 'the session of the crashed one is over', WAIT_MS);
    const next = await bench.open(topic);
    assert.equal((await take(next, 1))[0]?.text(), 'one');
    assert.equal(await bench.members(topic), 1, 'nobody else is there');
    await close(next);
  });
});
