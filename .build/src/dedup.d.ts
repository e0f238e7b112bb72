import { type HandlerContext } from './dispatch.js';
import type { Message } from './message.js';
/**
 * Where ids of handled messages are remembered: two methods, so that any Keyv instance and most caches fit as they are.
 * What it promises is what the store promises: an in-memory one knows only this process, and a shared one still lets two
 * processes handle an id at the same time, because nothing is recorded before success.
 */
export interface DedupStore {
    /** Undefined (or null) when the id is not known. A rejection counts as a failure of the message, which is tried again. */
    get(id: string): unknown;
    /** Called after the handler's success, never before. `ttlMs` is how long the id has to be remembered, if given. */
    set(id: string, value: 1, ttlMs?: number): unknown;
}
export interface MemoryDedupOptions {
    /** Ids kept; the oldest go first. 1 to 10,000,000. Default 100,000 (some 10 MB). */
    readonly maxIds?: number;
}
/** The default store: the last ids of this process, in memory. */
export declare class MemoryDedupStore implements DedupStore {
    #private;
    constructor(options?: MemoryDedupOptions);
    get(id: string): 1 | undefined;
    set(id: string, _value: 1, ttlMs?: number): void;
    get size(): number;
}
export interface DedupOptions {
    readonly store: DedupStore;
    /** How long an id is remembered, ms. Default: as long as the store keeps it. */
    readonly ttlMs?: number;
    /** What makes two messages the same. Default: `message.id`; a producer's own id in a header also catches what was published twice. */
    readonly idOf?: (message: Message) => string;
}
export interface DedupOwner {
    skipped(count: number): void;
    /** The handler has succeeded and its id could not be recorded: it is acked all the same. */
    recordFailed(error: unknown): void;
}
/** Claims of one drainer: ids whose handlers run right now. */
export declare class Deduplicator {
    #private;
    constructor(options: DedupOptions, owner: DedupOwner);
    /** Runs the handler unless the id is known. Whoever comes second for an id waits for the first. */
    one(handler: (message: Message, context: HandlerContext) => unknown): (message: Message, context: HandlerContext) => Promise<void>;
    /** The same for a batch: the handler gets those that are not known. */
    batch(handler: (messages: readonly Message[], context: HandlerContext) => unknown): (messages: readonly Message[], context: HandlerContext) => Promise<unknown>;
}
