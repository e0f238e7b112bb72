import type { KafkaTopicOffsets } from './client.js';
import type { ConfluentFactory, ConfluentMessage } from './confluent-client.js';
import { Lane, type LaneProgress } from './lane.js';
import type { Member, MemberOwner } from './member.js';
import type { ConfluentSettings } from './options.js';
type Own = Lane<ConfluentMessage>;
/**
 * One life of one consumer of librdkafka. It waits for its rebalance callback to give partitions up, so a revocation takes as long
 * as the lanes need, bounded by `max.poll.interval.ms`; only the lanes that move stop.
 */
export declare class ConfluentMember implements Member<ConfluentMessage> {
    #private;
    readonly lanes: Map<string, Own>;
    isReady: boolean;
    waiting: number;
    constructor(make: ConfluentFactory, settings: ConfluentSettings, owner: MemberOwner<ConfluentMessage>);
    start(): void;
    checkSession(): void;
    taken(count: number): void;
    rewind(lane: Own, offset: string): void;
    pause(lanes: readonly Own[]): void;
    resume(lanes: readonly Own[]): void;
    commit({ topics }: KafkaTopicOffsets): Promise<void>;
    ask(): Promise<void>;
    lag(lanes: readonly LaneProgress[]): Promise<ReadonlyMap<string, number>>;
    stop(): Promise<void>;
}
export {};
