/** From the first step of the deploy to the last, and the quiet time before it, on the clock of the records. */
export interface Span {
    readonly quietFrom: number;
    readonly from: number;
    readonly to: number;
}
export interface PartitionResult {
    readonly partition: number;
    /** The longest time between two handled messages, ms: before the deploy, and during it. */
    readonly quietPauseMs: number;
    readonly longestPauseMs: number;
    /** Each pause longer than `PAUSE_MS`, and all that began or ended during the deploy together, ms. */
    readonly pauses: readonly Pause[];
    readonly pausedMs: number;
}
export interface Pause {
    /** When it began, ms since `quietFrom`. */
    readonly atMs: number;
    readonly ms: number;
}
export interface Checked {
    /** Distinct messages that a handler has finished. */
    readonly handled: number;
    readonly lost: number;
    readonly duplicates: number;
    /** From published to handled during the deploy, ms. */
    readonly latencyMs: {
        readonly p50: number;
        readonly p99: number;
        readonly max: number;
    };
    readonly partitions: readonly PartitionResult[];
    /** What was handled in each `BIN_MS` since `quietFrom`, of all partitions. */
    readonly handledPerBin: readonly number[];
}
export declare const BIN_MS = 100;
/** Compares what all workers have handled with what each partition holds: `ends`, by partition, each beginning at 0. */
export declare function check(files: readonly Float64Array[], ends: readonly number[], span: Span): Checked;
