import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Channel, Harness } from '../../conformance/harness.js';
import { startKafkaHarness } from '../../conformance/harnesses/kafka.js';
import { startNatsHarness } from '../../conformance/harnesses/nats.js';
import { startSqsHarness } from '../../conformance/harnesses/sqs.js';
import { ROOT } from '../support/run.js';
import { until } from '../support/until.js';

/** `examples/switch/service.ts`, the very same file, on each system. */

const SERVICE = join(ROOT, 'dist', 'examples', 'switch', 'service.js');
const FEED = new URL('../fixtures/memory-events.js', import.meta.url).href;
const EVENTS = 3_000;
/** Generous: three thousand events take it some seconds. */
const WAIT_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'tailrace-switch-'));
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Service {
  readonly child: ChildProcess;
  /** Events that it has written. */
  written(): string[];
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

let services = 0;

function start(
  url: string,
  more: { readonly order?: string; readonly node?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Service {
  services += 1;
  const output = join(folder, `${services}.txt`);
  const order = more.order === undefined ? {} : { EVENTS_ORDER: more.order };
  const env = { ...process.env, EVENTS_URL: url, EVENTS_OUTPUT: output, ...order, ...more.env };
  const child = spawn(process.execPath, [...(more.node ?? []), SERVICE], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const ended = new Promise<Awaited<Service['ended']>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
  return {
    child,
    written: () => (existsSync(output) ? readFileSync(output, 'utf8').split('\n').slice(0, -1) : []),
    ended,
  };
}

/** Stops it by SIGTERM, and looks at its last words. */
async function stop(service: Service): Promise<{ readonly written: string[]; readonly confirmed: number }> {
  service.child.kill('SIGTERM');
  const { code, stdout, stderr } = await service.ended;
  assert.equal(code, 0, stderr);
  const { outcome, confirmed } = JSON.parse(stdout) as { outcome: string; confirmed: number };
  assert.equal(outcome, 'clean');
  return { written: service.written(), confirmed };
}

const SYSTEMS: readonly (readonly [string, () => Promise<Harness>])[] = [
  ['NATS', () => startNatsHarness({ proxy: false })],
  ['Kafka', () => startKafkaHarness({ proxy: false })],
  ['SQS', () => startSqsHarness({ proxy: false })],
];

describe('one service on every system', () => {
  it('names none of them', () => {
    const source = readFileSync(join(ROOT, 'examples', 'switch', 'service.ts'), 'utf8');
    assert.doesNotMatch(source, /nats|kafka|sqs|aws|memory/i);
  });

  it('memory: stopped under load, it has written what it confirmed, and left the rest', async () => {
    const left = join(folder, 'left');
    const env = { MEMORY_QUEUE: 'events', MEMORY_COUNT: String(EVENTS), MEMORY_LEFT: left };
    const service = start('memory://default/events', { node: ['--import', FEED], env });
    await until(() => service.written().length > 0, 'it has written something', WAIT_MS);
    const { written, confirmed } = await stop(service);
    assert.equal(new Set(written).size, written.length);
    assert.equal(written.length, confirmed);
    assert.equal(confirmed + Number(readFileSync(left, 'utf8')), EVENTS);
    assert.ok(confirmed < EVENTS, 'it was stopped under load');
  });

  for (const [name, startHarness] of SYSTEMS) {
    it(`${name}: stopped under load, and a second one does the rest: each event once`, { timeout: WAIT_MS * 3 }, async (t) => {
      let harness: Harness;
      try {
        harness = await startHarness();
      } catch (error) {
        if (process.env.CI === 'true') throw error;
        t.skip(`${name} IS NOT TESTED: ${error instanceof Error ? error.message : String(error)}`);
        return;
      }
      t.after(() => harness.stop());
      const channel: Channel = await harness.create();
      const { url } = channel;
      assert.ok(url !== undefined);
      await channel.publish(Array.from({ length: EVENTS }, (_, number) => ({ body: new TextEncoder().encode(String(number)) })));

      const first = start(url);
      await until(() => first.written().length > 0, 'the first has written something', WAIT_MS);
      const before = await stop(first);
      assert.equal(before.written.length, before.confirmed);
      const { pending } = await channel.state();
      assert.equal(before.confirmed + pending, EVENTS);
      assert.ok(pending > 0, 'it was stopped under load');

      const second = start(url);
      await until(async () => (await channel.state()).pending === 0, 'the second has done the rest', WAIT_MS);
      const rest = await stop(second);
      const all = [...before.written, ...rest.written].map(Number).sort((a, b) => a - b);
      assert.deepEqual(
        all,
        Array.from({ length: EVENTS }, (_, number) => number),
      );
    });
  }

  it('a need that the system does not meet is refused before anything is fetched', async () => {
    const left = join(folder, 'left-alone');
    const env = { MEMORY_QUEUE: 'events', MEMORY_COUNT: '10', MEMORY_LEFT: left };
    const service = start('memory://default/events', { order: 'lane', node: ['--import', FEED], env });
    const { code, stderr } = await service.ended;
    assert.equal(code, 2);
    assert.match(stderr, /^INVALID_ARGUMENT: .*order 'lane'/);
    assert.equal(readFileSync(left, 'utf8'), '10');
  });

  it('what is no URL, or no order, is refused by name', async () => {
    for (const [url, order, text] of [
      ['', 'key', /^INVALID_ARGUMENT: url/],
      ['memory://default/events', 'random', /^INVALID_ARGUMENT: order/],
    ] as const) {
      const { code, stderr } = await start(url, { order }).ended;
      assert.equal(code, 2);
      assert.match(stderr, text);
    }
  });
});
