const FIRST_CAPACITY = 16;
/** A double-ended queue over a ring: push, shift and pop cost O(1), amortised. */
export class Deque {
    #ring = new Array(FIRST_CAPACITY);
    #mask = FIRST_CAPACITY - 1;
    #head = 0;
    #length = 0;
    get length() {
        return this.#length;
    }
    get last() {
        return this.#length === 0 ? undefined : this.#ring[(this.#head + this.#length - 1) & this.#mask];
    }
    push(item) {
        if (this.#length > this.#mask)
            this.#grow();
        this.#ring[(this.#head + this.#length) & this.#mask] = item;
        this.#length += 1;
    }
    shift() {
        if (this.#length === 0)
            return undefined;
        const item = this.#ring[this.#head];
        this.#ring[this.#head] = undefined;
        this.#head = (this.#head + 1) & this.#mask;
        this.#length -= 1;
        return item;
    }
    pop() {
        if (this.#length === 0)
            return undefined;
        const at = (this.#head + this.#length - 1) & this.#mask;
        const item = this.#ring[at];
        this.#ring[at] = undefined;
        this.#length -= 1;
        return item;
    }
    toArray() {
        const items = [];
        // The ring holds an item at each place between head and head + length.
        for (let index = 0; index < this.#length; index += 1)
            items.push(this.#ring[(this.#head + index) & this.#mask]);
        return items;
    }
    #grow() {
        const items = this.toArray();
        const capacity = (this.#mask + 1) * 2;
        this.#ring = new Array(capacity);
        for (let index = 0; index < items.length; index += 1)
            this.#ring[index] = items[index];
        this.#mask = capacity - 1;
        this.#head = 0;
    }
}
