/** Virtual time that several sides share: timers fire in the order of their times, immediates before time goes on. */
export class Time {
    now = 0;
    timers = new Set();
    #immediates = [];
    #onImmediate;
    /** `onImmediate` is told when there is something for {@link runImmediates} again. */
    constructor(onImmediate) {
        this.#onImmediate = onImmediate;
    }
    setImmediate(callback) {
        if (this.#immediates.push(callback) === 1)
            this.#onImmediate();
    }
    runImmediates() {
        const due = this.#immediates;
        this.#immediates = [];
        for (const callback of due)
            callback();
    }
    get hasImmediates() {
        return this.#immediates.length > 0;
    }
    /** Goes on by `ms`, or to the next timer if that is sooner, and fires it. */
    step(ms) {
        const next = this.#next();
        if (next === undefined || next.at > this.now + ms) {
            this.now += ms;
            return;
        }
        this.now = Math.max(this.now, next.at);
        this.timers.delete(next);
        next.callback();
    }
    #next() {
        let next;
        // A set keeps the order in which they were set.
        for (const timer of this.timers)
            if (next === undefined || timer.at < next.at)
                next = timer;
        return next;
    }
}
/** One side's view of the time: knows which timers are its own. */
export class RaceClock {
    #time;
    constructor(time) {
        this.#time = time;
    }
    now() {
        return this.#time.now;
    }
    setTimeout(callback, ms) {
        const timer = { at: this.#time.now + Math.max(0, ms), owner: this, callback };
        this.#time.timers.add(timer);
        return timer;
    }
    clearTimeout(handle) {
        // Handles are what setTimeout returned; any other is in no set.
        this.#time.timers.delete(handle);
    }
    setImmediate(callback) {
        this.#time.setImmediate(callback);
    }
    random() {
        return 0.5;
    }
    /** How many timers this side has set: 0 when it has released everything. */
    get timers() {
        let count = 0;
        for (const { owner } of this.#time.timers)
            if (owner === this)
                count += 1;
        return count;
    }
}
