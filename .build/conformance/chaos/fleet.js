import { join } from 'node:path';
import { now } from './history.js';
import { WorkerProcess } from './worker-process.js';
/** The worker processes of one run: some places, each with one worker at a time, and what is known of all there ever were. */
export class Fleet {
    faults = [];
    #places = [];
    #all = [];
    /** How often each place was filled. */
    #fills = [];
    #folder;
    #task;
    constructor(folder, task) {
        this.#folder = folder;
        this.#task = task;
    }
    get current() {
        return this.#places;
    }
    at(place) {
        const worker = this.#places[place];
        if (worker === undefined)
            throw new Error(`no worker at ${place}`);
        return worker;
    }
    /** Starts a worker in that place; the one before it is not ended by this. */
    start(place, changes = {}) {
        const fill = (this.#fills[place] ?? 0) + 1;
        this.#fills[place] = fill;
        const name = `worker ${place + 1}.${fill}`;
        const history = join(this.#folder, `${place + 1}-${fill}.jsonl`);
        const worker = new WorkerProcess(name, { ...this.#task, history, ...changes });
        this.#places[place] = worker;
        this.#all.push(worker);
        return worker;
    }
    /** Something that begins and ends: notes it whether or not it succeeds. */
    async fault(kind, worker, run) {
        const from = now();
        try {
            return await run();
        }
        finally {
            this.faults.push({ kind, from, to: now(), ...(worker === undefined ? {} : { worker }) });
        }
    }
    async histories() {
        const histories = [];
        for (const worker of this.#all)
            histories.push(await worker.history());
        return histories;
    }
    /** Ends whatever still runs. */
    async destroy() {
        await Promise.all(this.#all.map((worker) => worker.destroy()));
    }
}
