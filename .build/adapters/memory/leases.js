import { Lease } from '../../src/message.js';
import { Heap } from './heap.js';
/** The lease of entries that were taken, or extended, together. As `Due`: when it lapses. */
export class Hold {
    member;
    order;
    lease;
    at;
    place = -1;
    /** Everything that it was made for; those that it still holds point back to it. */
    entries = [];
    live = 0;
    constructor(member, order, until) {
        this.member = member;
        this.order = order;
        this.at = until;
        this.lease = new Lease(until);
    }
    held() {
        return this.entries.filter((entry) => entry.hold === this);
    }
}
/** Who holds what of a queue, and until when: one hold for each fetch, not for each message. */
export class Leases {
    #holds = new Heap();
    #made = 0;
    /** How many entries are held. */
    count = 0;
    /** When the next one lapses. */
    get dueAt() {
        return this.#holds.first?.at ?? Infinity;
    }
    /** A hold of nothing yet: `add` fills it, then `open` starts it. */
    make(member, until) {
        this.#made += 1;
        return new Hold(member, this.#made, until);
    }
    add(hold, entry) {
        entry.hold = hold;
        hold.entries.push(entry);
        hold.live += 1;
        this.count += 1;
    }
    open(hold) {
        this.#holds.push(hold);
        hold.member.holds.add(hold);
    }
    /** The entry is not held any more. */
    end(entry) {
        const { hold } = entry;
        if (hold === undefined)
            return;
        entry.hold = undefined;
        this.count -= 1;
        hold.live -= 1;
        if (hold.live > 0)
            return;
        this.#holds.remove(hold);
        hold.member.holds.delete(hold);
        hold.entries = [];
    }
    /** What has lapsed by now; still held, so that the caller ends it. */
    lapsed(now) {
        const { first } = this.#holds;
        return first !== undefined && first.at <= now ? first.held() : undefined;
    }
    /** Everything that is held, what lapses first before the rest. */
    held() {
        return this.#holds.toArray().flatMap((hold) => hold.held());
    }
}
