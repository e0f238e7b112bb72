import { type Dispatch } from './dispatch.js';
import type { Message } from './message.js';
/**
 * Recognises messages that come again while their first delivery is still held, or was handled and could not be acked:
 * after a reconnect, a lapsed lease, a lane that left and came back. The newer delivery is adopted, no second handler
 * starts. First deliveries cost one comparison; ids are only indexed while redeliveries arrive.
 */
export declare class Redeliveries {
    #private;
    adopted: number;
    constructor(dispatch: Dispatch, cursor: boolean);
    /** Once per fetch. */
    beginFetch(): void;
    /** Whether every message has to be looked at: ids are indexed, or a cursor may bring something again. */
    get isWatching(): boolean;
    /** Whether the message could be one that was seen before. */
    suspects(message: Message): boolean;
    /** Its handler has succeeded, and the broker does not know: when it comes again, it only needs its ack. */
    rememberFinished(message: Message): void;
    /** Notes a message that was taken in, while ids are indexed. */
    note(message: Message): void;
    /**
     * Returns true when nothing more is to be done: the delivery took the place of an older one, or, where it `mayAck`, only waits for
     * its ack.
     */
    adopt(message: Message, mayAck: boolean): boolean;
}
