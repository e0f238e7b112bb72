import type { Entry } from './queue-entry.js';
/** The order within message groups: of each group one entry is out, in the queue proper; the others wait here, behind it. */
export declare class MessageGroups {
    #private;
    /** How many wait here. */
    count: number;
    /** Returns whether the entry may go out; otherwise it waits. */
    admit(entry: Entry): boolean;
    /** The one that was out is gone for good: the next of its group. */
    next(gone: Entry): Entry | undefined;
    toArray(): Entry[];
}
