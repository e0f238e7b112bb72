import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../../conformance/brokers/process.js';
const PROGRAM = fileURLToPath(new URL('publisher.js', import.meta.url));
const WITHIN_MS = 30_000;
/** The publisher, seen from outside. */
export class PublisherProcess {
    #child;
    #began = false;
    #result;
    constructor(task) {
        this.#child = fork(PROGRAM, [JSON.stringify(task)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
        // It sends nothing else.
        this.#child.on('message', (message) => {
            if ('began' in message)
                this.#began = true;
            else
                this.#result = message;
        });
    }
    get #gone() {
        const { exitCode, signalCode } = this.#child;
        return exitCode === null && signalCode === null ? undefined : `it ended by ${signalCode ?? `exit code ${exitCode}`}`;
    }
    async began() {
        await waitUntil('the publisher to begin', () => this.#began, { timeoutMs: WITHIN_MS, gone: () => this.#gone });
    }
    /** Ends it; rejects if it has failed meanwhile. */
    async stop() {
        if (this.#gone !== undefined)
            throw new Error(`the publisher: ${this.#gone}`);
        this.#child.send('stop');
        return waitUntil('the publisher to end', () => this.#result, { timeoutMs: WITHIN_MS });
    }
    async kill() {
        if (this.#gone !== undefined)
            return;
        const exited = once(this.#child, 'exit');
        this.#child.kill('SIGKILL');
        await exited;
    }
}
