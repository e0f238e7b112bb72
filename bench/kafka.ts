import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { startKafka } from '../conformance/brokers/kafka.js';
import { run } from '../conformance/brokers/process.js';
import { createTopic, ONCE } from '../conformance/harnesses/kafka-topics.js';
import { nodeOf } from '../test/package/node-versions.js';
import { type KafkaCase, type KafkaSide, RAW, SIDES } from './kafka-sides.js';
import { byTurns, type Measure, type TurnsOptions, type TurnsResult } from './turns.js';

/** The Kafka adapter beside the raw client: see bench/README.md for the method. */

export interface KafkaBenchOptions {
  readonly onRun?: (node: string, ...run: Parameters<NonNullable<TurnsOptions<KafkaSide>['onRun']>>) => void;
  /** Major versions of Node, one after the other; those that do not run this are fetched. Default: 20 and 24. */
  readonly nodes?: readonly number[];
  /** Of each version. Default: 7, but no new turn that would end after its share of `withinMs`. */
  readonly runs?: number | undefined;
  /** Bounds what runs by default, ms. Default 260,000. */
  readonly withinMs?: number;
  /** Records of one run. Default 500,000. */
  readonly messages?: number | undefined;
  /** Only these sides. */
  readonly sides?: readonly string[];
}

export interface KafkaNodeResult extends TurnsResult<KafkaSide> {
  /** Its version. */
  readonly node: string;
  /** The batch handler, and handlers for each message, by `eachBatch`. */
  readonly ratio: number;
  readonly perMessageRatio: number;
}

export interface KafkaResult {
  readonly server: string;
  readonly client: string;
  readonly messages: number;
  /** The least of all versions of Node. */
  readonly ratio: number;
  readonly perMessageRatio: number;
  readonly nodes: readonly KafkaNodeResult[];
}

const PARTITIONS = 4;
const BODY_BYTES = 100;
const RUNS = 7;
const WITHIN_MS = 260_000;
const NODES: readonly number[] = [20, 24];
const RUN_LIMIT_MS = 120_000;
/** Records of one producer batch: some 16 KB, which is what Kafka's own producer makes of them by default (`batch.size`). */
const PRODUCED_TOGETHER = 150;
const PROGRAM = fileURLToPath(new URL('kafka-case.js', import.meta.url));

export async function benchKafka(options: KafkaBenchOptions = {}): Promise<KafkaResult> {
  const { nodes = NODES, runs, messages = 500_000, withinMs = WITHIN_MS, sides, onRun } = options;
  const programs = await Promise.all(nodes.map(nodeOf));
  const server = await startKafka();
  try {
    const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers: server.url.split(','), logLevel: kafkajs.logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    const topic = `bench-${randomBytes(6).toString('hex')}`;
    const each = Math.ceil(messages / PARTITIONS);
    const count = each * PARTITIONS;
    await createTopic(admin, { topic, numPartitions: PARTITIONS });
    await fill(kafka, topic, each);
    const chosen = SIDES.filter((side) => sides?.includes(side) ?? true);
    const results: KafkaNodeResult[] = [];
    for (const program of programs) {
      const node = (await run(program, ['--version'])).trim();
      const measure = (side: KafkaSide, turn: number): Promise<Measure> => {
        const groupId = `${side}-${node}-${turn}-${topic}`;
        return measureSide(admin, program, { side, brokers: server.url, topic, groupId, partitions: PARTITIONS, count });
      };
      const result = await byTurns(chosen, RAW, measure, {
        runs: runs ?? RUNS,
        endsAt: runs === undefined ? performance.now() + withinMs / programs.length : Infinity,
        onRun: (...told) => onRun?.(node, ...told),
      });
      const ratio = (side: KafkaSide): number => result.sides.find((each) => each.side === side)?.of.eachBatch ?? Number.NaN;
      results.push({ node, ratio: ratio('batch-handler'), perMessageRatio: ratio('message'), ...result });
    }
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
    return {
      server: server.version,
      client: clientVersion(),
      messages: count,
      ratio: Math.min(...results.map(({ ratio }) => ratio)),
      perMessageRatio: Math.min(...results.map(({ perMessageRatio }) => perMessageRatio)),
      nodes: results,
    };
  } finally {
    await server.stop();
  }
}

/** Runs one side, and makes sure by the broker's own offsets that it did the work. */
async function measureSide(admin: Admin, program: string, given: KafkaCase): Promise<Measure> {
  const { side, topic, groupId, count } = given;
  // What the program prints is a Measure.
  const measured = JSON.parse(await run(program, [PROGRAM, JSON.stringify(given)], { timeoutMs: RUN_LIMIT_MS })) as Measure;
  const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const committed = found?.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0) ?? 0;
  if (committed !== count) throw new Error(`${side}: of ${count} records ${committed} are committed`);
  return measured;
}

/** So many records into each partition. */
async function fill(kafka: Kafka, topic: string, each: number): Promise<void> {
  const producer = kafka.producer(ONCE);
  await producer.connect();
  const value = Buffer.alloc(BODY_BYTES, 'x');
  for (let sent = 0; sent < each; sent += PRODUCED_TOGETHER) {
    const length = Math.min(PRODUCED_TOGETHER, each - sent);
    const messages = Array.from({ length: length * PARTITIONS }, (_, at) => ({ value, partition: at % PARTITIONS }));
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
}

function clientVersion(): string {
  // Its package.json is the one place that tells.
  const { version } = createRequire(import.meta.url)('kafkajs/package.json') as { version: string };
  return `kafkajs ${version}`;
}
