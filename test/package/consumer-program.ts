/**
 * A program as a user writes it, compiled against the packed package by `pack.test.ts`: an adapter of one's own, and each entry
 * point used with its types.
 */
import {
  type AckResult,
  type Capabilities,
  type CloseResult,
  checkBudget,
  Drainer,
  type DrainerOptions,
  drainBudget,
  drainOnSignals,
  type FetchOptions,
  Lease,
  Message,
  MessageStream,
  openConsumer,
  type Receipt,
  renderTimelineHtml,
  type StreamConsumer,
  StreamError,
  Watermark,
} from 'tailrace';
import { type KafkaLike, type KafkaMessage, kafkaConsumer } from 'tailrace/kafka';
import { MemoryBroker, memoryBroker, open, type QueueRecord } from 'tailrace/memory';
import { type NatsConnection, type NatsMsg, natsConsumer } from 'tailrace/nats';
import { type SqsClient, type SqsMessage, sqsConsumer } from 'tailrace/sqs';

interface Line {
  readonly number: number;
}

class Lines implements StreamConsumer<Line> {
  readonly adapter: string = 'lines';
  readonly source: string = 'lines://stdin';
  readonly capabilities: Capabilities;
  readonly #mark: Watermark = new Watermark();

  constructor(capabilities: Capabilities) {
    this.capabilities = capabilities;
  }

  async fetch({ max, signal }: FetchOptions): Promise<Message<Line>[]> {
    if (signal.aborted || max < 1) return [];
    const lease = new Lease(performance.now() + 1_000);
    const message = new Message<Line>({ id: '1', delivery: '1-1', body: new Uint8Array(), raw: { number: 1 }, lease });
    this.#mark.deliver(message);
    return [message];
  }

  async ack(messages: readonly Message<Line>[]): Promise<AckResult> {
    if (messages.some((message) => !this.#mark.finish(message))) throw new StreamError('LEASE_LOST', 'gone', { adapter: this.adapter });
    return { confirmed: messages, recorded: [], failed: [] };
  }

  async close(): Promise<CloseResult> {
    return { unconfirmed: [], clean: true };
  }
}

export async function drainLines(capabilities: Capabilities): Promise<Receipt> {
  const options: DrainerOptions<Line> = {
    concurrency: 4,
    order: 'lane',
    retry: { attempts: 3 },
    budget: drainBudget({ platform: 'nomad' }),
  };
  const drainer = new Drainer(
    new Lines(capabilities),
    async (message, { signal, attempt }) => {
      const line: number = message.raw.number + attempt;
      if (signal.aborted) throw signal.reason;
      return line;
    },
    options,
  );
  checkBudget(drainBudget(), { downstreamTimeoutsMs: { postgres: 5_000 } });
  const uninstall = drainOnSignals(drainer);
  const receipt = await drainer.run();
  uninstall();
  return receipt;
}

export async function streamQueue(): Promise<string> {
  const broker: MemoryBroker = memoryBroker('shop');
  broker.createQueue('orders', { leaseMs: 30_000 });
  const stream = new MessageStream<QueueRecord>(broker.consumer({ queue: 'orders' }));
  for await (const message of stream) {
    const deliveries: number = message.raw.deliveries;
    if (deliveries > 1) stream.fail(message, new Error('again'));
    else stream.ack(message);
  }
  return renderTimelineHtml(await stream.drain({ reason: 'done' }));
}

export async function anyConsumer(connection: NatsConnection, kafka: KafkaLike, client: SqsClient): Promise<StreamConsumer[]> {
  const nats: StreamConsumer<NatsMsg> = natsConsumer(connection, { stream: 'ORDERS', durable: 'billing' });
  const topic: StreamConsumer<KafkaMessage> = kafkaConsumer(kafka, { topics: 'orders', groupId: 'billing' });
  const sqs: StreamConsumer<SqsMessage> = sqsConsumer(() => client, { queue: 'orders' });
  const memory = await open(new URL('memory://shop/orders'), { broker: new MemoryBroker() });
  try {
    return [nats, topic, sqs, memory, await openConsumer('nats://127.0.0.1:4222/ORDERS/billing')];
  } catch (error) {
    if (StreamError.is(error) && error.code === 'INVALID_ARGUMENT' && !error.retryable) return [];
    throw error;
  }
}

export function misspelt(): unknown {
  // @ts-expect-error: options that do not exist are refused.
  return drainBudget({ platfrom: 'ecs' });
}
