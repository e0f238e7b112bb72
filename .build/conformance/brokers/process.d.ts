/** A server that runs for a test: started by a function of this folder, or named by an environment variable. */
export interface Broker {
    /** Where clients connect to. */
    readonly url: string;
    readonly version: string;
    /** Of the server's process; undefined for a server that this process did not start: then only `stop` does anything. */
    readonly pid: number | undefined;
    /** Ends it and starts it again, with the same address and the same data. Default SIGTERM. */
    restart(options?: {
        readonly signal?: 'SIGTERM' | 'SIGKILL';
    }): Promise<void>;
    /** SIGKILL; `restart` brings it back. */
    kill(): Promise<void>;
    /** SIGSTOP: connections stay open, nothing answers. Resolves when it has stopped. Not on Windows. */
    pause(): Promise<void>;
    resume(): void;
    /** Ends it for good and removes what it wrote. Idempotent. */
    stop(): Promise<void>;
}
/** Where servers are kept between runs: `TAILRACE_CACHE`, or the system's place for a user's caches. */
export declare function cacheFolder(): string;
/** Runs a program to its end and returns what it printed. Rejects with its error output, shortened. */
export declare function run(command: string, args: readonly string[], options?: {
    cwd?: string;
    env?: NodeJS.ProcessEnv;
    timeoutMs?: number;
}): Promise<string>;
/** A TCP port on loopback that was free a moment ago, another one each time. Whoever uses it must be ready to lose it and ask again. */
export declare function freePort(): Promise<number>;
/**
 * Polls until `condition` returns a value that is neither undefined nor false. Rejects after `timeoutMs` (default 30,000),
 * naming `what`, and with the last error if the condition threw; and at once when `gone` says why waiting is useless.
 */
export declare function waitUntil<T>(what: string, condition: () => Promise<T | undefined | false> | T | undefined | false, options?: {
    readonly timeoutMs?: number;
    readonly everyMs?: number;
    readonly gone?: () => string | undefined;
}): Promise<T>;
/** A server's process, which dies with this one, however this one dies. */
export declare class ServerProcess {
    #private;
    /** The end of what it printed, for errors. */
    output: string;
    /** `folder` is removed if this process dies with the server running. Rejects if the program cannot be started. */
    static start(command: string, args: readonly string[], folder: string, env?: Readonly<Record<string, string>>): Promise<ServerProcess>;
    private constructor();
    /** Whether it has said that somebody else listens where it should. Some servers then stay, and serve nobody. */
    get portTaken(): boolean;
    get pid(): number;
    get running(): boolean;
    signal(signal: NodeJS.Signals): void;
    /** Stops it, and waits until the system says that it has. */
    pause(): Promise<void>;
    /** Ends it and waits for that; SIGKILL follows where SIGTERM does not help within `killAfterMs` (default 10,000). */
    end(signal: 'SIGTERM' | 'SIGKILL', killAfterMs?: number): Promise<void>;
}
