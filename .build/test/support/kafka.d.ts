import { type Admin, type Kafka, type KafkaConfig } from 'kafkajs';
import type { Broker } from '../../conformance/brokers/process.js';
import { type Message, type StreamConsumer, StreamError } from '../../src/index.js';
export declare const WAIT_MS = 60000;
export declare const values: (count: number, prefix?: string) => string[];
export type ClientName = 'kafkajs' | 'confluent';
export interface Login {
    readonly user: string;
    readonly password: string;
}
/** A broker under test, and a client beside the adapter's own. */
export declare class KafkaBench {
    readonly broker: Pick<Broker, 'url'>;
    readonly kafka: Kafka;
    readonly admin: Admin;
    constructor(broker: Pick<Broker, 'url'>, login?: Login);
    client(login?: Login, config?: Partial<KafkaConfig>): Kafka;
    topic(partitions: number, configEntries?: {
        name: string;
        value: string;
    }[]): Promise<string>;
    publish(topic: string, messages: readonly {
        value: string | Buffer;
        key?: string;
        partition?: number;
    }[]): Promise<void>;
    committed(topic: string, groupId?: string): Promise<Record<number, number>>;
    members(topic: string, groupId?: string): Promise<number>;
    /** By URL, by one or the other client. */
    open(topics: string, options?: {
        client?: ClientName;
        login?: Login;
        group?: string;
        address?: string;
        parameters?: Readonly<Record<string, string | number>>;
    }): Promise<StreamConsumer>;
}
export declare function nameOf(prefix: string): string;
export declare function take(consumer: StreamConsumer, count: number): Promise<Message[]>;
/** Fetches until a fetch fails, and returns why. */
export declare function failureOf(consumer: StreamConsumer): Promise<StreamError>;
/** Acks until all of it is confirmed; what may be tried again is. Returns the errors on the way. */
export declare function ackAll(consumer: StreamConsumer, messages: readonly Message[]): Promise<StreamError[]>;
export declare function close(consumer: StreamConsumer): Promise<{
    clean: boolean;
    unconfirmed: readonly Message[];
}>;
/** Why a server or client cannot be had; undefined where it can. Fails on CI, where all can be had. */
export declare function whyNot(what: string, start: () => Promise<void>): Promise<string | undefined>;
