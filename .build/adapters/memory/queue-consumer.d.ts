import type { AckResult, Capabilities, DeadLetterReason, ExtendOptions, ReleaseOptions, SettleResult } from '../../src/consumer.js';
import type { Message } from '../../src/message.js';
import { MemoryConsumer } from './consumer.js';
import type { QueueRecord } from './queue-entry.js';
/** A consumer of a leased queue. Each message is settled by itself, under a lease that the broker keeps. */
export declare class QueueConsumer extends MemoryConsumer<QueueRecord> {
    #private;
    readonly source: string;
    readonly capabilities: Capabilities;
    /** A release of what is not held any more changes nothing. */
    release(messages: readonly Message<QueueRecord>[], options?: ReleaseOptions): Promise<SettleResult>;
    extend(messages: readonly Message<QueueRecord>[], options?: ExtendOptions): Promise<SettleResult>;
    deadLetter(messages: readonly Message<QueueRecord>[], reason: DeadLetterReason): Promise<SettleResult>;
    /** Under '': what is ready, delayed, or behind earlier messages of its group. */
    lag(): Promise<ReadonlyMap<string, number>>;
    protected take(max: number): Message<QueueRecord>[];
    protected dueAt(): number;
    protected waits(starts: boolean): void;
    protected settleAck(messages: readonly Message<QueueRecord>[]): AckResult;
    protected leave(spared: ReadonlySet<string | number>): readonly Message<QueueRecord>[];
    protected vanish(): readonly Message<QueueRecord>[];
}
