import type { Clock } from '../../src/clock.js';
import type { AssignmentListener } from '../../src/consumer.js';
import { Lane } from './lane.js';
import type { Rebalance } from './options.js';
import type { Partition } from './partition.js';
/** A consumer as its group knows it. */
export interface Member {
    /** Its name; the group gives one to a member that has none. */
    id: string | undefined;
    readonly rebalance: Rebalance;
    readonly revokeMs: number;
    readonly listener: AssignmentListener | undefined;
    /** Kept by the group: what it owns, by partition. */
    readonly lanes: Map<number, Lane>;
    wake(): void;
    /** Its listener threw or rejected. */
    listenerFailed(error: unknown): void;
}
/**
 * A consumer group: members, who owns what, and what is committed. A rebalance goes on at once where nothing has to
 * be waited for; otherwise when each member that gives something up has answered, has left, or was expelled.
 */
export declare class Group {
    #private;
    readonly name: string;
    /** Per partition, the offset to read next; undefined: nothing was committed. */
    readonly committed: (number | undefined)[];
    readonly members: Set<Member>;
    constructor(name: string, partitions: readonly Partition[], from: 'earliest' | 'latest', clock: Clock);
    owner(partition: number): Member | undefined;
    /** Throws `INVALID_ARGUMENT` for a member that does not fit the others. */
    join(member: Member): void;
    /** It goes by itself, and has settled what it could. */
    leave(member: Member): void;
    /** It is put out: what it owned is lost to it at once. */
    expel(member: Member): void;
    /** Returns false when the lane is no longer its owner's: nothing is committed then. */
    commit(lane: Lane, offset: number): boolean;
    rebalance(): void;
}
