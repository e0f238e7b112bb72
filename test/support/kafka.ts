import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { it } from 'node:test';
import kafkajs, { type Admin, type Kafka, type KafkaConfig, type ProducerConfig } from 'kafkajs';
import type { KafkaExchange, KafkaLookup, KafkaReach } from '../../adapters/kafka/client.js';
import type { KafkaAssigner } from '../../adapters/kafka/index.js';
import { installConfluent } from '../../conformance/brokers/confluent.js';
import { type KafkaServerOptions, startKafka } from '../../conformance/brokers/kafka.js';
import type { Broker } from '../../conformance/brokers/process.js';
import { createTopic, ONCE } from '../../conformance/harnesses/kafka-topics.js';
import { type AckResult, type Message, openConsumer, type StreamConsumer, StreamError } from '../../src/index.js';
import { whyNot } from './start-or-skip.js';
import { until } from './until.js';

export { createTopic, ONCE, whyNot };

export const WAIT_MS = 60_000;
const CLOSE_MS = 20_000;

export const values = (count: number, prefix = 'm'): string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

export type ClientName = 'kafkajs' | 'confluent';
export const CLIENTS: readonly ClientName[] = ['kafkajs', 'confluent'];

/** Why each client cannot be tested; undefined where it can. */
export type Skipped = Readonly<Record<ClientName, string | undefined>>;

/** Starts what both clients are tested by. */
export async function whyNotEither(start: () => Promise<unknown>): Promise<Skipped> {
  const kafkajs = await whyNot('KAFKA', start);
  const confluent = kafkajs ?? (await whyNot('KAFKA BY LIBRDKAFKA', async () => void (await installConfluent())));
  return { kafkajs, confluent };
}

/** A test for each of these clients, skipped where it cannot be had. */
export function itBy(
  name: string,
  clients: readonly ClientName[],
  skipped: () => Skipped,
  test: (client: ClientName) => Promise<void>,
): void {
  for (const client of clients) {
    it(`${name} (${client})`, async (t) => {
      const why = skipped()[client];
      if (why === undefined) await test(client);
      else t.skip(why);
    });
  }
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** A broker under test, and a client beside the adapter's own. */
export class KafkaBench {
  readonly broker: Pick<Broker, 'url'>;
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly #opened: StreamConsumer[] = [];

  constructor(broker: Pick<Broker, 'url'>, login?: Login) {
    this.broker = broker;
    this.kafka = this.client(login);
    this.admin = this.kafka.admin();
  }

  client(login?: Login, config: Partial<KafkaConfig> = {}): Kafka {
    return new kafkajs.Kafka({
      clientId: 'test',
      brokers: this.broker.url.split(','),
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 30 },
      ...(login === undefined ? {} : { sasl: { mechanism: 'plain', username: login.user, password: login.password } }),
      ...config,
    });
  }

  async topic(partitions: number, configEntries: { name: string; value: string }[] = []): Promise<string> {
    const topic = nameOf('t');
    await createTopic(this.admin, { topic, numPartitions: partitions, configEntries });
    return topic;
  }

  async publish(
    topic: string,
    messages: readonly { value: string | Buffer; key?: string; partition?: number; timestamp?: string }[],
    config: ProducerConfig = ONCE,
  ): Promise<void> {
    const producer = this.kafka.producer(config);
    await producer.connect();
    try {
      await producer.send({ topic, messages: [...messages] });
    } finally {
      await producer.disconnect();
    }
  }

  async committed(topic: string, groupId = `g-${topic}`): Promise<Record<number, number>> {
    const [found] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    return Object.fromEntries((found?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
  }

  async members(topic: string, groupId = `g-${topic}`): Promise<number> {
    return (await this.admin.describeGroups([groupId])).groups[0]?.members.length ?? 0;
  }

  /** By URL, by one or the other client. */
  async open(
    topics: string,
    options: {
      client?: ClientName;
      login?: Login;
      group?: string;
      address?: string;
      parameters?: Readonly<Record<string, string | number>>;
    } = {},
  ): Promise<StreamConsumer> {
    const { client = 'kafkajs', login, group = `g-${topics.split(',')[0]}`, address, parameters = {} } = options;
    const [first = '', ...others] = (address ?? this.broker.url).split(',');
    const who = login === undefined ? '' : `${login.user}:${login.password}@`;
    const search = new URLSearchParams({ group, client, sessionTimeoutMs: '6000', heartbeatMs: '200' });
    if (others.length > 0) search.set('brokers', others.join(','));
    for (const [name, value] of Object.entries(parameters)) search.set(name, String(value));
    const loaded = client === 'confluent' ? { clientPackage: (await installConfluent()).url } : {};
    const consumer = await openConsumer(`kafka://${who}${first}/${topics}?${search}`, loaded);
    this.#opened.push(consumer);
    return consumer;
  }

  /** Also ends what a test that failed has left open: it would keep the process alive. */
  async stop(): Promise<void> {
    await Promise.all(this.#opened.map(close));
    await this.admin.disconnect();
  }
}

/** A bench with a broker of its own. */
export class KafkaServer extends KafkaBench {
  declare readonly broker: Broker;

  static async start(options: KafkaServerOptions = {}, login?: Login): Promise<KafkaServer> {
    const broker = await startKafka(options);
    const server = new KafkaServer(broker, login);
    try {
      await server.admin.connect();
    } catch (error) {
      await broker.stop();
      throw error;
    }
    return server;
  }

  override async stop(): Promise<void> {
    try {
      await super.stop();
    } finally {
      await this.broker.stop();
    }
  }
}

/** Numbers of requests in Kafka's protocol. */
export const FETCH = 1;
export const JOIN_GROUP = 11;
export const HEARTBEAT = 12;
export const SYNC_GROUP = 14;

type AssignerConfig = Parameters<typeof kafkajs.PartitionAssigners.roundRobin>[0];

/** kafkajs's own assigner, by which each exchange of its consumer with a broker can be changed. */
export function changing(change: (apiKey: number, exchange: KafkaExchange) => KafkaExchange): KafkaAssigner {
  return (config: KafkaReach & AssignerConfig) => {
    const { cluster } = config as KafkaReach;
    const findBroker = cluster.findBroker.bind(cluster);
    const changed = new WeakSet<KafkaLookup>();
    cluster.findBroker = async (node) => {
      const broker = await findBroker(node);
      const { lookupRequest } = broker;
      if (changed.has(lookupRequest)) return broker;
      broker.lookupRequest = (apiKey, definition) => (question) => change(apiKey, lookupRequest(apiKey, definition)(question));
      changed.add(broker.lookupRequest);
      return broker;
    };
    return kafkajs.PartitionAssigners.roundRobin(config);
  };
}

export function nameOf(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`;
}

export async function take<Raw>(consumer: StreamConsumer<Raw>, count: number): Promise<Message<Raw>[]> {
  const taken: Message<Raw>[] = [];
  const errors: string[] = [];
  const { signal } = new AbortController();
  const end = performance.now() + WAIT_MS;
  while (taken.length < count) {
    assert.ok(performance.now() < end, `${taken.length} of ${count} came. ${errors.join(' ')}`);
    try {
      taken.push(...(await consumer.fetch({ max: count - taken.length, waitMs: 1_000, signal })));
    } catch (error) {
      if (!StreamError.is(error) || !error.retryable) throw error;
      errors.push(error.message);
    }
  }
  return taken;
}

/** Fetches until a fetch fails, and returns why. */
export async function failureOf(consumer: StreamConsumer): Promise<StreamError> {
  const { signal } = new AbortController();
  const end = performance.now() + WAIT_MS;
  while (performance.now() < end) {
    try {
      await consumer.fetch({ max: 10, waitMs: 1_000, signal });
    } catch (error) {
      assert.ok(StreamError.is(error), String(error));
      return error;
    }
  }
  throw new Error('no fetch has failed');
}

/** Acks until all of it is confirmed; what may be tried again is. Returns the errors on the way. */
export async function ackAll(consumer: StreamConsumer, messages: readonly Message[]): Promise<StreamError[]> {
  const errors: StreamError[] = [];
  let left: readonly Message[] = messages;
  await until(
    async () => {
      const { confirmed, failed }: AckResult = await consumer.ack(left);
      errors.push(...failed.map(({ error }) => error));
      const final = failed.find(({ error }) => !error.retryable);
      if (final !== undefined) throw final.error;
      left = left.filter((message) => !confirmed.includes(message));
      return left.length === 0;
    },
    'all acks are confirmed',
    WAIT_MS,
  );
  return errors;
}

export function close(consumer: StreamConsumer): Promise<{ clean: boolean; unconfirmed: readonly Message[] }> {
  return consumer.close({ signal: AbortSignal.timeout(CLOSE_MS) });
}
