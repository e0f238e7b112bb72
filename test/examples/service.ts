import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import type { Receipt } from '../../src/index.js';
import { ROOT } from '../support/run.js';
import { until } from '../support/until.js';

const FOLDER = join(ROOT, 'dist', 'examples', 'switch');
/** Longer than a drain may take, and than a group takes to find together on a busy machine. */
const BOUND_MS = 60_000;

/** The service of `examples/switch` as a process of its own; killed when its test ends. */
export class Service {
  /** Bodies, in the order in which they were handled. */
  readonly handled: string[] = [];
  stderr = '';
  readonly #receipts: Receipt[] = [];
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown[]>;

  constructor(t: TestContext, args: readonly string[], env: Readonly<Record<string, string>>) {
    // The AWS client warns of Node 20; what the service itself writes to stderr is looked at.
    const whole: NodeJS.ProcessEnv = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env };
    // Set in children of node's test runner; the service must not take itself for one.
    delete whole.NODE_TEST_CONTEXT;
    const child = spawn(process.execPath, args, { cwd: FOLDER, env: whole, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#closed = once(child, 'close');
    t.after(() => child.kill('SIGKILL'));
    child.stderr.on('data', (data: Buffer) => {
      this.stderr += data.toString();
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('handled ')) this.handled.push(line.slice('handled '.length));
      // It prints nothing else; what is not JSON throws, and fails the test.
      else this.#receipts.push(JSON.parse(line));
    });
  }

  async hasHandled(count: number): Promise<void> {
    await until(
      () => {
        if (this.#child.exitCode !== null) throw new Error(`the service exited with ${this.#child.exitCode}: ${this.stderr}`);
        return this.handled.length >= count;
      },
      `the service has handled ${count}`,
      BOUND_MS,
    );
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  /** Its exit code, or the signal that killed it, and the receipts that it printed. */
  async end(): Promise<{ readonly code: unknown; readonly receipts: readonly Receipt[] }> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), BOUND_MS);
    const [code, signal] = await this.#closed;
    clearTimeout(timer);
    return { code: code ?? signal, receipts: this.#receipts };
  }
}
