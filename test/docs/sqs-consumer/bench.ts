import { randomBytes } from 'node:crypto';
import { type SendMessageBatchRequestEntry, SQS, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { Consumer, type ConsumerOptions, type Events } from 'sqs-consumer';
import { type BatchHandler, Drainer, type DrainerOptions, type ErrorContext, type MessageHandler, StreamError } from 'tailrace';
import { type SqsMessage, type SqsOptions, sqsConsumer } from 'tailrace/sqs';
import { startElasticMq } from '../../../conformance/brokers/elasticmq.js';
import type { Broker } from '../../../conformance/brokers/process.js';
import { waitUntil } from '../../../conformance/brokers/process.js';
import { EVENTS } from './their-types.js';

/** What shows one line of the guide, on a real server. */
export type RowTest = (bench: Bench) => Promise<void>;

/** By what stands in the first column. */
export type RowTests = Readonly<Record<string, RowTest>>;

/** A queue, published to and counted past both libraries. */
export class Queue {
  readonly name: string;
  readonly url: string;
  readonly #probe: SQS;
  #deleted: Promise<unknown> | undefined;

  constructor(name: string, url: string, probe: SQS) {
    this.name = name;
    this.url = url;
    this.#probe = probe;
  }

  async publish(...messages: readonly (string | Omit<SendMessageBatchRequestEntry, 'Id'>)[]): Promise<void> {
    const entries = messages.map((message, index) => ({
      Id: String(index),
      ...(typeof message === 'string' ? { MessageBody: message } : message),
    }));
    for (let at = 0; at < entries.length; at += 10) {
      const { Failed = [] } = await this.#probe.sendMessageBatch({ QueueUrl: this.url, Entries: entries.slice(at, at + 10) });
      if (Failed.length > 0) throw new Error(`publishing: ${Failed[0]?.Message}`);
    }
  }

  /** What waits and what is hidden, by the queue itself. */
  async counts(): Promise<[waiting: number, hidden: number]> {
    const { Attributes = {} } = await this.#probe.getQueueAttributes({ QueueUrl: this.url, AttributeNames: ['All'] });
    return [Number(Attributes.ApproximateNumberOfMessages), Number(Attributes.ApproximateNumberOfMessagesNotVisible)];
  }

  async untilCounts(waiting: number, hidden: number): Promise<void> {
    await waitUntil(`${waiting} waiting and ${hidden} hidden`, async () => (await this.counts()).join() === `${waiting},${hidden}`);
  }

  async arn(): Promise<string> {
    const { Attributes } = await this.#probe.getQueueAttributes({ QueueUrl: this.url, AttributeNames: ['QueueArn'] });
    return Attributes?.QueueArn ?? '';
  }

  async deleteMessage(ReceiptHandle: string): Promise<void> {
    await this.#probe.deleteMessage({ QueueUrl: this.url, ReceiptHandle });
  }

  async delete(): Promise<void> {
    this.#deleted ??= this.#probe.deleteQueue({ QueueUrl: this.url });
    await this.#deleted;
  }
}

/** A call of the SDK, as it was sent. */
export interface Call {
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** One sqs-consumer, and what it has emitted. */
export interface Theirs {
  readonly consumer: Consumer;
  readonly calls: readonly Call[];
  readonly errors: readonly Error[];
  /** How often it has emitted this. */
  readonly count: (event: keyof Events) => number;
}

/** One drainer that runs, and what it has reported. */
export interface Ours {
  readonly drainer: Drainer<SqsMessage>;
  readonly calls: readonly Call[];
  readonly errors: readonly { readonly error: StreamError; readonly context: ErrorContext }[];
  /** Of `run()`: the receipt, or the error. */
  readonly end: Promise<unknown>;
}

export interface OurOptions extends DrainerOptions<SqsMessage> {
  readonly adapter?: Partial<SqsOptions>;
}

/** One ElasticMQ for all tests of the page. */
export class Server {
  readonly #broker: Broker;
  readonly probe: SQS;

  private constructor(broker: Broker) {
    this.#broker = broker;
    this.probe = new SQS(this.config);
  }

  static async start(): Promise<Server> {
    return new Server(await startElasticMq());
  }

  get url(): string {
    return this.#broker.url;
  }

  get isOwn(): boolean {
    return this.#broker.pid !== undefined;
  }

  get config(): SQSClientConfig {
    return {
      endpoint: this.url,
      region: process.env.AWS_REGION ?? 'us-east-1',
      ...(this.isOwn ? { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } } : {}),
    };
  }

  /** For programs that know nothing of a test. */
  get env(): NodeJS.ProcessEnv {
    const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    return { AWS_REGION: process.env.AWS_REGION ?? 'us-east-1', ...(this.isOwn ? credentials : {}) };
  }

  async stop(): Promise<void> {
    this.probe.destroy();
    await this.#broker.stop();
  }
}

/** What one test needs, and gives back at its end. */
export class Bench {
  readonly server: Server;
  readonly #cleanups: (() => unknown)[] = [];

  constructor(server: Server) {
    this.server = server;
  }

  async queue(attributes: Readonly<Record<string, string>> = {}, suffix: string = ''): Promise<Queue> {
    const name = `t${randomBytes(6).toString('hex')}${suffix}`;
    const { QueueUrl = '' } = await this.server.probe.createQueue({ QueueName: name, Attributes: attributes });
    const queue = new Queue(name, QueueUrl, this.server.probe);
    this.defer(() => queue.delete());
    return queue;
  }

  fifo(): Promise<Queue> {
    return this.queue({ FifoQueue: 'true', ContentBasedDeduplication: 'true' }, '.fifo');
  }

  client(config: SQSClientConfig = {}, calls: Call[] = []): SQS {
    const client = new SQS({ ...this.server.config, md5: false, ...config });
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) => {
          calls.push({ command: commandName.replace(/Command$/, ''), input: { ...args.input } });
          return next(args);
        },
      { step: 'initialize' },
    );
    this.defer(() => client.destroy());
    return client;
  }

  theirs(queue: Queue, options: Partial<ConsumerOptions>): Theirs {
    const calls: Call[] = [];
    const errors: Error[] = [];
    const counts = new Map<string, number>();
    const consumer = Consumer.create({ queueUrl: queue.url, sqs: this.client({}, calls), ...options });
    for (const event of EVENTS) {
      // Read from the types that declare `Events`.
      consumer.on(event as keyof Events, (...[first]: readonly unknown[]) => {
        counts.set(event, (counts.get(event) ?? 0) + 1);
        if (first instanceof Error) errors.push(first);
      });
    }
    this.defer(() => consumer.stop({ abort: true }));
    return { consumer, calls, errors, count: (event) => counts.get(event) ?? 0 };
  }

  ours(queue: Queue, handler: MessageHandler<SqsMessage> | BatchHandler<SqsMessage>, { adapter, ...options }: OurOptions = {}): Ours {
    const calls: Call[] = [];
    const errors: { error: StreamError; context: ErrorContext }[] = [];
    const consumer = sqsConsumer(() => this.client({}, calls), { queue: queue.name, ...adapter });
    const onError = (error: StreamError, context: ErrorContext): void => {
      errors.push({ error, context });
      options.onError?.(error, context);
    };
    const drainer = new Drainer(consumer, handler, { ...options, onError });
    const end = this.run(drainer);
    return { drainer, calls, errors, end };
  }

  /** Runs a drainer until the test ends, at the latest. */
  run(drainer: Drainer<SqsMessage>): Promise<unknown> {
    const end = drainer.run().catch((error: unknown) => error);
    this.defer(async () => {
      if (drainer.state !== 'closed') drainer.escalate();
      await drainer.drain();
    });
    return end;
  }

  defer(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup);
  }

  async end(): Promise<void> {
    for (const cleanup of this.#cleanups.reverse()) await cleanup();
  }
}

export function isStreamError(value: unknown, code: string): boolean {
  return StreamError.is(value) && value.code === code;
}

/** Work that ends by its signal and no other way. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}
