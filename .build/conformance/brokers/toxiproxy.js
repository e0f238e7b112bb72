import { constants } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheFolder, run } from './process.js';
import { startServer } from './server.js';
/** The version that is built where there is none. */
const VERSION = '2.12.0';
const SUFFIX = process.platform === 'win32' ? '.exe' : '';
const CALL_MS = 10_000;
/** A toxic works one way; each is put on both. */
const DIRECTIONS = ['upstream', 'downstream'];
/**
 * The path of a toxiproxy server: `toxiproxy-server` on PATH, else one in the cache folder, else one that Go builds there from
 * source. Processes that race build side by side; the first to finish counts. Rejects with why it could not be built.
 */
async function installToxiproxy() {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
        const path = join(folder, `toxiproxy-server${SUFFIX}`);
        if (folder !== '' && (await isExecutable(path)))
            return path;
    }
    const target = join(cacheFolder(), `toxiproxy-${VERSION}-${process.platform}-${process.arch}`, `toxiproxy-server${SUFFIX}`);
    if (await isExecutable(target))
        return target;
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
    }
    catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        throw new Error(`no toxiproxy-server is on PATH, and Go could not build one: ${text}`);
    }
    finally {
        await rm(work, { recursive: true, force: true });
    }
}
async function isExecutable(path) {
    try {
        await access(path, constants.X_OK);
        return true;
    }
    catch {
        return false;
    }
}
/** Starts one on loopback, and resolves when it answers. It dies with this process, however this one dies. */
export async function startToxiproxy() {
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
            // The port that it found is in the answer.
            const made = (await api.call('POST', '/proxies', { name, listen: '127.0.0.1:0', upstream, enabled: true }));
            return new Link(api, name, Number(made.listen.slice(made.listen.lastIndexOf(':') + 1)));
        },
        stop: () => server.stop(),
    };
}
class Api {
    #url;
    constructor(url) {
        this.#url = url;
    }
    async call(method, path, body) {
        const response = await fetch(this.#url + path, {
            method,
            signal: AbortSignal.timeout(CALL_MS),
            ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        });
        const text = await response.text();
        if (!response.ok)
            throw new Error(`toxiproxy: ${method} ${path}: ${response.status} ${text.trim()}`);
        return text === '' ? undefined : JSON.parse(text);
    }
}
class Link {
    host = '127.0.0.1';
    port;
    #api;
    #path;
    #toxics = new Set();
    constructor(api, name, port) {
        this.#api = api;
        this.#path = `/proxies/${name}`;
        this.port = port;
    }
    async cut() {
        await this.#api.call('POST', this.#path, { enabled: false });
    }
    async slow({ latencyMs, bytesPerSecond }) {
        await this.#clear();
        for (const stream of DIRECTIONS) {
            await this.#add(`latency-${stream}`, stream, 'latency', { latency: latencyMs, jitter: 0 });
            // Its unit is 1,000 bytes.
            if (bytesPerSecond !== undefined)
                await this.#add(`rate-${stream}`, stream, 'bandwidth', { rate: Math.ceil(bytesPerSecond / 1_000) });
        }
    }
    async #add(name, stream, type, attributes) {
        await this.#api.call('POST', `${this.#path}/toxics`, { name, stream, type, toxicity: 1, attributes });
        this.#toxics.add(name);
    }
    async #clear() {
        for (const name of this.#toxics) {
            await this.#api.call('DELETE', `${this.#path}/toxics/${name}`);
            this.#toxics.delete(name);
        }
    }
    async heal() {
        await this.#clear();
        await this.#api.call('POST', this.#path, { enabled: true });
    }
}
