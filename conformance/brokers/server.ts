import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Broker, freePort, ServerProcess, waitUntil } from './process.js';

/** Ports can be taken between being found free and being used. */
const START_ATTEMPTS = 5;
/** Generous: several JVMs on a busy machine take a minute. */
const READY_MS = 180_000;

/** How much of what a server printed is told when it ends, characters. */
const OUTPUT = 1_000;

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

/** A port was taken by somebody else between being found free and being used. */
class PortTakenError extends Error {}

/**
 * Starts a server on free ports of loopback and resolves when it is ready for use. Rejects with the end of its output, or as soon
 * as `signal` is aborted.
 */
export function startServer(plan: ServerPlan, signal?: AbortSignal): Promise<Broker> {
  return onFreePorts(plan.ports, (ports) => startServerOn(plan, ports, signal));
}

/** Starts a server on these ports, once: `onFreePorts` tells by the error that one was taken. */
export async function startServerOn(plan: ServerPlan, ports: readonly number[], signal?: AbortSignal): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), `tailrace-${plan.name}-`));
  const server = new Server(plan, folder, ports);
  try {
    await server.start(signal);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Finds ports and starts something on them; again, with others, if that fails because one was taken in the meantime. */
export async function onFreePorts<T>(count: number, start: (ports: readonly number[]) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const ports: number[] = [];
    while (ports.length < count) ports.push(await freePort());
    try {
      return await start(ports);
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === START_ATTEMPTS) throw error;
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

  async start(signal?: AbortSignal): Promise<void> {
    const { name, isReady, prepare } = this.#plan;
    this.#command ??= await prepare(this.#folder, this.#ports);
    const { command, args, env } = this.#command;
    const child = await ServerProcess.start(command, args, this.#folder, env);
    this.#process = child;
    const gone = (): string | undefined => {
      if (signal?.aborted) return 'given up';
      if (child.portTaken) return 'a port was taken';
      return child.running ? undefined : `${name} ended: ${child.output.trim().slice(-OUTPUT)}`;
    };
    try {
      await waitUntil(`${name} at ${this.url}`, () => isReady(this.#ports), { timeoutMs: READY_MS, everyMs: 50, gone });
      // The port may be one that someone else's server took first.
      const why = gone();
      if (why !== undefined) throw new Error(why);
    } catch (error) {
      if (child.portTaken) throw new PortTakenError(`${name} at ${this.url}: a port was taken`, { cause: error });
      throw error;
    }
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
