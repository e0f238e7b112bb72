import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Broker, freePort, ServerProcess, waitUntil } from './process.js';

/** Ports can be taken between being found free and being used. */
const START_ATTEMPTS = 5;
/** Generous: several JVMs on a busy machine take a minute. */
const READY_MS = 180_000;

/** How a server is run. */
export interface ServerPlan {
  /** For people: `kafka`. */
  readonly name: string;
  readonly version: string;
  /** How many TCP ports it listens on. */
  readonly ports: number;
  readonly url: (ports: readonly number[]) => string;
  /** Writes what it needs into the folder, once, and returns its command. */
  readonly prepare: (folder: string, ports: readonly number[]) => Promise<ServerCommand>;
  /** Whether it answers as clients need it to. An error counts as not yet. */
  readonly isReady: (ports: readonly number[]) => Promise<boolean>;
}

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a server on free ports of loopback and resolves when it is ready for use. Rejects with the end of its output. */
export async function startServer(plan: ServerPlan): Promise<Broker> {
  for (let attempt = 1; ; attempt += 1) {
    const ports: number[] = [];
    while (ports.length < plan.ports) ports.push(await freePort());
    const folder = await mkdtemp(join(tmpdir(), `tailrace-${plan.name}-`));
    const server = new Server(plan, folder, ports);
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.stop();
      const taken = error instanceof Error && /address already in use|EADDRINUSE|BindException/i.test(error.message);
      if (!taken || attempt === START_ATTEMPTS) throw error;
    }
  }
}

class Server implements Broker {
  readonly url: string;
  readonly version: string;
  readonly #plan: ServerPlan;
  readonly #folder: string;
  readonly #ports: readonly number[];
  #command: ServerCommand | undefined;
  #process: ServerProcess | undefined;

  constructor(plan: ServerPlan, folder: string, ports: readonly number[]) {
    this.#plan = plan;
    this.#folder = folder;
    this.#ports = ports;
    this.url = plan.url(ports);
    this.version = plan.version;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async start(): Promise<void> {
    const { name, isReady, prepare } = this.#plan;
    this.#command ??= await prepare(this.#folder, this.#ports);
    const { command, args, env } = this.#command;
    const child = await ServerProcess.start(command, args, this.#folder, env);
    this.#process = child;
    const gone = (): string | undefined => (child.running ? undefined : `${name} ended: ${child.output.trim().slice(-1_000)}`);
    await waitUntil(`${name} at ${this.url}`, () => isReady(this.#ports), { timeoutMs: READY_MS, everyMs: 50, gone });
    // The port may be one that someone else's server took first.
    const why = gone();
    if (why !== undefined) throw new Error(why);
  }

  async restart(options: { readonly signal?: 'SIGTERM' | 'SIGKILL' } = {}): Promise<void> {
    await this.#process?.end(options.signal ?? 'SIGTERM');
    await this.start();
  }

  async kill(): Promise<void> {
    await this.#process?.end('SIGKILL');
  }

  async pause(): Promise<void> {
    await this.#process?.pause();
  }

  resume(): void {
    this.#process?.signal('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.#process?.end('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A server that an environment variable names: it is used, and left alone. */
export function externalServer(variable: string, url: string): Broker {
  const refuse = (): never => {
    throw new Error(`the server was named by ${variable}: it is not ours to restart, kill or pause`);
  };
  return {
    url,
    version: 'external',
    pid: undefined,
    restart: async () => refuse(),
    kill: async () => refuse(),
    pause: async () => refuse(),
    resume: refuse,
    stop: async () => {},
  };
}
