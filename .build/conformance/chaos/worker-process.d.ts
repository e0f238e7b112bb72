import { type History } from './history.js';
import type { Arm, Progress, WorkerTask } from './protocol.js';
export interface Exit {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
}
/** One worker process, seen from the runner. */
export declare class WorkerProcess {
    #private;
    readonly name: string;
    constructor(name: string, task: WorkerTask);
    /** Undefined while it runs. */
    get exit(): Exit | undefined;
    get progress(): Progress;
    /** What it printed at last; a worker that is well prints nothing. */
    get output(): string;
    /** Resolves when it has handled something more than now. Rejects if it ends before, or does not within `timeoutMs`. */
    works(timeoutMs: number): Promise<void>;
    /** Resolves when it has started, unstarted and failing work at once. Rejects if it ends before, or has not within `timeoutMs`. */
    full(timeoutMs: number): Promise<void>;
    arm(arm: Arm): void;
    signal(signal: NodeJS.Signals): void;
    /** Resolves when it has ended; with `undefined` if it has not within `timeoutMs`. */
    ended(timeoutMs: number): Promise<Exit | undefined>;
    describeExit(): string;
    /** What it has written so far. */
    history(): Promise<History>;
    /** Ends it, whatever state it is in. */
    destroy(): Promise<void>;
}
