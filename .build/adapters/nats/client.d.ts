/**
 * What this adapter uses of a NATS connection, written by hand so that the package depends on no client. The
 * `NatsConnection` of `nats` 2.x and that of `@nats-io/transport-node` 3.x (and of any other `@nats-io/nats-core`
 * transport) are both assignable to it; a type test holds that.
 */
export interface NatsHeaders extends Iterable<[string, string[]]> {
    /** The status of a control message (404, 408, …); 0 on an ordinary message. */
    readonly code: number;
    readonly description: string;
    /** The first value under the name, or an empty string. */
    get(name: string): string;
}
/** A message as the client hands it over: `Message.raw`. */
export interface NatsMsg {
    readonly subject: string;
    readonly reply?: string;
    readonly data: Uint8Array;
    readonly headers?: NatsHeaders;
    /** Publishes to `reply` over the connection that it came by. */
    respond(payload?: Uint8Array, options?: {
        reply?: string;
    }): boolean;
}
export interface NatsSubscription {
    /** Ends interest, then waits until the server has sent everything that was under way. */
    drain(): Promise<void>;
    unsubscribe(): void;
}
export interface NatsSubscribeOptions {
    callback?: (error: Error | null, message: NatsMsg) => void;
}
export interface NatsConnection {
    /** The server's own description; undefined while there is no connection. */
    readonly info?: {
        readonly server_id: string;
        readonly client_id: number;
    };
    publish(subject: string, payload?: Uint8Array, options?: {
        reply?: string;
    }): void;
    subscribe(subject: string, options?: NatsSubscribeOptions): NatsSubscription;
    request(subject: string, payload?: Uint8Array, options?: {
        timeout: number;
    }): Promise<NatsMsg>;
    flush(): Promise<void>;
    status(): AsyncIterable<{
        readonly type: string;
    }>;
    isClosed(): boolean;
    /** Called only on a connection that the adapter created. */
    close(): Promise<void>;
}
/** A connection that the caller keeps, or a function that makes one, which the consumer then closes. */
export type NatsSource = NatsConnection | (() => Promise<NatsConnection>);
