import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { SQS } from '@aws-sdk/client-sqs';
import { startElasticMq } from '../conformance/brokers/elasticmq.js';
import { run } from '../conformance/brokers/process.js';
import { CONCURRENCY, RAW, SIDES, type SqsSide } from './sqs-sides.js';
import { startOurs, startPeer, stopTimes } from './sqs-stops.js';
import { byTurns, type Measure, type TurnsOptions, type TurnsResult } from './turns.js';

/** The SQS adapter beside the raw client and `sqs-consumer`: see bench/README.md for the method. */

export interface SqsBenchOptions extends Pick<TurnsOptions<SqsSide>, 'onRun'> {
  /** Turns of each concurrency. Default 3. */
  readonly runs?: number | undefined;
  /** Messages of one run, of which the second half counts. Default 40,000. */
  readonly messages?: number | undefined;
  /** Only these sides. */
  readonly sides?: readonly string[];
  /** Stops after which what is stranded is counted. Default 100. */
  readonly stops?: number | undefined;
}

export interface StopTimes {
  /** In a long poll of an empty queue, ms. */
  readonly idleMs: number;
  /** While messages are handled, ms. */
  readonly busyMs: number;
}

export interface SqsResult {
  readonly server: string;
  readonly client: string;
  readonly messages: number;
  readonly throughput: readonly (TurnsResult<SqsSide> & { readonly concurrency: number })[];
  /** Ours and `sqs-consumer` with the default poll of each, 1 s and 20 s; and `sqs-consumer` with our poll. */
  readonly stop: { readonly ours: StopTimes; readonly peer: StopTimes; readonly peerSamePoll: StopTimes };
  readonly stops: number;
  /** Messages that were hidden and nobody's after these stops. */
  readonly stranded: number;
}

const BODY = 'x'.repeat(100);
const PER_CALL = 10;
const PIPELINE = 20;
const RUN_LIMIT_MS = 300_000;
const TIMED_STOPS = 3;
const PROGRAM = fileURLToPath(new URL('sqs-case.js', import.meta.url));

export async function benchSqs(options: SqsBenchOptions = {}): Promise<SqsResult> {
  const { runs = 3, messages = 40_000, sides, stops = 100, onRun } = options;
  const server = await startElasticMq();
  const make = (): SQS =>
    new SQS({ endpoint: server.url, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  const sqs = make();
  try {
    const count = Math.ceil(messages / PER_CALL) * PER_CALL;
    const chosen = SIDES.filter((side) => sides?.includes(side) ?? true);
    const throughput: (TurnsResult<SqsSide> & { readonly concurrency: number })[] = [];
    for (const concurrency of CONCURRENCY) {
      const measure = async (side: SqsSide): Promise<Measure> => {
        const { queue, queueUrl } = await filled(sqs, count);
        const given = { side, endpoint: server.url, queue, queueUrl, concurrency, count };
        // What the program prints is a Measure.
        const measured = JSON.parse(await run(process.execPath, [PROGRAM, JSON.stringify(given)], { timeoutMs: RUN_LIMIT_MS })) as Measure;
        const { waiting, hidden } = await counts(sqs, queueUrl);
        if (waiting + hidden > 0) throw new Error(`${side}: of ${count} messages ${waiting + hidden} are not deleted`);
        await sqs.deleteQueue({ QueueUrl: queueUrl });
        return measured;
      };
      throughput.push({ concurrency, ...(await byTurns(chosen, RAW, measure, { runs, endsAt: Infinity, onRun })) });
    }
    const stop = {
      ours: await timed(sqs, (queue) => startOurs(make, queue)),
      peer: await timed(sqs, (_, queueUrl) => startPeer(sqs, queueUrl, 20)),
      peerSamePoll: await timed(sqs, (_, queueUrl) => startPeer(sqs, queueUrl, 1)),
    };
    return {
      server: `ElasticMQ ${server.version}`,
      client: versions(),
      messages: count,
      throughput,
      stop,
      stops,
      stranded: await stranded(sqs, make, stops),
    };
  } finally {
    sqs.destroy();
    await server.stop();
  }
}

async function timed(sqs: SQS, start: (queue: string, queueUrl: string) => ReturnType<typeof startOurs>): Promise<StopTimes> {
  const empty = await filled(sqs, 0);
  const full = await filled(sqs, 2_000);
  return {
    idleMs: await stopTimes(() => start(empty.queue, empty.queueUrl), false, TIMED_STOPS),
    busyMs: await stopTimes(() => start(full.queue, full.queueUrl), true, TIMED_STOPS),
  };
}

/** Stops under load, again and again: what is hidden after each belongs to nobody. */
async function stranded(sqs: SQS, make: () => SQS, stops: number): Promise<number> {
  const { queue, queueUrl } = await filled(sqs, stops * PER_CALL * 2);
  for (let stop = 0; stop < stops; stop += 1) {
    const running = startOurs(make, queue);
    while (running.started() < 1 + (stop % PER_CALL)) await new Promise((resolve) => setImmediate(resolve));
    await running.stop();
  }
  return (await counts(sqs, queueUrl)).hidden;
}

async function filled(sqs: SQS, count: number): Promise<{ readonly queue: string; readonly queueUrl: string }> {
  const queue = `bench-${randomBytes(6).toString('hex')}`;
  const { QueueUrl: queueUrl = '' } = await sqs.createQueue({ QueueName: queue, Attributes: { VisibilityTimeout: '600' } });
  const Entries = Array.from({ length: PER_CALL }, (_, index) => ({ Id: String(index), MessageBody: BODY }));
  for (let left = count / PER_CALL; left > 0; left -= PIPELINE) {
    await Promise.all(Array.from({ length: Math.min(left, PIPELINE) }, () => sqs.sendMessageBatch({ QueueUrl: queueUrl, Entries })));
  }
  return { queue, queueUrl };
}

async function counts(sqs: SQS, queueUrl: string): Promise<{ readonly waiting: number; readonly hidden: number }> {
  const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl: queueUrl, AttributeNames: ['All'] });
  return { waiting: Number(Attributes.ApproximateNumberOfMessages), hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible) };
}

function versions(): string {
  const version = (name: string): string => {
    // Its package.json is the one place that tells.
    const found = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
    return `${name} ${found.version}`;
  };
  return version('@aws-sdk/client-sqs');
}
