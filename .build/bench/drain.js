import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';
import { Drainer } from 'tailrace';
import { MemoryBroker } from 'tailrace/memory';
import { natsConsumer } from 'tailrace/nats';
import { startNats } from '../conformance/brokers/nats.js';
import { waitUntil } from '../conformance/brokers/process.js';
import { median } from './median.js';
const LONG_POLL_MS = 10_000;
const HANDLER_MIN_MS = 50;
const HANDLER_MAX_MS = 200;
const API_TIMEOUT_MS = 10_000;
export async function benchDrain(options = {}) {
    const { runs = 9, inFlight = 1_000 } = options;
    const memory = await measure('memory', async () => memoryQueue(), runs, inFlight);
    const server = await startNats();
    try {
        const connection = await connect({ servers: server.url });
        const nats = await measure('nats', () => natsQueue(connection), runs, inFlight);
        await connection.close();
        const { idleMs, longPollMs, atPeakMs, longestHandlerMs, commitMs, closeMs } = nats;
        return { idleMs, longPollMs, atPeakMs, longestHandlerMs, commitMs, closeMs, cases: [memory, nats] };
    }
    finally {
        await server.stop();
    }
}
async function measure(adapter, queue, runs, inFlight) {
    const idle = [];
    const longPoll = [];
    const peaks = [];
    for (let run = 0; run < runs; run += 1) {
        idle.push(await idleDrain(await queue(), {}));
        longPoll.push(await idleDrain(await queue(), { maxPollMs: LONG_POLL_MS }));
        peaks.push(await peakDrain(await queue(), inFlight));
    }
    const beyond = ({ drainMs, longestMs }) => drainMs - longestMs;
    // At least one run was made.
    const typical = sorted(peaks, beyond)[runs >> 1];
    const longest = Math.max(...peaks.map(beyond));
    return {
        adapter,
        idleMs: round(median(idle)),
        longPollMs: round(median(longPoll)),
        longPollMaxMs: round(Math.max(...longPoll)),
        pollMs: LONG_POLL_MS,
        inFlight,
        longestHandlerMs: round(typical.longestMs),
        atPeakMs: round(typical.drainMs),
        beyondHandlersMs: round(beyond(typical)),
        beyondHandlersMaxMs: round(longest),
        commitMs: phaseMs(typical.receipt, 'commit'),
        closeMs: phaseMs(typical.receipt, 'close'),
    };
}
/** Nothing to do, and a poll under way. */
async function idleDrain(queue, options) {
    let handled = 0;
    const drainer = new Drainer(queue.consumer, async () => {
        handled += 1;
    }, options);
    void drainer.run();
    await queue.publish(1);
    await waitUntil('the message is confirmed', async () => drainer.status().totals.confirmed === 1, { timeoutMs: 10_000 });
    // The poll after it is under way.
    await sleep(20);
    const startedAt = performance.now();
    const receipt = await drainer.drain();
    const ms = performance.now() - startedAt;
    if (receipt.outcome !== 'clean' || handled !== 1)
        throw new Error(`idle drain: ${JSON.stringify(receipt)}`);
    await queue.delete();
    return ms;
}
/** As many handlers as there may be run, each with a time of its own, and more messages wait at the broker. */
async function peakDrain(queue, inFlight) {
    let started = 0;
    let lastEnd = 0;
    const held = new Set();
    const drainer = new Drainer(queue.consumer, async () => {
        const call = Symbol();
        held.add(call);
        started += 1;
        await sleep(HANDLER_MIN_MS + ((started * 7_919) % (HANDLER_MAX_MS - HANDLER_MIN_MS)));
        held.delete(call);
        lastEnd = performance.now();
    }, { concurrency: inFlight });
    await queue.publish(inFlight * 5);
    void drainer.run();
    await waitUntil('the load is at its peak', async () => started >= inFlight * 2, { timeoutMs: 60_000 });
    const startedAt = performance.now();
    const receipt = await drainer.drain();
    const drainMs = performance.now() - startedAt;
    const { confirmed, succeeded } = receipt.totals;
    if (receipt.outcome !== 'clean' || held.size > 0 || confirmed !== succeeded || succeeded !== started) {
        throw new Error(`drain at peak: ${JSON.stringify(receipt)}`);
    }
    const left = await queue.left();
    if (left !== inFlight * 5 - succeeded)
        throw new Error(`the broker has ${left} messages after ${succeeded} of ${inFlight * 5}`);
    await queue.delete();
    return { drainMs, longestMs: Math.max(0, lastEnd - startedAt), receipt };
}
function phaseMs(receipt, name) {
    const phase = receipt.phases.find((each) => each.name === name);
    return round(phase?.durationMs ?? 0);
}
function memoryQueue() {
    const broker = new MemoryBroker();
    const queue = broker.createQueue('q');
    const body = new Uint8Array(100);
    return {
        consumer: broker.consumer({ queue: 'q' }),
        publish: async (count) => {
            broker.publish('q', Array.from({ length: count }, () => ({ body })));
        },
        left: async () => queue.ready.count + queue.leased.count,
        delete: async () => { },
    };
}
async function natsQueue(connection) {
    const stream = `D${randomBytes(6).toString('hex')}`;
    const api = async (subject, body) => {
        const payload = body === undefined ? undefined : JSON.stringify(body);
        const answer = await connection.request(`$JS.API.${subject}`, payload, { timeout: API_TIMEOUT_MS });
        const parsed = answer.json();
        if (parsed.error !== undefined)
            throw new Error(`${subject}: ${JSON.stringify(parsed.error)}`);
        return parsed;
    };
    await api(`STREAM.CREATE.${stream}`, { name: stream, subjects: [`${stream}.>`], storage: 'memory' });
    const config = { durable_name: 'd', ack_policy: 'explicit', ack_wait: 30e9, max_ack_pending: -1 };
    await api(`CONSUMER.DURABLE.CREATE.${stream}.d`, { stream_name: stream, config });
    const body = new Uint8Array(100);
    return {
        consumer: natsConsumer(connection, { stream, durable: 'd' }),
        publish: async (count) => {
            for (let sent = 1; sent < count; sent += 1)
                connection.publish(`${stream}.a`, body);
            await connection.request(`${stream}.a`, body, { timeout: API_TIMEOUT_MS });
        },
        left: async () => {
            // The fields are the server's.
            const info = (await api(`CONSUMER.INFO.${stream}.d`));
            return info.num_pending + info.num_ack_pending;
        },
        delete: async () => {
            await api(`STREAM.DELETE.${stream}`);
        },
    };
}
function sorted(values, by) {
    return [...values].sort((a, b) => by(a) - by(b));
}
function round(ms) {
    return Number(ms.toFixed(1));
}
