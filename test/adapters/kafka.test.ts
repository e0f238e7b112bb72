import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import kafkajs, { type Kafka } from 'kafkajs';
import { type KafkaMessage, type KafkaOptions, kafkaConsumer } from '../../adapters/kafka/index.js';
import { Drainer, type Message, type StreamConsumer } from '../../src/index.js';
import { close, failureOf, KafkaServer, nameOf, ONCE, take, values, WAIT_MS, whyNot } from '../support/kafka.js';
import { until } from '../support/until.js';

let skipped: string | undefined;
let bench: KafkaServer;
/** Of the consumers under test: as users have it. */
let kafka: Kafka;

function publish(topic: string, partition: number, values: readonly string[]): Promise<void> {
  return bench.publish(
    topic,
    values.map((value) => ({ value, partition })),
  );
}

function consume(topics: string | readonly string[], options: Partial<KafkaOptions> = {}): StreamConsumer<KafkaMessage> {
  return kafkaConsumer(kafka, { topics, groupId: `g-${[topics].flat()[0]}`, sessionTimeoutMs: 6_000, heartbeatMs: 200, ...options });
}

before(async () => {
  skipped = await whyNot('KAFKA', async () => {
    bench = await KafkaServer.start();
    kafka = bench.client(undefined, { retry: {} });
  });
});

after(() => bench?.stop());

function real(name: string, test: () => Promise<void>): void {
  it(name, async (t) => {
    if (skipped === undefined) await test();
    else t.skip(skipped);
  });
}

describe('kafka: rebalances', () => {
  real('wait for handlers: members that come and go under load handle each message once', async () => {
    const topic = await bench.topic(6);
    const total = 3_000;
    for (let partition = 0; partition < 6; partition += 1) await publish(topic, partition, values(total / 6, `${partition}-`));
    const handled: string[] = [];
    const start = () => {
      const drainer = new Drainer(
        consume(topic),
        async (message) => {
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
          handled.push(message.id);
        },
        { concurrency: 16, order: 'none', window: 64, budget: { totalMs: 30_000 } },
      );
      return { drainer, ended: drainer.run() };
    };
    const first = start();
    await until(() => handled.length > 100, 'the first one works', WAIT_MS);
    const second = start();
    await until(() => second.drainer.status().totals.succeeded > 50, 'the second one works', WAIT_MS);
    const third = start();
    await until(() => third.drainer.status().totals.succeeded > 50, 'the third one works', WAIT_MS);
    assert.equal((await second.drainer.drain()).outcome, 'clean');
    await until(() => handled.length >= total, 'all are handled', WAIT_MS);
    await Promise.all([first.drainer.drain(), third.drainer.drain()]);
    assert.deepEqual([handled.length, new Set(handled).size], [total, total]);
    const offsets = Object.values(await bench.committed(topic));
    assert.deepEqual(offsets, new Array(6).fill(total / 6));
    assert.equal(await bench.members(topic), 0);
  });

  real('never let a late ack move the offset of the next owner', async () => {
    const topic = await bench.topic(1);
    await publish(topic, 0, values(20));
    const first = consume(topic);
    const held = await take(first, 20);
    await first.ack(held.slice(0, 5));
    // Without a listener lanes leave at once.
    const second = consume(topic);
    const seen: Message<KafkaMessage>[] = [];
    const { signal } = new AbortController();
    const polls = [first, second].map(async (consumer) => {
      while (seen.length < 10) {
        const batch = await consumer.fetch({ max: 10, waitMs: 100, signal });
        if (consumer === second || batch.some(({ assignment }) => assignment > 1)) seen.push(...batch);
      }
    });
    await Promise.all(polls);
    const late = await first.ack(held.slice(5, 8));
    assert.deepEqual(
      late.failed.map(({ error }) => error.code),
      ['LEASE_LOST', 'LEASE_LOST', 'LEASE_LOST'],
    );
    assert.equal((await bench.committed(topic))[0], 5);
    await Promise.all([close(first), close(second)]);
  });
});

describe('kafka: commits', () => {
  real('stay before what is unfinished, over the holes of transactions', async () => {
    const topic = await bench.topic(1);
    const producer = bench.kafka.producer({ ...ONCE, transactionalId: topic });
    await producer.connect();
    for (let round = 0; round < 6; round += 1) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: values(5, `${round}-`).map((value) => ({ value, partition: 0 })) });
      if (round % 3 === 1) await transaction.abort();
      else await transaction.commit();
    }
    await producer.disconnect();
    const consumer = consume(topic);
    const all = await take(consumer, 20);
    const positions = all.map(({ position }) => Number(position));
    assert.ok(Number(positions.at(-1)) > 25, 'aborted records and markers leave holes');
    const [first, ...rest] = all;
    assert.ok(first !== undefined);
    const { confirmed, recorded } = await consumer.ack(rest.toReversed());
    assert.deepEqual([confirmed.length, recorded.length], [0, 19]);
    assert.notEqual((await bench.committed(topic))[0], Number(positions.at(-1)) + 1);
    assert.equal((await consumer.ack([first])).confirmed.length, 20);
    assert.equal((await bench.committed(topic))[0], Number(positions.at(-1)) + 1);
    assert.deepEqual((await close(consumer)).unconfirmed, []);
  });

  real('read a lane again from where it was sought or released to, and fence what was held', async () => {
    const topic = await bench.topic(1);
    await publish(topic, 0, values(30));
    const consumer = consume(topic);
    const all = await take(consumer, 30);
    await consumer.ack(all.slice(0, 10));
    await consumer.release?.([all[20] as Message<KafkaMessage>]);
    const again = await take(consumer, 10);
    assert.deepEqual(
      again.map(({ position }) => position),
      all.slice(20).map(({ position }) => position),
    );
    assert.equal((await consumer.ack(all.slice(10, 20))).confirmed.length, 10);
    assert.equal((await consumer.ack(all.slice(20, 21))).failed[0]?.error.code, 'LEASE_LOST');
    await assert.rejects(async () => consumer.seek?.(`${topic}/0`, String(2n ** 63n)), { code: 'INVALID_ARGUMENT' });
    await consumer.seek?.(`${topic}/0`, 3);
    const [sought] = await take(consumer, 1);
    assert.equal(sought?.position, 3);
    assert.equal((await consumer.ack(again)).failed.length, 10);
    assert.deepEqual(await consumer.lag?.(), new Map([[`${topic}/0`, 10]]));
    await close(consumer);
  });

  real('cover several topics, each lane by itself', async () => {
    const [one, other] = [await bench.topic(2), await bench.topic(1)];
    await publish(one, 1, values(5));
    await publish(other, 0, values(5));
    const consumer = consume([one, other]);
    const all = await take(consumer, 10);
    assert.equal(new Set(all.map(({ id }) => id)).size, 10);
    assert.equal((await consumer.ack(all)).confirmed.length, 10);
    assert.ok((await close(consumer)).clean);
    const found = await bench.admin.fetchOffsets({ groupId: `g-${one}`, topics: [one, other] });
    const offsets = found.flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => `${topic}/${partition} ${offset}`));
    assert.deepEqual(offsets.sort(), [`${one}/0 -1`, `${one}/1 5`, `${other}/0 5`].sort());
  });
});

describe('kafka: the end', () => {
  for (const ms of [0, 5, 20, 60]) {
    real(`a close ${ms} ms into joining leaves no member behind`, async () => {
      const topic = await bench.topic(1);
      await publish(topic, 0, values(3));
      const consumer = consume(topic);
      const fetching = consumer.fetch({ max: 10, waitMs: 5_000, signal: new AbortController().signal });
      await new Promise((resolve) => setTimeout(resolve, ms));
      const { clean } = await close(consumer);
      await fetching;
      assert.ok(clean);
      assert.equal(await bench.members(topic), 0);
      const next = consume(topic);
      assert.equal((await take(next, 3)).length, 3);
      await close(next);
    });
  }

  real('a close is bounded while a join is held by another member, and the member leaves once it has joined', async () => {
    const topic = await bench.topic(2);
    await publish(topic, 0, values(3));
    await publish(topic, 1, values(3));
    let release: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holder = consume(topic, { rebalanceTimeoutMs: 30_000 });
    holder.watch?.({ assigned: () => undefined, lost: () => undefined, ended: () => undefined, revoking: () => settled });
    await take(holder, 6);
    const joiner = consume(topic);
    const stop = new AbortController();
    const polls = [holder, joiner].map((each) => each.fetch({ max: 1, waitMs: 500, signal: stop.signal }));
    await Promise.all(polls);
    const { clean } = await joiner.close({ signal: AbortSignal.timeout(200) });
    assert.equal(clean, false);
    release();
    // It joins, as it cannot be stopped before, and leaves.
    const { signal } = new AbortController();
    await until(async () => (await holder.fetch({ max: 10, waitMs: 200, signal })).length > 0, 'the holder has its lanes again', WAIT_MS);
    await until(async () => (await bench.members(topic)) === 1, 'the joiner has left', WAIT_MS);
    await close(holder);
  });
});

describe('kafka: errors', () => {
  real('a topic that does not exist', async () => {
    const consumer = consume(nameOf('t'));
    assert.equal((await failureOf(consumer)).code, 'NOT_FOUND');
    assert.ok((await close(consumer)).clean);
  });

  real('a group whose members share out in another way', async () => {
    const topic = await bench.topic(1);
    await publish(topic, 0, values(1));
    const first = consume(topic);
    await take(first, 1);
    const other = consume(topic, { assigner: (config) => ({ ...kafkajs.PartitionAssigners.roundRobin(config), name: 'another' }) });
    const error = await failureOf(other);
    assert.deepEqual([error.code, error.retryable], ['INVALID_ARGUMENT', false]);
    await Promise.all([close(first), close(other)]);
  });

  real('a broker that is not there', async () => {
    const nobody = kafkaConsumer(bench.client(undefined, { brokers: ['127.0.0.1:1'], retry: { retries: 1, initialRetryTime: 10 } }), {
      topics: 'orders',
      groupId: 'g',
    });
    const error = await failureOf(nobody);
    assert.deepEqual([error.code, error.retryable], ['UNAVAILABLE', true]);
    // It may be there the next time.
    assert.equal((await failureOf(nobody)).code, 'UNAVAILABLE');
    await close(nobody);
  });

  real('records in a codec that the client has not, and the crashed client does not come back to life', async () => {
    const topic = await bench.topic(1);
    const { CompressionCodecs, CompressionTypes } = kafkajs;
    const missing = CompressionCodecs[CompressionTypes.Snappy];
    CompressionCodecs[CompressionTypes.Snappy] = () => ({
      compress: async ({ buffer }: { buffer: Buffer }) => snappyOf(buffer),
      decompress: async (buffer: Buffer) => buffer,
    });
    const producer = bench.kafka.producer(ONCE);
    await producer.connect();
    try {
      await producer.send({ topic, compression: CompressionTypes.Snappy, messages: [{ value: 'one' }] });
    } finally {
      CompressionCodecs[CompressionTypes.Snappy] = missing;
      await producer.disconnect();
    }
    const consumer = consume(topic);
    const error = await failureOf(consumer);
    assert.deepEqual([error.code, error.retryable], ['UNSUPPORTED', false]);
    await close(consumer);
    assert.equal(await bench.members(topic), 0);
  });

  real('a record beyond the bound of a request comes all the same', async () => {
    const topic = await bench.topic(1);
    await publish(topic, 0, ['x'.repeat(200_000), 'small']);
    const consumer = consume(topic, { maxBytesPerPartition: 1_024, maxBytes: 1_024 });
    const [large, small] = await take(consumer, 2);
    assert.deepEqual([large?.body.length, small?.text()], [200_000, 'small']);
    await close(consumer);
  });
});

/** Snappy's format, with nothing compressed. */
function snappyOf(buffer: Buffer): Buffer {
  const parts: Buffer[] = [];
  let length = buffer.length;
  while (length > 127) {
    parts.push(Buffer.from([(length & 127) | 128]));
    length >>>= 7;
  }
  parts.push(Buffer.from([length]));
  for (let at = 0; at < buffer.length; at += 65_536) {
    const literal = buffer.subarray(at, at + 65_536);
    const head = Buffer.from([61 << 2, 0, 0]);
    head.writeUInt16LE(literal.length - 1, 1);
    parts.push(head, literal);
  }
  return Buffer.concat(parts);
}
