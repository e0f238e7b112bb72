/**
 * A child program: makes, runs and drains many drainers, ending each in another way, and prints as one JSON line what was left
 * when all were done. Arguments: `memory` or `nats`, the cycles, and for NATS the server's URL, stream and durable. Needs
 * `--expose-gc`.
 */
export interface Left {
    readonly cycles: number;
    /** How often it ended in which way, with the outcome. */
    readonly ends: Readonly<Record<string, number>>;
    /** Bytes of the heap after a full collection, sampled over the cycles. */
    readonly heap: readonly number[];
    /** What keeps the event loop alive, before the first cycle and after the last. */
    readonly before: readonly string[];
    readonly after: readonly string[];
    /** Listeners on `process`, by event. */
    readonly listenersBefore: Readonly<Record<string, number>>;
    readonly listenersAfter: Readonly<Record<string, number>>;
    /** What node warned of: too many listeners, say. */
    readonly warnings: readonly string[];
    /** Of the last cycles: what could not be collected after the drain, by kind, and how much was looked at. */
    readonly retained: Readonly<Record<string, number>>;
    readonly watched: Readonly<Record<string, number>>;
}
