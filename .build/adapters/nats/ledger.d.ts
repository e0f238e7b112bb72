import { type Message } from '../../src/message.js';
/** What this consumer knows of a message. */
export type Standing = 
/** Delivered to it and not settled. */
'held' | 'acked'
/** Given back. */
 | 'released'
/** Its lease had ended before it was settled, or it came again since. */
 | 'lost'
/** Not of this consumer. */
 | 'foreign';
/** Which messages were delivered to this consumer, and how they stand. */
export interface Ledger {
    /** A message came; `sequence` is the consumer's own number of this delivery. False: it is not to be handled again. */
    add(message: Message, sequence: number): boolean;
    standing(message: Message): Standing;
    /** A held message is held no longer. */
    remove(message: Message, why: 'released' | 'lost'): void;
    /** All that are held, in no order. */
    held(): Message[];
}
/** The ledger of a consumer that acks each message: a slab, some ns a message, nothing is hashed. */
export declare class Slab implements Ledger {
    #private;
    add(message: Message): boolean;
    has(message: Message): boolean;
    hasAll(messages: readonly Message[]): boolean;
    standing(message: Message): Standing;
    acked(message: Message): void;
    remove(message: Message, why: 'released' | 'lost'): void;
    held(): Message[];
}
