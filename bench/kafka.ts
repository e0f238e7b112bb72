import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { startKafka } from '../conformance/brokers/kafka.js';
import { run } from '../conformance/brokers/process.js';
import { type KafkaCase, type KafkaSide, RAW, SIDES } from './kafka-sides.js';
import { byTurns, type Measure, type TurnsOptions, type TurnsResult } from './turns.js';

/** The Kafka adapter beside the raw client: see bench/README.md for the method. */

export interface KafkaBenchOptions extends Pick<TurnsOptions<KafkaSide>, 'onRun'> {
  /** Default: 7, but no new turn that would end after `withinMs`. */
  readonly runs?: number | undefined;
  /** Bounds what runs by default, ms. Default 140,000. */
  readonly withinMs?: number;
  /** Records of one run. Default 500,000. */
  readonly messages?: number;
  /** Only these sides. */
  readonly sides?: readonly string[];
}

export interface KafkaResult extends TurnsResult<KafkaSide> {
  readonly server: string;
  readonly client: string;
  readonly messages: number;
  /** The batch handler by `eachBatch`, and handlers for each message by either raw way. */
  readonly ratio: number;
  readonly perMessageRatio: number;
}

const PARTITIONS = 4;
const BODY_BYTES = 100;
const RUNS = 7;
const WITHIN_MS = 140_000;
const RUN_LIMIT_MS = 120_000;
const PRODUCE = 5_000;
const PROGRAM = fileURLToPath(new URL('kafka-case.js', import.meta.url));

export async function benchKafka(options: KafkaBenchOptions = {}): Promise<KafkaResult> {
  const { runs, messages = 500_000, withinMs = WITHIN_MS, sides, onRun } = options;
  const server = await startKafka();
  try {
    const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers: server.url.split(','), logLevel: kafkajs.logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    const topic = `bench-${randomBytes(6).toString('hex')}`;
    const count = Math.ceil(messages / PARTITIONS / PRODUCE) * PRODUCE * PARTITIONS;
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });
    await fill(kafka, topic, count);
    const measure = (side: KafkaSide, turn: number): Promise<Measure> =>
      measureSide(admin, { side, brokers: server.url, topic, groupId: `${side}-${turn}-${topic}`, partitions: PARTITIONS, count });
    const chosen = SIDES.filter((side) => sides?.includes(side) ?? true);
    const result = await byTurns(chosen, RAW, measure, {
      runs: runs ?? RUNS,
      endsAt: runs === undefined ? performance.now() + withinMs : Infinity,
      onRun,
    });
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
    const ratio = (side: KafkaSide): number => result.sides.find((each) => each.side === side)?.of.eachBatch ?? Number.NaN;
    return {
      server: server.version,
      client: clientVersion(),
      messages: count,
      ratio: ratio('batch-handler'),
      perMessageRatio: ratio('message'),
      ...result,
    };
  } finally {
    await server.stop();
  }
}

/** Runs one side, and makes sure by the broker's own offsets that it did the work. */
async function measureSide(admin: Admin, given: KafkaCase): Promise<Measure> {
  const { side, topic, groupId, count } = given;
  // What the program prints is a Measure.
  const measured = JSON.parse(await run(process.execPath, [PROGRAM, JSON.stringify(given)], { timeoutMs: RUN_LIMIT_MS })) as Measure;
  const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const committed = found?.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0) ?? 0;
  if (committed !== count) throw new Error(`${side}: of ${count} records ${committed} are committed`);
  return measured;
}

async function fill(kafka: Kafka, topic: string, count: number): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  const value = Buffer.alloc(BODY_BYTES, 'x');
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const messages = Array.from({ length: PRODUCE }, () => ({ value, partition }));
    for (let sent = 0; sent < count / PARTITIONS; sent += PRODUCE) await producer.send({ topic, messages });
  }
  await producer.disconnect();
}

function clientVersion(): string {
  // Its package.json is the one place that tells.
  const { version } = createRequire(import.meta.url)('kafkajs/package.json') as { version: string };
  return `kafkajs ${version}`;
}
