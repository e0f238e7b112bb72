import { StreamError } from '../../src/errors.js';
import { balance } from './balance.js';
import { Lane } from './lane.js';
/**
 * A consumer group: members, who owns what, and what is committed. A rebalance goes on at once where nothing has to
 * be waited for; otherwise when each member that gives something up has answered, has left, or was expelled.
 */
export class Group {
    name;
    /** Per partition, the offset to read next; undefined: nothing was committed. */
    committed;
    members = new Set();
    #partitions;
    /** Per partition, the place where a group without a commit starts. */
    #starts;
    #owners;
    #clock;
    /** Members that a rebalance waits for, each with what ends the wait. */
    #revoking = new Map();
    #again = false;
    #assignments = 0;
    #joined = 0;
    constructor(name, partitions, from, clock) {
        this.name = name;
        this.#partitions = partitions;
        this.#starts = partitions.map((partition) => (from === 'latest' ? partition.end : 0));
        this.committed = partitions.map(() => undefined);
        this.#owners = partitions.map(() => undefined);
        this.#clock = clock;
    }
    owner(partition) {
        return this.#owners[partition];
    }
    /** Throws `INVALID_ARGUMENT` for a member that does not fit the others. */
    join(member) {
        for (const other of this.members) {
            if (other.rebalance !== member.rebalance) {
                throw refused(`rebalance: group ${this.name} is ${other.rebalance}, a member that is ${member.rebalance} cannot join it`);
            }
            if (other.id === member.id)
                throw refused(`member: group ${this.name} has a member ${member.id} already`);
        }
        if (member.id === undefined) {
            this.#joined += 1;
            member.id = `${this.name}-${this.#joined}`;
        }
        this.members.add(member);
        this.rebalance();
    }
    /** It goes by itself, and has settled what it could. */
    leave(member) {
        if (!this.members.delete(member))
            return;
        this.#drop(member, [...member.lanes.values()]);
        this.#goOnWithout(member);
    }
    /** It is put out: what it owned is lost to it at once. */
    expel(member) {
        if (!this.members.delete(member))
            return;
        const lanes = [...member.lanes.values()];
        this.#drop(member, lanes);
        if (lanes.length > 0)
            tell(member, (listener) => listener.lost(lanes.map(assignmentOf)));
        this.#goOnWithout(member);
        member.wake();
    }
    /** Returns false when the lane is no longer its owner's: nothing is committed then. */
    commit(lane, offset) {
        if (lane.gone)
            return false;
        this.committed[lane.partition.index] = offset;
        return true;
    }
    rebalance() {
        if (this.#revoking.size > 0) {
            this.#again = true;
            return;
        }
        const [first] = this.members;
        if (first === undefined)
            return;
        const target = this.#target();
        const leaving = new Map();
        for (const member of this.members) {
            const lanes = [...member.lanes.values()];
            const moving = first.rebalance === 'eager' ? lanes : lanes.filter((lane) => target.get(lane.partition.index) !== member);
            if (moving.length > 0)
                leaving.set(member, moving);
        }
        if (first.rebalance === 'cooperative')
            this.#assign(target);
        // All are noted before the first is told: its answer must not end a rebalance that others have yet to hear of.
        for (const [member, lanes] of leaving)
            this.#revoking.set(member, this.#revocation(member, lanes));
        // It handles its own failure, and nobody waits for it.
        for (const [member, lanes] of leaving)
            void this.#revoke(member, lanes);
        if (leaving.size === 0)
            this.#finish();
    }
    #target() {
        const open = [];
        const settled = new Map();
        for (const { index } of this.#partitions) {
            if (!this.#isDone(index)) {
                open.push(index);
                continue;
            }
            // It brings nothing more: with its owner it disturbs nobody, without one nobody needs it.
            const owner = this.#owners[index];
            if (owner !== undefined)
                settled.set(index, owner);
        }
        const target = balance([...this.members], open, (index) => this.#owners[index]);
        for (const [index, owner] of settled)
            target.set(index, owner);
        return target;
    }
    #isDone(index) {
        const partition = this.#partitions[index];
        return partition?.ended === true && this.#startOf(partition) >= partition.end;
    }
    #startOf(partition) {
        const offset = this.committed[partition.index];
        return offset === undefined ? Math.max(partition.start, this.#starts[partition.index] ?? 0) : partition.placeOf(offset);
    }
    /** What ends the wait for a member: once, whichever comes first. */
    #revocation(member, lanes) {
        const timer = this.#clock.setTimeout(() => this.expel(member), member.revokeMs);
        return () => {
            this.#clock.clearTimeout(timer);
            this.#revoking.delete(member);
            this.#drop(member, lanes);
            if (this.#revoking.size === 0)
                this.#finish();
        };
    }
    async #revoke(member, lanes) {
        const done = this.#revoking.get(member);
        // Another member's answer to this rebalance may have been to leave, with effects on this one.
        if (done === undefined)
            return;
        for (const lane of lanes)
            lane.revoking = true;
        if (member.listener !== undefined) {
            try {
                await member.listener.revoking({ lanes: lanes.map(assignmentOf), deadlineMs: member.revokeMs });
            }
            catch (error) {
                member.listenerFailed(error);
            }
        }
        // It may have left or been expelled meanwhile, and even be in a later revocation.
        if (this.#revoking.get(member) === done)
            done();
    }
    #goOnWithout(member) {
        const done = this.#revoking.get(member);
        if (done === undefined) {
            this.rebalance();
            return;
        }
        this.#again = true;
        done();
    }
    #finish() {
        this.#assign(this.#target());
        if (!this.#again)
            return;
        this.#again = false;
        // An eager one has just shared everything among all who are there now.
        const [first] = this.members;
        if (first?.rebalance === 'cooperative')
            this.rebalance();
    }
    /** Gives what nobody owns to whom it is meant for. */
    #assign(target) {
        const fresh = new Map();
        for (const [index, member] of target) {
            const partition = this.#partitions[index];
            if (partition === undefined || this.#owners[index] !== undefined)
                continue;
            this.#assignments += 1;
            const lane = new Lane(partition, this.#assignments, this.#startOf(partition));
            this.#owners[index] = member;
            member.lanes.set(index, lane);
            const lanes = fresh.get(member);
            if (lanes === undefined)
                fresh.set(member, [lane]);
            else
                lanes.push(lane);
        }
        for (const [member, lanes] of fresh) {
            tell(member, (listener) => listener.assigned(lanes.map(assignmentOf)));
            member.wake();
        }
    }
    #drop(member, lanes) {
        for (const lane of lanes) {
            if (lane.gone)
                continue;
            lane.gone = true;
            member.lanes.delete(lane.partition.index);
            this.#owners[lane.partition.index] = undefined;
        }
    }
}
function assignmentOf({ name, assignment }) {
    return { lane: name, assignment };
}
/** A listener must not throw; if it does, its own consumer says so, and the others of the group go on. */
function tell(member, call) {
    if (member.listener === undefined)
        return;
    try {
        call(member.listener);
    }
    catch (error) {
        member.listenerFailed(error);
    }
}
function refused(text) {
    return new StreamError('INVALID_ARGUMENT', text, { adapter: 'memory' });
}
