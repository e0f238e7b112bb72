import { Deque } from './deque.js';
/** The order within message groups: of each group one entry is out, in the queue proper; the others wait here, behind it. */
export class MessageGroups {
    #behind = new Map();
    /** How many wait here. */
    count = 0;
    /** Returns whether the entry may go out; otherwise it waits. */
    admit(entry) {
        const group = entry.group; // In an ordered queue each entry has one.
        const behind = this.#behind.get(group);
        if (behind === undefined) {
            this.#behind.set(group, new Deque());
            return true;
        }
        behind.push(entry);
        this.count += 1;
        return false;
    }
    /** The one that was out is gone for good: the next of its group. */
    next(gone) {
        const group = gone.group; // As above.
        const next = this.#behind.get(group)?.shift();
        if (next === undefined)
            this.#behind.delete(group);
        else
            this.count -= 1;
        return next;
    }
    toArray() {
        return [...this.#behind.values()].flatMap((behind) => behind.toArray());
    }
}
