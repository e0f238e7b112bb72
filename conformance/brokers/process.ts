import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A server that runs for a test: started by a function of this folder, or named by an environment variable. */
export interface Broker {
  /** Where clients connect to. */
  readonly url: string;
  readonly version: string;
  /** Of the server's process; undefined for a server that this process did not start: then only `stop` does anything. */
  readonly pid: number | undefined;
  /** Ends it and starts it again, with the same address and the same data. Default SIGTERM. */
  restart(options?: { readonly signal?: 'SIGTERM' | 'SIGKILL' }): Promise<void>;
  /** SIGKILL; `restart` brings it back. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open, nothing answers. Resolves when it has stopped. Not on Windows. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends it for good and removes what it wrote. Idempotent. */
  stop(): Promise<void>;
}

/** Where servers are kept between runs: `TAILRACE_CACHE`, or the system's place for a user's caches. */
export function cacheFolder(): string {
  const { TAILRACE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (TAILRACE_CACHE) return TAILRACE_CACHE;
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'tailrace');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tailrace');
  return join(XDG_CACHE_HOME ? XDG_CACHE_HOME : join(homedir(), '.cache'), 'tailrace');
}

/** Runs a program to its end and returns what it printed. Rejects with its error output, shortened. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<string> {
  const { timeoutMs = 300_000, ...rest } = options;
  return new Promise((resolve, reject) => {
    execFile(command, args, { ...rest, timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')}: ${(stderr.trim() || error.message).slice(-500)}`));
    });
  });
}

/** Below the ports that systems give to outgoing connections, which come and go between a port's choice and its use. */
const PORTS = { from: 10_000, to: 32_000 } as const;
const PORT_TAKEN = /address already in use|EADDRINUSE|BindException/i;
/** Whichever process listens on the first port of a block has the others, also while nothing listens there: a server may come back. */
const BLOCK = 100;
const BLOCK_TRIES = 1_000;
const ports: number[] = [];
let takingBlock: Promise<void> | undefined;

/** A TCP port on loopback that was free a moment ago, another one each time. Whoever uses it must be ready to lose it and ask again. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = ports.shift();
    if (port === undefined) {
      takingBlock ??= takeBlock().finally(() => {
        takingBlock = undefined;
      });
      await takingBlock;
    } else if (await isFree(port)) {
      return port;
    }
  }
}

async function takeBlock(): Promise<void> {
  for (let tries = 0; tries < BLOCK_TRIES; tries += 1) {
    const first = randomInt(PORTS.from / BLOCK, PORTS.to / BLOCK) * BLOCK;
    const server = await listen(first);
    if (server === undefined) continue;
    // For as long as this process lives, which it does not keep alive.
    server.unref();
    ports.push(...Array.from({ length: BLOCK - 1 }, (_, index) => first + 1 + index));
    return;
  }
  throw new Error(`no block of ${BLOCK} ports is free among ${BLOCK_TRIES} between ${PORTS.from} and ${PORTS.to}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  if (server === undefined) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/** Undefined where the port is taken. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/**
 * Polls until `condition` returns a value that is neither undefined nor false. Rejects after `timeoutMs` (default 30,000),
 * naming `what`, and with the last error if the condition threw; and at once when `gone` says why waiting is useless.
 */
export async function waitUntil<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  options: { readonly timeoutMs?: number; readonly everyMs?: number; readonly gone?: () => string | undefined } = {},
): Promise<T> {
  const { timeoutMs = 30_000, everyMs = 20, gone } = options;
  const end = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    const why = gone?.();
    if (why !== undefined) throw new Error(`waiting for ${what}: ${why}`);
    if (performance.now() > end) throw new Error(`waiting for ${what}: not within ${timeoutMs} ms`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** A server's process, which dies with this one, however this one dies. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #killWithParent: () => void;
  /** The end of what it printed, for errors. */
  output: string = '';
  #portTaken: boolean = false;

  /** `folder` is removed if this process dies with the server running. Rejects if the program cannot be started. */
  static async start(
    command: string,
    args: readonly string[],
    folder: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<ServerProcess> {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return new ServerProcess(child, folder);
  }

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#killWithParent = () => child.kill('SIGKILL');
    process.once('exit', this.#killWithParent);
    const guard = guardOf(this.pid, folder);
    const keep = (data: Buffer): void => {
      this.output = (this.output + data.toString()).slice(-4_000);
      this.#portTaken ||= PORT_TAKEN.test(this.output);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.#ended = new Promise((resolve) => {
      child.once('exit', () => {
        process.off('exit', this.#killWithParent);
        guard?.kill('SIGKILL');
        resolve();
      });
    });
    // A test that ends without stopping it is not kept alive by it; the exit hook then ends it.
    child.unref();
    unref(child.stdout);
    unref(child.stderr);
  }

  /** Whether it has said that somebody else listens where it should. Some servers then stay, and serve nobody. */
  get portTaken(): boolean {
    return this.#portTaken;
  }

  get pid(): number {
    // It was spawned, so it has one.
    return this.#child.pid as number;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.running) this.#child.kill(signal);
  }

  /** Stops it, and waits until the system says that it has. */
  async pause(): Promise<void> {
    this.signal('SIGSTOP');
    const stopped = async (): Promise<boolean> => (await run('ps', ['-o', 'stat=', '-p', String(this.pid)])).startsWith('T');
    await waitUntil(`process ${this.pid} to stop`, stopped);
  }

  /** Ends it and waits for that; SIGKILL follows where SIGTERM does not help within `killAfterMs` (default 10,000). */
  async end(signal: 'SIGTERM' | 'SIGKILL', killAfterMs: number = 10_000): Promise<void> {
    if (!this.running) return;
    // One that is stopped takes no SIGTERM.
    this.#child.kill('SIGCONT');
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), killAfterMs);
    await this.#ended;
    clearTimeout(timer);
  }
}

/**
 * A process that outlives this one by a moment: its input ends when this one is gone, also by SIGKILL, which no handler
 * sees, and then it ends the server. Not on Windows, where only the exit handler does.
 */
function guardOf(pid: number, folder: string): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const guard = spawn('/bin/sh', ['-c', 'read _; kill -9 "$0"; rm -rf -- "$1"', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Without a guard the exit handler is left.
  guard.on('error', () => {});
  guard.unref();
  unref(guard.stdin);
  return guard;
}

/** Pipes to a child are sockets, whatever their type says; they would keep this process alive. */
function unref(pipe: unknown): void {
  (pipe as { unref?: () => void } | null)?.unref?.();
}
