import { constants } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheFolder, freePort, run } from './process.js';
import { startServer } from './server.js';

/** The version that is built where there is none. */
const VERSION = '2.12.0';
const SUFFIX = process.platform === 'win32' ? '.exe' : '';
const CALL_MS = 10_000;
/** A toxic works one way; each is put on both. */
const DIRECTIONS = ['upstream', 'downstream'] as const;

/** A TCP proxy whose links can be broken and slowed down. */
export interface Toxiproxy {
  /** A new link to `host:port`, by a port of its own on loopback. */
  link(upstream: string): Promise<ProxyLink>;
  /** Ends it for good, with its links. Idempotent. */
  stop(): Promise<void>;
}

/** Each method resolves when it has taken effect. */
export interface ProxyLink {
  readonly host: string;
  readonly port: number;
  /** Breaks every connection and refuses new ones, until `heal`. */
  cut(): Promise<void>;
  /** Delays what passes by this much each way, ms, and bounds its rate each way, bytes a second (at least 1,000), until `heal`. */
  slow(options: { readonly latencyMs: number; readonly bytesPerSecond?: number }): Promise<void>;
  /** Undoes `cut` and `slow`. Idempotent. */
  heal(): Promise<void>;
}

/**
 * The path of a toxiproxy server: `toxiproxy-server` on PATH, else one in the cache folder, else one that Go builds there from
 * source. Processes that race build side by side; the first to finish counts. Rejects with why it could not be built.
 */
async function installToxiproxy(): Promise<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, `toxiproxy-server${SUFFIX}`);
    if (folder !== '' && (await isExecutable(path))) return path;
  }
  const target = join(cacheFolder(), `toxiproxy-${VERSION}-${process.platform}-${process.arch}`, `toxiproxy-server${SUFFIX}`);
  if (await isExecutable(target)) return target;
  const folder = join(target, '..');
  await mkdir(join(folder, '..'), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    const options = { env: { ...process.env, GOBIN: work }, timeoutMs: 600_000 };
    await run('go', ['install', `github.com/Shopify/toxiproxy/v2/cmd/server@v${VERSION}`], options);
    const made = join(work, `server${SUFFIX}`);
    await chmod(made, 0o755);
    await mkdir(folder, { recursive: true });
    await rename(made, target);
    return target;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`no toxiproxy-server is on PATH, and Go could not build one: ${text}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts one on loopback, and resolves when it answers. It dies with this process, however this one dies. */
export async function startToxiproxy(): Promise<Toxiproxy> {
  const server = await startServer({
    name: 'toxiproxy',
    version: VERSION,
    ports: 1,
    url: ([port]) => `http://127.0.0.1:${port}`,
    prepare: async (_folder, [port]) => ({ command: await installToxiproxy(), args: ['-host', '127.0.0.1', '-port', String(port)] }),
    isReady: async ([port]) => (await fetch(`http://127.0.0.1:${port}/version`, { signal: AbortSignal.timeout(1_000) })).ok,
  });
  const api = new Api(server.url);
  let links = 0;
  return {
    link: async (upstream) => {
      links += 1;
      const name = `link${links}`;
      // Not one that it finds itself: while the link is cut an outgoing connection could take that.
      const port = await freePort();
      await api.call('POST', '/proxies', { name, listen: `127.0.0.1:${port}`, upstream, enabled: true });
      return new Link(api, name, port);
    },
    stop: () => server.stop(),
  };
}

class Api {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async call(method: 'POST' | 'DELETE', path: string, body?: object): Promise<void> {
    const response = await fetch(this.#url + path, {
      method,
      signal: AbortSignal.timeout(CALL_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`toxiproxy: ${method} ${path}: ${response.status} ${text.trim()}`);
  }
}

class Link implements ProxyLink {
  readonly host: string = '127.0.0.1';
  readonly port: number;
  readonly #api: Api;
  readonly #path: string;
  readonly #toxics: Set<string> = new Set();

  constructor(api: Api, name: string, port: number) {
    this.#api = api;
    this.#path = `/proxies/${name}`;
    this.port = port;
  }

  async cut(): Promise<void> {
    await this.#api.call('POST', this.#path, { enabled: false });
  }

  async slow({ latencyMs, bytesPerSecond }: { readonly latencyMs: number; readonly bytesPerSecond?: number }): Promise<void> {
    await this.#clear();
    for (const stream of DIRECTIONS) {
      await this.#add(`latency-${stream}`, stream, 'latency', { latency: latencyMs, jitter: 0 });
      // Its unit is 1,000 bytes.
      if (bytesPerSecond !== undefined) await this.#add(`rate-${stream}`, stream, 'bandwidth', { rate: Math.ceil(bytesPerSecond / 1_000) });
    }
  }

  async #add(name: string, stream: string, type: string, attributes: object): Promise<void> {
    await this.#api.call('POST', `${this.#path}/toxics`, { name, stream, type, toxicity: 1, attributes });
    this.#toxics.add(name);
  }

  async #clear(): Promise<void> {
    for (const name of this.#toxics) {
      await this.#api.call('DELETE', `${this.#path}/toxics/${name}`);
      this.#toxics.delete(name);
    }
  }

  async heal(): Promise<void> {
    await this.#clear();
    await this.#api.call('POST', this.#path, { enabled: true });
  }
}
