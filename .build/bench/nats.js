import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { connect } from '@nats-io/transport-node';
import { startNats } from '../conformance/brokers/nats.js';
import { run } from '../conformance/brokers/process.js';
import { RAW, SIDES } from './nats-sides.js';
import { byTurns } from './turns.js';
const FAMILIES = ['@nats-io', 'nats'];
const STORAGES = ['memory', 'file'];
const WINDOW = 1_000;
const FEW = ['callback', 'fetch', 'fetch-last-confirmed', 'pull-confirmed', 'batch', 'none'];
const RUNS = 7;
const RUNS_OF_ALL = 5;
const WITHIN_MS = 140_000;
/** A run that takes longer than this fails, ms. */
const RUN_LIMIT_MS = 120_000;
const PLANS = [
    ...FAMILIES.flatMap((family) => STORAGES.map((storage) => ({ family, storage, window: WINDOW, sides: SIDES }))),
    ...[100, 10_000].map((window) => ({ family: '@nats-io', storage: 'memory', window, sides: FEW })),
];
const PROGRAM = fileURLToPath(new URL('nats-case.js', import.meta.url));
const NS_PER_MS = 1_000_000;
/** Publishes between two waits for the server. */
const PUBLISH_BATCH = 2_000;
const API_TIMEOUT_MS = 60_000;
export async function benchNats(options = {}) {
    const { runs, messages = 200_000, only, onGroup, onRun, sides, withinMs = WITHIN_MS } = options;
    const endsAt = runs === undefined && only === undefined ? performance.now() + withinMs : Infinity;
    const plans = only === undefined
        ? PLANS.slice(0, 1).map((plan) => ({ ...plan, sides: sides === undefined ? FEW : plan.sides }))
        : PLANS.filter((plan) => only === '' || `${nameOf(plan)},`.startsWith(`${only},`));
    const server = await startNats();
    try {
        const connection = await connect({ servers: server.url });
        const cases = [];
        for (const plan of plans) {
            const chosen = { ...plan, sides: plan.sides.filter((side) => sides?.includes(side) ?? true) };
            const group = await measureGroup(connection, server.url, chosen, {
                runs: runs ?? (only === undefined ? RUNS : RUNS_OF_ALL),
                messages,
                endsAt,
                onRun,
            });
            cases.push(group);
            onGroup?.(group);
        }
        await connection.close();
        return { ...headline(cases), node: process.version, cpu: cpuOf(), server: server.version, messages, cases };
    }
    finally {
        await server.stop();
    }
}
export function nameOf({ family, storage, window }) {
    return `${family}, ${storage}, window ${window}`;
}
function cpuOf() {
    const all = cpus();
    return `${all[0]?.model ?? 'unknown'} × ${all.length}`;
}
function headline([first]) {
    return { ...compare(first, 'none', 'fetch'), runs: first?.runs ?? 0, confirmed: compare(first, 'batch', 'pull-confirmed') };
}
function compare(group, ours, raw) {
    const find = (name) => group?.sides.find(({ side }) => side === name);
    return {
        ours: find(ours)?.perSecond ?? Number.NaN,
        raw: find(raw)?.perSecond ?? Number.NaN,
        ratio: find(ours)?.of[raw] ?? Number.NaN,
    };
}
async function measureGroup(connection, servers, plan, effort) {
    const { family, storage, window, sides } = plan;
    const count = Math.ceil(effort.messages / window) * window;
    const stream = `B${randomBytes(6).toString('hex')}`;
    await api(connection, `STREAM.CREATE.${stream}`, { name: stream, subjects: [`${stream}.>`], storage });
    await fill(connection, stream, count);
    const measure = (side, turn) => measureSide(connection, { side, family, servers, stream, count, window, durable: `d-${side}-${turn}` });
    const result = await byTurns(sides, RAW, measure, effort);
    await api(connection, `STREAM.DELETE.${stream}`);
    return { family, storage, window, ...result };
}
/** Runs one side on a consumer of its own, and makes sure by the server's own count that it did the work. */
async function measureSide(connection, given) {
    const { stream, durable, count, side } = given;
    const config = { durable_name: durable, ack_policy: 'explicit', ack_wait: 30_000 * NS_PER_MS, max_ack_pending: -1 };
    await api(connection, `CONSUMER.DURABLE.CREATE.${stream}.${durable}`, { stream_name: stream, config });
    // What the program prints is a Measure.
    const measured = JSON.parse(await run(process.execPath, [PROGRAM, JSON.stringify(given)], { timeoutMs: RUN_LIMIT_MS }));
    const info = await api(connection, `CONSUMER.INFO.${stream}.${durable}`);
    // The fields are the server's.
    const { num_ack_pending, num_redelivered, ack_floor } = info;
    if (ack_floor.stream_seq < count || num_ack_pending > 0 || num_redelivered > 0) {
        throw new Error(`${side}: of ${count} messages the server has ${JSON.stringify({ num_ack_pending, num_redelivered, ack_floor })}`);
    }
    await api(connection, `CONSUMER.DELETE.${stream}.${durable}`);
    return measured;
}
async function fill(connection, stream, count) {
    const body = new Uint8Array(100);
    for (let sent = 0; sent < count;) {
        const end = Math.min(count, sent + PUBLISH_BATCH);
        for (; sent < end - 1; sent += 1)
            connection.publish(`${stream}.a`, body);
        // The stream answers in order: this one says that it has those before.
        await connection.request(`${stream}.a`, body, { timeout: API_TIMEOUT_MS });
        sent += 1;
    }
}
async function api(connection, subject, body) {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const answer = await connection.request(`$JS.API.${subject}`, payload, { timeout: API_TIMEOUT_MS });
    const parsed = answer.json();
    if (parsed.error !== undefined)
        throw new Error(`${subject}: ${JSON.stringify(parsed.error)}`);
    return parsed;
}
