import { FIELDS } from './records.js';

/** From the first step of the deploy to the last, and the quiet time before it, on the clock of the records. */
export interface Span {
  readonly quietFrom: number;
  readonly from: number;
  readonly to: number;
}

export interface PartitionResult {
  readonly partition: number;
  /** The longest time between two handled messages, ms: before the deploy, and during it. */
  readonly quietPauseMs: number;
  readonly longestPauseMs: number;
  /** All pauses longer than `PAUSE_MS` during the deploy, together, ms. */
  readonly pausedMs: number;
  /** What was handled in each `BIN_MS` since `quietFrom`. */
  readonly bins: readonly number[];
}

export interface Checked {
  /** Distinct messages that a handler has finished. */
  readonly handled: number;
  readonly lost: number;
  readonly duplicates: number;
  /** From published to handled during the deploy, ms. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly partitions: readonly PartitionResult[];
}

export const BIN_MS = 100;
/** A pause that counts: several times what lies between two requests of the publisher. */
export const PAUSE_MS = 100;

/** Compares what all workers have handled with what each partition holds: `ends`, by partition, each beginning at 0. */
export function check(files: readonly Float64Array[], ends: readonly number[], span: Span): Checked {
  const times = ends.map((end) => ({ counts: new Uint8Array(end), at: new Float64Array(end), length: 0 }));
  const latencies: number[] = [];
  let handled = 0;
  let duplicates = 0;
  for (const rows of files) {
    for (let row = 0; row < rows.length; row += FIELDS) {
      const [partition, offset, at, latency] = rows.subarray(row, row + FIELDS) as unknown as [number, number, number, number];
      const seen = times[partition];
      const before = seen?.counts[offset];
      if (seen === undefined || before === undefined) throw new Error(`offset ${offset} of partition ${partition} was never published`);
      seen.counts[offset] = Math.min(before + 1, 255);
      if (at >= span.from && at < span.to) latencies.push(latency);
      if (before > 0) {
        duplicates += 1;
        continue;
      }
      handled += 1;
      seen.at[seen.length] = at;
      seen.length += 1;
    }
  }
  const sorted = Float64Array.from(latencies).sort();
  const share = (of: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? Number.NaN;
  const published = ends.reduce((sum, end) => sum + end, 0);
  return {
    handled,
    lost: published - handled,
    duplicates,
    latencyMs: { p50: Math.round(share(0.5)), p99: Math.round(share(0.99)), max: Math.round(share(1)) },
    partitions: times.map(({ at, length }, partition) => pauses(partition, at.subarray(0, length).sort(), span)),
  };
}

function pauses(partition: number, times: Float64Array, { quietFrom, from, to }: Span): PartitionResult {
  const bins = new Array<number>(Math.ceil((to - quietFrom) / BIN_MS)).fill(0);
  let quiet = 0;
  let longest = 0;
  let paused = 0;
  let last = quietFrom;
  // The end closes a pause as well.
  for (const at of [...times.filter((time) => time >= quietFrom && time < to), to]) {
    const pause = at - last;
    last = at;
    if (at < from) quiet = Math.max(quiet, pause);
    else {
      longest = Math.max(longest, pause);
      if (pause > PAUSE_MS) paused += pause;
    }
    if (at < to) {
      const bin = Math.floor((at - quietFrom) / BIN_MS);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
  }
  return { partition, quietPauseMs: Math.round(quiet), longestPauseMs: Math.round(longest), pausedMs: Math.round(paused), bins };
}
