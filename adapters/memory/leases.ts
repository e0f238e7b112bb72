import { Lease } from '../../src/message.js';
import { type Due, Heap } from './heap.js';
import type { Entry } from './queue-entry.js';

/** Who fetches from a queue. */
export interface QueueMember {
  readonly holds: Set<Hold>;
  wake(): void;
}

/** The lease of entries that were taken, or extended, together. As `Due`: when it lapses. */
export class Hold implements Due {
  readonly member: QueueMember;
  readonly order: number;
  lease: Lease;
  at: number;
  place = -1;
  /** Everything that it was made for; those that it still holds point back to it. */
  entries: Entry[] = [];
  live = 0;

  constructor(member: QueueMember, order: number, until: number) {
    this.member = member;
    this.order = order;
    this.at = until;
    this.lease = new Lease(until);
  }

  held(): Entry[] {
    return this.entries.filter((entry) => entry.hold === this);
  }
}

/** Who holds what of a queue, and until when: one hold for each fetch, not for each message. */
export class Leases {
  readonly #holds: Heap<Hold> = new Heap();
  #made = 0;
  /** How many entries are held. */
  count = 0;

  /** When the next one lapses. */
  get dueAt(): number {
    return this.#holds.first?.at ?? Infinity;
  }

  /** A hold of nothing yet: `add` fills it, then `open` starts it. */
  make(member: QueueMember, until: number): Hold {
    this.#made += 1;
    return new Hold(member, this.#made, until);
  }

  add(hold: Hold, entry: Entry): void {
    entry.hold = hold;
    hold.entries.push(entry);
    hold.live += 1;
    this.count += 1;
  }

  open(hold: Hold): void {
    this.#holds.push(hold);
    hold.member.holds.add(hold);
  }

  /** The entry is not held any more. */
  end(entry: Entry): void {
    const { hold } = entry;
    if (hold === undefined) return;
    entry.hold = undefined;
    this.count -= 1;
    hold.live -= 1;
    if (hold.live > 0) return;
    this.#holds.remove(hold);
    hold.member.holds.delete(hold);
    hold.entries = [];
  }

  /** What has lapsed by now; still held, so that the caller ends it. */
  lapsed(now: number): Entry[] | undefined {
    const { first } = this.#holds;
    return first !== undefined && first.at <= now ? first.held() : undefined;
  }

  /** Everything that is held, what lapses first before the rest. */
  held(): Entry[] {
    return this.#holds.toArray().flatMap((hold) => hold.held());
  }
}
