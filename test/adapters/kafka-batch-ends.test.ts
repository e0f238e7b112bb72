import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsOf } from '../../adapters/kafka/batch-ends.js';

/** The fields of Kafka's protocol, as bytes. */
const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const int32 = (value: number): Buffer => Buffer.concat([int16((value >> 16) & 65_535), int16(value & 65_535)]);
const int64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};
const text = (value: string): Buffer => Buffer.concat([int16(value.length), Buffer.from(value)]);

/** A batch from `first` to `last`, with so many bytes of records. */
function batch(first: bigint, last: bigint, size = 0, magic = 2): Buffer {
  const head = Buffer.alloc(49 + size);
  head[4] = magic;
  head.writeInt32BE(Number(last - first), 11);
  return Buffer.concat([int64(first), int32(head.length), head]);
}

function answer(version: number, topics: Readonly<Record<string, readonly { records: Buffer; aborted?: number }[]>>): Buffer {
  const partition = ({ records, aborted = -1 }: { records: Buffer; aborted?: number }, number: number): Buffer =>
    Buffer.concat([
      int32(number),
      int16(0),
      int64(9n),
      int64(8n),
      ...(version >= 5 ? [int64(0n)] : []),
      int32(aborted),
      Buffer.alloc(Math.max(0, aborted) * 16, 7),
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

test('kafka: the ends of batches are found in answers of each version, and none behind a batch that is cut', () => {
  const large = 2n ** 40n;
  const whole = Buffer.concat([batch(0n, 9n), batch(large, large + 5n, 20)]);
  for (let version = 4; version <= 11; version += 1) {
    const bytes = answer(version, {
      orders: [{ records: whole }, { records: Buffer.alloc(0), aborted: 0 }, { records: whole.subarray(0, whole.length - 1), aborted: 3 }],
      none: [],
      payments: [
        { records: batch(3n, 3n), aborted: 1 },
        { records: batch(3n, 3n).subarray(0, 40) },
        { records: Buffer.concat([batch(1n, 2n), batch(3n, 4n, 0, 1)]) },
      ],
    });
    assert.deepEqual(endsOf(bytes, version), [large + 5n, undefined, 9n, 3n, undefined, 2n], `version ${version}`);
  }
});
