import { join } from 'node:path';
import { type History, now } from './history.js';
import type { WorkerTask } from './protocol.js';
import type { Fault } from './result.js';
import { WorkerProcess } from './worker-process.js';

/** The worker processes of one run: some places, each with one worker at a time, and what is known of all there ever were. */
export class Fleet {
  readonly faults: Fault[] = [];
  readonly #places: WorkerProcess[] = [];
  readonly #all: WorkerProcess[] = [];
  /** How often each place was filled. */
  readonly #fills: number[] = [];
  readonly #folder: string;
  readonly #task: Omit<WorkerTask, 'history'>;

  constructor(folder: string, task: Omit<WorkerTask, 'history'>) {
    this.#folder = folder;
    this.#task = task;
  }

  get current(): readonly WorkerProcess[] {
    return this.#places;
  }

  at(place: number): WorkerProcess {
    const worker = this.#places[place];
    if (worker === undefined) throw new Error(`no worker at ${place}`);
    return worker;
  }

  /** Starts a worker in that place; the one before it is not ended by this. */
  start(place: number, changes: Partial<WorkerTask> = {}): WorkerProcess {
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
  async fault<T>(kind: Fault['kind'], worker: string | undefined, run: () => Promise<T>): Promise<T> {
    const from = now();
    try {
      return await run();
    } finally {
      this.faults.push({ kind, from, to: now(), ...(worker === undefined ? {} : { worker }) });
    }
  }

  async histories(): Promise<History[]> {
    const histories: History[] = [];
    for (const worker of this.#all) histories.push(await worker.history());
    return histories;
  }

  /** Ends whatever still runs. */
  async destroy(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.destroy()));
  }
}
