import type { HarnessFaults } from '../harness.js';
import type { Fleet } from './fleet.js';
import type { Publisher } from './publisher.js';
import type { Anomaly, AnomalyKind, RoundResult } from './result.js';
import type { Round } from './rounds.js';
import type { WorkerProcess } from './worker-process.js';
export interface RoundRunnerOptions {
    readonly fleet: Fleet;
    readonly publisher: Publisher;
    readonly faults: HarnessFaults | undefined;
    readonly leaseMs: number;
    readonly budgetMs: number;
    /** How long after a fault a worker may need to handle messages again, ms. */
    readonly recoverMs: number;
    /** The run's begin on the system's monotonic clock. */
    readonly startedAt: number;
}
type Outcome = Omit<RoundResult, 'n' | 'action' | 'phase' | 'at' | 'atMs' | 'worker'>;
/** Does the rounds, one after the other. */
export declare class RoundRunner {
    #private;
    readonly anomalies: Anomaly[];
    readonly drains: number[];
    constructor(options: RoundRunnerOptions);
    /** One round. What goes wrong with a worker is noted; rejects only for what the runner itself cannot do. */
    run(round: Round): Promise<RoundResult>;
    /** SIGTERM, a replacement at once (none without a place), and what became of it. */
    drain(worker: WorkerProcess, place?: number): Promise<Outcome>;
    note(kind: AnomalyKind, worker: string, text: string): void;
}
export {};
