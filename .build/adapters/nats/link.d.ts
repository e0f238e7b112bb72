import { StreamError } from '../../src/errors.js';
import type { NatsConnection, NatsSource } from './client.js';
/** The consumer's connection: handed in, or made by a factory and then owned. Connects when first asked to. */
export declare class Link {
    #private;
    /** What to do when the connection breaks; what the server owes us over it never comes. */
    onDisconnect: () => void;
    /** What to do when the server refuses a publish, which it says apart from any answer. */
    onRefused: (subject: string, error: StreamError) => void;
    constructor(source: NatsSource);
    /** The connection, made if there is none or the owned one has given up. */
    connect(): Promise<NatsConnection>;
    /** The connection if it is usable now; else throws UNAVAILABLE. What is sent while it is down would silently vanish. */
    current(): NatsConnection;
    /** Differs between any two connections to a server, also when the client reconnects by itself; empty when there is none. */
    get epoch(): string;
    /** Whether there has been but one connection, by which all messages came; one that reconnected is the same. */
    get single(): boolean;
    get usable(): boolean;
    /** A request to the JetStream API; its JSON answer, checked for errors only. */
    api(subject: string, body: object | undefined, timeoutMs: number, doing: string): Promise<Record<string, unknown>>;
    /** Stops following the connection and, if it is ours, closes it. */
    close(): Promise<void>;
}
export declare function isNotFound(error: unknown): boolean;
export declare function isUnavailable(error: unknown): boolean;
