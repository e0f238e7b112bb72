export interface PartitionView {
    /** The offset that the next message gets. */
    readonly end: number;
    /** Whether it was closed by `endPartition`. */
    readonly ended: boolean;
    /** How many messages it keeps. */
    readonly count: number;
}
export interface MemberView {
    readonly id: string;
    /** What it owns, in ascending order. */
    readonly partitions: readonly number[];
}
/** A partitioned log: the broker's side, with what tests and probes look at. Nothing here goes through a consumer. */
export declare class MemoryTopic {
    #private;
    readonly name: string;
    get partitions(): readonly PartitionView[];
    /** The names of the groups that ever had a member. */
    get groups(): readonly string[];
    /** Per partition, the offset that the group reads next; undefined where nothing was committed. */
    committed(group: string): readonly (number | undefined)[];
    /** In the order in which they joined. */
    members(group: string): readonly MemberView[];
    /** Closes a partition, as a shard that was split: nothing more is appended; its owners are told when they have read all. */
    endPartition(partition: number): void;
    /** Leaves out this many offsets, as compaction and transaction markers do. */
    skipOffsets(partition: number, count: number): void;
    /** Puts a member out of its group: its lanes are lost. It joins again with its next fetch. Throws `NOT_FOUND`. */
    expel(group: string, member: string): void;
    /** Starts a rebalance: with eager members all lanes go and come back, with cooperative ones nothing moves without need. */
    rebalance(group: string): void;
}
