import { type Broker } from './process.js';
/** How a server is run. */
export interface ServerPlan {
    /** For people: `kafka`. */
    readonly name: string;
    readonly version: string;
    /** How many TCP ports it listens on. */
    readonly ports: number;
    readonly url: (ports: readonly number[]) => string;
    /** Writes what it needs into the folder, once, and returns its command. */
    readonly prepare: (folder: string, ports: readonly number[]) => Promise<ServerCommand>;
    /** Whether it answers as clients need it to. An error counts as not yet. */
    readonly isReady: (ports: readonly number[]) => Promise<boolean>;
}
export interface ServerCommand {
    readonly command: string;
    readonly args: readonly string[];
    /** Added to the environment. */
    readonly env?: Readonly<Record<string, string>>;
}
/**
 * Starts a server on free ports of loopback and resolves when it is ready for use. Rejects with the end of its output, or as soon
 * as `signal` is aborted.
 */
export declare function startServer(plan: ServerPlan, signal?: AbortSignal): Promise<Broker>;
/** Finds ports and starts something on them; again, with others, if that fails because one was taken in the meantime. */
export declare function onFreePorts<T>(count: number, start: (ports: readonly number[]) => Promise<T>): Promise<T>;
/** A server that an environment variable names: it is used, and left alone. */
export declare function externalServer(variable: string, url: string): Broker;
