import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';
import { Drainer, type Receipt, type StreamConsumer } from 'tailrace';
import { MemoryBroker } from 'tailrace/memory';
import { natsConsumer } from 'tailrace/nats';
import { startNats } from '../conformance/brokers/nats.js';
import { waitUntil } from '../conformance/brokers/process.js';
import { median } from './median.js';

/** How long a drain takes: idle, in the middle of a long poll, and at the peak of the load. See bench/README.md. */

export interface DrainBenchOptions {
  /** Drains of each kind. Default 9. */
  readonly runs?: number;
  /** Handlers that run when the drain at peak begins. Default 1,000. */
  readonly inFlight?: number;
}

export interface DrainCase {
  readonly adapter: 'memory' | 'nats';
  /** `drain()` to its receipt with nothing held, in a poll of the default length, ms: the median. */
  readonly idleMs: number;
  /** The same in a poll of `pollMs`: the median and the longest. */
  readonly longPollMs: number;
  readonly longPollMaxMs: number;
  readonly pollMs: number;
  /** Handlers that ran when the drain at peak began, and the longest of them, ms from that moment. */
  readonly inFlight: number;
  readonly longestHandlerMs: number;
  /** `drain()` to its receipt at peak, ms; what of it is beyond the longest handler: the median and the longest. */
  readonly atPeakMs: number;
  readonly beyondHandlersMs: number;
  readonly beyondHandlersMaxMs: number;
  /** Of the median one, what the commit and the close took, ms. */
  readonly commitMs: number;
  readonly closeMs: number;
}

export interface DrainResult {
  /** Those of the real server, in short. */
  readonly idleMs: number;
  readonly longPollMs: number;
  readonly atPeakMs: number;
  readonly longestHandlerMs: number;
  readonly commitMs: number;
  readonly closeMs: number;
  readonly cases: readonly DrainCase[];
}

const LONG_POLL_MS = 10_000;
const HANDLER_MIN_MS = 50;
const HANDLER_MAX_MS = 200;
const API_TIMEOUT_MS = 10_000;

interface Queue {
  readonly consumer: StreamConsumer;
  publish(count: number): Promise<void>;
  /** Messages that the broker still has, delivered or not. */
  left(): Promise<number>;
  delete(): Promise<void>;
}

interface Peak {
  readonly drainMs: number;
  readonly longestMs: number;
  readonly receipt: Receipt;
}

export async function benchDrain(options: DrainBenchOptions = {}): Promise<DrainResult> {
  const { runs = 9, inFlight = 1_000 } = options;
  const memory = await measure('memory', async () => memoryQueue(), runs, inFlight);
  const server = await startNats();
  try {
    const connection = await connect({ servers: server.url });
    const nats = await measure('nats', () => natsQueue(connection), runs, inFlight);
    await connection.close();
    const { idleMs, longPollMs, atPeakMs, longestHandlerMs, commitMs, closeMs } = nats;
    return { idleMs, longPollMs, atPeakMs, longestHandlerMs, commitMs, closeMs, cases: [memory, nats] };
  } finally {
    await server.stop();
  }
}

async function measure(adapter: 'memory' | 'nats', queue: () => Promise<Queue>, runs: number, inFlight: number): Promise<DrainCase> {
  const idle: number[] = [];
  const longPoll: number[] = [];
  const peaks: Peak[] = [];
  for (let run = 0; run < runs; run += 1) {
    idle.push(await idleDrain(await queue(), {}));
    longPoll.push(await idleDrain(await queue(), { maxPollMs: LONG_POLL_MS }));
    peaks.push(await peakDrain(await queue(), inFlight));
  }
  const beyond = ({ drainMs, longestMs }: Peak): number => drainMs - longestMs;
  // At least one run was made.
  const typical = sorted(peaks, beyond)[runs >> 1] as Peak;
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
async function idleDrain(queue: Queue, options: { readonly maxPollMs?: number }): Promise<number> {
  let handled = 0;
  const drainer = new Drainer(
    queue.consumer,
    async () => {
      handled += 1;
    },
    options,
  );
  void drainer.run();
  await queue.publish(1);
  await waitUntil('the message is confirmed', async () => drainer.status().totals.confirmed === 1, { timeoutMs: 10_000 });
  // The poll after it is under way.
  await sleep(20);
  const startedAt = performance.now();
  const receipt = await drainer.drain();
  const ms = performance.now() - startedAt;
  if (receipt.outcome !== 'clean' || handled !== 1) throw new Error(`idle drain: ${JSON.stringify(receipt)}`);
  await queue.delete();
  return ms;
}

/** As many handlers as there may be run, each with a time of its own, and more messages wait at the broker. */
async function peakDrain(queue: Queue, inFlight: number): Promise<Peak> {
  let started = 0;
  let lastEnd = 0;
  const held = new Set<symbol>();
  const drainer = new Drainer(
    queue.consumer,
    async () => {
      const call = Symbol();
      held.add(call);
      started += 1;
      await sleep(HANDLER_MIN_MS + ((started * 7_919) % (HANDLER_MAX_MS - HANDLER_MIN_MS)));
      held.delete(call);
      lastEnd = performance.now();
    },
    { concurrency: inFlight },
  );
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
  if (left !== inFlight * 5 - succeeded) throw new Error(`the broker has ${left} messages after ${succeeded} of ${inFlight * 5}`);
  await queue.delete();
  return { drainMs, longestMs: Math.max(0, lastEnd - startedAt), receipt };
}

function phaseMs(receipt: Receipt, name: string): number {
  const phase = receipt.phases.find((each) => each.name === name);
  return round(phase?.durationMs ?? 0);
}

function memoryQueue(): Queue {
  const broker = new MemoryBroker();
  const queue = broker.createQueue('q');
  const body = new Uint8Array(100);
  return {
    consumer: broker.consumer({ queue: 'q' }),
    publish: async (count) => {
      broker.publish(
        'q',
        Array.from({ length: count }, () => ({ body })),
      );
    },
    left: async () => queue.ready.count + queue.leased.count,
    delete: async () => {},
  };
}

type Connection = Awaited<ReturnType<typeof connect>>;

async function natsQueue(connection: Connection): Promise<Queue> {
  const stream = `D${randomBytes(6).toString('hex')}`;
  const api = async (subject: string, body?: object): Promise<Record<string, unknown>> => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const answer = await connection.request(`$JS.API.${subject}`, payload, { timeout: API_TIMEOUT_MS });
    const parsed = answer.json<Record<string, unknown>>();
    if (parsed.error !== undefined) throw new Error(`${subject}: ${JSON.stringify(parsed.error)}`);
    return parsed;
  };
  await api(`STREAM.CREATE.${stream}`, { name: stream, subjects: [`${stream}.>`], storage: 'memory' });
  const config = { durable_name: 'd', ack_policy: 'explicit', ack_wait: 30e9, max_ack_pending: -1 };
  await api(`CONSUMER.DURABLE.CREATE.${stream}.d`, { stream_name: stream, config });
  const body = new Uint8Array(100);
  return {
    consumer: natsConsumer(connection, { stream, durable: 'd' }),
    publish: async (count) => {
      for (let sent = 1; sent < count; sent += 1) connection.publish(`${stream}.a`, body);
      await connection.request(`${stream}.a`, body, { timeout: API_TIMEOUT_MS });
    },
    left: async () => {
      // The fields are the server's.
      const info = (await api(`CONSUMER.INFO.${stream}.d`)) as { num_pending: number; num_ack_pending: number };
      return info.num_pending + info.num_ack_pending;
    },
    delete: async () => {
      await api(`STREAM.DELETE.${stream}`);
    },
  };
}

function sorted<T>(values: readonly T[], by: (value: T) => number): T[] {
  return [...values].sort((a, b) => by(a) - by(b));
}

function round(ms: number): number {
  return Number(ms.toFixed(1));
}
