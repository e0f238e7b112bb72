/** What stands in a {@link Heap}: it knows its own place, so that taking it out costs O(log n). */
export interface Due {
    /** When it is due, ms on the broker's clock. After a change call `update`. */
    at: number;
    /** Which comes first of two that are due together. */
    readonly order: number;
    /** Its place in the heap, kept by the heap; -1: in none. */
    place: number;
}
/** A binary heap of things that are due at a time, the earliest first. */
export declare class Heap<T extends Due> {
    #private;
    get length(): number;
    get first(): T | undefined;
    push(item: T): void;
    remove(item: T): void;
    /** Its time has changed. */
    update(item: T): void;
    /** In order of time. */
    toArray(): T[];
}
