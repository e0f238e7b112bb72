import { setTimeout as delay } from 'node:timers/promises';
const TICK_MS = 50;
const FILLER = ' tailrace chaos '.repeat(6);
/** Publishes numbered messages at a sustained rate until it is stopped. */
export class Publisher {
    #channel;
    #options;
    /** Numbers of which the broker did not say that it has them. */
    uncertain = new Set();
    #published = 0;
    #stopped = false;
    #paused = false;
    #rough = false;
    /** A step under way; undefined between steps. */
    #step;
    #done;
    #failure;
    constructor(channel, options) {
        this.#channel = channel;
        this.#options = options;
    }
    /** Numbers from 0 up to this one, this one not included. */
    get published() {
        return this.#published;
    }
    /** Publishes a first backlog, then goes on by itself. Rejects if not even that can be published. */
    async start() {
        await this.#publish(this.#options.backlog);
        this.#done = this.#run();
        // Told by `check`, and to whoever stops it.
        this.#done.catch((error) => {
            this.#failure = { error };
        });
    }
    async #run() {
        let owed = 0;
        let last = performance.now();
        while (!this.#stopped) {
            await delay(TICK_MS);
            const now = performance.now();
            owed = Math.min(this.#options.rate, owed + ((now - last) * this.#options.rate) / 1_000);
            last = now;
            if (this.#paused || this.#stopped)
                continue;
            const rough = this.#rough;
            this.#step = this.#top(Math.floor(owed)).then((count) => {
                owed -= count;
            }, (error) => {
                // What was not confirmed is noted, and not published again.
                if (!rough && !this.#rough)
                    throw error;
            });
            await this.#step;
            this.#step = undefined;
        }
    }
    async #top(count) {
        const { pending } = await this.#channel.state();
        const wanted = Math.min(count, this.#options.backlog - pending);
        if (wanted <= 0)
            return 0;
        await this.#publish(wanted);
        return wanted;
    }
    async #publish(count) {
        const { lanes } = this.#options;
        const first = this.#published;
        this.#published += count;
        const numbers = Array.from({ length: count }, (_, at) => first + at);
        try {
            await this.#channel.publish(numbers.map((number) => ({
                body: new TextEncoder().encode(`${number}${FILLER}`),
                ...(lanes > 0 ? { lane: number % lanes } : {}),
            })));
        }
        catch (error) {
            for (const number of numbers)
                this.uncertain.add(number);
            throw error;
        }
    }
    /** Runs something in whose course the broker does not answer. */
    async quietly(run) {
        this.#paused = true;
        try {
            await this.#step;
            return await run();
        }
        finally {
            this.#paused = false;
        }
    }
    /** Goes on in the course of something by which the broker fails to answer now and then. */
    async roughly(run) {
        this.#rough = true;
        try {
            return await run();
        }
        finally {
            this.#rough = false;
        }
    }
    /** Throws what it has failed by: without a load nothing is proven. */
    check() {
        if (this.#failure !== undefined)
            throw new Error('publishing failed', { cause: this.#failure.error });
    }
    /** Ends it; rejects with what it failed by. Idempotent. */
    async stop() {
        this.#stopped = true;
        await this.#done;
    }
}
