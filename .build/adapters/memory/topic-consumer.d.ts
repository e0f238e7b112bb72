import type { AckResult, AssignmentListener, Capabilities, FlushOptions, ReleaseOptions, SettleResult } from '../../src/consumer.js';
import type { Message } from '../../src/message.js';
import { MemoryConsumer } from './consumer.js';
import { type TopicRecord } from './lane.js';
/** A consumer of a partitioned log, a member of a group from its first fetch on. Per lane, the finished prefix is committed. */
export declare class TopicConsumer extends MemoryConsumer<TopicRecord> {
    #private;
    readonly source: string;
    readonly capabilities: Capabilities;
    /** Its name in the group. Before the first fetch undefined, unless given. */
    id: string | undefined;
    watch(listener: AssignmentListener): void;
    /** Of each lane the first that is still held decides: it and all later ones are delivered again. */
    release(messages: readonly Message<TopicRecord>[], options?: ReleaseOptions): Promise<SettleResult>;
    flush({ signal }: FlushOptions): Promise<AckResult>;
    /** Lanes that are not its own are passed over: they may have left a moment ago. */
    pause(lanes: readonly string[]): void;
    resume(lanes: readonly string[]): void;
    /** The position is an offset, also as decimal text. */
    seek(lane: string, position: string | number): Promise<void>;
    lag(): Promise<ReadonlyMap<string, number>>;
    protected take(max: number): Message<TopicRecord>[];
    protected dueAt(): number;
    protected waits(): void;
    protected settleAck(messages: readonly Message<TopicRecord>[]): AckResult;
    protected leave(): readonly Message<TopicRecord>[];
    protected vanish(): readonly Message<TopicRecord>[];
}
