import { type History } from './history.js';
import type { WorkerTask } from './protocol.js';
import type { Fault } from './result.js';
import { WorkerProcess } from './worker-process.js';
/** The worker processes of one run: some places, each with one worker at a time, and what is known of all there ever were. */
export declare class Fleet {
    #private;
    readonly faults: Fault[];
    constructor(folder: string, task: Omit<WorkerTask, 'history'>);
    get current(): readonly WorkerProcess[];
    at(place: number): WorkerProcess;
    /** Starts a worker in that place; the one before it is not ended by this. */
    start(place: number, changes?: Partial<WorkerTask>): WorkerProcess;
    /** Something that begins and ends: notes it whether or not it succeeds. */
    fault<T>(kind: Fault['kind'], worker: string | undefined, run: () => Promise<T>): Promise<T>;
    histories(): Promise<History[]>;
    /** Ends whatever still runs. */
    destroy(): Promise<void>;
}
