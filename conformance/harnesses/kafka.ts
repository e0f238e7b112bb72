import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { openConsumer, type StreamConsumer } from '../../src/index.js';
import { type ConfluentClient, installConfluent } from '../brokers/confluent.js';
import { startKafka, startKafkaCluster } from '../brokers/kafka.js';
import { type ProxyLink, startToxiproxy, type Toxiproxy } from '../brokers/toxiproxy.js';
import type { Channel, ChannelOptions, Harness, HarnessFaults, HarnessTiming } from '../harness.js';
import { KafkaChannel } from './kafka-channel.js';
import { clusterFaults, FAILOVER_MS, FAILOVER_PROPERTIES, serverFaults } from './kafka-faults.js';

const CLIENT = 'kafkajs';
const ANSWER_MS = 10_000;
/** The broker's least is 1 s; a busy machine stands still for longer. */
const SESSION_MS = 6_000;
const HEARTBEAT_MS = 300;
const REBALANCE_MS = 10_000;

export interface KafkaHarnessOptions {
  /** Consumers reach the server through a proxy, so that the network can be cut and slowed. Default true. */
  readonly proxy?: boolean;
  /** Which client the adapter uses. Default `kafkajs`. */
  readonly client?: 'kafkajs' | 'confluent';
  /** Three nodes, each behind a proxy, of which `crash` kills one. Default false. */
  readonly cluster?: boolean;
}

/** A harness on a Kafka of its own, or on the one that `TAILRACE_KAFKA` names, which is not restarted. */
export async function startKafkaHarness(options: KafkaHarnessOptions = {}): Promise<Harness> {
  const { proxy = true, client = 'kafkajs', cluster = false } = options;
  const confluent = client === 'confluent' ? await installConfluent() : undefined;
  let toxiproxy: Toxiproxy | undefined;
  let servers: Servers | undefined;
  try {
    toxiproxy = proxy || cluster ? await startToxiproxy() : undefined;
    servers = cluster ? await startNodes(toxiproxy) : await startOne(toxiproxy);
    const harness = new KafkaHarness(servers, toxiproxy, confluent, cluster ? 'cluster' : undefined);
    await harness.start();
    return harness;
  } catch (error) {
    await toxiproxy?.stop();
    await servers?.stop();
    throw error;
  }
}

/** One server, or several of one cluster. */
interface Servers {
  readonly url: string;
  readonly version: string;
  /** Where consumers connect to. */
  readonly addresses: readonly string[];
  /** The longest that it may be without a leader or coordinator when a node has died, ms. */
  readonly failoverMs: number;
  /** Undefined: nothing can be done to it. */
  readonly faults: ((admin: Admin) => HarnessFaults) | undefined;
  stop(): Promise<void>;
}

/** The way through the proxy, and the links that it was given. */
function throughProxy(toxiproxy: Toxiproxy | undefined): { options: Parameters<typeof startKafka>[0]; links: ProxyLink[] } {
  const links: ProxyLink[] = [];
  if (toxiproxy === undefined) return { options: {}, links };
  const proxied = async (address: string): Promise<string> => {
    const link = await toxiproxy.link(address);
    links.push(link);
    return addressOf(link);
  };
  return { options: { proxied }, links };
}

const addressOf = ({ host, port }: ProxyLink): string => `${host}:${port}`;

async function startOne(toxiproxy: Toxiproxy | undefined): Promise<Servers> {
  const { options, links } = throughProxy(toxiproxy);
  const server = await startKafka(options);
  // A server that is named by the environment has no link.
  const link = server.pid === undefined ? undefined : links.at(-1);
  return {
    url: server.url,
    version: server.version,
    addresses: [link === undefined ? (server.url.split(',', 1)[0] ?? '') : addressOf(link)],
    failoverMs: 0,
    faults: link === undefined ? undefined : (admin) => serverFaults(server, link, admin),
    stop: () => server.stop(),
  };
}

async function startNodes(toxiproxy: Toxiproxy | undefined): Promise<Servers> {
  const { options, links } = throughProxy(toxiproxy);
  const cluster = await startKafkaCluster(3, { ...options, properties: FAILOVER_PROPERTIES });
  return {
    url: cluster.url,
    version: cluster.version,
    addresses: links.slice(-3).map(addressOf),
    failoverMs: FAILOVER_MS,
    faults: (admin) => clusterFaults(cluster.nodes, links, admin),
    stop: () => cluster.stop(),
  };
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
  readonly timing: HarnessTiming;
  readonly leavesHoles: boolean = true;
  readonly faults?: HarnessFaults;
  readonly #servers: Servers;
  readonly #toxiproxy: Toxiproxy | undefined;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #confluent: ConfluentClient | undefined;

  constructor(servers: Servers, toxiproxy: Toxiproxy | undefined, confluent: ConfluentClient | undefined, variant: string | undefined) {
    this.#confluent = confluent;
    const variants = [...(confluent === undefined ? [] : ['confluent']), ...(variant === undefined ? [] : [variant])];
    if (variants.length > 0) this.variant = variants.join('/');
    this.minimum = { ...MINIMUM, rebalance: confluent === undefined ? 'eager' : 'cooperative' };
    const rebalanceMs = REBALANCE_MS + servers.failoverMs;
    this.timing = {
      answerMs: ANSWER_MS,
      shortestLeaseMs: undefined,
      leaseGranularityMs: 0,
      rebalanceMs,
      takeoverMs: SESSION_MS + rebalanceMs,
    };
    this.#servers = servers;
    this.#toxiproxy = toxiproxy;
    this.#kafka = new kafkajs.Kafka({
      clientId: 'probe',
      brokers: servers.url.split(','),
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 20 },
    });
    this.#admin = this.#kafka.admin();
    this.client = confluent?.version ?? `${CLIENT} ${clientVersion()}`;
    this.server = `Apache Kafka ${servers.version}${servers.addresses.length > 1 ? `, ${servers.addresses.length} nodes` : ''}`;
    if (servers.faults !== undefined) this.faults = servers.faults(this.#admin);
  }

  async start(): Promise<void> {
    await this.#admin.connect();
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
    const [first, ...others] = this.#servers.addresses;
    const brokers = others.length === 0 ? '' : `&brokers=${others.join(',')}`;
    const client = this.#confluent === undefined ? '' : '&client=confluent';
    return `kafka://${first}/${topic}?group=${groupId}&sessionTimeoutMs=${SESSION_MS}&heartbeatMs=${HEARTBEAT_MS}${brokers}${client}`;
  }

  get #openOptions(): Readonly<Record<string, unknown>> {
    return this.#confluent === undefined ? {} : { clientPackage: this.#confluent.url };
  }

  async stop(): Promise<void> {
    // A server that is gone cannot be taken leave of.
    await this.#admin.disconnect().catch(() => undefined);
    await this.#toxiproxy?.stop();
    await this.#servers.stop();
  }
}

function clientVersion(): string {
  // Its package.json is the one place that tells.
  const { version } = createRequire(import.meta.url)(`${CLIENT}/package.json`) as { version: string };
  return version;
}
