import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../../conformance/brokers/process.js';
const PROGRAM = fileURLToPath(new URL('worker.js', import.meta.url));
const STARTS_WITHIN_MS = 60_000;
/** Longer than the budget of its drain, which is 25 s. */
const ENDS_WITHIN_MS = 40_000;
const OUTPUT = 4_000;
/** One worker process, seen from outside. */
export class WorkerProcess {
    name;
    task;
    #child;
    #exited;
    #works = false;
    #output = '';
    constructor(name, task) {
        this.name = name;
        this.task = task;
        this.#child = fork(PROGRAM, [JSON.stringify(task)], {
            stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
            // Each of librdkafka's blocking calls holds one of these threads.
            env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
        });
        this.#exited = once(this.#child, 'exit');
        this.#child.on('message', () => {
            this.#works = true;
        });
        const keep = (data) => {
            this.#output = (this.#output + data.toString()).slice(-OUTPUT);
        };
        this.#child.stdout?.on('data', keep);
        this.#child.stderr?.on('data', keep);
    }
    get exitCode() {
        return this.#child.exitCode;
    }
    get isRunning() {
        return this.#child.exitCode === null && this.#child.signalCode === null;
    }
    /** Resolves when it has handled its first message. */
    async works() {
        const gone = () => (this.isRunning ? undefined : this.#describe());
        await waitUntil(`${this.name} to handle a message`, () => this.#works, { timeoutMs: STARTS_WITHIN_MS, gone });
    }
    /** SIGTERM, and what it says of its drain. Rejects unless it ends with exit code 0. */
    async drain() {
        this.#child.kill('SIGTERM');
        await waitUntil(`${this.name} to end`, () => !this.isRunning, { timeoutMs: ENDS_WITHIN_MS });
        if (this.exitCode !== 0)
            throw new Error(this.#describe());
        // The worker's own.
        return JSON.parse(readFileSync(this.task.receipt, 'utf8'));
    }
    async kill() {
        if (!this.isRunning)
            return;
        this.#child.kill('SIGKILL');
        await this.#exited;
    }
    #describe() {
        const { exitCode, signalCode } = this.#child;
        return `${this.name} ended by ${signalCode ?? `exit code ${exitCode}`}; it printed: ${this.#output.trim()}`;
    }
}
