/**
 * Calls back no later than at a time that moves. Does not keep the process alive: nothing outlives it anyway, and a fetch
 * that waits has a timer of its own.
 */
export class Timer {
    #clock;
    #callback;
    #handle;
    #at = Infinity;
    constructor(clock, callback) {
        this.#clock = clock;
        this.#callback = callback;
    }
    /**
     * Infinity: never. It may fire earlier than that, when an earlier time was asked for before: the callback looks at the clock,
     * and asks again.
     */
    at(time) {
        if (time >= this.#at && time !== Infinity)
            return;
        if (this.#handle !== undefined)
            this.#clock.clearTimeout(this.#handle);
        this.#handle = undefined;
        this.#at = time;
        if (time === Infinity)
            return;
        this.#handle = this.#clock.setTimeout(() => this.#fire(), Math.max(0, time - this.#clock.now()));
        unref(this.#handle);
    }
    #fire() {
        this.#handle = undefined;
        this.#at = Infinity;
        this.#callback();
    }
}
function unref(handle) {
    if (typeof handle === 'object' && handle !== null && 'unref' in handle && typeof handle.unref === 'function')
        handle.unref();
}
