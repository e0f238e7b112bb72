import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, quantile } from './median.js';
const ORDERS = ['none', 'lane', 'key'];
const CASES = [
    ...ORDERS.map((order) => ({ case: 'sync handler', order, concurrency: 64, batch: 1_000, kind: 'sync' })),
    ...[64, 1_024].flatMap((concurrency) => ORDERS.map((order) => ({ case: 'async handler', order, concurrency, batch: 1_000, kind: 'async' }))),
    { case: 'batches of 10', order: 'none', concurrency: 64, batch: 10, kind: 'async' },
];
function run(program, args, flags = []) {
    const path = fileURLToPath(new URL(`${program}.js`, import.meta.url));
    return execFileSync(process.execPath, [...flags, path, ...args], { encoding: 'utf8' });
}
function rate(side, { order, concurrency, batch, kind }, messages) {
    return Number(run('core-case', [side, order, String(concurrency), String(messages), String(batch), kind]));
}
function held(what, runs) {
    return median(Array.from({ length: runs }, () => Number(run('core-held-case', [what], ['--expose-gc', '--max-old-space-size=4096']))));
}
/** Runs every case; `tell` is called with a line for each result. */
export function benchCore(runs, messages, tell) {
    const rows = CASES.map((each) => {
        const pairs = Array.from({ length: runs }, () => ({ raw: rate('raw', each, messages), ours: rate('ours', each, messages) }));
        const row = {
            ...each,
            nsRaw: Math.round(median(pairs.map(({ raw }) => raw))),
            nsOurs: Math.round(median(pairs.map(({ ours }) => ours))),
            nsAboveRaw: Math.round(median(pairs.map(({ raw, ours }) => ours - raw))),
        };
        const name = `${row.case}, ${row.order}, ${row.concurrency} at a time`;
        tell(`${name.padEnd(40)} raw ${pad(row.nsRaw)}  ours ${pad(row.nsOurs)}  above ${pad(row.nsAboveRaw)} ns a message`);
        return row;
    });
    const one = (name, value, unit) => {
        tell(`${name.padEnd(40)} ${pad(value)} ${unit}`);
        return value;
    };
    const bytesHeld = one('held', round(held('held', 3)), 'bytes a message');
    const bytesQueued = one('queued behind a key', round(held('queued', 3)), 'bytes a message');
    const bytesRunning = one('running', round(held('running', 3)), 'bytes a message');
    const abandonMillionMs = one('1,000,000 running, given up and reported', Math.round(held('abandon', runs)), 'ms');
    const times = JSON.parse(run('core-idle-case', ['20000']));
    const p50 = one('idle drain, median', round(quantile(times, 0.5)), 'µs');
    const p99 = one('idle drain, 99 of 100', round(quantile(times, 0.99)), 'µs');
    return { rows, bytesHeld, bytesQueued, bytesRunning, abandonMillionMs, idleDrainUs: { p50, p99 } };
}
function pad(value) {
    return String(value).padStart(5);
}
function round(value) {
    return Math.round(value * 10) / 10;
}
