/** A TCP proxy whose links can be broken and slowed down. */
export interface Toxiproxy {
    /** A new link to `host:port`, by a port of its own on loopback. */
    link(upstream: string): Promise<ProxyLink>;
    /** Ends it for good, with its links. Idempotent. */
    stop(): Promise<void>;
}
/** Each method resolves when it has taken effect. */
export interface ProxyLink {
    readonly host: string;
    readonly port: number;
    /** Breaks every connection and refuses new ones, until `heal`. */
    cut(): Promise<void>;
    /** Delays what passes by this much each way, ms, and bounds its rate each way, bytes a second (at least 1,000), until `heal`. */
    slow(options: {
        readonly latencyMs: number;
        readonly bytesPerSecond?: number;
    }): Promise<void>;
    /** Undoes `cut` and `slow`. Idempotent. */
    heal(): Promise<void>;
}
/** Starts one on loopback, and resolves when it answers. It dies with this process, however this one dies. */
export declare function startToxiproxy(): Promise<Toxiproxy>;
