// import … from 'tailrace/nats'

export interface NatsConnection {
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
    close(): Promise<void>;
}

export interface NatsCreateOptions {
    readonly filterSubjects?: readonly string[];
    readonly deliverPolicy?: 'all' | 'new' | 'last';
    readonly maxDeliver?: number;
    readonly maxAckPending?: number;
}

export interface NatsHeaders extends Iterable<[
    string,
    string[]
]> {
    readonly code: number;
    readonly description: string;
    get(name: string): string;
}

export interface NatsMsg {
    readonly subject: string;
    readonly reply?: string;
    readonly data: Uint8Array;
    readonly headers?: NatsHeaders;
    respond(payload?: Uint8Array, options?: {
        reply?: string;
    }): boolean;
}

export interface NatsOpenOptions extends Partial<NatsOptions> {
    readonly client?: Readonly<Record<string, unknown>>;
}

export interface NatsOptions {
    readonly stream: string;
    readonly durable: string;
    readonly leaseMs?: number;
    readonly confirm?: 'batch' | 'message' | 'none';
    readonly ackPolicy?: 'explicit' | 'all';
    readonly exclusive?: boolean;
    readonly create?: boolean | NatsCreateOptions;
    readonly domain?: string;
    readonly apiPrefix?: string;
    readonly inboxPrefix?: string;
    readonly answerMs?: number;
}

export type NatsSource = NatsConnection | (() => Promise<NatsConnection>);

export interface NatsSubscribeOptions {
    callback?: (error: Error | null, message: NatsMsg) => void;
}

export interface NatsSubscription {
    drain(): Promise<void>;
    unsubscribe(): void;
}

export declare function natsConsumer(connection: NatsSource, options: NatsOptions): StreamConsumer<NatsMsg>;

export declare function open(url: URL | string, options?: NatsOpenOptions): Promise<StreamConsumer<NatsMsg>>;
