import { Message } from '../../src/message.js';
import type { KafkaMessage } from './client.js';
export type Native = Message<KafkaMessage>;
export declare function makeMessage(raw: KafkaMessage, delivery: number, lane: string, assignment: number): Native;
/** Kafka's headers are bytes, and nearly always text. */
export declare function headerValue(value: Buffer | string): string | Uint8Array;
