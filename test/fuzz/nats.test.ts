import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connect as connect3 } from '@nats-io/transport-node';
import { connect as connect2 } from 'nats';
import { type NatsConnection, natsConsumer } from '../../adapters/nats/index.js';
import type { NatsServer } from '../../conformance/brokers/nats.js';
import { waitUntil } from '../../conformance/brokers/process.js';
import { within } from '../../conformance/within.js';
import { Drainer, type StreamError } from '../../src/index.js';
import { FAMILIES, Fixture, numbered, serverForTests } from '../support/nats.js';
import { type Mangle, ManglingProxy } from './proxy.js';
import { assertTyped, type Draw, lives, pick, runs, SEED } from './support.js';

/**
 * Drainers on a real server behind a proxy that changes what the server says. Demanded: typed errors only, nothing that
 * nobody catches, no hang, and once the proxy is honest again every message is handled and acked.
 */

const ACK_WAIT_MS = 600;
const BOUND_MS = 30_000;

/** What the client has told of itself: where an answer would have to go. */
class Subscriptions {
  readonly sids: Map<string, string> = new Map();
  pull: string | undefined;

  heard(chunk: Buffer): void {
    const text = chunk.toString('latin1');
    for (const [, subject = '', sid = ''] of text.matchAll(/^SUB (\S+) (\d+)\r$/gm)) this.sids.set(subject, sid);
    for (const [, reply = ''] of text.matchAll(/^PUB \$JS\.API\.CONSUMER\.MSG\.NEXT\.\S+ (\S+) \d+\r$/gm)) this.pull = reply;
  }

  /** The subscription that a subject of the adapter's falls under, with the subject. */
  last(): { subject: string; sid: string } | undefined {
    const subject = this.pull;
    const sid = subject === undefined ? undefined : this.sids.get(subject.replace(/\.[^.]+$/, '.*'));
    return subject === undefined || sid === undefined ? undefined : { subject, sid };
  }
}

/** One way of telling something else than the server did. */
function mangler(draw: Draw, subscriptions: Subscriptions): [name: string, mangle: Mangle] {
  const text = (change: (text: string) => string): Mangle => {
    return (chunk) => Buffer.from(change(chunk.toString('latin1')), 'latin1');
  };
  const before = (line: string) => text((sent) => line + sent);
  const errors = [
    "'Stale Connection'",
    "'Unknown Protocol Operation'",
    "'Slow Consumer'",
    "'Authorization Violation'",
    "'Maximum Payload Violation'",
    '',
    "'\u0000",
  ];
  const statuses = [
    '404 No Messages',
    '408 Request Timeout',
    '409 Consumer Deleted',
    '409 Leadership Change',
    '409 Message Size Exceeds MaxBytes',
    '409',
    '503',
    '100 Idle Heartbeat',
    '777 Nobody Knows',
    'abc',
    '',
  ];
  const tokens = ['x', '0', '-1', '', '99999999999999999999999999', '1e3', '*', 'é'];
  const answers = [
    '',
    '{',
    '[]',
    'null',
    '"text"',
    '{}',
    '{"config":5}',
    '{"error":{"code":503}}',
    '{"error":7}',
    '\u0000\u0001',
    '{"config":{"ack_wait":1}}',
  ];
  const all: Record<string, Mangle> = {
    'a chunk cut in half': (chunk) => (draw(1) === 0 ? undefined : chunk.subarray(0, chunk.length >> 1)),
    'a broken connection': () => undefined,
    'nothing at all': () => Buffer.alloc(0),
    'chunks left out': (chunk) => (draw(2) === 0 ? Buffer.alloc(0) : chunk),
    'chunks twice': (chunk) => (draw(2) === 0 ? Buffer.concat([chunk, chunk]) : chunk),
    'bytes that changed': (chunk) => {
      const copy = Buffer.from(chunk);
      for (let times = draw(3); times >= 0; times -= 1) copy[draw(copy.length - 1)] = draw(255);
      return copy;
    },
    garbage: (chunk) => Buffer.concat([Buffer.from(Array.from({ length: 1 + draw(40) }, () => draw(255))), chunk]),
    'an error': before(`-ERR ${pick(draw, errors)}\r\n`),
    'a refused publish': before(`-ERR 'Permissions Violation for Publish to "$JS.API.CONSUMER.MSG.NEXT.x"'\r\n`),
    'other server information': before(
      pick(draw, ['INFO {}\r\n', 'INFO {"server_id":5}\r\n', 'INFO x\r\n', 'PING\r\n', 'PONG\r\nPONG\r\n', '+OK\r\n']),
    ),
    'a message without an end': before('MSG x 1 104857600\r\n'),
    'a size that is none': before(pick(draw, ['MSG x 1 -5\r\n', 'MSG x 1 1e9\r\n\r\n', 'HMSG x 1 50 10\r\n\r\n', 'MSG\r\n'])),
    'a status': (chunk) => {
      const to = subscriptions.last();
      if (to === undefined) return chunk;
      const header = `NATS/1.0 ${pick(draw, statuses)}\r\n\r\n`;
      return Buffer.concat([Buffer.from(`HMSG ${to.subject} ${to.sid} ${header.length} ${header.length}\r\n${header}\r\n`), chunk]);
    },
    'ack subjects of nonsense': text((sent) =>
      sent.replaceAll(/\$JS\.ACK\.\S+/g, (subject) => {
        const parts = subject.split('.');
        parts[2 + draw(parts.length - 3)] = pick(draw, tokens);
        return draw(3) === 0 ? parts.slice(0, draw(parts.length)).join('.') || 'x' : parts.join('.');
      }),
    ),
    'answers of nonsense': text((sent) =>
      sent.replaceAll(/^(MSG \S+ \d+ (?:\S+ )?(\d+)\r\n)(\{.*)\r\n/gm, (_, line: string, size: string) => {
        return `${line}${pick(draw, answers).padEnd(Number(size)).slice(0, Number(size))}\r\n`;
      }),
    ),
    'answers with other numbers': text((sent) =>
      sent.replaceAll(/"(\w+)":(\d)/g, (whole, key: string) => (draw(3) === 0 ? `"${key}":${draw(9)}` : whole)),
    ),
  };
  const name = pick(draw, Object.keys(all));
  // The name is one of them.
  return [name, all[name] as Mangle];
}

async function life(draw: Draw, fixture: Fixture, server: NatsServer): Promise<void> {
  const count = 150;
  const proxy = await ManglingProxy.start(server.url);
  const told: string[] = [];
  try {
    const subscriptions = new Subscriptions();
    proxy.heard = (chunk) => subscriptions.heard(chunk);
    const connect = (): Promise<NatsConnection> => {
      // Pings notice a connection that says nothing sensible any more; that is the client's business.
      const options = {
        servers: proxy.address,
        reconnectTimeWait: 20,
        maxReconnectAttempts: 3,
        timeout: 500,
        pingInterval: 150,
        maxPingOut: 2,
      };
      return fixture.family.name === 'nats 2' ? connect2(options) : connect3(options);
    };
    await fixture.publish(numbered(count));
    let published = count;
    const handled = new Set<string>();
    const fatal: StreamError[] = [];
    let current: Drainer | undefined;
    let stopping = false;
    const confirm = pick(draw, ['batch', 'message', 'none'] as const);
    const run = async (): Promise<void> => {
      // A drainer that cannot go on ends its process, and the next one is started.
      while (!stopping) {
        const consumer = natsConsumer(connect, {
          stream: fixture.stream,
          durable: fixture.durable,
          leaseMs: ACK_WAIT_MS,
          confirm,
          answerMs: 300,
        });
        current = new Drainer(consumer, (message) => void handled.add(message.text()), {
          concurrency: 8,
          window: 32,
          maxPollMs: 300,
          budget: { totalMs: 2_000 },
          onError: (error) => told.push(error.code),
        });
        try {
          await current.run();
        } catch (error) {
          assertTyped(error);
          fatal.push(error);
        }
      }
    };
    const running = run();
    const names: string[] = [];
    for (let rounds = 2 + draw(3); rounds > 0; rounds -= 1) {
      await pause(draw(100));
      const [name, mangle] = mangler(draw, subscriptions);
      names.push(name);
      proxy.mangle = (chunk) => (draw(1) === 0 ? mangle(chunk) : chunk);
      await pause(20 + draw(250));
      proxy.mangle = (chunk) => chunk;
      if (draw(3) > 0) continue;
      await fixture.publish(numbered(5, published));
      published += 5;
    }
    const context = () =>
      `after ${names.join(', ')}; told ${[...new Set(told)].join()}; fatal ${fatal.map(({ message }) => message).join('; ')}`;
    // What was half sent would be completed by the next honest bytes: the network has recovered when connections are new.
    proxy.cut();
    const settled = async (): Promise<boolean> => {
      const { num_pending, num_ack_pending } = await fixture.info();
      return num_pending === 0 && num_ack_pending === 0;
    };
    await waitUntil(`all to be acked ${context()}`, settled, { timeoutMs: BOUND_MS });
    assert.equal(handled.size, published, `lost ${context()}`);
    stopping = true;
    // The one that runs when the server is honest.
    await waitUntil('a drainer that can be drained', () => current?.state === 'running' || current?.state === 'closed');
    assert.ok(current !== undefined);
    await within('the drain', current.drain(), BOUND_MS);
    await running;
  } finally {
    await proxy.stop();
  }
}

/**
 * Both clients end a socket that the server has ended, still write to it, and may drop their listener for errors before that write
 * has failed: the error is then thrown out of the event loop, where no adapter can catch it. See adapters/nats/README.md.
 */
function isWriteOfAnEndedSocket(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  // The second is of the system's making: its stack tells nothing.
  return (
    (code === 'ERR_STREAM_WRITE_AFTER_END' && /node_transport\.js/.test(error.stack ?? '')) || (code === 'EPIPE' && syscall === 'write')
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const server = await serverForTests();

if (server !== undefined) {
  after(() => server.stop());
  for (const family of FAMILIES) {
    const count = runs(4, 300);
    test(`${family.name}: ${count} lives behind a proxy that lies, seeds from ${SEED} on`, async (context) => {
      const oneLife = async (draw: Draw): Promise<void> => {
        // Of its own, so that the seed alone decides what happens in it.
        const fixture = await Fixture.make(context, server, family, { ackWaitMs: ACK_WAIT_MS });
        await life(draw, fixture, server);
      };
      const crashes = await lives(count, oneLife, isWriteOfAnEndedSocket);
      if (crashes > 0)
        context.diagnostic(`${crashes} times the client threw where nobody can catch it: a write to a socket that it had ended`);
    });
  }
}
