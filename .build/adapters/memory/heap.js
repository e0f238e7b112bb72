/** A binary heap of things that are due at a time, the earliest first. */
export class Heap {
    #items = [];
    get length() {
        return this.#items.length;
    }
    get first() {
        return this.#items[0];
    }
    push(item) {
        item.place = this.#items.length;
        this.#items.push(item);
        this.#rise(item);
    }
    remove(item) {
        const { place } = item;
        if (place < 0)
            return;
        const last = this.#items.pop(); // A heap that holds an item is not empty.
        item.place = -1;
        if (last === item)
            return;
        this.#items[place] = last;
        last.place = place;
        this.update(last);
    }
    /** Its time has changed. */
    update(item) {
        this.#rise(item);
        this.#sink(item);
    }
    /** In order of time. */
    toArray() {
        return [...this.#items].sort((a, b) => (isBefore(a, b) ? -1 : 1));
    }
    #rise(item) {
        let { place } = item;
        while (place > 0) {
            const parent = this.#items[(place - 1) >> 1]; // Every place but 0 has a parent.
            if (!isBefore(item, parent))
                break;
            this.#put(parent, place);
            place = (place - 1) >> 1;
        }
        this.#put(item, place);
    }
    #sink(item) {
        const items = this.#items;
        let { place } = item;
        for (;;) {
            const left = items[place * 2 + 1];
            const right = items[place * 2 + 2];
            if (left === undefined)
                break;
            const least = right !== undefined && isBefore(right, left) ? right : left;
            if (!isBefore(least, item))
                break;
            const next = least.place;
            this.#put(least, place);
            place = next;
        }
        this.#put(item, place);
    }
    #put(item, place) {
        this.#items[place] = item;
        item.place = place;
    }
}
function isBefore(a, b) {
    return a.at < b.at || (a.at === b.at && a.order < b.order);
}
