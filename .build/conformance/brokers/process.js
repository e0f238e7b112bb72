import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
/** Where servers are kept between runs: `TAILRACE_CACHE`, or the system's place for a user's caches. */
export function cacheFolder() {
    const { TAILRACE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
    if (TAILRACE_CACHE)
        return TAILRACE_CACHE;
    if (process.platform === 'win32' && LOCALAPPDATA)
        return join(LOCALAPPDATA, 'tailrace');
    if (process.platform === 'darwin')
        return join(homedir(), 'Library', 'Caches', 'tailrace');
    return join(XDG_CACHE_HOME ? XDG_CACHE_HOME : join(homedir(), '.cache'), 'tailrace');
}
/** Runs a program to its end and returns what it printed. Rejects with its error output, shortened. */
export function run(command, args, options = {}) {
    const { timeoutMs = 300_000, ...rest } = options;
    return new Promise((resolve, reject) => {
        execFile(command, args, { ...rest, timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
            if (error === null)
                resolve(stdout);
            else
                reject(new Error(`${command} ${args.join(' ')}: ${(stderr.trim() || error.message).slice(-500)}`));
        });
    });
}
/** Below the ports that systems give to outgoing connections, which come and go between a port's choice and its use. */
const PORTS = { from: 10_000, to: 32_000 };
const PORT_TRIES = 1_000;
const PORT_TAKEN = /address already in use|EADDRINUSE|BindException/i;
const givenPorts = new Set();
/** A TCP port on loopback that was free a moment ago, another one each time. Whoever uses it must be ready to lose it and ask again. */
export async function freePort() {
    for (let tries = 0; tries < PORT_TRIES; tries += 1) {
        const port = randomInt(PORTS.from, PORTS.to);
        if (givenPorts.has(port) || !(await isFree(port)))
            continue;
        givenPorts.add(port);
        return port;
    }
    throw new Error(`no free port among ${PORT_TRIES} between ${PORTS.from} and ${PORTS.to}`);
}
function isFree(port) {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once('error', (error) => {
            if (error.code === 'EADDRINUSE' || error.code === 'EACCES')
                resolve(false);
            else
                reject(error);
        });
        server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
}
/**
 * Polls until `condition` returns a value that is neither undefined nor false. Rejects after `timeoutMs` (default 30,000),
 * naming `what`, and with the last error if the condition threw; and at once when `gone` says why waiting is useless.
 */
export async function waitUntil(what, condition, options = {}) {
    const { timeoutMs = 30_000, everyMs = 20, gone } = options;
    const end = performance.now() + timeoutMs;
    let last;
    for (;;) {
        try {
            const value = await condition();
            if (value !== undefined && value !== false)
                return value;
            last = undefined;
        }
        catch (error) {
            last = error;
        }
        const why = gone?.();
        if (why !== undefined)
            throw new Error(`waiting for ${what}: ${why}`);
        if (performance.now() > end)
            throw new Error(`waiting for ${what}: not within ${timeoutMs} ms`, { cause: last });
        await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
}
/** A server's process, which dies with this one, however this one dies. */
export class ServerProcess {
    #child;
    #ended;
    #killWithParent;
    /** The end of what it printed, for errors. */
    output = '';
    #portTaken = false;
    /** `folder` is removed if this process dies with the server running. Rejects if the program cannot be started. */
    static async start(command, args, folder, env = {}) {
        const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
        await new Promise((resolve, reject) => {
            child.once('spawn', resolve);
            child.once('error', reject);
        });
        return new ServerProcess(child, folder);
    }
    constructor(child, folder) {
        this.#child = child;
        this.#killWithParent = () => child.kill('SIGKILL');
        process.once('exit', this.#killWithParent);
        const guard = guardOf(this.pid, folder);
        const keep = (data) => {
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
    get portTaken() {
        return this.#portTaken;
    }
    get pid() {
        // It was spawned, so it has one.
        return this.#child.pid;
    }
    get running() {
        return this.#child.exitCode === null && this.#child.signalCode === null;
    }
    signal(signal) {
        if (this.running)
            this.#child.kill(signal);
    }
    /** Stops it, and waits until the system says that it has. */
    async pause() {
        this.signal('SIGSTOP');
        const stopped = async () => (await run('ps', ['-o', 'stat=', '-p', String(this.pid)])).startsWith('T');
        await waitUntil(`process ${this.pid} to stop`, stopped);
    }
    /** Ends it and waits for that; SIGKILL follows where SIGTERM does not help within `killAfterMs` (default 10,000). */
    async end(signal, killAfterMs = 10_000) {
        if (!this.running)
            return;
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
function guardOf(pid, folder) {
    if (process.platform === 'win32')
        return undefined;
    const guard = spawn('/bin/sh', ['-c', 'read _; kill -9 "$0"; rm -rf -- "$1"', String(pid), folder], {
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
    });
    // Without a guard the exit handler is left.
    guard.on('error', () => { });
    guard.unref();
    unref(guard.stdin);
    return guard;
}
/** Pipes to a child are sockets, whatever their type says; they would keep this process alive. */
function unref(pipe) {
    pipe?.unref?.();
}
