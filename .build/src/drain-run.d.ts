import { Deadline } from './deadline.js';
import type { Dispatch } from './dispatch.js';
import type { ResolvedDrainerOptions } from './drainer-options.js';
import { StreamError } from './errors.js';
import type { MarkName, PhaseName, ReceiptError, ReceiptPhase, ReceiptSample } from './receipt.js';
/** One drain under way: its deadlines, and what the receipt will say of its course. */
export declare class DrainRun {
    #private;
    readonly reason: string;
    readonly startedAt: string;
    readonly phases: ReceiptPhase[];
    readonly marks: {
        readonly name: MarkName;
        readonly atMs: number;
    }[];
    readonly errors: ReceiptError[];
    readonly soft: Deadline;
    readonly hard: Deadline;
    /** The commit's end; the time after it belongs to the close. */
    readonly commitEnd: Deadline;
    /** A step has thrown. */
    failed: boolean;
    /** Something was cut off, or left behind at a deadline. */
    forced: boolean;
    /** The same, as it was when the quiesce ended: no further close makes up for it. */
    leftBehind: boolean;
    constructor(options: ResolvedDrainerOptions, reason: string);
    get elapsedMs(): number;
    get samples(): readonly ReceiptSample[];
    mark(name: MarkName): void;
    /** Runs one step and notes how it went. Never rejects: the next step always follows. */
    phase(name: PhaseName, work: () => Promise<'done' | 'timed-out' | 'failed' | 'skipped'>): Promise<void>;
    note(error: StreamError): void;
    /** Notes how far it is; at most some hundred samples, spread over the whole drain. */
    sample(dispatch: Dispatch, always?: boolean): void;
    get isEscalated(): boolean;
    /** Straight to the hard deadline. */
    escalate(): void;
    cancelDeadlines(): void;
}
