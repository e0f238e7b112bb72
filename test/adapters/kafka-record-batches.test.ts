import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { KafkaDecodedRecord, KafkaFetchAnswer, KafkaLookup, KafkaMessage, KafkaReach } from '../../adapters/kafka/client.js';
import { type Answer, chunksOf, mendAnswers } from '../../adapters/kafka/kafkajs-answers.js';
import { batchAt, batchesIn, lastOffset, startsIn } from '../../adapters/kafka/record-batches.js';
import { StreamError } from '../../src/index.js';

/** Answers as bytes, and what is made of them; kafkajs's own reading of the same bytes is what ours is compared with. */

interface KafkajsDecoder {
  new (bytes: Buffer): object;
}

const load = createRequire(import.meta.url);
const Decoder = load('kafkajs/src/protocol/decoder') as KafkajsDecoder;
const readByKafkajs = load('kafkajs/src/protocol/recordBatch/v0/decoder') as (
  decoder: object,
) => Promise<{ readonly records: KafkaDecodedRecord[] }>;

const int8 = (value: number): Buffer => Buffer.from([value & 255]);
const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 255, value & 255]);
const int32 = (value: number): Buffer => Buffer.concat([int16((value >> 16) & 65_535), int16(value & 65_535)]);
const int64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};
const text = (value: string): Buffer => Buffer.concat([int16(value.length), Buffer.from(value)]);

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  return Buffer.from([...bytes, Number(left)]);
}

const sized = (value: Uint8Array | null): Buffer => (value === null ? varint(-1) : Buffer.concat([varint(value.length), value]));

interface RecordFields {
  readonly attributes: number;
  readonly timestampDelta: bigint;
  readonly offsetDelta: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [string, Uint8Array | null])[];
}

interface BatchFields {
  readonly firstOffset: bigint;
  readonly lastDelta: number;
  readonly attributes: number;
  readonly firstTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly producerId: bigint;
  readonly records: readonly RecordFields[];
}

const PLAIN: RecordFields = { attributes: 0, timestampDelta: 0n, offsetDelta: 0, key: null, value: null, headers: [] };

function recordBytes({ attributes, timestampDelta, offsetDelta, key, value, headers }: RecordFields): Buffer {
  const named = headers.map(([name, each]) => Buffer.concat([sized(Buffer.from(name)), sized(each)]));
  const fields = [int8(attributes), varint(timestampDelta), varint(offsetDelta), sized(key), sized(value), varint(headers.length)];
  return sized(Buffer.concat([...fields, ...named]));
}

function batchBytes(fields: Partial<BatchFields>, magic = 2): Buffer {
  const { records = [], firstOffset = 0n, attributes = 0, firstTimestamp = 0n, maxTimestamp = 0n, producerId = -1n } = fields;
  const { lastDelta = records.length - 1 } = fields;
  const each = Buffer.concat(records.map(recordBytes));
  const rest = Buffer.concat([
    int32(7),
    int8(magic),
    int32(0),
    int16(attributes),
    int32(lastDelta),
    int64(firstTimestamp),
    int64(maxTimestamp),
    int64(producerId),
    int16(3),
    int32(5),
    int32(records.length),
    (attributes & 7) === 0 ? each : gzipSync(each),
  ]);
  return Buffer.concat([int64(firstOffset), int32(rest.length), rest]);
}

/** A batch with so many records, whose values are their offsets. */
function numbered(from: number, count: number, fields: Partial<BatchFields> = {}): Buffer {
  const records = Array.from({ length: count }, (_, at) => ({ ...PLAIN, offsetDelta: at, value: Buffer.from(String(from + at)) }));
  return batchBytes({ firstOffset: BigInt(from), records, ...fields });
}

interface PartitionFields {
  readonly records: Buffer;
  /** Producers, and the offsets from which on they aborted. */
  readonly aborted?: readonly (readonly [bigint, bigint])[];
}

function answerBytes(version: number, topics: Readonly<Record<string, readonly PartitionFields[]>>): Buffer {
  const partition = ({ records, aborted }: PartitionFields, number: number): Buffer =>
    Buffer.concat([
      int32(number),
      int16(0),
      int64(9n),
      int64(8n),
      ...(version >= 5 ? [int64(0n)] : []),
      int32(aborted?.length ?? -1),
      ...(aborted ?? []).flatMap(([producer, offset]) => [int64(producer), int64(offset)]),
      ...(version >= 11 ? [int32(-1)] : []),
      int32(records.length),
      records,
    ]);
  const entries = Object.entries(topics);
  return Buffer.concat([
    int32(0),
    ...(version >= 7 ? [int16(0), int32(0)] : []),
    int32(entries.length),
    ...entries.flatMap(([name, partitions]) => [text(name), int32(partitions.length), ...partitions.map(partition)]),
  ]);
}

const AGAIN = { seed: Number(process.env.TAILRACE_RECORDS_SEED ?? Math.floor(Math.random() * 2 ** 31)) };

describe(`kafka: batches of records (seed ${AGAIN.seed})`, () => {
  it('are found in answers of each version, and none behind one that is cut or of an older format', () => {
    const large = 2n ** 40n;
    const empty = (first: bigint, last: bigint): Buffer => batchBytes({ firstOffset: first, lastDelta: Number(last - first) });
    const whole = Buffer.concat([empty(0n, 9n), empty(large, large + 5n)]);
    for (let version = 4; version <= 11; version += 1) {
      const bytes = answerBytes(version, {
        orders: [{ records: whole }, { records: Buffer.alloc(0), aborted: [] }, { records: whole.subarray(0, -1), aborted: [[1n, 2n]] }],
        none: [],
        payments: [
          { records: empty(3n, 3n), aborted: [[1n, 2n]] },
          { records: empty(3n, 3n).subarray(0, 40) },
          { records: Buffer.concat([empty(1n, 2n), batchBytes({ firstOffset: 3n }, 1)]) },
        ],
      });
      const ends = batchesIn(bytes, version).map((span) => {
        const last = startsIn(bytes, span).at(-1);
        return last === undefined ? undefined : lastOffset(bytes, last);
      });
      assert.deepEqual(ends, [large + 5n, undefined, 9n, 3n, undefined, 2n], `version ${version}`);
    }
  });

  it('are read as kafkajs reads them, to the last field', async () => {
    const int64s = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    // Sums of an offset or a time and what is added to it stay below 2^63.
    const sums = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 33n }),
      fc.bigInt({ min: 2n ** 53n - 9n, max: 2n ** 53n }),
      fc.bigInt(-1n, 2n ** 62n),
    );
    const deltas = fc.oneof(fc.bigInt(-2n, 2n), fc.bigInt(-(2n ** 31n), 2n ** 31n), fc.bigInt(-(2n ** 61n), 2n ** 61n));
    const bytes = fc.oneof(fc.constant(null), fc.uint8Array({ maxLength: 3 }), fc.uint8Array({ minLength: 120, maxLength: 140 }));
    // kafkajs takes a header by the name of what each object inherits for one that came before.
    const names = fc.oneof(fc.constantFrom('a', '', 'é'), fc.string()).filter((name) => !(name in {}));
    // It takes no value for no header, so that one that comes again is the first.
    const headers = fc.oneof(
      fc.array(fc.tuple(names, fc.uint8Array({ maxLength: 3 })), { maxLength: 4 }),
      fc.uniqueArray(fc.tuple(names, fc.constant(null)), { maxLength: 2, selector: ([name]) => name }),
    );
    const record = fc.record({
      attributes: fc.integer({ min: -128, max: 127 }),
      timestampDelta: deltas,
      offsetDelta: fc.oneof(fc.nat(300), fc.nat()),
      key: bytes,
      value: bytes,
      headers,
    });
    const batch = fc.record({
      firstOffset: sums,
      lastDelta: fc.nat(),
      attributes: fc.constantFrom(0, 8, 16, 32, 48, 56),
      firstTimestamp: sums,
      maxTimestamp: int64s,
      producerId: int64s,
      records: fc.array(record, { maxLength: 6 }),
    });
    const property = fc.asyncProperty(batch, async (fields) => {
      const whole = Buffer.concat([Buffer.alloc(3), batchBytes(fields)]);
      const { firstOffset, producerId, inTransaction, isControlBatch, count, read } = batchAt(whole, 3);
      const { records } = await readByKafkajs(new Decoder(whole.subarray(3)));
      assert.deepEqual(read(), records);
      assert.equal(count, records.length);
      for (const { batchContext } of records) {
        const expected = [batchContext.firstOffset, batchContext.producerId, batchContext.inTransaction, batchContext.isControlBatch];
        assert.deepEqual([String(firstOffset), producerId, inTransaction, isControlBatch], expected);
      }
    });
    await fc.assert(property, { ...AGAIN, numRuns: 2_000 });
  });

  it('keep headers that kafkajs mistakes for others', () => {
    const headers = [
      ['toString', Buffer.from('a')],
      ['__proto__', Buffer.from('d')],
      ['b', null],
      ['b', Buffer.from('c')],
    ] as const;
    const [record] = batchAt(batchBytes({ records: [{ ...PLAIN, headers }] }), 0).read();
    assert.deepEqual(Object.entries(record?.headers ?? {}), [
      ['toString', Buffer.from('a')],
      ['__proto__', Buffer.from('d')],
      ['b', [null, Buffer.from('c')]],
    ]);
  });

  it('with more headers than there is room for are refused', () => {
    const bytes = batchBytes({ records: [{ ...PLAIN, headers: [['a', null]] }] });
    // The last bytes are the count of headers, and the one header.
    bytes[bytes.length - 4] = 126;
    assert.throws(() => batchAt(bytes, 0).read(), { code: 'UNKNOWN' });
  });

  it('that are damaged are refused, or read to the last of their records', () => {
    const whole = numbered(0, 20);
    const property = fc.property(fc.nat(whole.length - 13), fc.nat(255), (from, byte) => {
      const bytes = Buffer.concat([whole, Buffer.alloc(300)]);
      bytes[12 + from] = byte;
      try {
        const { count, read } = batchAt(bytes, 0);
        assert.equal(read().length, Math.max(0, count));
      } catch (error) {
        assert.ok(StreamError.is(error) && error.code === 'UNKNOWN', String(error));
        assert.match(error.message, /the batch of records at offset 0 cannot be read/);
      }
    });
    fc.assert(property, { ...AGAIN, numRuns: 5_000 });
    // Cut within its records, or with more of them than it holds.
    for (const [at, value] of [
      [8, whole.length - 12 - 1],
      [57, 21],
      [57, 19],
      [57, 0],
    ] as const) {
      const bytes = Buffer.from(whole);
      bytes.writeInt32BE(value, at);
      assert.throws(() => batchAt(bytes, 0).read(), { code: 'UNKNOWN' }, `${value} at ${at}`);
    }
    const endless = Buffer.from(whole);
    endless.writeInt32BE(-12, 8);
    assert.throws(() => startsIn(endless, { from: 0, to: endless.length }), { code: 'UNKNOWN' });
  });
});

/** What kafkajs makes of an answer about partition 0 of `orders` that is mended, and what was told of it. */
async function mended(
  version: number,
  asked: number,
  partition: PartitionFields,
  told: Answer[] = [],
): Promise<{ values: string[]; handed: unknown[]; told: Answer[] }> {
  const response = load(`kafkajs/src/protocol/requests/fetch/v${version}/response`) as { decode(bytes: Buffer): Promise<KafkaFetchAnswer> };
  const lookupRequest: KafkaLookup = () => () => ({ request: { apiVersion: version }, response });
  const broker = { lookupRequest };
  const reach: KafkaReach = { cluster: { findBroker: () => Promise.resolve(broker) } };
  mendAnswers(reach, { answered: (answer) => void told.push(answer), beats: () => undefined });
  await reach.cluster.findBroker({ nodeId: '0' });
  const question = { topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: String(asked) }] }] };
  const exchange = broker.lookupRequest(1, undefined)(question);
  const answer = await exchange.response.decode(answerBytes(version, { orders: [partition] }));
  const messages = answer.responses[0]?.partitions[0]?.messages ?? [];
  const handed = messages.map(({ offset, isControlRecord }) => [Number(offset), isControlRecord]);
  // What it hands out is what is no marker.
  const chunks = chunksOf(messages.filter(({ isControlRecord }) => !isControlRecord) as unknown as KafkaMessage[]);
  const read = chunks.map((chunk) => ({ count: chunk.count, records: chunk.read() }));
  for (const { count, records } of read) assert.equal(count, records.length);
  return { values: read.flatMap(({ records }) => records.map(({ value }) => String(value))), handed, told };
}

/** A marker by which a transaction of this producer ends. */
const marker = (at: number, producerId: bigint): Buffer =>
  batchBytes({ firstOffset: BigInt(at), producerId, attributes: 48, records: [{ ...PLAIN, key: Buffer.alloc(4) }] });

describe('kafka: an answer', () => {
  for (const [name, compressed] of [
    ['whose records are read here', 0],
    ['that kafkajs has to decompress', 1],
  ] as const) {
    it(`${name} begins where it was asked for, and ends behind the last batch`, async () => {
      const attributes = compressed;
      const records = Buffer.concat([numbered(10, 5, { attributes }), numbered(20, 2, { lastDelta: 9 }), numbered(30, 9).subarray(0, -1)]);
      for (let version = 4; version <= 11; version += 1) {
        const { values, handed, told } = await mended(version, 13, { records });
        assert.deepEqual(values, ['13', '14', '20', '21']);
        assert.deepEqual(handed, [[29, false]]);
        assert.deepEqual(
          told.map(({ topic, partition, asked }) => [topic, partition, asked]),
          [['orders', 0, '13']],
        );
      }
    });

    it(`${name} shows nothing of transactions that were aborted`, async () => {
      const of = (producerId: bigint) => ({ producerId, attributes: 16 + compressed });
      const records = Buffer.concat([
        numbered(0, 2, of(1n)),
        numbered(2, 1, of(2n)),
        marker(3, 2n),
        numbered(4, 1, of(2n)),
        numbered(5, 1),
        numbered(6, 1, { producerId: 1n }),
        marker(7, 2n),
        marker(8, 1n),
      ]);
      const aborted = [
        [2n, 2n],
        [1n, 0n],
      ] as const;
      const { values, handed } = await mended(11, 0, { records, aborted });
      assert.deepEqual(values, ['4', '5', '6']);
      assert.deepEqual(handed, [[8, false]]);
      const none = await mended(11, 0, { records: Buffer.concat([numbered(0, 2, of(1n)), marker(2, 1n)]), aborted: [[1n, 0n]] });
      assert.deepEqual([none.values, none.handed], [[], [[2, true]]]);
    });
  }

  it('ends behind the last batch, also without records, or from before what was asked for', async () => {
    const records = batchBytes({ firstOffset: 4n, lastDelta: 5 });
    assert.deepEqual((await mended(11, 4, { records })).handed, [[9, true]]);
    // Given nothing, kafkajs would ask for the same again, without a pause.
    for (const before of [records, numbered(4, 6)]) assert.deepEqual((await mended(11, 10, { records: before })).handed, [[9, true]]);
    assert.deepEqual((await mended(11, 4, { records: Buffer.alloc(0) })).handed, []);
  });

  it('that is damaged is refused where nobody reads it later', async () => {
    const records = Buffer.concat([numbered(0, 3), numbered(3, 3)]);
    records.writeInt32BE(0, 57);
    await assert.rejects(mended(11, 1, { records }), { code: 'UNKNOWN', retriable: false, message: /at offset 0 cannot be read/ });
  });

  it('that is damaged where it was asked for is refused to whoever takes it', async () => {
    const records = Buffer.concat([numbered(0, 3), numbered(3, 3)]);
    records.writeInt32BE(2, 57);
    // The answer itself is good.
    const told: Answer[] = [];
    await assert.rejects(mended(11, 1, { records }, told), { code: 'UNKNOWN', message: /at offset 0 cannot be read/ });
    assert.equal(told.length, 1);
  });
});
