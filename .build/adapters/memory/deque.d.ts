/** A double-ended queue over a ring: push, shift and pop cost O(1), amortised. */
export declare class Deque<T> {
    #private;
    get length(): number;
    get last(): T | undefined;
    push(item: T): void;
    shift(): T | undefined;
    pop(): T | undefined;
    toArray(): T[];
}
