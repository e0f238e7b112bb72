import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import type { Receipt } from 'tailrace';
import { type ConfluentClient, installConfluent } from '../../conformance/brokers/confluent.js';
import { type Broker, waitUntil } from '../../conformance/brokers/process.js';
import { createTopic } from '../../conformance/harnesses/kafka-topics.js';
import { type Checked, check } from './check.js';
import { PublisherProcess } from './publisher-process.js';
import { now, readRecords } from './records.js';
import { WorkerProcess } from './worker-process.js';

export type Client = 'kafkajs' | 'confluent';

export interface DeployOptions {
  readonly client: Client;
  readonly partitions: number;
  readonly workers: number;
  /** How many of the workers are replaced, and whether another one joins in the middle. */
  readonly replace: number;
  readonly join: boolean;
  /** Messages a second. */
  readonly rate: number;
  /** How long the workers have to share out the partitions at first, ms; then how long all is watched before the first step. */
  readonly settleMs: number;
  readonly quietMs: number;
  /** How long all is left alone after each step, ms: as `minReadySeconds` of a Deployment. */
  readonly readyMs: number;
  readonly heartbeatMs: number;
  readonly onStep?: (text: string) => void;
}

/** Something that was done to the workers, ms since the quiet time began. */
export interface Step {
  readonly atMs: number;
  readonly endMs: number;
  readonly kind: 'start' | 'drain';
  readonly worker: string;
}

export interface DeployResult extends Checked {
  readonly client: Client;
  readonly clientVersion: string;
  readonly server: string;
  readonly rebalance: 'eager' | 'cooperative';
  readonly published: number;
  /** Acknowledged a second: on average, and the least in a whole second. */
  readonly perSecond: number;
  readonly leastPerSecond: number;
  /** Messages below the group's offsets in the end; the same as `published`. */
  readonly committed: number;
  readonly drains: readonly { readonly worker: string; readonly exitCode: 0; readonly outcome: Receipt['outcome']; readonly ms: number }[];
  readonly steps: readonly Step[];
  /** When the deploy began and ended, ms since the quiet time began. */
  readonly fromMs: number;
  readonly toMs: number;
}

const SETTLES_WITHIN_MS = 60_000;
const ANSWER_MS = 10_000;

/** A deploy as Kubernetes rolls it out with `maxSurge: 1`: a new worker starts and works, then an old one gets SIGTERM. */
export async function rollingDeploy(server: Broker, options: DeployOptions): Promise<DeployResult> {
  const { client, partitions } = options;
  const confluent = client === 'confluent' ? await installConfluent() : undefined;
  const topic = `orders-${randomBytes(6).toString('hex')}`;
  const admin = new kafkajs.Kafka({ clientId: 'deploy', brokers: server.url.split(','), logLevel: kafkajs.logLevel.NOTHING }).admin();
  const folder = await mkdtemp(join(tmpdir(), 'tailrace-deploy-'));
  await admin.connect();
  const deploy = new Deploy(server, options, topic, folder, confluent);
  try {
    await createTopic(admin, { topic, numPartitions: partitions });
    const result = await deploy.run(admin);
    await admin.deleteTopics({ topics: [topic], timeout: ANSWER_MS });
    return result;
  } finally {
    await deploy.destroy();
    await admin.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

class Deploy {
  readonly #server: Broker;
  readonly #options: DeployOptions;
  readonly #topic: string;
  readonly #folder: string;
  readonly #confluent: ConfluentClient | undefined;
  readonly #workers: WorkerProcess[] = [];
  readonly #steps: Step[] = [];
  readonly #drains: DeployResult['drains'][number][] = [];
  #publisher: PublisherProcess | undefined;
  #quietFrom = 0;

  constructor(server: Broker, options: DeployOptions, topic: string, folder: string, confluent: ConfluentClient | undefined) {
    this.#server = server;
    this.#options = options;
    this.#topic = topic;
    this.#folder = folder;
    this.#confluent = confluent;
  }

  async run(admin: Admin): Promise<DeployResult> {
    const { client, partitions, workers: count, replace, join: joins, rate, settleMs, quietMs, readyMs, onStep } = this.#options;
    const publisher = new PublisherProcess({ brokers: this.#server.url, topic: this.#topic, partitions, rate });
    this.#publisher = publisher;
    await publisher.began();
    const current = Array.from({ length: count }, (_, at) => this.#worker(`worker ${at + 1}`));
    await Promise.all(current.map((worker) => worker.works()));
    await delay(settleMs);

    this.#quietFrom = now();
    await delay(quietMs);
    const from = now();
    for (let at = 0; at < replace; at += 1) {
      const old = current[at] as WorkerProcess; // There are as many.
      // Half-way another one joins, in the middle of a replacement.
      const joining = joins && at === Math.floor(replace / 2) ? this.#start(`worker ${count + 1}`) : undefined;
      current[at] = await this.#start(`worker ${at + 1}, new`);
      await this.#drain(old);
      const joined = await joining;
      if (joined !== undefined) current.push(joined);
      onStep?.(`${client}: ${at + 1} of ${replace} workers replaced`);
      await delay(readyMs);
    }
    const to = now();

    const { published, seconds } = await publisher.stop();
    const ends = await this.#ends(admin);
    const committed = async (): Promise<number> => {
      const [found] = await admin.fetchOffsets({ groupId: this.#topic, topics: [this.#topic] });
      return found?.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0) ?? 0;
    };
    const total = ends.reduce((sum, end) => sum + end, 0);
    await waitUntil('all messages to be committed', async () => (await committed()) === total, { timeoutMs: SETTLES_WITHIN_MS });
    await Promise.all(current.map((worker) => this.#drain(worker)));

    return {
      client,
      clientVersion: this.#confluent?.version ?? kafkajsVersion(),
      server: `Apache Kafka ${this.#server.version}`,
      rebalance: client === 'kafkajs' ? 'eager' : 'cooperative',
      published,
      perSecond: Math.round(seconds.reduce((sum, each) => sum + each, 0) / Math.max(1, seconds.length)),
      leastPerSecond: Math.min(...seconds.slice(1)),
      committed: await committed(),
      drains: this.#drains,
      steps: this.#steps.filter(({ atMs }) => atMs < to - this.#quietFrom),
      fromMs: Math.round(from - this.#quietFrom),
      toMs: Math.round(to - this.#quietFrom),
      ...check(
        this.#workers.map(({ task }) => readRecords(task.records)),
        ends,
        { quietFrom: this.#quietFrom, from, to },
      ),
    };
  }

  async #ends(admin: Admin): Promise<number[]> {
    const ends = new Array<number>(this.#options.partitions).fill(0);
    for (const { partition, offset } of await admin.fetchTopicOffsets(this.#topic)) ends[partition] = Number(offset);
    return ends;
  }

  #worker(name: string): WorkerProcess {
    const { client, heartbeatMs } = this.#options;
    const file = join(this.#folder, String(this.#workers.length));
    const worker = new WorkerProcess(name, {
      url: `kafka://${this.#server.url.split(',')[0]}/${this.#topic}?group=${this.#topic}&client=${client}&heartbeatMs=${heartbeatMs}`,
      openOptions: this.#confluent === undefined ? {} : { clientPackage: this.#confluent.url },
      records: `${file}.records`,
      receipt: `${file}.json`,
    });
    this.#workers.push(worker);
    return worker;
  }

  async #start(name: string): Promise<WorkerProcess> {
    const begin = now();
    const worker = this.#worker(name);
    await worker.works();
    this.#step('start', name, begin);
    return worker;
  }

  async #drain(worker: WorkerProcess): Promise<void> {
    const begin = now();
    const { outcome, durationMs } = await worker.drain();
    this.#step('drain', worker.name, begin);
    this.#drains.push({ worker: worker.name, exitCode: 0, outcome, ms: Math.round(durationMs) });
  }

  #step(kind: Step['kind'], worker: string, begin: number): void {
    this.#steps.push({ atMs: Math.round(begin - this.#quietFrom), endMs: Math.round(now() - this.#quietFrom), kind, worker });
  }

  async destroy(): Promise<void> {
    await this.#publisher?.kill();
    await Promise.all(this.#workers.map((worker) => worker.kill()));
  }
}

function kafkajsVersion(): string {
  // Its package.json is the one place that tells.
  const { version } = createRequire(import.meta.url)('kafkajs/package.json') as { version: string };
  return `kafkajs ${version}`;
}
