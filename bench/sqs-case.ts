import { getHeapStatistics } from 'node:v8';
import { type DeleteMessageBatchCommandOutput, SQS } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';
import { Drainer } from 'tailrace';
import { sqsConsumer } from 'tailrace/sqs';
import type { SqsCase } from './sqs-sides.js';
import type { Measure } from './turns.js';

/*
 * One side in a process of its own: handles and deletes `count` messages of a queue, and prints what it took. Clocks run from the
 * answer to the delete of the middle one to that of the last: the client's code is compiled and optimised over the first 20,000 messages,
 * in which one takes up to four times the CPU that it takes later, on every side.
 */

const UNCOUNTED_SHARE = 0.5;
const PER_CALL = 10;

let handled = 0;
let deleted = 0;
let bytes = 0;
let count = 0;
let uncounted = 0;
let start = 0;
let cpu = process.cpuUsage();
let heap = 0;
let measured: Measure | undefined;
let finished = (): void => {};
const done = new Promise<void>((resolve) => {
  finished = resolve;
});

/** The body is looked at, as any handler does. */
async function handle(body: { readonly length: number } | undefined): Promise<void> {
  handled += 1;
  bytes += body?.length ?? 0;
}

function wereDeleted(more: number): void {
  const before = deleted;
  deleted += more;
  if (before < uncounted && deleted >= uncounted) {
    uncounted = deleted;
    start = performance.now();
    cpu = process.cpuUsage();
  } else if (deleted === count) {
    const { user, system } = process.cpuUsage(cpu);
    measured = { messages: count - uncounted, ms: performance.now() - start, cpuMs: (user + system) / 1_000, heapMb: heap / 1e6 };
    finished();
  }
}

/** Ours checks each body by itself, and does without the client's check. */
function client({ endpoint, side }: SqsCase): SQS {
  const sqs = new SQS({
    endpoint,
    ...(side === 'message' ? { md5: false } : {}),
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  sqs.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        if (commandName === 'DeleteMessageCommand') wereDeleted(1);
        else if (commandName === 'DeleteMessageBatchCommand') {
          const { Successful = [] } = result.output as Partial<DeleteMessageBatchCommandOutput>;
          wereDeleted(Successful.length);
        }
        return result;
      },
    { step: 'initialize' },
  );
  return sqs;
}

async function raw(given: SqsCase): Promise<void> {
  const sqs = client(given);
  const { queueUrl, concurrency } = given;
  const loop = async (): Promise<void> => {
    while (handled < count) {
      const { Messages = [] } = await sqs.receiveMessage({ QueueUrl: queueUrl, MaxNumberOfMessages: PER_CALL, WaitTimeSeconds: 1 });
      if (Messages.length === 0) continue;
      await Promise.all(Messages.map(({ Body }) => handle(Body)));
      await sqs.deleteMessageBatch({
        QueueUrl: queueUrl,
        Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  sqs.destroy();
}

async function ours(given: SqsCase): Promise<void> {
  const { queue, concurrency } = given;
  const messages = concurrency * PER_CALL;
  const consumer = sqsConsumer(() => client(given), { queue, maxPolls: Math.min(10, concurrency), maxDeletes: concurrency });
  const window = messages * 2;
  // Like the others it deletes what is handled before it asks for more: what it is ahead of its deletes, it would not be measured by.
  const options = { order: 'none', concurrency: messages, window, maxUnconfirmed: window } as const;
  const drainer = new Drainer(consumer, ({ body }) => handle(body), options);
  void drainer.run();
  await done;
  const receipt = await drainer.drain();
  if (receipt.outcome !== 'clean') throw new Error(JSON.stringify(receipt));
}

async function peer(given: SqsCase): Promise<void> {
  const { side, queueUrl, concurrency } = given;
  const sqs = client(given);
  const consumers = Array.from({ length: concurrency }, () =>
    Consumer.create({
      queueUrl,
      sqs,
      batchSize: PER_CALL,
      waitTimeSeconds: 1,
      ...(side === 'peer-batch'
        ? {
            handleMessageBatch: async (messages) => {
              await Promise.all(messages.map(({ Body }) => handle(Body)));
              return messages;
            },
          }
        : {
            handleMessage: async (message) => {
              await handle(message.Body);
              return message;
            },
          }),
    }),
  );
  const stopped = consumers.map(
    (consumer) =>
      new Promise<void>((resolve) => {
        consumer.on('stopped', () => resolve());
      }),
  );
  // It tells on stdout what nobody listens to; a delete that its client repeats is an error on ElasticMQ.
  for (const consumer of consumers) consumer.on('error', (error) => console.error(error.message));
  for (const consumer of consumers) consumer.start();
  await done;
  for (const consumer of consumers) consumer.stop();
  await Promise.all(stopped);
  sqs.destroy();
}

const [text] = process.argv.slice(2);
if (text !== undefined) {
  // What it is given comes from the benchmark that starts it.
  const given = JSON.parse(text) as SqsCase;
  ({ count } = given);
  uncounted = Math.ceil(count * UNCOUNTED_SHARE);
  const sampler = setInterval(() => {
    heap = Math.max(heap, getHeapStatistics().used_heap_size);
  }, 10);
  if (given.side === 'raw') await raw(given);
  else if (given.side === 'message') await ours(given);
  else await peer(given);
  clearInterval(sampler);
  if (handled !== count || bytes === 0) throw new Error(`handled ${handled} of ${count} messages`);
  console.log(JSON.stringify(measured));
}
