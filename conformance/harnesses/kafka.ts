import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import kafkajs, { type Admin, type Kafka, type Producer } from 'kafkajs';
import { openConsumer, type StreamConsumer } from '../../src/index.js';
import { type ConfluentClient, installConfluent } from '../brokers/confluent.js';
import { startKafka } from '../brokers/kafka.js';
import { type Broker, waitUntil } from '../brokers/process.js';
import { type ProxyLink, startToxiproxy, type Toxiproxy } from '../brokers/toxiproxy.js';
import type { Channel, ChannelOptions, ChannelState, Harness, HarnessFaults, HarnessTiming, Outgoing } from '../harness.js';

const CLIENT = 'kafkajs';
const ANSWER_MS = 10_000;
/** The broker's least is 1 s; a busy machine stands still for longer. */
const SESSION_MS = 6_000;
const HEARTBEAT_MS = 300;
const REBALANCE_MS = 10_000;
/** Records of one request. */
const PRODUCE = 2_000;

export interface KafkaHarnessOptions {
  /** Consumers reach the server through a proxy, so that the network can be cut and slowed. Default true. */
  readonly proxy?: boolean;
  /** Which client the adapter uses. Default `kafkajs`. */
  readonly client?: 'kafkajs' | 'confluent';
}

/** A harness on a Kafka of its own, or on the one that `TAILRACE_KAFKA` names, which is not restarted. */
export async function startKafkaHarness({ proxy = true, client = 'kafkajs' }: KafkaHarnessOptions = {}): Promise<Harness> {
  const confluent = client === 'confluent' ? await installConfluent() : undefined;
  let toxiproxy: Toxiproxy | undefined;
  let link: ProxyLink | undefined;
  let server: Broker | undefined;
  try {
    toxiproxy = proxy ? await startToxiproxy() : undefined;
    const through = toxiproxy;
    server = await startKafka(
      through === undefined
        ? {}
        : {
            proxied: async (address) => {
              link = await through.link(address);
              return `${link.host}:${link.port}`;
            },
          },
    );
    const harness = new KafkaHarness(server, toxiproxy, link, confluent);
    await harness.start();
    return harness;
  } catch (error) {
    await toxiproxy?.stop();
    await server?.stop();
    throw error;
  }
}

const MINIMUM: Harness['minimum'] = {
  settlement: 'cursor',
  ordered: true,
  abort: 'staged',
  ackConfirmed: true,
  closeReleases: 'free',
  flush: true,
  pause: true,
  seek: true,
  lag: true,
  revoke: 'awaited',
};

class KafkaHarness implements Harness {
  readonly adapter: string = 'kafka';
  readonly client: string;
  readonly server: string;
  readonly variant?: string;
  readonly minimum: Harness['minimum'];
  readonly timing: HarnessTiming = {
    answerMs: ANSWER_MS,
    shortestLeaseMs: undefined,
    leaseGranularityMs: 0,
    rebalanceMs: REBALANCE_MS,
    takeoverMs: SESSION_MS + REBALANCE_MS,
  };
  readonly leavesHoles: boolean = true;
  readonly faults?: HarnessFaults;
  readonly #server: Broker;
  readonly #toxiproxy: Toxiproxy | undefined;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  /** Where consumers connect to. */
  readonly #address: string;
  readonly #confluent: ConfluentClient | undefined;

  constructor(server: Broker, toxiproxy: Toxiproxy | undefined, link: ProxyLink | undefined, confluent: ConfluentClient | undefined) {
    this.#confluent = confluent;
    if (confluent !== undefined) this.variant = 'confluent';
    this.minimum = { ...MINIMUM, rebalance: confluent === undefined ? 'eager' : 'cooperative' };
    this.#server = server;
    this.#toxiproxy = toxiproxy;
    this.#address = link === undefined ? (server.url.split(',', 1)[0] ?? '') : `${link.host}:${link.port}`;
    this.#kafka = new kafkajs.Kafka({
      clientId: 'probe',
      brokers: server.url.split(','),
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 20 },
    });
    this.#admin = this.#kafka.admin();
    this.client = confluent?.version ?? `${CLIENT} ${clientVersion()}`;
    this.server = `Apache Kafka ${server.version}`;
    if (link !== undefined && server.pid !== undefined) this.faults = this.#faults(link);
  }

  async start(): Promise<void> {
    await this.#admin.connect();
  }

  /** What a single broker has confirmed is in the page cache, which outlives the process, though not the machine. */
  #faults(link: ProxyLink): HarnessFaults {
    // The probe has to find back as well, or the next call would fail for a reason that is not its own: groups are loaded last.
    const isBack = async (): Promise<boolean> => (await this.#admin.fetchOffsets({ groupId: 'probe', topics: [] })).length >= 0;
    return {
      restart: async () => {
        await this.#server.restart();
        await waitUntil('the groups after the restart', isBack);
      },
      crash: async () => {
        await this.#server.restart({ signal: 'SIGKILL' });
        await waitUntil('the groups after the crash', isBack);
      },
      cut: () => link.cut(),
      slow: (slow) => link.slow(slow),
      heal: () => link.heal(),
    };
  }

  async create({ lanes = 1 }: ChannelOptions = {}): Promise<Channel> {
    const topic = `t-${randomBytes(6).toString('hex')}`;
    const groupId = `g-${topic}`;
    const url = this.#url(topic, groupId);
    const channel = new KafkaChannel(this.#kafka, topic, groupId, url, this.#openOptions);
    await channel.create(lanes);
    return channel;
  }

  openMissing(): Promise<StreamConsumer> {
    return openConsumer(this.#url(`t-${randomBytes(6).toString('hex')}`, 'missing'), this.#openOptions);
  }

  #url(topic: string, groupId: string): string {
    const client = this.#confluent === undefined ? '' : '&client=confluent';
    return `kafka://${this.#address}/${topic}?group=${groupId}&sessionTimeoutMs=${SESSION_MS}&heartbeatMs=${HEARTBEAT_MS}${client}`;
  }

  get #openOptions(): Readonly<Record<string, unknown>> {
    return this.#confluent === undefined ? {} : { clientPackage: this.#confluent.url };
  }

  async stop(): Promise<void> {
    // A server that is gone cannot be taken leave of.
    await this.#admin.disconnect().catch(() => undefined);
    await this.#toxiproxy?.stop();
    await this.#server.stop();
  }
}

/** With connections of its own: a client of kafkajs that was told of a topic fails at everything once that topic is gone. */
class KafkaChannel implements Channel {
  readonly name: string;
  readonly url: string;
  readonly openOptions: Readonly<Record<string, unknown>>;
  readonly #groupId: string;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #producer: Producer;
  #producing: Promise<void> | undefined;
  #deleted = false;

  constructor(kafka: Kafka, topic: string, groupId: string, url: string, openOptions: Readonly<Record<string, unknown>>) {
    this.openOptions = openOptions;
    this.name = topic;
    this.url = url;
    this.#groupId = groupId;
    this.#kafka = kafka;
    this.#admin = kafka.admin();
    this.#producer = kafka.producer({ allowAutoTopicCreation: false });
  }

  async create(lanes: number): Promise<void> {
    await this.#admin.connect();
    await this.#admin.createTopics({ topics: [{ topic: this.name, numPartitions: lanes }], waitForLeaders: false, timeout: ANSWER_MS });
    // The topic is there when its creation is answered; that the broker has it as well comes a moment later.
    await waitUntil(`the topic ${this.name}`, async () => (await this.#admin.fetchTopicOffsets(this.name)).length === lanes);
  }

  open(): Promise<StreamConsumer> {
    return openConsumer(this.url, this.openOptions);
  }

  async publish(messages: readonly Outgoing[]): Promise<void> {
    this.#producing ??= this.#producer.connect();
    await this.#producing;
    for (let at = 0; at < messages.length; at += PRODUCE) {
      await this.#producer.send({
        topic: this.name,
        acks: -1,
        messages: messages.slice(at, at + PRODUCE).map(({ body, key, headers, lane }) => ({
          value: Buffer.from(body),
          ...(key === undefined ? {} : { key }),
          ...(headers === undefined ? {} : { headers }),
          ...(lane === undefined ? {} : { partition: lane }),
        })),
      });
    }
  }

  /** An aborted transaction: the record that nobody reads, and its marker. */
  async leaveHole(lane: number): Promise<void> {
    const end = async (): Promise<number> =>
      Number((await this.#admin.fetchTopicOffsets(this.name)).find(({ partition }) => partition === lane)?.offset);
    const before = await end();
    const producer = this.#kafka.producer({ transactionalId: `hole-${this.name}`, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    try {
      const transaction = await producer.transaction();
      await transaction.send({ topic: this.name, messages: [{ value: 'aborted', partition: lane }] });
      await transaction.abort();
      // The marker is written after the answer: what is published next could come before it.
      await waitUntil('the marker of the transaction', async () => (await end()) >= before + 2);
    } finally {
      await producer.disconnect();
    }
  }

  async state(): Promise<ChannelState> {
    const [ends, committed] = await Promise.all([
      this.#admin.fetchTopicOffsets(this.name),
      this.#admin.fetchOffsets({ groupId: this.#groupId, topics: [this.name] }),
    ]);
    const places = new Map(committed[0]?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    let pending = 0;
    for (const { partition, offset, low } of ends) pending += Number(offset) - Math.max(places.get(partition) ?? -1, Number(low));
    return { pending, inFlight: undefined, deadLetters: undefined };
  }

  async delete(): Promise<void> {
    if (this.#deleted) return;
    await this.#admin.deleteTopics({ topics: [this.name], timeout: ANSWER_MS });
    this.#deleted = true;
    await this.#admin.disconnect();
    await this.#producer.disconnect();
  }
}

function clientVersion(): string {
  // Its package.json is the one place that tells.
  const { version } = createRequire(import.meta.url)(`${CLIENT}/package.json`) as { version: string };
  return version;
}
