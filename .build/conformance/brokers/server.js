import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ServerProcess, waitUntil } from './process.js';
/** Ports can be taken between being found free and being used. */
const START_ATTEMPTS = 5;
/** Generous: several JVMs on a busy machine take a minute. */
const READY_MS = 180_000;
/** How much of what a server printed is told when it ends, characters. */
const OUTPUT = 1_000;
/** A port was taken by somebody else between being found free and being used. */
class PortTakenError extends Error {
}
/**
 * Starts a server on free ports of loopback and resolves when it is ready for use. Rejects with the end of its output, or as soon
 * as `signal` is aborted.
 */
export function startServer(plan, signal) {
    return onFreePorts(plan.ports, async (ports) => {
        const folder = await mkdtemp(join(tmpdir(), `tailrace-${plan.name}-`));
        const server = new Server(plan, folder, ports);
        try {
            await server.start(signal);
            return server;
        }
        catch (error) {
            await server.stop();
            throw error;
        }
    });
}
/** Finds ports and starts something on them; again, with others, if that fails because one was taken in the meantime. */
export async function onFreePorts(count, start) {
    for (let attempt = 1;; attempt += 1) {
        const ports = [];
        while (ports.length < count)
            ports.push(await freePort());
        try {
            return await start(ports);
        }
        catch (error) {
            if (!(error instanceof PortTakenError) || attempt === START_ATTEMPTS)
                throw error;
        }
    }
}
class Server {
    url;
    version;
    #plan;
    #folder;
    #ports;
    #command;
    #process;
    constructor(plan, folder, ports) {
        this.#plan = plan;
        this.#folder = folder;
        this.#ports = ports;
        this.url = plan.url(ports);
        this.version = plan.version;
    }
    get pid() {
        return this.#process?.pid;
    }
    async start(signal) {
        const { name, isReady, prepare } = this.#plan;
        this.#command ??= await prepare(this.#folder, this.#ports);
        const { command, args, env } = this.#command;
        const child = await ServerProcess.start(command, args, this.#folder, env);
        this.#process = child;
        const gone = () => {
            if (signal?.aborted)
                return 'given up';
            if (child.portTaken)
                return 'a port was taken';
            return child.running ? undefined : `${name} ended: ${child.output.trim().slice(-OUTPUT)}`;
        };
        try {
            await waitUntil(`${name} at ${this.url}`, () => isReady(this.#ports), { timeoutMs: READY_MS, everyMs: 50, gone });
            // The port may be one that someone else's server took first.
            const why = gone();
            if (why !== undefined)
                throw new Error(why);
        }
        catch (error) {
            if (child.portTaken)
                throw new PortTakenError(`${name}: a port was taken`, { cause: error });
            throw error;
        }
    }
    async restart(options = {}) {
        await this.#process?.end(options.signal ?? 'SIGTERM');
        await this.start();
    }
    async kill() {
        await this.#process?.end('SIGKILL');
    }
    async pause() {
        await this.#process?.pause();
    }
    resume() {
        this.#process?.signal('SIGCONT');
    }
    async stop() {
        await this.#process?.end('SIGKILL');
        await rm(this.#folder, { recursive: true, force: true });
    }
}
/** A server that an environment variable names: it is used, and left alone. */
export function externalServer(variable, url) {
    const refuse = () => {
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
        stop: async () => { },
    };
}
