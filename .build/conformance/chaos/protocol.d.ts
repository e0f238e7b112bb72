import type { PhaseName } from '../../src/index.js';
/** What the runner tells a worker to do, as JSON in its first argument. */
export interface WorkerTask {
    readonly url: string;
    /** What `openConsumer` is given beside it. */
    readonly openOptions: Readonly<Record<string, unknown>>;
    /** Where its history goes. */
    readonly history: string;
    readonly seed: number;
    readonly concurrency: number;
    readonly window: number;
    /** The whole of its drain, ms. */
    readonly drainMs: number;
    /** Nothing fails and nothing is slow: the last worker, which drains what is left. */
    readonly calm: boolean;
}
/** From the runner: kill yourself by SIGKILL this long after that phase began; 0: in the same turn of the event loop. */
export interface Arm {
    readonly phase: PhaseName;
    readonly afterMs: number;
}
/** From a worker: that it works, and every now and then how far it is. */
export interface Progress {
    readonly succeeded: number;
    /** Whether it has started, unstarted and failing work at once. */
    readonly full: boolean;
}
