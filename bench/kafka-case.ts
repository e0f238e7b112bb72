import { getHeapStatistics } from 'node:v8';
import kafkajs, { type EachBatchPayload, type Kafka } from 'kafkajs';
import { Drainer, type Message } from 'tailrace';
import { type KafkaMessage, kafkaConsumer } from 'tailrace/kafka';
import type { KafkaCase } from './kafka-sides.js';
import type { Measure } from './turns.js';

/*
 * One side in a process of its own: reads `count` records of a topic by a group of its own, hands them to an asynchronous handler,
 * commits, and prints what it took. Clocks run from the end of the first tenth, when compiling is over, until the broker has
 * answered the last commit.
 */

const UNCOUNTED_SHARE = 0.1;
/** So many run at a time where handlers take a millisecond. */
const MANY = 4_096;
const FETCH = 2_048;

let handled = 0;
let bytes = 0;
let count = 0;
let uncounted = 0;
let start = 0;
let cpu = process.cpuUsage();
let finished = (): void => {};
const done = new Promise<void>((resolve) => {
  finished = resolve;
});

function began(): void {
  start = performance.now();
  cpu = process.cpuUsage();
}

/** The body is looked at, as any handler does. */
async function handle(body: Uint8Array | null): Promise<void> {
  handled += 1;
  bytes += body?.length ?? 0;
  if (handled === uncounted) began();
  else if (handled === count) finished();
}

async function handleAll(bodies: readonly { readonly length: number }[]): Promise<void> {
  const before = handled;
  handled += bodies.length;
  for (const { length } of bodies) bytes += length;
  if (before < uncounted && handled >= uncounted) {
    // A batch is not cut: what is counted begins with the next one.
    uncounted = handled;
    began();
  }
  if (handled >= count) finished();
}

/** `eachBatch` with manual commits: one handler call for a batch, or one for each record, one at a time. */
async function raw(kafka: Kafka, { side, topic, groupId, partitions }: KafkaCase): Promise<void> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let commits = Promise.resolve();
  const eachBatch = async ({ batch, commitOffsetsIfNecessary }: EachBatchPayload): Promise<void> => {
    if (side === 'eachBatch') await handleAll(batch.messages.map(({ value }) => value ?? Buffer.alloc(0)));
    else for (const { value } of batch.messages) await handle(value);
    const offset = String(Number(batch.lastOffset()) + 1);
    commits = commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition: batch.partition, offset }] }] });
    await commits;
  };
  await consumer.run({ autoCommit: false, partitionsConsumedConcurrently: partitions, eachBatch });
  await done;
  // The last one was handled; its commit is the last.
  await new Promise((resolve) => setImmediate(resolve));
  await commits;
  measured = stop();
  await consumer.disconnect();
}

async function ours(kafka: Kafka, { side, topic, groupId }: KafkaCase): Promise<void> {
  const consumer = kafkaConsumer(kafka, { topics: topic, groupId });
  const options = { maxFetch: FETCH, window: 2 * FETCH, order: 'none' as const };
  const drainer: Drainer<KafkaMessage> =
    side === 'batch-handler'
      ? new Drainer<KafkaMessage>(
          consumer,
          { batch: (messages) => handleAll(messages.map(({ body }) => body)), maxBatch: FETCH },
          { ...options, concurrency: 1 },
        )
      : new Drainer<KafkaMessage>(consumer, side === 'message' ? ({ body }) => handle(body) : slowly, {
          ...options,
          concurrency: side === 'message' ? 1_024 : MANY,
        });
  void drainer.run();
  await done;
  const receipt = await drainer.quiesce();
  measured = stop();
  if (receipt.outcome !== 'clean' || receipt.totals.confirmed !== handled) throw new Error(JSON.stringify(receipt));
  await drainer.close();
}

async function slowly({ body }: Message<KafkaMessage>): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  await handle(body);
}

let measured: Measure | undefined;
let heap = 0;

function stop(): Measure {
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { messages: handled - uncounted, ms, cpuMs: (user + system) / 1_000, heapMb: heap / 1e6 };
}

const [text] = process.argv.slice(2);
if (text !== undefined) {
  // What it is given comes from the benchmark that starts it.
  const given = JSON.parse(text) as KafkaCase;
  ({ count } = given);
  uncounted = Math.ceil(count * UNCOUNTED_SHARE);
  const sampler = setInterval(() => {
    heap = Math.max(heap, getHeapStatistics().used_heap_size);
  }, 10);
  const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers: given.brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
  if (given.side.startsWith('eachBatch')) await raw(kafka, given);
  else await ours(kafka, given);
  clearInterval(sampler);
  if (handled !== count || bytes === 0) throw new Error(`handled ${handled} of ${count} records`);
  console.log(JSON.stringify(measured));
}
