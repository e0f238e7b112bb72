import type { Capabilities, PhaseName, Receipt } from '../../src/index.js';
/** One message as one fetch brought it. */
export interface Delivered {
    /** Counts the deliveries of one worker from 0; further events name it. */
    readonly delivery: number;
    /** The number that the runner published; -1 if the body holds none. */
    readonly message: number;
    readonly id: string;
    readonly attempt?: number | undefined;
    readonly lane?: string | undefined;
    readonly assignment: number;
    readonly position?: string | number | undefined;
}
/** What a worker held at a moment. */
export interface Load {
    readonly started: number;
    readonly unstarted: number;
    /** Handlers that will fail, and messages that wait for their retry. */
    readonly failing: number;
}
/** Whether a stop at this moment meets all that makes one hard. */
export declare function isFull({ started, unstarted, failing }: Load): boolean;
export type HistoryEvent = {
    readonly kind: 'begin';
    readonly at: number;
    readonly wallMs: number;
    readonly pid: number;
    readonly capabilities: Capabilities;
} | {
    readonly kind: 'fetched';
    readonly at: number;
    readonly calledAt: number;
    readonly messages: readonly Delivered[];
} | {
    readonly kind: 'started';
    readonly at: number;
    readonly delivery: number;
    readonly call: number;
}
/** The effect of the handler took place. `leaseMs`: what was left of the lease; undefined where there is none. */
 | {
    readonly kind: 'succeeded';
    readonly at: number;
    readonly delivery: number;
    readonly leaseMs?: number | undefined;
} | {
    readonly kind: 'failed';
    readonly at: number;
    readonly delivery: number;
    readonly call: number;
}
/** `beforeCommit`: outputs are out. */
 | {
    readonly kind: 'flushed';
    readonly at: number;
    readonly deliveries: readonly number[];
} | {
    readonly kind: 'acking';
    readonly at: number;
    readonly deliveries: readonly number[];
} | {
    readonly kind: 'acked';
    readonly at: number;
    readonly calledAt: number;
    readonly confirmed: readonly number[];
    readonly recorded: readonly number[];
    readonly failed: readonly (readonly [delivery: number, code: string])[];
} | {
    readonly kind: 'released';
    readonly at: number;
    readonly deliveries: readonly number[];
}
/** Lanes that came, leave, left or ended, as the adapter told them. */
 | {
    readonly kind: 'lanes';
    readonly at: number;
    readonly event: LaneEvent;
    readonly lanes: readonly (readonly [string, number])[];
} | {
    readonly kind: 'signal';
    readonly at: number;
    readonly load: Load;
} | {
    readonly kind: 'phase';
    readonly at: number;
    readonly phase: PhaseName;
    readonly event: 'begin' | 'end';
} | {
    readonly kind: 'error';
    readonly at: number;
    readonly during: string;
    readonly code: string;
    readonly text: string;
} | {
    readonly kind: 'receipt';
    readonly at: number;
    readonly receipt: Receipt;
};
export type LaneEvent = 'assigned' | 'revoking' | 'lost' | 'ended';
/** What one worker left. */
export interface History {
    readonly worker: string;
    readonly events: readonly HistoryEvent[];
}
/** ms on the system's monotonic clock. Read each time: an offset to a clock of the process's own is off by what passes between two reads. */
export declare function now(): number;
/** An event as a line. */
export declare function lineOf(event: HistoryEvent): string;
/** Reads what a worker wrote; a last line without its end was cut off by SIGKILL and tells nothing. Throws for any other text. */
export declare function parseHistory(worker: string, text: string): History;
