import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { installJars } from './install.js';
import { type Broker, run } from './process.js';
import { externalServer, onFreePorts, type ServerPlan, startServer } from './server.js';

const VERSION = '4.4.0';
const CLUSTER_ID = 'dGFpbHJhY2UtY2x1c3Rlcg';
const ANSWER_MS = 5_000;

/** Several nodes of one cluster. */
export interface KafkaCluster {
  /** Where clients connect to: `host:port`, by commas. */
  readonly url: string;
  readonly version: string;
  readonly nodes: readonly Broker[];
  /** Ends all nodes and removes what they wrote. Idempotent. */
  stop(): Promise<void>;
}

export interface KafkaServerOptions {
  /**
   * Makes a second way to the server: is given the address of a listener, and returns the one by which clients reach it. Clients
   * that come that way are sent that way for everything else.
   */
  readonly proxied?: (address: string) => Promise<string>;
  /**
   * Users and their passwords, by SASL PLAIN. The server's `url` is then the listener that they come by, and everything that the
   * first of them, who may do all, has not allowed is refused to the others.
   */
  readonly users?: Readonly<Record<string, string>>;
  /** Added to `server.properties`, by Kafka's own names. */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
}

/** The class path of Apache Kafka, installed into the cache folder by Maven. Needs `java` (17 or later) and `mvn`. */
function installKafka(): Promise<string> {
  return installJars(`kafka-${VERSION}`, [
    { group: 'org.apache.kafka', name: 'kafka_2.13', version: VERSION },
    { group: 'org.slf4j', name: 'slf4j-simple', version: '1.7.36' },
  ]);
}

/**
 * Starts Kafka, one node, on loopback, and resolves when groups can be joined. Its `url` is `host:port`. With
 * `TAILRACE_KAFKA=host:port,…` in the environment that cluster is used instead, and can be neither restarted nor killed.
 */
export async function startKafka(options: KafkaServerOptions = {}): Promise<Broker> {
  const given = process.env.TAILRACE_KAFKA;
  if (given) return externalServer('TAILRACE_KAFKA', given);
  const classPath = await installKafka();
  return startServer(plan(classPath, 1, undefined, options));
}

/** Starts a cluster on loopback. Topics and groups have a copy on each node; two of three must be up. `proxied` is asked for each node. */
export async function startKafkaCluster(
  nodes: number = 3,
  options: Pick<KafkaServerOptions, 'proxied' | 'properties'> = {},
): Promise<KafkaCluster> {
  const classPath = await installKafka();
  return onFreePorts(nodes, async (controllers) => {
    // Nodes wait for each other: of those that cannot start the first tells why.
    const failure = new AbortController();
    const starts = controllers.map((_, at) =>
      startServer(plan(classPath, at + 1, controllers, options), failure.signal).catch((error: unknown) => failure.abort(error)),
    );
    const brokers = (await Promise.all(starts)).filter((broker) => broker !== undefined);
    const stop = async (): Promise<void> => {
      // By SIGKILL: of nodes that are ended in order all at once the last one waits for the others.
      await Promise.all(brokers.map((broker) => broker.stop()));
    };
    if (failure.signal.aborted) {
      await stop();
      throw failure.signal.reason;
    }
    return { url: brokers.map(({ url }) => url).join(','), version: VERSION, nodes: brokers, stop };
  });
}

/** Without `controllers` the node is a cluster by itself. */
function plan(
  classPath: string,
  node: number,
  controllers: readonly number[] | undefined,
  { proxied, users, properties }: KafkaServerOptions = {},
): ServerPlan {
  const copies = controllers === undefined ? 1 : Math.min(3, controllers.length);
  const java = (heap: string): string[] => [
    `-Xmx${heap}`,
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-XX:+UseSerialGC',
    '-cp',
    classPath,
  ];
  return {
    name: 'kafka',
    version: VERSION,
    ports: 4,
    url: ([port, , , secured]) => `127.0.0.1:${users === undefined ? port : secured}`,
    prepare: async (folder, [port, own, second, third]) => {
      const controller = controllers?.[node - 1] ?? own;
      const voters = controllers?.map((each, at) => `${at + 1}@127.0.0.1:${each}`).join(',') ?? `1@127.0.0.1:${own}`;
      const way = (await proxied?.(`127.0.0.1:${second}`)) ?? '';
      const sasl = users === undefined ? '' : `,USERS://127.0.0.1:${third}`;
      const file = join(folder, 'server.properties');
      const settings: Readonly<Record<string, string | number | boolean>> = {
        'process.roles': 'broker,controller',
        'node.id': node,
        'controller.quorum.voters': voters,
        listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}${way === '' ? '' : `,PROXIED://127.0.0.1:${second}`}${sasl}`,
        'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${way === '' ? '' : `,PROXIED://${way}`}${sasl}`,
        'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT,USERS:SASL_PLAINTEXT',
        'controller.listener.names': 'CONTROLLER',
        'log.dirs': join(folder, 'data'),
        'auto.create.topics.enable': false,
        'default.replication.factor': copies,
        'min.insync.replicas': Math.max(1, copies - 1),
        'offsets.topic.num.partitions': 1,
        'offsets.topic.replication.factor': copies,
        'transaction.state.log.num.partitions': 1,
        'transaction.state.log.replication.factor': copies,
        'transaction.state.log.min.isr': Math.max(1, copies - 1),
        'share.coordinator.state.topic.replication.factor': copies,
        'share.coordinator.state.topic.min.isr': Math.max(1, copies - 1),
        'group.initial.rebalance.delay.ms': 0,
        'group.min.session.timeout.ms': 1_000,
        ...(users === undefined ? {} : securityOf(users)),
        ...properties,
      };
      await writeFile(
        file,
        Object.entries(settings)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      );
      await run('java', [...java('128m'), 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', file]);
      return { command: 'java', args: [...java(controllers === undefined ? '512m' : '256m'), 'kafka.Kafka', file] };
    },
    isReady: ([port = 0]) => hasCoordinator(port),
  };
}

function securityOf(users: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const passwords = Object.entries(users).map(([user, password]) => `user_${user}="${password}"`);
  return {
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.users.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${passwords.join(' ')};`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    // The node itself, and whoever asks whether it is ready, come by the listener without users.
    'super.users': `User:ANONYMOUS;User:${Object.keys(users)[0]}`,
  };
}

/**
 * Whether groups have a coordinator, which an open port does not tell. Asking makes the broker create the topic that it needs.
 * One FindCoordinator request (key 10, version 1) in Kafka's protocol, so that starting a broker takes no client.
 */
function hasCoordinator(port: number): Promise<boolean> {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(2);
    length.writeInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const head = Buffer.alloc(8);
  head.writeInt16BE(10, 0);
  head.writeInt16BE(1, 2);
  const request = Buffer.concat([head, text('tailrace'), text('readiness'), Buffer.from([0])]);
  const size = Buffer.alloc(4);
  size.writeInt32BE(request.length);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: ANSWER_MS });
    let answer = Buffer.alloc(0);
    const end = (settle: () => void): void => {
      socket.destroy();
      settle();
    };
    socket.once('connect', () => socket.write(Buffer.concat([size, request])));
    socket.on('data', (data: Buffer) => {
      answer = Buffer.concat([answer, data]);
      // Size, correlation, throttle time, then the error code: 0 once there is a coordinator.
      if (answer.length >= 14) end(() => resolve(answer.readInt16BE(12) === 0));
    });
    socket.once('timeout', () => end(() => reject(new Error('no answer'))));
    socket.once('error', (error) => end(() => reject(error)));
    socket.once('close', () => reject(new Error('the connection was closed')));
  });
}
