import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { connect as connect3 } from '@nats-io/transport-node';
import { connect as connect2 } from 'nats';
import type { NatsConnection, NatsMsg, NatsOptions } from '../../adapters/nats/index.js';
import { natsConsumer } from '../../adapters/nats/index.js';
import { type NatsServer, type NatsServerOptions, startNats } from '../../conformance/brokers/nats.js';
import { within } from '../../conformance/within.js';
import type { StreamConsumer } from '../../src/consumer.js';
import type { Message } from '../../src/message.js';
import { startOrSkip } from './start-or-skip.js';

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();
const NS_PER_MS = 1_000_000;

/** A wait that no test sits through, ms. */
export const LONG_MS = 120_000;
/** A signal that is never aborted. */
export const NEVER: AbortSignal = new AbortController().signal;

export interface ConnectOptions {
  readonly servers: string;
  readonly user?: string;
  readonly pass?: string;
  readonly reconnectTimeWait?: number;
  readonly maxReconnectAttempts?: number;
  readonly reconnect?: boolean;
}

export interface Family {
  readonly name: string;
  readonly connect: (options: ConnectOptions) => Promise<NatsConnection>;
}

export const FAMILIES: readonly Family[] = [
  { name: 'nats 2', connect: (options) => connect2({ ...options }) },
  { name: '@nats-io 3', connect: (options) => connect3({ ...options }) },
];

/**
 * A server for a test file, or undefined where none can be had: then it has registered a test that says why, which is
 * skipped on a developer's machine and fails in CI. With options it is one of the file's own, never that of TAILRACE_NATS.
 */
export async function serverForTests(options?: NatsServerOptions): Promise<NatsServer | undefined> {
  if (options !== undefined && process.env.TAILRACE_NATS) {
    test('faults of a nats-server', {
      skip: 'NOT TESTED: TAILRACE_NATS names a server that is not ours to configure and restart',
    }, () => {});
    return undefined;
  }
  return startOrSkip('NATS', () => startNats(options));
}

export interface FixtureOptions {
  readonly ackWaitMs?: number;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Settings of the stream. */
  readonly stream?: object;
  /** The server is this test's own: it is stopped when everything else is cleaned up. */
  readonly stopServer?: boolean;
}

export interface ConsumerInfo {
  readonly num_ack_pending: number;
  readonly num_pending: number;
  readonly num_redelivered: number;
  readonly num_waiting: number;
  readonly delivered: { readonly consumer_seq: number; readonly stream_seq: number };
  readonly ack_floor: { readonly consumer_seq: number; readonly stream_seq: number };
}

/** A stream of its own with one consumer, and a probe connection beside the adapter's. Cleaned up with its test. */
export class Fixture {
  readonly stream: string = `T${randomBytes(6).toString('hex')}`;
  readonly durable: string = 'worker';
  readonly family: Family;
  readonly server: NatsServer;
  readonly probe: NatsConnection;
  readonly #opened: NatsConnection[] = [];
  readonly #consumers: StreamConsumer<NatsMsg>[] = [];

  /** Makes stream and consumer; the latter not with `ackWaitMs: 0`. */
  static async make(t: TestContext, server: NatsServer, family: Family, options: FixtureOptions = {}): Promise<Fixture> {
    const probe = await family.connect({ servers: server.url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
    const fixture = new Fixture(server, family, probe);
    t.after(async () => {
      try {
        await fixture.#clean();
      } finally {
        if (options.stopServer === true) await server.stop();
      }
    });
    await fixture.api(`STREAM.CREATE.${fixture.stream}`, {
      name: fixture.stream,
      subjects: [`${fixture.stream}.>`],
      storage: 'memory',
      ...options.stream,
    });
    if (options.ackWaitMs !== 0) await fixture.createConsumer(options);
    return fixture;
  }

  private constructor(server: NatsServer, family: Family, probe: NatsConnection) {
    this.server = server;
    this.family = family;
    this.probe = probe;
  }

  async createConsumer({ ackWaitMs = 30_000, config = {} }: FixtureOptions): Promise<void> {
    await this.api(`CONSUMER.DURABLE.CREATE.${this.stream}.${this.durable}`, {
      stream_name: this.stream,
      config: { durable_name: this.durable, ack_policy: 'explicit', ack_wait: ackWaitMs * NS_PER_MS, ...config },
    });
  }

  async connect(options: Partial<ConnectOptions> = {}): Promise<NatsConnection> {
    const connection = await this.family.connect({ servers: this.server.url, reconnectTimeWait: 50, maxReconnectAttempts: -1, ...options });
    this.#opened.push(connection);
    return connection;
  }

  /** A consumer on a connection of its own. */
  async consumer(options: Partial<NatsOptions> = {}): Promise<StreamConsumer<NatsMsg>> {
    return this.consumerOn(await this.connect(), options);
  }

  consumerOn(connection: NatsConnection | (() => Promise<NatsConnection>), options: Partial<NatsOptions> = {}): StreamConsumer<NatsMsg> {
    const consumer = natsConsumer(connection, { stream: this.stream, durable: this.durable, ...options });
    this.#consumers.push(consumer);
    return consumer;
  }

  async api(subject: string, body?: object): Promise<Record<string, unknown>> {
    const payload = body === undefined ? undefined : ENCODER.encode(JSON.stringify(body));
    const answer = await this.probe.request(`$JS.API.${subject}`, payload, { timeout: 2_000 });
    // Answers of the API are objects.
    const parsed = JSON.parse(DECODER.decode(answer.data)) as Record<string, unknown>;
    if (parsed.error !== undefined) throw new Error(`${subject}: ${JSON.stringify(parsed.error)}`);
    return parsed;
  }

  /** The server's own view. */
  async info(): Promise<ConsumerInfo> {
    // The fields named are the server's.
    return (await this.api(`CONSUMER.INFO.${this.stream}.${this.durable}`)) as unknown as ConsumerInfo;
  }

  /** Publishes texts, and resolves when the stream has all of them. */
  async publish(bodies: readonly string[], subject: string = 'a'): Promise<void> {
    const before = await this.#count();
    for (const body of bodies) this.probe.publish(`${this.stream}.${subject}`, ENCODER.encode(body));
    await this.probe.flush();
    const end = performance.now() + 10_000;
    while ((await this.#count()) < before + bodies.length) {
      assert.ok(performance.now() < end, 'the stream has not taken what was published');
    }
  }

  async #count(): Promise<number> {
    const { state } = await this.api(`STREAM.INFO.${this.stream}`);
    // The server's name for the last sequence, which counts what was ever published.
    return (state as { last_seq: number }).last_seq;
  }

  async #clean(): Promise<void> {
    for (const consumer of this.#consumers) await consumer.close({ signal: AbortSignal.timeout(1_000) });
    await this.probe.request(`$JS.API.STREAM.DELETE.${this.stream}`, undefined, { timeout: 2_000 }).catch(() => {
      // The server of this test may be down by now, and its store goes with it.
    });
    for (const connection of [...this.#opened, this.probe]) await connection.close();
  }
}

/** Fails where this is not over long before `LONG_MS`. */
export function early<T>(what: string, work: Promise<T>): Promise<T> {
  return within(what, work, LONG_MS / 4);
}

/** Fetches until `count` messages have come; fails if they do not within `timeoutMs`. */
export async function fetchAll(consumer: StreamConsumer<NatsMsg>, count: number, timeoutMs: number = 10_000): Promise<Message<NatsMsg>[]> {
  const got: Message<NatsMsg>[] = [];
  const end = performance.now() + timeoutMs;
  while (got.length < count) {
    assert.ok(performance.now() < end, `only ${got.length} of ${count} messages came`);
    got.push(...(await consumer.fetch({ max: count - got.length, waitMs: 500, signal: NEVER })));
  }
  return got;
}

export function texts(messages: readonly Message[]): string[] {
  return messages.map((message) => message.text());
}

export function numbered(count: number, from: number = 0): string[] {
  return Array.from({ length: count }, (_, index) => `m${index + from}`);
}

/** For `assert.rejects`: a StreamError with this code and adapter. */
export function coded(code: string, text?: RegExp): (error: unknown) => boolean {
  return (error) => {
    const { code: got, message, adapter } = error as { code?: string; message?: string; adapter?: string };
    assert.equal(got, code, message);
    if (text !== undefined) assert.match(message ?? '', text);
    return adapter === undefined || adapter === 'nats';
  };
}
