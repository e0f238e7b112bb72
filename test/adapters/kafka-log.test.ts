import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import kafkajs from 'kafkajs';
import { type KafkaAssigner, kafkaConsumer } from '../../adapters/kafka/index.js';
import { batchesIn, startsIn } from '../../adapters/kafka/record-batches.js';
import { type Message, type StreamConsumer, StreamError } from '../../src/index.js';
import {
  ackAll,
  CLIENTS,
  type ClientName,
  changing,
  close,
  FETCH,
  failureOf,
  itBy,
  KafkaServer,
  nameOf,
  ONCE,
  type Skipped,
  take,
  WAIT_MS,
  whyNotEither,
} from '../support/kafka.js';
import { until } from '../support/until.js';

/** What the log of a partition can look like. */

/** Ten records of this size fill a segment. */
const SIZE = 100_000;
const COUNT = 30;
/** The time of the first one; each comes a ms later. */
const BEGUN = Date.now();
/** What is left of them. */
const LEFT = [18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29];

let bench: KafkaServer;
let skipped: Skipped;

before(async () => {
  skipped = await whyNotEither(async () => {
    bench = await KafkaServer.start({ properties: { 'log.cleaner.backoff.ms': 100 } });
  });
});
after(() => bench?.stop());

function real(name: string, test: (client: ClientName) => Promise<void>, clients = CLIENTS): void {
  itBy(name, clients, () => skipped, test);
}

const SEGMENTS = { name: 'segment.bytes', value: '1048576' };

/** One record by a producer of its own, of one of two keys by turns. */
function publishOne(topic: string, at: number): Promise<void> {
  return bench.publish(topic, [{ key: `k${at % 2}`, value: Buffer.alloc(SIZE, at), timestamp: String(BEGUN + at) }], ONCE);
}

/**
 * The first record from so many ms after the begin on. The broker looks into the first segment that was written since; when there is none
 * in it, it has no answer, which kafkajs shows as the end.
 */
async function firstSince(topic: string, ms: number): Promise<number> {
  const [found] = await bench.admin.fetchTopicOffsetsByTimestamp(topic, BEGUN + ms);
  return Number(found?.offset);
}

/** A transaction of a producer of its own, with these batches, and what ends it. */
async function begun(
  topic: string,
  ...batches: { key?: string; value: string | Buffer }[][]
): Promise<(how: 'commit' | 'abort') => Promise<void>> {
  const config = { ...ONCE, transactionalId: nameOf('tx') };
  const producer = bench.kafka.producer(config);
  await producer.connect();
  const transaction = await producer.transaction();
  for (const messages of batches) await transaction.send({ topic, messages });
  return async (how) => {
    await transaction[how]();
    await producer.disconnect();
    // Which is before the marker is written, unlike the begin of the next one.
    const next = bench.kafka.producer(config);
    await next.connect();
    await (await next.transaction()).abort();
    await next.disconnect();
  };
}

/** Has the log cleaned from now on, once, so that segments are not merged; resolves when the first one is without records. */
async function clean(topic: string, end: number): Promise<void> {
  const configEntries = [SEGMENTS, { name: 'cleanup.policy', value: 'compact' }, { name: 'min.cleanable.dirty.ratio', value: '0.01' }];
  await bench.admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }],
  });
  await until(async () => (await firstSince(topic, 0)) === end, 'the first segment has no records', WAIT_MS);
}

/**
 * Three segments. Of the first one the cleaner leaves ten batches without records, and of the second eight, and then the last record of
 * each key. The third is the active one, which it leaves alone.
 */
async function compacted(): Promise<string> {
  const topic = await bench.topic(1, [SEGMENTS]);
  for (let at = 0; at < COUNT; at += 1) await publishOne(topic, at);
  await clean(topic, COUNT);
  await until(async () => (await firstSince(topic, 10)) === LEFT[0], 'the second segment is cleaned', WAIT_MS);
  return topic;
}

const textsOf = (messages: readonly Message[]): string[] => messages.map((message) => message.text().slice(0, 20));

/** What is read and acked, up to the message at `last`. */
async function readTo(consumer: StreamConsumer, last: number): Promise<unknown[]> {
  const all: Message[] = [];
  while (all.at(-1)?.position !== last) all.push(...(await take(consumer, 1)));
  await ackAll(consumer, all);
  return all.map(({ position }) => position);
}

describe('kafka: a compacted log of idempotent producers', () => {
  real('is read over all batches without records, and acked in any order', async (client) => {
    const topic = await compacted();
    const consumer = await bench.open(topic, { client });
    const all = await take(consumer, LEFT.length);
    assert.deepEqual(
      all.map(({ position }) => position),
      LEFT,
    );
    const [first, ...rest] = all;
    assert.ok(first !== undefined);
    assert.equal((await consumer.ack(rest.toReversed())).confirmed.length, 0);
    assert.equal((await consumer.ack([first])).confirmed.length, all.length);
    assert.equal((await bench.committed(topic))[0], COUNT);
    assert.deepEqual(await consumer.lag?.(), new Map([[`${topic}/0`, 0]]));
    await publishOne(topic, COUNT);
    assert.deepEqual(await readTo(consumer, COUNT), [COUNT]);
    await close(consumer);
  });

  real('goes on from a committed offset that has no record any more', async (client) => {
    const topic = await compacted();
    const from = async (offset: number): Promise<void> => {
      const group = `g-${topic}-${offset}`;
      await bench.admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: String(offset) }] });
      const consumer = await bench.open(topic, { client, group });
      assert.deepEqual(
        await readTo(consumer, COUNT - 1),
        LEFT.filter((position) => position >= offset),
      );
      await close(consumer);
    };
    await Promise.all([3, 10, 14, 19].map(from));
  });

  real('is read where a record behind such batches does not fit an answer', async (client) => {
    const topic = await compacted();
    const consumer = await bench.open(topic, { client, parameters: { maxBytesPerPartition: SIZE / 2 } });
    assert.deepEqual(await readTo(consumer, COUNT - 1), LEFT);
    await close(consumer);
  });

  real('is read where the batches of aborted transactions were', async (client) => {
    const topic = await bench.topic(1, [SEGMENTS]);
    // One segment of them; their markers are in the next one.
    const ends = [];
    for (let at = 0; at < 5; at += 1) {
      ends.push(
        await begun(
          topic,
          [0, 1].map((key) => ({ key: `k${key}`, value: Buffer.alloc(SIZE) })),
        ),
      );
    }
    await publishOne(topic, 10);
    for (const end of ends) await end('abort');
    for (let at = 16; at < 36; at += 1) await publishOne(topic, at);
    await clean(topic, 36);
    for (const readUncommitted of ['false', 'true']) {
      const consumer = await bench.open(topic, { client, group: `g-${topic}-${readUncommitted}`, parameters: { readUncommitted } });
      const positions = await readTo(consumer, 35);
      assert.ok(positions.every((position) => Number(position) >= 10));
      await close(consumer);
    }
  });
});

describe('kafka: transactions', () => {
  real('of several producers that overlap are handed out when they were committed only', async (client) => {
    const topic = await bench.topic(1);
    // The one that began first ends last; of the third one all is read behind what began it.
    const first = await begun(topic, [{ value: 'aborted 1' }]);
    const second = await begun(topic, [{ value: 'aborted 2' }]);
    const third = await begun(topic, [{ value: 'aborted 3' }], [{ value: Buffer.alloc(SIZE) }]);
    const fourth = await begun(topic, [{ value: 'committed' }]);
    await second('abort');
    await fourth('commit');
    await third('abort');
    await first('abort');
    await bench.publish(topic, [{ value: 'last' }]);
    for (const maxBytesPerPartition of [1_024, SIZE * 10]) {
      const group = `g-${topic}-${maxBytesPerPartition}`;
      const consumer = await bench.open(topic, { client, group, parameters: { maxBytesPerPartition } });
      assert.deepEqual(textsOf(await take(consumer, 2)), ['committed', 'last']);
      await close(consumer);
    }
  });
});

describe('kafka: a seek', () => {
  real('to where nothing is left goes on behind it', async (client) => {
    const topic = await compacted();
    const consumer = await bench.open(topic, { client });
    await take(consumer, LEFT.length);
    await consumer.seek?.(`${topic}/0`, '007');
    assert.deepEqual(await readTo(consumer, COUNT - 1), LEFT);
    await close(consumer);
  });

  real('to more aborted records than an answer takes goes on behind them', async (client) => {
    const topic = await bench.topic(1);
    await bench.publish(topic, [{ value: 'before' }]);
    const value = Buffer.alloc(SIZE);
    await (await begun(topic, [{ value }], [{ value }], [{ value }]))('abort');
    await bench.publish(topic, [{ value: 'behind' }]);
    const consumer = await bench.open(topic, { client, parameters: { maxBytesPerPartition: SIZE / 2 } });
    assert.deepEqual(textsOf(await take(consumer, 2)), ['before', 'behind']);
    await consumer.seek?.(`${topic}/0`, 1);
    assert.deepEqual(textsOf(await take(consumer, 1)), ['behind']);
    await close(consumer);
  });

  real('to before the begin of a log that was cut goes to its begin', async (client) => {
    const topic = await bench.topic(1);
    for (let at = 0; at < 6; at += 1) await bench.publish(topic, [{ value: `m${at}` }]);
    const consumer = await bench.open(topic, { client });
    await take(consumer, 6);
    await bench.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] });
    await consumer.seek?.(`${topic}/0`, 0);
    assert.deepEqual(await readTo(consumer, 5), [3, 4, 5]);
    await close(consumer);
  });
});

/** Has the batch at offset 1 of each partition damaged in what comes of the brokers, while it is to be. */
function damaging(isToBe: () => boolean): KafkaAssigner {
  return changing((apiKey, exchange) => {
    if (apiKey !== FETCH) return exchange;
    const decode = (bytes: Buffer) => exchange.response.decode(isToBe() ? damagedOf(bytes, exchange.request.apiVersion) : bytes);
    return { ...exchange, response: { ...exchange.response, decode } };
  });
}

function damagedOf(bytes: Buffer, version: number): Buffer {
  const damaged = Buffer.from(bytes);
  for (const span of batchesIn(bytes, version)) {
    const batch = startsIn(bytes, span).find((at) => bytes.readBigInt64BE(at) === 1n);
    // The length of its first record.
    if (batch !== undefined) damaged[batch + 61] = 0;
  }
  return damaged;
}

/** Takes so many of what can be read. What was fetched while it was damaged may still come. */
async function takeReadable(consumer: StreamConsumer, count: number): Promise<Message[]> {
  const taken: Message[] = [];
  const { signal } = new AbortController();
  const more = async (): Promise<boolean> => {
    const come = await consumer.fetch({ max: 10, waitMs: 100, signal }).catch((error: unknown) => {
      if (StreamError.is(error) && error.code === 'UNKNOWN') return [];
      throw error;
    });
    taken.push(...come);
    return taken.length >= count;
  };
  await until(more, 'they came', WAIT_MS);
  return taken;
}

describe('kafka: records that are damaged', () => {
  real('are told of, once all before them can be acked, and are fetched again', async () => {
    const topic = await bench.topic(2);
    for (const values of [['a'], ['b', 'c']])
      await bench.publish(
        topic,
        [0, 1].flatMap((partition) => values.map((value) => ({ value: `${value}${partition}`, partition }))),
      );
    let isDamaging = true;
    const groupId = `g-${topic}`;
    const consumer = kafkaConsumer(bench.kafka, { topics: topic, groupId, assigner: damaging(() => isDamaging) });
    const before = await take(consumer, 2);
    assert.deepEqual(textsOf(before).toSorted(), ['a0', 'a1']);
    // Of each lane, and as often as it is asked for.
    for (let times = 0; times < 4; times += 1) {
      const error = await failureOf(consumer);
      assert.equal(error.code, 'UNKNOWN');
      assert.match(error.message, /the batch of records at offset 1 cannot be read/);
    }
    await ackAll(consumer, before);
    assert.deepEqual(await bench.committed(topic), { 0: 1, 1: 1 });
    isDamaging = false;
    const all = await takeReadable(consumer, 4);
    assert.deepEqual(textsOf(all).toSorted(), ['b0', 'b1', 'c0', 'c1']);
    await ackAll(consumer, all);
    assert.deepEqual(await bench.committed(topic), { 0: 3, 1: 3 });
    // Also from within what is damaged; the other lane goes on in its assignment.
    isDamaging = true;
    await consumer.seek?.(`${topic}/0`, 2);
    assert.match((await failureOf(consumer)).message, /the batch of records at offset 1 cannot be read/);
    await bench.publish(topic, [{ value: 'd1', partition: 1 }]);
    const [other] = await takeReadable(consumer, 1);
    assert.deepEqual([other?.text(), other?.assignment], ['d1', all.find(({ lane }) => lane === `${topic}/1`)?.assignment]);
    isDamaging = false;
    assert.equal((await takeReadable(consumer, 1))[0]?.text(), 'c0');
    await close(consumer);
  }, ['kafkajs']);
});
