import type { Headers } from '../../src/message.js';
/** One message of a log. It never changes. */
export interface LogEntry {
    readonly offset: number;
    readonly id: string;
    readonly key: string | undefined;
    readonly headers: Headers;
    readonly hasBytes: boolean;
    readonly body: Uint8Array;
    readonly publishedAt: number;
}
/**
 * One partition: an append-only log whose offsets rise and may have holes. Readers count entries, from the first one
 * ever appended, and look at offsets only when they start.
 */
export declare class Partition {
    #private;
    readonly index: number;
    /** The offset that the next entry gets. */
    nextOffset: number;
    ended: boolean;
    constructor(index: number, retain: number);
    /** How many entries were ever appended: the place after the last one. */
    get end(): number;
    /** The place of the first entry that is still there. */
    get start(): number;
    append(entry: LogEntry): void;
    /** The entry at a place between start and end. */
    at(place: number): LogEntry;
    /** The place of the first entry at this offset or after it. */
    placeOf(offset: number): number;
}
