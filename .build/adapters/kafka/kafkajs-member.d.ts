import type { KafkaLike, KafkaMessage, KafkaTopicOffsets } from './client.js';
import { Lane } from './lane.js';
import type { Member, MemberOwner } from './member.js';
import type { Settings } from './options.js';
type Own = Lane<KafkaMessage>;
/**
 * One life of one consumer of kafkajs, from `connect` to `disconnect` or its crash. kafkajs starts a crashed consumer again by
 * itself, also one that was disconnected meanwhile; here it never does: whoever wants to go on makes another member.
 *
 * Revocation. kafkajs has no hook that it waits for, but each way into a rejoin calls the assigner's `protocol()`, and an error
 * of the type REBALANCE_IN_PROGRESS there makes it try again a moment later. So as long as lanes are being settled `protocol()`
 * throws one: the group waits for this member, up to its rebalance timeout, and still takes its commits. A test relies on it.
 */
export declare class KafkajsMember implements Member<KafkaMessage> {
    #private;
    readonly lanes: Map<string, Own>;
    isReady: boolean;
    /** Records that came and were not handed out, of all lanes. */
    waiting: number;
    constructor(kafka: KafkaLike, settings: Settings, owner: MemberOwner<KafkaMessage>);
    /** Connects and joins, once. What goes wrong is told to the owner. */
    start(): void;
    /**
     * A process that stood still for longer than its session has lost its lanes, and would be told so only by its next heartbeat:
     * until then it would handle what others have by now.
     */
    checkSession(): void;
    /** So many records were handed out. */
    taken(count: number): void;
    /** Reads a lane from this offset on; what came of it and was not handed out is dropped. */
    rewind(lane: Own, offset: string): void;
    /**
     * One attempt, in the generation of this moment: kafkajs's own `commitOffsets` tries again, in whatever generation it is by then,
     * and would overwrite the next owner's offset; while the client stops it resolves and does nothing.
     */
    commit(offsets: KafkaTopicOffsets): Promise<void>;
    ask(): Promise<void>;
    lag(lanes: readonly Own[]): Promise<ReadonlyMap<string, number>>;
    pause(lanes: readonly Own[]): void;
    resume(lanes: readonly Own[]): void;
    /** Leaves the group and disconnects. Waits for a join that is under way: the client cannot be stopped before. */
    stop(): Promise<void>;
}
export {};
