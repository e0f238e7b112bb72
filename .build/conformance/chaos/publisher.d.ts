import type { Channel } from '../harness.js';
export interface PublisherOptions {
    /** The most messages a second. */
    readonly rate: number;
    /** No more is published while this many wait at the broker: the workers shall never run dry, nor fall behind for ever. */
    readonly backlog: number;
    /** Lanes to spread over; 0: the system's choice. */
    readonly lanes: number;
}
/** Publishes numbered messages at a sustained rate until it is stopped. */
export declare class Publisher {
    #private;
    /** Numbers of which the broker did not say that it has them. */
    readonly uncertain: Set<number>;
    constructor(channel: Channel, options: PublisherOptions);
    /** Numbers from 0 up to this one, this one not included. */
    get published(): number;
    /** Publishes a first backlog, then goes on by itself. Rejects if not even that can be published. */
    start(): Promise<void>;
    /** Runs something in whose course the broker does not answer. */
    quietly<T>(run: () => Promise<T>): Promise<T>;
    /** Goes on in the course of something by which the broker fails to answer now and then. */
    roughly<T>(run: () => Promise<T>): Promise<T>;
    /** Throws what it has failed by: without a load nothing is proven. */
    check(): void;
    /** Ends it; rejects with what it failed by. Idempotent. */
    stop(): Promise<void>;
}
