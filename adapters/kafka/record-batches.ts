import type { KafkaBatchContext, KafkaDecodedRecord } from './client.js';
import { failure } from './errors.js';

/*
 * What Kafka's answers to Fetch requests hold: https://kafka.apache.org/documentation/#messageformat. A batch is read when its records
 * are handed out, not when it comes: until then it is bytes, and nothing that a collection of garbage has to copy.
 */

/** A part of an answer, in bytes. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Some records of one producer, all committed together or none. */
export interface RecordBatch {
  readonly firstOffset: bigint;
  readonly producerId: string;
  readonly inTransaction: boolean;
  /** It is the marker by which a transaction ends, which nobody is to see. */
  readonly isControlBatch: boolean;
  readonly count: number;
  read(): readonly KafkaDecodedRecord[];
}

/** The format of batches that may be without records; those before carry single messages. */
const MAGIC = 2;
/** Where things stand in a batch, and how long its head is, in bytes. Its length counts from the field behind it. */
const LENGTH_AT = 8;
const EPOCH_AT = 12;
const MAGIC_AT = 16;
const ATTRIBUTES_AT = 21;
const LAST_DELTA_AT = 23;
const FIRST_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const PRODUCER_AT = 43;
const PRODUCER_EPOCH_AT = 51;
const SEQUENCE_AT = 53;
const COUNT_AT = 57;
const HEAD = 61;

const COMPRESSION = 7;
const APPEND_TIME = 8;
const TRANSACTIONAL = 16;
const CONTROL = 32;

/** Sums of numbers below this and of what four or five bytes can hold are exact. */
const NEAR = 2 ** 52;

/** Of an answer to a Fetch request of this version, 4 to 11: where the batches of each partition stand, in its order. Their size stands before. */
export function batchesIn(bytes: Buffer, version: number): Span[] {
  const spans: Span[] = [];
  // The time to throttle; an error and a session.
  let at = version >= 7 ? 10 : 4;
  const count = (): number => {
    at += 4;
    return bytes.readInt32BE(at - 4);
  };
  for (let topics = count(); topics > 0; topics -= 1) {
    at += 2 + bytes.readInt16BE(at);
    for (let partitions = count(); partitions > 0; partitions -= 1) {
      // Number, error, high watermark, last stable offset; the log's start.
      at += version >= 5 ? 30 : 22;
      const aborted = count();
      // Of each a producer and an offset; the replica that is to be read from.
      at += Math.max(0, aborted) * 16 + (version >= 11 ? 4 : 0);
      const size = Math.max(0, count());
      spans.push({ from: at, to: at + size });
      at += size;
    }
  }
  return spans;
}

/** Where each whole batch begins, up to one of an older format. An answer may end within a batch. */
export function startsIn(bytes: Buffer, { from, to }: Span): number[] {
  const starts: number[] = [];
  let at = from;
  while (to - at >= HEAD && bytes[at + MAGIC_AT] === MAGIC) {
    const end = endOfBatch(bytes, at);
    if (end - at < HEAD) throw unreadable(bytes, at);
    if (end > to) break;
    starts.push(at);
    at = end;
  }
  return starts;
}

function endOfBatch(bytes: Buffer, at: number): number {
  return at + EPOCH_AT + bytes.readInt32BE(at + LENGTH_AT);
}

/** The last offset that belongs to it, whether or not there still is a record of it. */
export function lastOffset(bytes: Buffer, at: number): bigint {
  return bytes.readBigInt64BE(at) + BigInt(bytes.readInt32BE(at + LAST_DELTA_AT));
}

export function isCompressed(bytes: Buffer, at: number): boolean {
  return (bytes.readInt16BE(at + ATTRIBUTES_AT) & COMPRESSION) !== 0;
}

/** One that is not compressed. */
export function batchAt(bytes: Buffer, at: number): RecordBatch {
  const attributes = bytes.readInt16BE(at + ATTRIBUTES_AT);
  const count = bytes.readInt32BE(at + COUNT_AT);
  // Nobody reads it, so what is wrong with it would go unseen.
  if (count <= 0) readBatch(bytes, at);
  return {
    firstOffset: bytes.readBigInt64BE(at),
    producerId: String(bytes.readBigInt64BE(at + PRODUCER_AT)),
    inTransaction: (attributes & TRANSACTIONAL) !== 0,
    isControlBatch: (attributes & CONTROL) !== 0,
    count,
    read: () => readBatch(bytes, at),
  };
}

/** As kafkajs hands them out, to the last field. */
function readBatch(bytes: Buffer, at: number): KafkaDecodedRecord[] {
  const firstOffset = bytes.readBigInt64BE(at);
  const firstTimestamp = bytes.readBigInt64BE(at + FIRST_TIMESTAMP_AT);
  const attributes = bytes.readInt16BE(at + ATTRIBUTES_AT);
  const batchContext: KafkaBatchContext = {
    firstOffset: String(firstOffset),
    firstTimestamp: String(firstTimestamp),
    partitionLeaderEpoch: bytes.readInt32BE(at + EPOCH_AT),
    inTransaction: (attributes & TRANSACTIONAL) !== 0,
    isControlBatch: (attributes & CONTROL) !== 0,
    lastOffsetDelta: bytes.readInt32BE(at + LAST_DELTA_AT),
    producerId: String(bytes.readBigInt64BE(at + PRODUCER_AT)),
    producerEpoch: bytes.readInt16BE(at + PRODUCER_EPOCH_AT),
    firstSequence: bytes.readInt32BE(at + SEQUENCE_AT),
    maxTimestamp: String(bytes.readBigInt64BE(at + MAX_TIMESTAMP_AT)),
    timestampType: (attributes & APPEND_TIME) === 0 ? 0 : 1,
    magicByte: MAGIC,
  };
  const records: KafkaDecodedRecord[] = [];
  const reader = new Reader(bytes, at + HEAD);
  const end = endOfBatch(bytes, at);
  // Neighbours are often of the same millisecond.
  let timestampDelta: number | bigint = 0;
  let timestamp = batchContext.timestampType === 1 ? batchContext.maxTimestamp : batchContext.firstTimestamp;
  for (let left = bytes.readInt32BE(at + COUNT_AT); left > 0; left -= 1) {
    const length = reader.varint();
    const next = reader.at + length;
    if (!(length > 0 && next <= end)) throw unreadable(bytes, at);
    const flags = reader.int8();
    const delta = reader.varlong();
    if (delta !== timestampDelta && batchContext.timestampType === 0) {
      timestampDelta = delta;
      timestamp = sum(firstTimestamp, delta);
    }
    const record: KafkaDecodedRecord = {
      magicByte: MAGIC,
      attributes: flags,
      timestamp,
      offset: sum(firstOffset, reader.varint()),
      key: reader.bytes(),
      value: reader.bytes(),
      headers: reader.headers(next),
      isControlRecord: batchContext.isControlBatch,
      batchContext,
    };
    if (reader.at !== next) throw unreadable(bytes, at);
    records.push(record);
  }
  if (reader.at !== end) throw unreadable(bytes, at);
  return records;
}

function sum(base: bigint, delta: number | bigint): string {
  const near = Number(base);
  return typeof delta === 'number' && Math.abs(near) < NEAR ? String(near + delta) : String(base + BigInt(delta));
}

function unreadable(bytes: Buffer, at: number): Error {
  return failure('UNKNOWN', `the batch of records at offset ${bytes.readBigInt64BE(at)} cannot be read`);
}

/** Of the varints of a record. What is read beyond its end is nothing, which the record's length then gives away. */
class Reader {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  int8(): number {
    const byte = this.#byte();
    return byte < 128 ? byte : byte - 256;
  }

  #byte(): number {
    const byte = this.#bytes[this.at] ?? 0;
    this.at += 1;
    return byte;
  }

  /** Of 32 bits, zigzag. */
  varint(): number {
    let byte = this.#byte();
    let value = byte & 127;
    for (let shift = 7; byte > 127 && shift < 35; shift += 7) {
      byte = this.#byte();
      value |= (byte & 127) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  /** Of 64 bits, zigzag. */
  varlong(): number | bigint {
    const { at } = this;
    let byte = this.#byte();
    let value = byte & 127;
    for (let shift = 7; byte > 127 && shift < 28; shift += 7) {
      byte = this.#byte();
      value |= (byte & 127) << shift;
    }
    return byte > 127 ? this.#longer(at) : (value >>> 1) ^ -(value & 1);
  }

  #longer(at: number): bigint {
    this.at = at;
    let value = 0n;
    let byte = 128;
    for (let shift = 0n; byte > 127 && shift < 70n; shift += 7n) {
      byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
    }
    return (value >> 1n) ^ -(value & 1n);
  }

  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const from = this.at;
    this.at += length;
    return this.#bytes.subarray(from, this.at);
  }

  /** One that comes several times is a list. Each takes two bytes at least: where there cannot be as many before `end`, none is read. */
  headers(end: number): Record<string, Buffer | Buffer[]> {
    const count = this.varint();
    if (count <= 0) return {};
    if (count * 2 > end - this.at) {
      this.at = Infinity;
      return {};
    }
    const headers = new Map<string, Buffer | Buffer[]>();
    for (let left = count; left > 0; left -= 1) {
      const name = String(this.bytes());
      // kafkajs's own type does not know that one may have no value.
      const value = this.bytes() as Buffer;
      const before = headers.get(name);
      if (Array.isArray(before)) before.push(value);
      else headers.set(name, before === undefined ? value : [before, value]);
    }
    return Object.fromEntries(headers);
  }
}
