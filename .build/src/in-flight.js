/** Calls under way, for whoever has to wait until they are over. */
export class InFlight {
    #calls = new Set();
    /** Returns the very call. How it ends is its caller's to see. */
    track(call) {
        const calls = this.#calls;
        const settled = call.then(forget, forget);
        calls.add(settled);
        function forget() {
            calls.delete(settled);
        }
        return call;
    }
    /** Resolves when what is under way now is over, however it ends. */
    async settled() {
        await Promise.all(this.#calls);
    }
}
