import { SQS, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { Consumer, type ConsumerOptions, type Events } from 'sqs-consumer';
import { type BatchHandler, Drainer, type DrainerOptions, type ErrorContext, type MessageHandler, StreamError } from 'tailrace';
import { type SqsMessage, type SqsOptions, sqsConsumer } from 'tailrace/sqs';
import type { Queue, SqsServer } from '../../support/elasticmq.js';
import { EVENTS } from './their-types.js';

/** What shows one line of the guide, on a real server. */
export type RowTest = (bench: Bench) => Promise<void>;

/** By what stands in the first column. */
export type RowTests = Readonly<Record<string, RowTest>>;

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

/** What one test needs, and gives back at its end. */
export class Bench {
  readonly server: SqsServer;
  readonly #cleanups: (() => unknown)[] = [];

  constructor(server: SqsServer) {
    this.server = server;
  }

  async queue(attributes: Readonly<Record<string, string>> = {}, suffix: string = ''): Promise<Queue> {
    const queue = await this.server.queue(attributes, suffix);
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
