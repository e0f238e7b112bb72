import type { StreamConsumer } from './consumer.js';
import { type DrainerStatus, type DrainOptions } from './drainer.js';
import type { DrainerOptions } from './drainer-options.js';
import type { Message } from './message.js';
import type { Receipt } from './receipt.js';
/** Options of a drainer; `concurrency` is the most messages taken and neither acked nor failed. */
export type MessageStreamOptions<Raw = unknown> = DrainerOptions<Raw>;
/**
 * For those who drive their own loop: the messages of a consumer as an async iterable, with a drainer's order, bounds,
 * retries, leases and drain behind it.
 *
 *     const stream = new MessageStream(consumer);
 *     for await (const message of stream) {
 *       await work(message);
 *       stream.ack(message);
 *     }
 *
 * Each message has to be acked or failed, in any order, also after further ones were taken. When `concurrency` messages are
 * neither, the loop waits. Several loops may run over one stream; each message goes to one of them. Leaving a loop by
 * `break` leaves its message in flight until it is acked or failed.
 *
 * A drain ends the loops: at once with `unstarted: 'release'`, after what was fetched with `finish`, unless all loops were
 * left. It waits for the messages
 * that were taken, so do not await `drain()` between taking a message and acking it. What the drainer cannot go on from is
 * thrown by the loop.
 *
 * Constructing does no I/O; the first `next()` starts fetching.
 */
export declare class MessageStream<Raw = unknown> implements AsyncIterable<Message<Raw>> {
    #private;
    /** Throws `INVALID_ARGUMENT` as a drainer's constructor does. */
    constructor(consumer: StreamConsumer<Raw>, options?: MessageStreamOptions<Raw>);
    [Symbol.asyncIterator](): AsyncIterator<Message<Raw>, undefined>;
    /** The work for this message is done. Harmless for a message that was answered before. Does not block. */
    ack(message: Message<Raw>): void;
    /** The work for this message has failed: it comes again by the retry options, then it is given up as `onExhausted` says. */
    fail(message: Message<Raw>, error: unknown): void;
    /** As `Drainer.drain`. */
    drain(options?: DrainOptions): Promise<Receipt>;
    /** As `Drainer.quiesce`. */
    quiesce(options?: DrainOptions): Promise<Receipt>;
    /** As `Drainer.close`. */
    close(options?: DrainOptions): Promise<Receipt>;
    /** As `Drainer.escalate`. */
    escalate(): void;
    status(): DrainerStatus;
}
