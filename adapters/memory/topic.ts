import type { Clock } from '../../src/clock.js';
import { StreamError } from '../../src/errors.js';
import { integer, invalid } from '../../src/options.js';
import { Group, type Member } from './group.js';
import type { ResolvedTopicOptions } from './options.js';
import { Partition } from './partition.js';
import { BodyCopier, checkMessage, copyHeaders, hasBytes, type PublishMessage, refuseField } from './payload.js';

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
export class MemoryTopic {
  readonly name: string;
  /** @internal */
  readonly options: ResolvedTopicOptions;
  readonly #clock: Clock;
  readonly #partitions: readonly Partition[];
  readonly #groups: Map<string, Group> = new Map();
  readonly #stored = new BodyCopier();
  #turn = 0;

  /** @internal */
  constructor(name: string, options: ResolvedTopicOptions, clock: Clock) {
    this.name = name;
    this.options = options;
    this.#clock = clock;
    this.#partitions = Array.from({ length: options.partitions }, (_, index) => new Partition(index, options.retainMessages));
  }

  get partitions(): readonly PartitionView[] {
    return this.#partitions.map(({ nextOffset, ended, start, end }) => ({ end: nextOffset, ended, count: end - start }));
  }

  /** The names of the groups that ever had a member. */
  get groups(): readonly string[] {
    return [...this.#groups.keys()];
  }

  /** Per partition, the offset that the group reads next; undefined where nothing was committed. */
  committed(group: string): readonly (number | undefined)[] {
    return [...this.#group(group).committed];
  }

  /** In the order in which they joined. */
  members(group: string): readonly MemberView[] {
    return [...this.#group(group).members].map(({ id = '', lanes }) => ({ id, partitions: [...lanes.keys()].sort((a, b) => a - b) }));
  }

  /** Closes a partition, as a shard that was split: nothing more is appended; its owners are told when they have read all. */
  endPartition(partition: number): void {
    const ending = this.#partition(partition);
    ending.ended = true;
    this.#wake([ending]);
  }

  /** Leaves out this many offsets, as compaction and transaction markers do. */
  skipOffsets(partition: number, count: number): void {
    this.#partition(partition).nextOffset += integer('count', count, 1, { min: 1, unit: 'offsets' });
  }

  /** Puts a member out of its group: its lanes are lost. It joins again with its next fetch. Throws `NOT_FOUND`. */
  expel(group: string, member: string): void {
    const from = this.#group(group);
    for (const each of from.members) {
      if (each.id !== member) continue;
      from.expel(each);
      return;
    }
    throw new StreamError('NOT_FOUND', `no member ${member} in group ${group}`, { adapter: 'memory' });
  }

  /** Starts a rebalance: with eager members all lanes go and come back, with cooperative ones nothing moves without need. */
  rebalance(group: string): void {
    this.#group(group).rebalance();
  }

  /** @internal All of them or, when one is not valid, none. Returns their ids. */
  publish(messages: readonly PublishMessage[]): string[] {
    for (const message of messages) {
      checkMessage(message);
      refuseField('topic', 'group', message);
      refuseField('topic', 'delayMs', message);
      if (message.partition === undefined) this.#openFrom(0);
      else if (this.#partition(message.partition).ended) throw invalid('partition', message.partition, 'a partition that has not ended');
    }
    const publishedAt = Date.now();
    const touched = new Set<Partition>();
    const ids: string[] = new Array(messages.length);
    for (let index = 0; index < messages.length; index += 1) {
      const message = messages[index] as PublishMessage; // The index is below the length.
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
  join(name: string, member: Member, from: 'earliest' | 'latest'): Group {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = new Group(name, this.#partitions, from, this.#clock);
      this.#groups.set(name, group);
    }
    group.join(member);
    return group;
  }

  #wake(partitions: Iterable<Partition>): void {
    for (const { index } of partitions) {
      for (const group of this.#groups.values()) group.owner(index)?.wake();
    }
  }

  #choose({ partition, key }: PublishMessage): Partition {
    if (partition !== undefined) return this.#partition(partition);
    if (key !== undefined) return this.#openFrom(hash(key) % this.#partitions.length);
    this.#turn = (this.#turn + 1) % this.#partitions.length;
    return this.#openFrom(this.#turn);
  }

  /** The first partition from this one on that still takes messages. */
  #openFrom(start: number): Partition {
    for (let step = 0; step < this.#partitions.length; step += 1) {
      const partition = this.#partitions[(start + step) % this.#partitions.length];
      if (partition?.ended === false) return partition;
    }
    throw new StreamError('INVALID_ARGUMENT', `all partitions of ${this.name} have ended`, { adapter: 'memory' });
  }

  #partition(index: number): Partition {
    // Anything can be an index in JavaScript, and what has no text cannot even be tried.
    const partition = Number.isInteger(index) ? this.#partitions[index] : undefined;
    if (partition === undefined) throw invalid('partition', index, `a whole number from 0 to ${this.#partitions.length - 1}`);
    return partition;
  }

  #group(name: string): Group {
    const group = this.#groups.get(name);
    if (group === undefined) throw new StreamError('NOT_FOUND', `no group ${name} on topic ${this.name}`, { adapter: 'memory' });
    return group;
  }
}

/** FNV-1a over UTF-16 code units. */
function hash(key: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) value = Math.imul(value ^ key.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
