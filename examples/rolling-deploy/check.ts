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
  /** Each pause longer than `PAUSE_MS`, and all that began or ended during the deploy together, ms. */
  readonly pauses: readonly Pause[];
  readonly pausedMs: number;
}

export interface Pause {
  /** When it began, ms since `quietFrom`. */
  readonly atMs: number;
  readonly ms: number;
}

export interface Checked {
  /** Distinct messages that a handler has finished. */
  readonly handled: number;
  readonly lost: number;
  readonly duplicates: number;
  /** From published to handled during the deploy, ms. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly partitions: readonly PartitionResult[];
  /** What was handled in each `BIN_MS` since `quietFrom`, of all partitions. */
  readonly handledPerBin: readonly number[];
}

export const BIN_MS = 100;
/** A pause that counts: several times what lies between two requests of the publisher. */
const PAUSE_MS = 100;

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
  const share = (of: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? Number.NaN);
  const inOrder = times.map(({ at, length }) => at.subarray(0, length).sort());
  return {
    handled,
    lost: ends.reduce((sum, end) => sum + end, 0) - handled,
    duplicates,
    latencyMs: { p50: share(0.5), p99: share(0.99), max: share(1) },
    partitions: inOrder.map((each, partition) => pausesOf(partition, each, span)),
    handledPerBin: binned(inOrder, span),
  };
}

function binned(times: readonly Float64Array[], { quietFrom, to }: Span): number[] {
  const bins = new Array<number>(Math.floor((to - quietFrom) / BIN_MS)).fill(0);
  for (const each of times) {
    for (const at of each) {
      const bin = Math.floor((at - quietFrom) / BIN_MS);
      const before = bins[bin];
      if (before !== undefined) bins[bin] = before + 1;
    }
  }
  return bins;
}

function pausesOf(partition: number, times: Float64Array, { quietFrom, from, to }: Span): PartitionResult {
  const pauses: Pause[] = [];
  let quiet = 0;
  let longest = 0;
  let paused = 0;
  let last = quietFrom;
  // The end closes a pause as well.
  for (const at of [...times.filter((time) => time >= quietFrom && time < to), to]) {
    const ms = at - last;
    if (at < from) quiet = Math.max(quiet, ms);
    else longest = Math.max(longest, ms);
    if (ms > PAUSE_MS) {
      pauses.push({ atMs: Math.round(last - quietFrom), ms: Math.round(ms) });
      if (at >= from) paused += ms;
    }
    last = at;
  }
  return { partition, quietPauseMs: Math.round(quiet), longestPauseMs: Math.round(longest), pauses, pausedMs: Math.round(paused) };
}
