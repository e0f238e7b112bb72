/** What a worker's handler does with one message. */
export interface Work {
    /** How long each call takes, ms. */
    readonly ms: number;
    /** Calls that fail before one succeeds. */
    readonly failures: number;
    /** Fails for good the first time that a process gets it; the next one, or the next delivery, succeeds. */
    readonly poison: boolean;
}
/** Handler calls for one delivery; more than any message needs that is not poison. */
export declare const ATTEMPTS = 3;
/** Decided by the seed and the message's number, so that every process and every run does the same. */
export declare function workOf(seed: number, message: number): Work;
/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export declare function randomOf(seed: number): () => number;
