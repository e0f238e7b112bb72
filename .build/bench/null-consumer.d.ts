import { type Capabilities, Message, type StreamConsumer } from 'tailrace';
export declare const NULL_CAPABILITIES: Capabilities;
export declare function nullMessage(number: number): Message;
/** Hands out what `next` makes, at once, until it makes nothing more; confirms every ack. What is left is the loop around the handler. */
export declare function nullConsumer(next: (max: number) => Message[], acked?: (count: number) => void): StreamConsumer;
