import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../brokers/process.js';
import { parseHistory } from './history.js';
const PROGRAM = fileURLToPath(new URL('worker.js', import.meta.url));
/** How much of what a worker prints is kept for errors. */
const OUTPUT = 4_000;
/** One worker process, seen from the runner. */
export class WorkerProcess {
    name;
    #task;
    #child;
    #exited;
    #progress = { succeeded: 0, full: false };
    #exit;
    #output = '';
    constructor(name, task) {
        this.name = name;
        this.#task = task;
        this.#child = fork(PROGRAM, [JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
        // A worker sends nothing else.
        this.#child.on('message', (message) => {
            this.#progress = message;
        });
        const keep = (data) => {
            this.#output = (this.#output + data.toString()).slice(-OUTPUT);
        };
        this.#child.stdout?.on('data', keep);
        this.#child.stderr?.on('data', keep);
        const killWithParent = () => {
            this.#child.kill('SIGKILL');
        };
        process.once('exit', killWithParent);
        this.#exited = once(this.#child, 'exit').then(([code, signal]) => {
            process.off('exit', killWithParent);
            // As the event's types have it.
            this.#exit = { code: code, signal: signal };
            return this.#exit;
        });
    }
    /** Undefined while it runs. */
    get exit() {
        return this.#exit;
    }
    get progress() {
        return this.#progress;
    }
    /** What it printed at last; a worker that is well prints nothing. */
    get output() {
        return this.#output.trim();
    }
    /** Resolves when it has handled something more than now. Rejects if it ends before, or does not within `timeoutMs`. */
    works(timeoutMs) {
        const before = this.#progress.succeeded;
        return this.#until('handle a message', () => this.#progress.succeeded > before, timeoutMs);
    }
    /** Resolves when it has started, unstarted and failing work at once. Rejects if it ends before, or has not within `timeoutMs`. */
    full(timeoutMs) {
        return this.#until('have started, unstarted and failing work at once', () => this.#progress.full, timeoutMs);
    }
    async #until(what, condition, timeoutMs) {
        const gone = () => (this.#exit === undefined ? undefined : `it ended: ${this.describeExit()}`);
        await waitUntil(`${this.name} to ${what}`, condition, { timeoutMs, gone });
    }
    arm(arm) {
        this.#child.send(arm);
    }
    signal(signal) {
        if (this.#exit === undefined)
            this.#child.kill(signal);
    }
    /** Resolves when it has ended; with `undefined` if it has not within `timeoutMs`. */
    async ended(timeoutMs) {
        const timer = new AbortController();
        const late = new Promise((resolve) => {
            const timeout = setTimeout(() => resolve(undefined), timeoutMs);
            timer.signal.addEventListener('abort', () => clearTimeout(timeout));
        });
        try {
            return await Promise.race([this.#exited, late]);
        }
        finally {
            timer.abort();
        }
    }
    describeExit() {
        const { code, signal } = this.#exit ?? { code: null, signal: null };
        return `${signal ?? `exit code ${code}`}${this.output === '' ? '' : `; it printed: ${this.output.slice(-500)}`}`;
    }
    /** What it has written so far. */
    async history() {
        return parseHistory(this.name, await readFile(this.#task.history, 'utf8'));
    }
    /** Ends it, whatever state it is in. */
    async destroy() {
        this.signal('SIGKILL');
        await this.#exited;
    }
}
