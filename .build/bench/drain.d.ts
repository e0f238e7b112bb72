/** How long a drain takes: idle, in the middle of a long poll, and at the peak of the load. See bench/README.md. */
export interface DrainBenchOptions {
    /** Drains of each kind. Default 9. */
    readonly runs?: number;
    /** Handlers that run when the drain at peak begins. Default 1,000. */
    readonly inFlight?: number;
}
export interface DrainCase {
    readonly adapter: 'memory' | 'nats';
    /** `drain()` to its receipt with nothing held, in a poll of the default length, ms: the median. */
    readonly idleMs: number;
    /** The same in a poll of `pollMs`: the median and the longest. */
    readonly longPollMs: number;
    readonly longPollMaxMs: number;
    readonly pollMs: number;
    /** Handlers that ran when the drain at peak began, and the longest of them, ms from that moment. */
    readonly inFlight: number;
    readonly longestHandlerMs: number;
    /** `drain()` to its receipt at peak, ms; what of it is beyond the longest handler: the median and the longest. */
    readonly atPeakMs: number;
    readonly beyondHandlersMs: number;
    readonly beyondHandlersMaxMs: number;
    /** Of the median one, what the commit and the close took, ms. */
    readonly commitMs: number;
    readonly closeMs: number;
}
export interface DrainResult {
    /** Those of the real server, in short. */
    readonly idleMs: number;
    readonly longPollMs: number;
    readonly atPeakMs: number;
    readonly longestHandlerMs: number;
    readonly commitMs: number;
    readonly closeMs: number;
    readonly cases: readonly DrainCase[];
}
export declare function benchDrain(options?: DrainBenchOptions): Promise<DrainResult>;
