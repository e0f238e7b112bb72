import { type Message } from './message.js';
/**
 * How far one lane is done: the highest message up to which everything that was delivered is finished, whatever the
 * order in which handlers finish. Contiguous means in order of delivery, never position + 1: compaction, transaction
 * markers and Kinesis sequence numbers leave holes, and nothing here looks at a position.
 *
 * One instance for one assignment of one lane. A ring over dense ordinals: deliver, finish and settle cost a few ns each;
 * memory is 9 bytes a message between the settled one and the newest. Adapters of cursor brokers use it so:
 *
 *     fetch:  mark.deliver(message)
 *     ack:    mark.finish(message); const last = mark.finished; if (last) commit(last.position) then mark.settle(last)
 *
 *     the lane is read again: mark.truncate(message), its acks are void; then deliver what comes
 *
 * Nothing blocks; nothing throws but `deliver` and `settle` on misuse.
 */
export declare class Watermark {
    #private;
    /** Appends a message: it comes after all that were delivered before. Throws if a watermark tracks it already. */
    deliver(message: Message): void;
    /** Notes that its work is done. Returns false when it was noted before (harmless), or is not of this lane. */
    finish(message: Message): boolean;
    /** The last message of the finished prefix, if it goes beyond what is settled: its position is what to commit. */
    get finished(): Message | undefined;
    /** Whether a commit up to {@link finished} would cover this message. */
    covers(message: Message): boolean;
    /** Whether a commit that succeeded has covered this message. */
    isSettled(message: Message): boolean;
    /**
     * The commit of `last` succeeded: everything up to it is confirmed. Returns those messages in order of delivery and
     * forgets them. Throws if `last` is not of the finished prefix. Empty when a later commit settled it already.
     */
    settle(last: Message): Message[];
    /**
     * The lane will be read again from this message on (a release of the tail, a seek): it and all that were delivered after it
     * are dropped, finished or not, but nothing that is settled. Returns them in order of delivery; empty for a message that is
     * settled or not of this lane. Default: everything that is not settled.
     */
    truncate(from?: Message): Message[];
    /** Finished and not settled, behind a gap or not, in order of delivery: what a close has to report. */
    unsettled(): Message[];
    /** How many messages were delivered and are not settled. */
    get span(): number;
}
