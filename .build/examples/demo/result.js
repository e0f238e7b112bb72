/** Counts how often each number was handled. */
export class Tally {
    #times;
    constructor(count) {
        this.#times = new Uint8Array(count);
    }
    count(number) {
        this.#times[number] = Math.min(255, (this.#times[number] ?? 0) + 1);
    }
    result(published, drains) {
        let handled = 0;
        let duplicates = 0;
        for (let number = 0; number < published; number += 1) {
            const times = this.#times[number] ?? 0;
            if (times > 0)
                handled += 1;
            if (times > 1)
                duplicates += times - 1;
        }
        return { published, handled, duplicates, lost: published - handled, drains };
    }
}
