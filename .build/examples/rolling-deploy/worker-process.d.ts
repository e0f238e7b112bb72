import type { Receipt } from 'tailrace';
export interface WorkerTask {
    readonly url: string;
    readonly openOptions: Readonly<Record<string, unknown>>;
    /** Where it writes what it has handled, and the receipt of its drain. */
    readonly records: string;
    readonly receipt: string;
}
/** One worker process, seen from outside. */
export declare class WorkerProcess {
    #private;
    readonly name: string;
    readonly task: WorkerTask;
    constructor(name: string, task: WorkerTask);
    get exitCode(): number | null;
    get isRunning(): boolean;
    /** Resolves when it has handled its first message. */
    works(): Promise<void>;
    /** SIGTERM, and what it says of its drain. Rejects unless it ends with exit code 0. */
    drain(): Promise<Receipt>;
    kill(): Promise<void>;
}
