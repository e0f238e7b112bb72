import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Queue } from '../../support/elasticmq.js';
import { type Ran, ROOT } from '../../support/run.js';
import type { Bench } from './bench.js';
import { Relay } from './relay.js';

export const GUIDE: string = readFileSync(join(ROOT, 'docs/from-sqs-consumer.md'), 'utf8');

/** Names of the code blocks. */
export const PROGRAMS: readonly string[] = [...GUIDE.matchAll(/^```js (.*)$/gm)].map(([, name]) => name as string);

/** A code block of the guide, by what stands behind `js` after its three backticks. */
export function program(name: string): string {
  const [, code] = new RegExp(`^\`\`\`js ${name}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(GUIDE) ?? [];
  assert.ok(code !== undefined, `the guide has no ${name}`);
  return code;
}

/** What the programs import: the work that they do. Handlers wait for the signal that stops the process where `HOLD` says so. */
const ORDERS = `import { once } from 'node:events';

const told = once(process, 'SIGTERM').then(() => console.log('told to stop'));
const stopped = process.env.HOLD ? told : Promise.resolve();

/** @param {string} order */
export async function handleOrder(order) {
  console.log(\`started \${order}\`);
  await stopped;
  console.log(\`handled \${order}\`);
}
`;

/** Inside the package, so that a program finds \`tailrace\` as an installed one would. The caller removes it. */
export function programFolder(code: string): { readonly folder: string; readonly file: string } {
  const folder = mkdtempSync(join(ROOT, 'dist', 'from-sqs-consumer-'));
  const file = join(folder, 'program.mjs');
  writeFileSync(file, code);
  writeFileSync(join(folder, 'orders.mjs'), ORDERS);
  return { folder, file };
}

/** What a code block of the guide exports. */
export async function recipe(bench: Bench, name: string): Promise<unknown> {
  const { folder, file } = programFolder(program(name));
  bench.defer(() => rmSync(folder, { recursive: true, force: true }));
  return import(pathToFileURL(file).href);
}

export interface RunningProgram {
  readonly child: ChildProcess;
  /** Between the program and its server. */
  readonly relay: Relay;
  readonly exited: Promise<Ran>;
  /** SIGTERM has come: what the program itself does at once is done. */
  readonly isToldToStop: () => boolean;
  readonly started: () => readonly string[];
  readonly handled: () => readonly string[];
}

/** With the queue's URL in its environment, and a server behind a relay. */
export async function startProgram(bench: Bench, queue: Queue, code: string, env: NodeJS.ProcessEnv = {}): Promise<RunningProgram> {
  const { folder, file } = programFolder(code);
  bench.defer(() => rmSync(folder, { recursive: true, force: true }));
  const relay = await Relay.start(bench.server.url);
  bench.defer(() => relay.stop());
  // The SDK takes the queue's URL for its endpoint.
  const QUEUE_URL = `${relay.url}${new URL(queue.url).pathname}`;
  const all: NodeJS.ProcessEnv = { ...process.env, ...bench.server.env, AWS_ENDPOINT_URL: relay.url, QUEUE_URL, ...env };
  delete all.NODE_TEST_CONTEXT;
  const child = spawn(process.execPath, [file], { env: all, stdio: ['ignore', 'pipe', 'pipe'] });
  bench.defer(() => child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const exited = new Promise<Ran>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve({ code: exit, stdout, stderr }));
  });
  const lines = (word: string): readonly string[] =>
    [...stdout.matchAll(new RegExp(`^${word} (.*)$`, 'gm'))].map(([, order]) => order as string);
  const isToldToStop = (): boolean => lines('told').length > 0;
  return { child, relay, exited, isToldToStop, started: () => lines('started'), handled: () => lines('handled') };
}
