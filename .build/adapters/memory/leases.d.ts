import { Lease } from '../../src/message.js';
import { type Due } from './heap.js';
import type { Entry } from './queue-entry.js';
/** Who fetches from a queue. */
export interface QueueMember {
    readonly holds: Set<Hold>;
    wake(): void;
}
/** The lease of entries that were taken, or extended, together. As `Due`: when it lapses. */
export declare class Hold implements Due {
    readonly member: QueueMember;
    readonly order: number;
    lease: Lease;
    at: number;
    place: number;
    /** Everything that it was made for; those that it still holds point back to it. */
    entries: Entry[];
    live: number;
    constructor(member: QueueMember, order: number, until: number);
    held(): Entry[];
}
/** Who holds what of a queue, and until when: one hold for each fetch, not for each message. */
export declare class Leases {
    #private;
    /** How many entries are held. */
    count: number;
    /** When the next one lapses. */
    get dueAt(): number;
    /** A hold of nothing yet: `add` fills it, then `open` starts it. */
    make(member: QueueMember, until: number): Hold;
    add(hold: Hold, entry: Entry): void;
    open(hold: Hold): void;
    /** The entry is not held any more. */
    end(entry: Entry): void;
    /** What has lapsed by now; still held, so that the caller ends it. */
    lapsed(now: number): Entry[] | undefined;
    /** Everything that is held, what lapses first before the rest. */
    held(): Entry[];
}
