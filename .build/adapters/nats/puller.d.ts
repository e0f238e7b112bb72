import type { StreamError } from '../../src/errors.js';
import { Lease, type Message } from '../../src/message.js';
import type { NatsMsg } from './client.js';
import type { Link } from './link.js';
import type { Look } from './look.js';
export interface PullerOwner {
    /** Makes ours of a native message, or says undefined to drop it. May throw INTERNAL. */
    arrived(native: NatsMsg, reply: string, lease: Lease): Message<NatsMsg> | undefined;
    /** These have waited for a fetch: extends their leases. */
    waiting(messages: readonly Message<NatsMsg>[]): void;
}
/**
 * Raw pulls over `CONSUMER.MSG.NEXT`: exactly as many messages as asked for, waits down to a millisecond, on both client
 * families. A pull is `no_wait` with `expires`: the server waits for the first message, sends what there is, and says that
 * this was all. A pull whose flow stops in the middle is kept for the next fetch. One that is left before its end (an abort, or no
 * next fetch) is taken back by draining its subscription: after the server's answer to that nothing can come any more, and
 * what came until then is kept.
 */
export declare class Puller {
    #private;
    constructor(link: Link, owner: PullerOwner, subject: string, inbox: string);
    /** Takes up to `max` of what came and was not taken yet. */
    take(max: number): Message<NatsMsg>[];
    /**
     * Up to `max` messages, as soon as there is one, or none after `waitMs` or once the signal is aborted. Rejects with what
     * the server answered if nothing came before it.
     */
    fetch(max: number, waitMs: number, signal: AbortSignal, look: Look): Promise<Message<NatsMsg>[]>;
    /**
     * Runs `work` while nothing can arrive: the pull under way is taken back first, a fetch goes on waiting. `work` gets what
     * came and was not taken.
     */
    alone<T>(work: (staged: Message<NatsMsg>[]) => Promise<T>): Promise<T>;
    /** Makes no pull for this long. */
    holdBack(ms: number): void;
    /** Ends the fetch under way, for good. */
    stop(): void;
    /** The server refuses pulls. */
    refused(error: StreamError): void;
    /** The connection broke: the server forgets the pull, and perhaps not at once, so its subject is not used again. */
    disconnected(error: StreamError): void;
    /** Ends the pull under way, if any, and resolves when everything that was on its way is here. Never rejects. */
    drain(): Promise<void>;
}
