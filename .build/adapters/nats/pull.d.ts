import type { StreamError } from '../../src/errors.js';
/** How a pull ended. `ended`: the server sends nothing more for it. `left`: it may. */
export type PullEnd = 'ended' | 'left';
export interface PullOptions {
    /** A sign of life that its server sends this often, ms; 0: it does not. */
    readonly heartbeatMs: number;
    /** What comes from now on was sent after this time, ms on the monotonic clock; if `quiet`, but for what is on its way. */
    readonly sentAfter: (at: number, quiet: boolean) => void;
    /** It is over. */
    readonly over: (end: PullEnd) => void;
}
/**
 * What the server was asked for and has not sent yet: one pull request, and others that were made while it was being served, so
 * that the server need not wait for the next. It serves them by turns and does not say which a message is for, so they are counted
 * together. A pull is over when all of it has come, when the server says so, when it was aborted, and when its server is silent. A
 * fetch returns as soon as it has something: so when it has a good part, or the flow stops in the middle (the consumer's
 * `max_ack_pending` is reached, or the server is busy), the fetch ends, and the pull is kept for the next one. Only when nobody asks
 * for the rest is it given up: what is on its way then costs a delivery.
 */
export declare class Pull {
    #private;
    readonly options: PullOptions;
    /** Why it failed. */
    error: StreamError | undefined;
    /** The last fetch that waited ended because enough had come. */
    flowing: boolean;
    /** When the server ends the last request, ms on the monotonic clock. */
    expiresAt: number;
    constructor(options: PullOptions);
    /** One more request, sent now, for `batch` messages; the server holds it for `expiresMs`. */
    request(reply: string, batch: number, expiresMs: number): void;
    /** How many requests there were, but for those that the server has ended unserved. */
    get requests(): number;
    /** Whether the server answers to a request of this pull at the subject. */
    has(reply: string): boolean;
    /** Resolves when it is over, when `enough` have come, or when something has and no more comes for a while. One at a time. */
    wait(enough: number, signal: AbortSignal): Promise<void>;
    /** A message came. */
    arrived(): void;
    /** The server ends one request, and does not send `unsent` of it; undefined: it has sent nothing for it. */
    requestEnded(reply: string, unsent: number | undefined): void;
    /** Whether nothing came at all. */
    get empty(): boolean;
    /** How many may still come. */
    get missing(): number;
    /** Somebody has asked for messages, and got what was there. */
    asked(): void;
    /** The server said that it is still there. */
    heard(): void;
    /** The server sends nothing more for it. */
    end(error?: StreamError): void;
    /** It is given up here; the server may still send for it. */
    leave(error?: StreamError): void;
}
