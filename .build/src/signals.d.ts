/** What a signal drains: a `Drainer`, a `DrainManager`, or anything shaped alike. */
export interface SignalTarget {
    /** Must share one drain between concurrent calls. */
    drain(options?: {
        readonly reason?: string;
    }): Promise<{
        readonly outcome: string;
    }>;
    /** Goes on to the hard deadline at once. */
    escalate(): void;
}
/** What is needed of its output streams: to know when what was written is out. */
export interface SignalStream {
    readonly writableEnded: boolean;
    readonly destroyed: boolean;
    write(text: string, written: () => void): boolean;
}
/** What is needed of Node's `process`. */
export interface SignalProcess {
    readonly platform: string;
    readonly stdout: SignalStream;
    readonly stderr: SignalStream;
    exitCode?: number | string | null | undefined;
    on(signal: string, listener: (signal: string) => void): unknown;
    off(signal: string, listener: (signal: string) => void): unknown;
    exit(code?: number | string | null): never;
}
export interface SignalOptions {
    /** Default: SIGTERM and SIGINT (Nomad, Ctrl-C), on Windows SIGBREAK too. */
    readonly signals?: readonly string[];
    /**
     * Whether the process ends when the drain has. Default true. With `false` only `process.exitCode` is set, and the process
     * ends when nothing keeps it alive any more.
     */
    readonly exit?: boolean;
    /** Gets the error of a drain that rejected. Default: it is left as an unhandled rejection, which Node prints. */
    readonly onError?: (error: unknown) => void;
    /** Default: Node's own. */
    readonly process?: SignalProcess;
}
/**
 * Drains on signals. Nothing else in the library touches a signal, so without this call a process dies as Node has it: at
 * once, or, as PID 1 of a container, not at all before SIGKILL.
 *
 * - The first signal calls `target.drain({ reason: <its name> })`; every further one calls `target.escalate()`.
 * - When the drain ends with outcome `clean` the exit code is 0 (or what `process.exitCode` was set to before), else 1;
 *   also 1 when it rejects. Output written before is flushed first, for at most 1 s.
 * - One installation per process: to drain several things, put them into one `DrainManager`.
 *
 * Returns a function that uninstalls: signals have their former effect again. Idempotent. A drain that a signal started
 * goes on, and the process still ends after it.
 *
 * Throws `INVALID_ARGUMENT` for a signal that the system does not know or lets nobody catch, and when the process has an
 * installation. Does not block.
 */
export declare function drainOnSignals(target: SignalTarget, options?: SignalOptions): () => void;
