import { type TestContext } from 'node:test';
import type { NatsConnection, NatsMsg, NatsOptions } from '../../adapters/nats/index.js';
import { type NatsServer, type NatsServerOptions } from '../../conformance/brokers/nats.js';
import type { StreamConsumer } from '../../src/consumer.js';
import type { Message } from '../../src/message.js';
/** A signal that is never aborted. */
export declare const NEVER: AbortSignal;
export interface ConnectOptions {
    readonly servers: string;
    readonly user?: string;
    readonly pass?: string;
    readonly reconnectTimeWait?: number;
    readonly maxReconnectAttempts?: number;
    readonly reconnect?: boolean;
}
export interface Family {
    readonly name: string;
    readonly connect: (options: ConnectOptions) => Promise<NatsConnection>;
}
export declare const FAMILIES: readonly Family[];
/**
 * A server for a test file, or undefined where none can be had: then it has registered a test that says why, which is
 * skipped on a developer's machine and fails in CI. With options it is one of the file's own, never that of TAILRACE_NATS.
 */
export declare function serverForTests(options?: NatsServerOptions): Promise<NatsServer | undefined>;
export interface FixtureOptions {
    readonly ackWaitMs?: number;
    readonly config?: Readonly<Record<string, unknown>>;
    /** Settings of the stream. */
    readonly stream?: object;
    /** The server is this test's own: it is stopped when everything else is cleaned up. */
    readonly stopServer?: boolean;
}
export interface ConsumerInfo {
    readonly num_ack_pending: number;
    readonly num_pending: number;
    readonly num_redelivered: number;
    readonly num_waiting: number;
    readonly delivered: {
        readonly consumer_seq: number;
        readonly stream_seq: number;
    };
    readonly ack_floor: {
        readonly consumer_seq: number;
        readonly stream_seq: number;
    };
}
/** A stream of its own with one consumer, and a probe connection beside the adapter's. Cleaned up with its test. */
export declare class Fixture {
    #private;
    readonly stream: string;
    readonly durable: string;
    readonly family: Family;
    readonly server: NatsServer;
    readonly probe: NatsConnection;
    /** Makes stream and consumer; the latter not with `ackWaitMs: 0`. */
    static make(t: TestContext, server: NatsServer, family: Family, options?: FixtureOptions): Promise<Fixture>;
    private constructor();
    createConsumer({ ackWaitMs, config }: FixtureOptions): Promise<void>;
    connect(options?: Partial<ConnectOptions>): Promise<NatsConnection>;
    /** A consumer on a connection of its own. */
    consumer(options?: Partial<NatsOptions>): Promise<StreamConsumer<NatsMsg>>;
    consumerOn(connection: NatsConnection | (() => Promise<NatsConnection>), options?: Partial<NatsOptions>): StreamConsumer<NatsMsg>;
    api(subject: string, body?: object): Promise<Record<string, unknown>>;
    /** The server's own view. */
    info(): Promise<ConsumerInfo>;
    /** Publishes texts, and resolves when the stream has all of them. */
    publish(bodies: readonly string[], subject?: string): Promise<void>;
}
/** Fetches until `count` messages have come; fails if they do not within `timeoutMs`. */
export declare function fetchAll(consumer: StreamConsumer<NatsMsg>, count: number, timeoutMs?: number): Promise<Message<NatsMsg>[]>;
export declare function texts(messages: readonly Message[]): string[];
export declare function numbered(count: number, from?: number): string[];
/** For `assert.rejects`: a StreamError with this code and adapter. */
export declare function coded(code: string, text?: RegExp): (error: unknown) => boolean;
