import { type CheckResult } from '../../conformance/chaos/checker.js';
import type { History, HistoryEvent } from '../../conformance/chaos/history.js';
import type { AnomalyKind, Fault } from '../../conformance/chaos/result.js';
import type { Capabilities, Receipt } from '../../src/index.js';
/** A history, written by hand: each method is one event, at the time given. */
export declare class Worker {
    #private;
    readonly name: string;
    readonly events: HistoryEvent[];
    constructor(name: string, capabilities: Capabilities);
    /** Brings one message, by a fetch that was called 1 ms before; returns its delivery. */
    fetched(at: number, message: number, more?: {
        attempt?: number;
        assignment?: number;
    }): number;
    started(at: number, delivery: number, call?: number): this;
    succeeded(at: number, delivery: number, leaseMs?: number): this;
    failed(at: number, delivery: number): this;
    flushed(at: number, ...deliveries: number[]): this;
    acking(at: number, ...deliveries: number[]): this;
    confirmed(at: number, ...confirmed: number[]): this;
    refused(at: number, delivery: number, code: string): this;
    released(at: number, ...deliveries: number[]): this;
    lanes(at: number, event: 'assigned' | 'lost', assignment: number): this;
    drains(at: number): this;
    /** Its last word: totals of what is given, else of zero. */
    receipt(at: number, totals: Partial<Receipt['totals']>, more?: Partial<Receipt>): this;
    /** From the fetch to the confirmation, in 4 ms; returns the delivery. */
    handles(at: number, message: number, more?: {
        attempt?: number;
        assignment?: number;
    }): number;
    get history(): History;
}
/** A run, written by hand. */
export declare class Story {
    #private;
    readonly faults: Fault[];
    readonly uncertain: Set<number>;
    constructor(changes?: Partial<Capabilities>);
    worker(name: string): Worker;
    fault(kind: Fault['kind'], worker: Worker | undefined, from: number, to?: number): void;
    judge(published: number, pending?: number): CheckResult;
    /** The kinds of its anomalies, each with its messages. */
    anomalies(published: number, pending?: number): [AnomalyKind, number[]][];
}
