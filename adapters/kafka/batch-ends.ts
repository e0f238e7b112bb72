/** The format of batches that may be without records. */
const MAGIC = 2;
/** Of a batch: where its length, its format and its last offset stand, and how long its head is; bytes. */
const LENGTH_AT = 8;
const MAGIC_AT = 16;
const LAST_DELTA_AT = 23;
const HEAD = 61;

/** Of an answer to a Fetch request of this version, 4 to 11: the last offset of the last whole batch of each partition, in its order. */
export function endsOf(bytes: Buffer, version: number): (bigint | undefined)[] {
  const ends: (bigint | undefined)[] = [];
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
      ends.push(endOf(bytes, at, at + size));
      at += size;
    }
  }
  return ends;
}

function endOf(bytes: Buffer, from: number, to: number): bigint | undefined {
  let last: number | undefined;
  for (let at = from; to - at >= HEAD; ) {
    const next = at + LENGTH_AT + 4 + bytes.readInt32BE(at + LENGTH_AT);
    // An answer may end within a batch.
    if (next > to || bytes[at + MAGIC_AT] !== MAGIC) break;
    last = at;
    at = next;
  }
  return last === undefined ? undefined : bytes.readBigInt64BE(last) + BigInt(bytes.readInt32BE(last + LAST_DELTA_AT));
}
