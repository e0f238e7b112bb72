import { FIELDS } from './records.js';
export const BIN_MS = 100;
/** A pause that counts: several times what lies between two requests of the publisher. */
const PAUSE_MS = 100;
/** Compares what all workers have handled with what each partition holds: `ends`, by partition, each beginning at 0. */
export function check(files, ends, span) {
    const times = ends.map((end) => ({ counts: new Uint8Array(end), at: new Float64Array(end), length: 0 }));
    const latencies = [];
    let handled = 0;
    let duplicates = 0;
    for (const rows of files) {
        for (let row = 0; row < rows.length; row += FIELDS) {
            const [partition, offset, at, latency] = rows.subarray(row, row + FIELDS);
            const seen = times[partition];
            const before = seen?.counts[offset];
            if (seen === undefined || before === undefined)
                throw new Error(`offset ${offset} of partition ${partition} was never published`);
            seen.counts[offset] = Math.min(before + 1, 255);
            if (at >= span.from && at < span.to)
                latencies.push(latency);
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
    const share = (of) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? Number.NaN);
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
function binned(times, { quietFrom, to }) {
    const bins = new Array(Math.floor((to - quietFrom) / BIN_MS)).fill(0);
    for (const each of times) {
        for (const at of each) {
            const bin = Math.floor((at - quietFrom) / BIN_MS);
            const before = bins[bin];
            if (before !== undefined)
                bins[bin] = before + 1;
        }
    }
    return bins;
}
function pausesOf(partition, times, { quietFrom, from, to }) {
    const pauses = [];
    let quiet = 0;
    let longest = 0;
    let paused = 0;
    let last = quietFrom;
    // The end closes a pause as well.
    for (const at of [...times.filter((time) => time >= quietFrom && time < to), to]) {
        const ms = at - last;
        if (at < from)
            quiet = Math.max(quiet, ms);
        else
            longest = Math.max(longest, ms);
        if (ms > PAUSE_MS) {
            pauses.push({ atMs: Math.round(last - quietFrom), ms: Math.round(ms) });
            if (at >= from)
                paused += ms;
        }
        last = at;
    }
    return { partition, quietPauseMs: Math.round(quiet), longestPauseMs: Math.round(longest), pauses, pausedMs: Math.round(paused) };
}
