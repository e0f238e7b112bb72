export interface Listing {
    readonly count: number;
    readonly ids: readonly string[];
}
/** A leased queue: the broker's side, with what tests and probes look at. Nothing here goes through a consumer. */
export declare class MemoryQueue {
    #private;
    readonly name: string;
    /** What the next fetch can bring. */
    get ready(): Listing;
    /** Waiting for its delay to end. */
    get delayed(): Listing;
    /** Behind an earlier message of its group; always empty in a queue that is not ordered. */
    get blocked(): Listing;
    /** Delivered, and neither settled nor lapsed. */
    get leased(): Listing;
    /** Acked since the queue was created. The ids only if the broker was made with `history`. */
    get acked(): Listing;
    /** Moved from here to the dead-letter queue. The ids only if the broker was made with `history`. */
    get deadLettered(): Listing;
    /** Ends the leases of all deliveries, or of the message with this id, as if their time were over. Returns how many ended. */
    lapse(id?: string): number;
}
