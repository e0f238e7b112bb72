import type { Capabilities, Receipt } from '../../src/index.js';
import type { Delivered, History, Load } from './history.js';
import type { Cause, Fault } from './result.js';
/** One call of a handler. `to` is when it ended, or the process with it. */
export interface Call {
    readonly from: number;
    to: number;
}
/** All that happened to one delivery of one message. Times are ms on the system's clock. */
export interface Delivery extends Delivered {
    readonly worker: WorkerRecord;
    /** When the fetch that brought it was called, and when it returned. */
    readonly calledAt: number;
    readonly fetchedAt: number;
    readonly calls: Call[];
    succeededAt: number | undefined;
    /** What was left of its lease then, ms. */
    leaseMs: number | undefined;
    flushedAt: number | undefined;
    ackingAt: number | undefined;
    confirmedAt: number | undefined;
    ackFailed: {
        readonly code: string;
        readonly at: number;
    } | undefined;
    releasedAt: number | undefined;
}
/** One worker process. */
export interface WorkerRecord {
    readonly name: string;
    readonly deliveries: Delivery[];
    capabilities: Capabilities | undefined;
    drainAt: number | undefined;
    load: Load | undefined;
    receipt: Receipt | undefined;
    /** Its last sign of life. */
    lastAt: number;
    readonly lostLanes: {
        readonly lane: string;
        readonly assignment: number;
        readonly at: number;
    }[];
}
/** The histories of all workers, by message. */
export declare class Ledger {
    readonly workers: WorkerRecord[];
    /** Deliveries of each message in the order in which they came. */
    readonly byMessage: Map<number, Delivery[]>;
    readonly faults: readonly Fault[];
    constructor(histories: readonly History[], faults: readonly Fault[]);
    /** When the success of this delivery was confirmed; a newer delivery to the same worker may stand for it. */
    confirmedAt(delivery: Delivery): number | undefined;
    /** The first fault of this kind that met the worker in that time. */
    fault(worker: WorkerRecord, from: number, to: number, kinds: readonly Fault['kind'][]): Fault | undefined;
    /**
     * Why what `early` did was done again by `late`, and since when (on the histories' clock). Within one process nothing but a
     * lease or lane that it knows to be lost is a reason: what it holds it has to know again when it comes again. A slow link is
     * none: leases are extended over it.
     */
    reason(early: Delivery, late: Delivery): {
        readonly cause: Cause;
        readonly at: number;
    } | undefined;
    /** When the ownership that brought it ended, if it had by then. */
    lostLane({ worker, lane, assignment, fetchedAt }: Delivery, by: number): number | undefined;
}
