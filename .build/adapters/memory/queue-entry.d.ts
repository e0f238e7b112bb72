import type { Headers } from '../../src/message.js';
import type { Due } from './heap.js';
import type { Hold } from './leases.js';
import { type PublishMessage } from './payload.js';
/** The headers that dead-lettering adds. */
export declare const DEAD_LETTER_HEADERS: {
    readonly reason: string;
    readonly description: string;
    readonly source: string;
    readonly attempts: string;
};
/** What a queue keeps of a message: `Message.raw`. To be read only. */
export interface QueueRecord {
    readonly id: string;
    /** Its place in the order of publishing. */
    readonly order: number;
    /** How many times it has been delivered. */
    readonly deliveries: number;
    /** How many of these count towards the queue's `maxAttempts`. */
    readonly attempts: number;
}
export declare const State: {
    readonly READY: 0;
    readonly DELAYED: 1;
    readonly BLOCKED: 2;
    readonly LEASED: 3;
    readonly ACKED: 4;
    readonly DEAD: 5;
};
/** One message in a queue. As `Due`: when its delay is over. */
export declare class Entry implements QueueRecord, Due {
    /** The queue it is in: tokens are good in that one alone. */
    readonly queue: object;
    readonly id: string;
    readonly order: number;
    readonly key: string | undefined;
    readonly group: string | undefined;
    readonly headers: Headers;
    readonly hasBytes: boolean;
    readonly body: Uint8Array;
    readonly publishedAt: number;
    state: (typeof State)[keyof typeof State];
    deliveries: number;
    attempts: number;
    /** Its delivery that is good, or was when it was settled; 0: none. */
    token: number;
    hold: Hold | undefined;
    at: number;
    place: number;
    constructor(queue: object, id: string, order: number, group: string | undefined, message: PublishMessage, body: Uint8Array, publishedAt: number, at: number);
}
