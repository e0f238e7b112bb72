import type { Delivery, WorkerRecord } from './ledger.js';
import type { Anomaly, AnomalyKind } from './result.js';
/** Collects anomalies; of many of one kind it lists the first ones and counts the others. */
export declare class Findings {
    #private;
    /** `startedAt`: what their times count from. */
    constructor(startedAt: number);
    add(kind: AnomalyKind, text: string, about: {
        messages?: readonly number[];
        at?: number | undefined;
        worker?: WorkerRecord;
    }): void;
    get anomalies(): Anomaly[];
    /** A delivery in a few words. */
    static describe({ worker, delivery, attempt, lane, position }: Delivery): string;
}
