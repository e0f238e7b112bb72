/** What the core costs, above a raw loop and in memory. See README.md for the method. */
interface Case {
    readonly case: string;
    readonly order: 'none' | 'lane' | 'key';
    readonly concurrency: number;
    readonly batch: number;
    readonly kind: 'sync' | 'async';
}
export interface CoreRow extends Case {
    readonly nsRaw: number;
    readonly nsOurs: number;
    /** The median of the differences of pairs that ran one after the other. */
    readonly nsAboveRaw: number;
}
export interface CoreResult {
    readonly rows: readonly CoreRow[];
    readonly bytesHeld: number;
    readonly bytesQueued: number;
    readonly bytesRunning: number;
    readonly abandonMillionMs: number;
    readonly idleDrainUs: {
        readonly p50: number;
        readonly p99: number;
    };
}
/** Runs every case; `tell` is called with a line for each result. */
export declare function benchCore(runs: number, messages: number, tell: (line: string) => void): CoreResult;
export {};
