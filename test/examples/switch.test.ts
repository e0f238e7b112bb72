import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { Channel, Harness } from '../../conformance/harness.js';
import { startKafkaHarness } from '../../conformance/harnesses/kafka.js';
import { startNatsHarness } from '../../conformance/harnesses/nats.js';
import { startSqsHarness } from '../../conformance/harnesses/sqs.js';
import { openConsumer, type Receipt } from '../../src/index.js';
import { ROOT } from '../support/run.js';
import { whyNot } from '../support/start-or-skip.js';
import { until } from '../support/until.js';
import { Service } from './service.js';

const PUBLISHED = 800;
/** What is there before the SIGTERM: handlers have long been running, and most of the work is still to come. */
const SOME = 40;
const LANES = 8;
const STATE_WITHIN_MS = 20_000;

/** One place with messages, whatever the system. */
interface Place {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  publish(bodies: readonly string[]): Promise<void>;
  /** What the broker itself says is not done. */
  pending(): Promise<number>;
  /** Delivered and held by a lease; 0 where there are none. */
  inFlight(): Promise<number>;
  remove(): Promise<void>;
}

interface Started {
  create(): Promise<Place>;
  stop(): Promise<void>;
}

interface System {
  readonly name: string;
  /** What it orders, the service can demand. */
  readonly ordered: boolean;
  start(): Promise<Started>;
}

const SYSTEMS: readonly System[] = [
  { name: 'memory', ordered: false, start: async () => ({ create: async () => memoryPlace(), stop: async () => undefined }) },
  { name: 'nats', ordered: false, start: () => onServer(startNatsHarness({ proxy: false })) },
  { name: 'kafka', ordered: true, start: () => onServer(startKafkaHarness({ proxy: false })) },
  { name: 'sqs', ordered: false, start: () => onServer(startSqsHarness({ proxy: false })) },
  { name: 'sqs', ordered: true, start: () => onServer(startSqsHarness({ proxy: false, mode: 'fifo' })) },
];

async function onServer(starting: Promise<Harness>): Promise<Started> {
  const harness = await starting;
  return { create: async () => serverPlace(await harness.create({ lanes: LANES })), stop: () => harness.stop() };
}

function serverPlace(channel: Channel): Place {
  return {
    url: channel.url ?? assert.fail('a server is reached by a URL'),
    env: {},
    publish: (bodies) => channel.publish(bodies.map((body) => ({ body: Buffer.from(body), key: `k${laneOf(body)}`, lane: laneOf(body) }))),
    pending: async () => (await channel.state()).pending,
    inFlight: async () => (await channel.state()).inFlight ?? 0,
    remove: () => channel.delete(),
  };
}

/** The broker ends with the service: what it has left is what it leaves in its file. */
function memoryPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'tailrace-switch-'));
  const file = join(folder, 'events.txt');
  return {
    url: 'memory://shop/orders',
    env: { EVENTS_FILE: file },
    publish: async (bodies) => writeFileSync(file, bodies.join('\n')),
    pending: async () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '').length,
    inFlight: async () => 0,
    remove: async () => rmSync(folder, { recursive: true }),
  };
}

const laneOf = (body: string): number => Number(body.split('/')[0]);
const BODIES: readonly string[] = Array.from({ length: PUBLISHED }, (_, at) => `${at % LANES}/${at}`);

/** How the README starts the service on each system: the URL and node's arguments, by the scheme. */
function commands(): ReadonlyMap<string, { readonly url: string; readonly args: readonly string[] }> {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, block = ''] = /^```sh switch\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  return new Map(
    block
      .trim()
      .split('\n')
      .map((line) => {
        const [, url, scheme, args] = /^EVENTS_URL='(([a-z]+):\/\/[^']+)' node (.+)$/.exec(line) ?? [];
        assert.ok(url !== undefined && scheme !== undefined && args !== undefined, `not a command that this test can run: ${line}`);
        return [scheme, { url, args: args.split(' ') }];
      }),
  );
}

const COMMANDS = commands();

/** What holds of every clean drain, whatever the broker. */
function assertClean({ code, receipts }: { code: unknown; receipts: readonly Receipt[] }, { handled, stderr }: Service): Receipt {
  assert.deepEqual([code, stderr, receipts.length], [0, '', 1]);
  const receipt = receipts[0] ?? assert.fail();
  assert.deepEqual([receipt.outcome, receipt.reason, receipt.errors], ['clean', 'SIGTERM', []]);
  const { succeeded, confirmed, failed, lapsing, lost } = receipt.totals;
  assert.deepEqual([succeeded, confirmed, failed, lapsing, lost], [handled.length, handled.length, 0, 0, 0]);
  return receipt;
}

function assertInOrder(handled: readonly string[]): void {
  for (let lane = 0; lane < LANES; lane += 1) {
    const numbers = handled.filter((body) => laneOf(body) === lane).map((body) => Number(body.split('/')[1]));
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
      `lane ${lane}`,
    );
  }
}

describe('the service of examples/switch', () => {
  it('names no broker', () => {
    const source = readFileSync(join(ROOT, 'examples', 'switch', 'service.ts'), 'utf8');
    assert.doesNotMatch(source, /memory|nats|kafka|sqs/i);
    assert.deepEqual(
      [...source.matchAll(/from '([^']+)'/g)].map(([, specifier]) => specifier),
      ['node:timers/promises', 'tailrace'],
    );
  });

  it('is started in the README on each system that it is tested on, with a URL that the adapter takes', async () => {
    assert.deepEqual([...COMMANDS.keys()].toSorted(), [...new Set(SYSTEMS.map(({ name }) => name))].toSorted());
    for (const [scheme, { url }] of COMMANDS) {
      const consumer = await openConsumer(url);
      assert.equal(consumer.adapter, scheme);
      await consumer.close({ signal: AbortSignal.timeout(STATE_WITHIN_MS) });
    }
  });

  for (const [what, url, text] of [
    ['no URL', '', /url: expected a URL/],
    ['a URL of a system that it does not know', 'rabbit://127.0.0.1/orders', /no adapter for the scheme 'rabbit'/],
  ] as const) {
    it(`says what is wrong with ${what}, and exits with 1`, async (t) => {
      const service = new Service(t, ['service.js'], { EVENTS_URL: url });
      assert.deepEqual(await service.end(), { code: 1, receipts: [] });
      const { code, message } = JSON.parse(service.stderr);
      assert.equal(code, 'INVALID_ARGUMENT');
      assert.match(message, text);
    });
  }
});

for (const { name, ordered, start } of SYSTEMS) {
  describe(`the service of examples/switch on ${name}, which ${ordered ? 'keeps an order' : 'keeps none'}`, () => {
    const { args } = COMMANDS.get(name) ?? assert.fail(`the README does not start it on ${name}`);
    let started: Started | undefined;
    let reason: string | undefined;

    before(async () => {
      reason = await whyNot(`THE SWITCH TO ${name.toUpperCase()}`, async () => {
        started = await start();
      });
    });
    after(() => started?.stop());

    /** Of this test's own; undefined: the test has been skipped. */
    async function placeFor(t: TestContext): Promise<Place | undefined> {
      if (started === undefined) {
        t.skip(reason);
        return undefined;
      }
      const place = await started.create();
      t.after(() => place.remove());
      return place;
    }

    it('drains on SIGTERM under load; a second one does the rest; each event is handled exactly once', async (t) => {
      const place = await placeFor(t);
      if (place === undefined) return;
      await place.publish(BODIES);
      const env = { EVENTS_URL: place.url, ...place.env, ...(ordered ? { EVENTS_IN_ORDER: 'yes' } : {}) };

      const first = new Service(t, args, env);
      await first.hasHandled(SOME);
      first.terminate();
      const receipt = assertClean(await first.end(), first);
      assert.ok(receipt.held.count > 0, 'it held nothing when the signal came');
      assert.ok(first.handled.length < PUBLISHED, 'nothing was left');
      const left = PUBLISHED - receipt.totals.confirmed;
      await until(async () => (await place.pending()) === left, `the broker has ${left} left`, STATE_WITHIN_MS);

      const second = new Service(t, args, env);
      await second.hasHandled(left);
      second.terminate();
      assertClean(await second.end(), second);
      await until(async () => (await place.pending()) === 0, 'the broker has nothing left', STATE_WITHIN_MS);

      const handled = [...first.handled, ...second.handled];
      assert.deepEqual(handled.toSorted(), BODIES.toSorted());
      if (ordered) assertInOrder(handled);
    });

    if (ordered) return;
    it('refuses to start where order is demanded: a typed error, exit code 1, nothing fetched', async (t) => {
      const place = await placeFor(t);
      if (place === undefined) return;
      await place.publish(BODIES.slice(0, SOME));
      const service = new Service(t, args, { EVENTS_URL: place.url, ...place.env, EVENTS_IN_ORDER: 'yes' });
      assert.deepEqual(await service.end(), { code: 1, receipts: [] });
      const { code, message } = JSON.parse(service.stderr);
      assert.equal(code, 'INVALID_ARGUMENT');
      assert.match(message, /order 'lane' needs a consumer whose capabilities say ordered: true/);
      assert.deepEqual([service.handled, await place.pending(), await place.inFlight()], [[], SOME, 0]);
    });
  });
}
