/**
 * One partition: an append-only log whose offsets rise and may have holes. Readers count entries, from the first one
 * ever appended, and look at offsets only when they start.
 */
export class Partition {
    index;
    #retain;
    #entries = [];
    /** How many entries have been dropped from the start. */
    #dropped = 0;
    /** The offset that the next entry gets. */
    nextOffset = 0;
    ended = false;
    constructor(index, retain) {
        this.index = index;
        this.#retain = retain;
    }
    /** How many entries were ever appended: the place after the last one. */
    get end() {
        return this.#dropped + this.#entries.length;
    }
    /** The place of the first entry that is still there. */
    get start() {
        return this.#dropped + Math.max(0, this.#entries.length - this.#retain);
    }
    append(entry) {
        this.#entries.push(entry);
        this.nextOffset = entry.offset + 1;
        // In bulk, so that it costs O(1) for each.
        if (this.#entries.length >= this.#retain * 2) {
            const surplus = this.#entries.length - this.#retain;
            this.#entries = this.#entries.slice(surplus);
            this.#dropped += surplus;
        }
    }
    /** The entry at a place between start and end. */
    at(place) {
        return this.#entries[place - this.#dropped];
    }
    /** The place of the first entry at this offset or after it. */
    placeOf(offset) {
        let low = this.start;
        let high = this.end;
        while (low < high) {
            const middle = Math.floor((low + high) / 2);
            if (this.at(middle).offset < offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
