import { StreamError } from '../../src/errors.js';
import { integer, invalid } from '../../src/options.js';
import { Group } from './group.js';
import { Partition } from './partition.js';
import { BodyCopier, checkMessage, copyHeaders, hasBytes, refuseField } from './payload.js';
/** A partitioned log: the broker's side, with what tests and probes look at. Nothing here goes through a consumer. */
export class MemoryTopic {
    name;
    /** @internal */
    options;
    #clock;
    #partitions;
    #groups = new Map();
    #stored = new BodyCopier();
    #turn = 0;
    /** @internal */
    constructor(name, options, clock) {
        this.name = name;
        this.options = options;
        this.#clock = clock;
        this.#partitions = Array.from({ length: options.partitions }, (_, index) => new Partition(index, options.retainMessages));
    }
    get partitions() {
        return this.#partitions.map(({ nextOffset, ended, start, end }) => ({ end: nextOffset, ended, count: end - start }));
    }
    /** The names of the groups that ever had a member. */
    get groups() {
        return [...this.#groups.keys()];
    }
    /** Per partition, the offset that the group reads next; undefined where nothing was committed. */
    committed(group) {
        return [...this.#group(group).committed];
    }
    /** In the order in which they joined. */
    members(group) {
        return [...this.#group(group).members].map(({ id = '', lanes }) => ({ id, partitions: [...lanes.keys()].sort((a, b) => a - b) }));
    }
    /** Closes a partition, as a shard that was split: nothing more is appended; its owners are told when they have read all. */
    endPartition(partition) {
        const ending = this.#partition(partition);
        ending.ended = true;
        this.#wake([ending]);
    }
    /** Leaves out this many offsets, as compaction and transaction markers do. */
    skipOffsets(partition, count) {
        this.#partition(partition).nextOffset += integer('count', count, 1, { min: 1, unit: 'offsets' });
    }
    /** Puts a member out of its group: its lanes are lost. It joins again with its next fetch. Throws `NOT_FOUND`. */
    expel(group, member) {
        const from = this.#group(group);
        for (const each of from.members) {
            if (each.id !== member)
                continue;
            from.expel(each);
            return;
        }
        throw new StreamError('NOT_FOUND', `no member ${member} in group ${group}`, { adapter: 'memory' });
    }
    /** Starts a rebalance: with eager members all lanes go and come back, with cooperative ones nothing moves without need. */
    rebalance(group) {
        this.#group(group).rebalance();
    }
    /** @internal All of them or, when one is not valid, none. Returns their ids. */
    publish(messages) {
        for (const message of messages) {
            checkMessage(message);
            refuseField('topic', 'group', message);
            refuseField('topic', 'delayMs', message);
            if (message.partition === undefined)
                this.#openFrom(0);
            else if (this.#partition(message.partition).ended)
                throw invalid('partition', message.partition, 'a partition that has not ended');
        }
        const publishedAt = Date.now();
        const touched = new Set();
        const ids = new Array(messages.length);
        for (let index = 0; index < messages.length; index += 1) {
            const message = messages[index]; // The index is below the length.
            const partition = this.#choose(message);
            const offset = partition.nextOffset;
            const id = message.id ?? `${partition.index}-${offset}`;
            const headers = copyHeaders(message.headers);
            const body = this.#stored.take(message.body);
            partition.append({ offset, id, key: message.key, headers, hasBytes: hasBytes(headers), body, publishedAt });
            touched.add(partition);
            ids[index] = id;
        }
        this.#wake(touched);
        return ids;
    }
    /** @internal Makes the group with its first member. Throws as `Group.join` does. */
    join(name, member, from) {
        let group = this.#groups.get(name);
        if (group === undefined) {
            group = new Group(name, this.#partitions, from, this.#clock);
            this.#groups.set(name, group);
        }
        group.join(member);
        return group;
    }
    #wake(partitions) {
        for (const { index } of partitions) {
            for (const group of this.#groups.values())
                group.owner(index)?.wake();
        }
    }
    #choose({ partition, key }) {
        if (partition !== undefined)
            return this.#partition(partition);
        if (key !== undefined)
            return this.#openFrom(hash(key) % this.#partitions.length);
        this.#turn = (this.#turn + 1) % this.#partitions.length;
        return this.#openFrom(this.#turn);
    }
    /** The first partition from this one on that still takes messages. */
    #openFrom(start) {
        for (let step = 0; step < this.#partitions.length; step += 1) {
            const partition = this.#partitions[(start + step) % this.#partitions.length];
            if (partition?.ended === false)
                return partition;
        }
        throw new StreamError('INVALID_ARGUMENT', `all partitions of ${this.name} have ended`, { adapter: 'memory' });
    }
    #partition(index) {
        // Anything can be an index in JavaScript, and what has no text cannot even be tried.
        const partition = Number.isInteger(index) ? this.#partitions[index] : undefined;
        if (partition === undefined)
            throw invalid('partition', index, `a whole number from 0 to ${this.#partitions.length - 1}`);
        return partition;
    }
    #group(name) {
        const group = this.#groups.get(name);
        if (group === undefined)
            throw new StreamError('NOT_FOUND', `no group ${name} on topic ${this.name}`, { adapter: 'memory' });
        return group;
    }
}
/** FNV-1a over UTF-16 code units. */
function hash(key) {
    let value = 0x811c9dc5;
    for (let index = 0; index < key.length; index += 1)
        value = Math.imul(value ^ key.charCodeAt(index), 0x01000193);
    return value >>> 0;
}
