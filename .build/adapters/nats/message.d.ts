import { type Lease, Message } from '../../src/message.js';
import type { NatsMsg } from './client.js';
/**
 * Reads the ack subjects of one consumer:
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<ns>.<pending>`, or with `<domain>.<account hash>.`
 * after `$JS.ACK.` and perhaps a random token at the end. What stands before the numbers is the same in all of them, so
 * where they begin is found once. One pass and no substring: this is paid for each message.
 */
export declare class AckSubject {
    #private;
    delivered: number;
    streamSequence: number;
    consumerSequence: number;
    /** Reads a subject into the fields. False if it is none that acks. */
    read(subject: string): boolean;
    /** When the stream took the message of this subject, ms since 1970; undefined if it does not say. */
    timestampMs(subject: string): number | undefined;
}
/** Makes messages of one consumer. */
export declare class Messages {
    #private;
    /** The subject of the last message made, for who needs its numbers. */
    readonly subject: AckSubject;
    constructor(stream: string, lane: string | undefined);
    /** Throws INTERNAL if the message cannot be acked. */
    make(native: NatsMsg, reply: string, lease: Lease): Message<NatsMsg>;
}
