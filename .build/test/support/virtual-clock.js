/** Rounds of pending immediates after which a turn is taken for a loop that never ends. */
const MAX_ROUNDS = 10_000;
/** Time that moves only when told to. `setImmediate` is the real one: what it runs has its turn before time goes on. */
export class VirtualClock {
    #now = 0;
    #orders = 0;
    #immediates = 0;
    #timers = new Map();
    now() {
        return this.#now;
    }
    setTimeout(callback, ms) {
        this.#orders += 1;
        this.#timers.set(this.#orders, { at: this.#now + Math.max(0, ms), order: this.#orders, callback });
        return this.#orders;
    }
    clearTimeout(handle) {
        // Handles are what setTimeout returned; any other is in no map.
        this.#timers.delete(handle);
    }
    setImmediate(callback) {
        this.#immediates += 1;
        setImmediate(() => {
            this.#immediates -= 1;
            callback();
        });
    }
    random() {
        return 0.5;
    }
    /** How many timers are set: 0 when everything was released. */
    get timers() {
        return this.#timers.size;
    }
    /** Moves time on by `ms`. Timers fire in order, each at its time, and what they start runs before the next one. */
    async advance(ms) {
        const end = this.#now + ms;
        await this.turn();
        for (let timer = this.#first(end); timer !== undefined; timer = this.#first(end)) {
            this.#timers.delete(timer.order);
            this.#now = Math.max(this.#now, timer.at);
            timer.callback();
            await this.turn();
        }
        this.#now = end;
        await this.turn();
    }
    /** Lets everything run that does not wait for time: microtasks, and immediates of this clock. */
    async turn() {
        for (let round = 0; round === 0 || this.#immediates > 0; round += 1) {
            if (round === MAX_ROUNDS)
                throw new Error(`immediates were still set after ${MAX_ROUNDS} rounds`);
            await new Promise((resolve) => setImmediate(resolve));
        }
    }
    #first(end) {
        let first;
        for (const timer of this.#timers.values()) {
            if (timer.at > end)
                continue;
            // The map keeps the order in which they were set.
            if (first === undefined || timer.at < first.at)
                first = timer;
        }
        return first;
    }
}
