import type { KafkaMessage } from './client.js';
import { type Chunk, Lane } from './lane.js';
import type { MemberOwner } from './member.js';
import { makeMessage } from './message.js';

type Own = Lane<KafkaMessage>;

/** The lanes that a member owns, and what came of them and was not handed out. */
export class KafkajsLanes {
  readonly owned: Map<string, Own> = new Map();
  /** Records that came and were not handed out, of all lanes. */
  waiting = 0;
  #roomWaiters: (() => void)[] = [];
  readonly #owner: MemberOwner<KafkaMessage>;

  constructor(owner: MemberOwner<KafkaMessage>) {
    this.#owner = owner;
  }

  get all(): Own[] {
    return [...this.owned.values()];
  }

  /** New ones, of these partitions of each topic. */
  own(partitions: Readonly<Record<string, readonly number[]>>): void {
    const lanes = Object.entries(partitions).flatMap(([topic, numbers]) =>
      numbers.map((partition) => new Lane(topic, partition, this.#owner.nextAssignment(), makeMessage)),
    );
    for (const lane of lanes) this.owned.set(lane.lane, lane);
    this.#owner.assigned(lanes);
  }

  arrived(lane: Own, chunks: readonly Chunk<KafkaMessage>[]): void {
    const { waiting } = lane;
    lane.arrived(chunks);
    this.waiting += lane.waiting - waiting;
    this.#owner.arrived();
  }

  /** So many records were handed out, or will be read again. */
  taken(count: number): void {
    this.waiting -= count;
    if (this.#roomWaiters.length > 0 && this.waiting <= this.#owner.ahead()) this.makeRoom();
  }

  /** Resolves when there may be room, or after so many ms. */
  room(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#roomWaiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Wakes whoever waits for room. */
  makeRoom(): void {
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const wake of waiters) wake();
  }

  /** What was not handed out of it is read again, by this or another member. */
  drop(lane: Own): void {
    const { waiting } = lane;
    lane.clear();
    this.taken(waiting);
  }

  /** They were taken away: nothing of them may be committed any more. */
  lose(lanes: readonly Own[]): void {
    const lost = lanes.filter((lane) => !lane.gone);
    this.forget(lost);
    if (lost.length > 0) this.#owner.lost(lost);
  }

  forget(lanes: readonly Own[]): void {
    for (const lane of lanes) {
      lane.gone = true;
      this.drop(lane);
      if (this.owned.get(lane.lane) === lane) this.owned.delete(lane.lane);
    }
    this.makeRoom();
  }
}
