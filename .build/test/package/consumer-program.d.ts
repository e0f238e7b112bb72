/**
 * A program as a user writes it, compiled against the packed package by `pack.test.ts`: an adapter of one's own, and each entry
 * point used with its types.
 */
import { type Capabilities, type Receipt, type StreamConsumer } from 'tailrace';
import { type NatsConnection } from 'tailrace/nats';
export declare function drainLines(capabilities: Capabilities): Promise<Receipt>;
export declare function streamQueue(): Promise<string>;
export declare function anyConsumer(connection: NatsConnection): Promise<StreamConsumer[]>;
export declare function misspelt(): unknown;
