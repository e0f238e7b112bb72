import type { Receipt } from 'tailrace';
export interface DemoResult {
    readonly published: number;
    /** Distinct messages that a handler has finished. */
    readonly handled: number;
    /** Handled again, after they had been. */
    readonly duplicates: number;
    readonly lost: number;
    readonly drains: readonly Receipt[];
}
/** Counts how often each number was handled. */
export declare class Tally {
    #private;
    constructor(count: number);
    count(number: number): void;
    result(published: number, drains: readonly Receipt[]): DemoResult;
}
