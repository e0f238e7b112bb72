import { deferred } from './deferred.js';
import { Drainer } from './drainer.js';
import { StreamError } from './errors.js';
/**
 * For those who drive their own loop: the messages of a consumer as an async iterable, with a drainer's order, bounds,
 * retries, leases and drain behind it.
 *
 *     const stream = new MessageStream(consumer);
 *     for await (const message of stream) {
 *       await work(message);
 *       stream.ack(message);
 *     }
 *
 * Each message has to be acked or failed, in any order, also after further ones were taken. When `concurrency` messages are
 * neither, the loop waits. Several loops may run over one stream; each message goes to one of them. Leaving a loop by
 * `break` leaves its message in flight until it is acked or failed.
 *
 * A drain ends the loops: at once with `unstarted: 'release'`, after what was fetched with `finish`, unless all loops were
 * left. It waits for the messages
 * that were taken, so do not await `drain()` between taking a message and acking it. What the drainer cannot go on from is
 * thrown by the loop.
 *
 * Constructing does no I/O; the first `next()` starts fetching.
 */
export class MessageStream {
    #drainer;
    #maxInFlight;
    /** Taken and not answered, by delivery object. */
    #taken = new Map();
    #waiters = [];
    #ended = false;
    #draining = false;
    /** Loops that were begun and not left. */
    #loops = 0;
    #error;
    #started = false;
    /** Throws `INVALID_ARGUMENT` as a drainer's constructor does. */
    constructor(consumer, options) {
        const finishes = { current: false };
        this.#drainer = new Drainer(consumer, (message) => this.#hand(message), {
            ...options,
            ...(options?.onPhase !== undefined && typeof options.onPhase !== 'function'
                ? {}
                : {
                    onPhase: (phase, event) => {
                        // Until then, what was fetched is still handed out.
                        const last = finishes.current ? 'in-flight' : 'stop-fetch';
                        if (phase === last && (finishes.current ? event === 'end' : event === 'begin'))
                            this.#end();
                        // Not before: what has not started is still queued when a drain begins.
                        if (phase === 'stop-fetch' && event === 'end') {
                            this.#draining = true;
                            this.#endIfLeft();
                            this.#limit();
                        }
                        options?.onPhase?.(phase, event);
                    },
                }),
        });
        finishes.current = this.#drainer.unstarted === 'finish';
        this.#maxInFlight = this.#drainer.concurrency;
        this.#drainer.concurrency = 0;
    }
    [Symbol.asyncIterator]() {
        let returned = false;
        this.#loops += 1;
        return {
            next: () => (returned ? Promise.resolve({ done: true, value: undefined }) : this.#next()),
            return: () => {
                if (!returned)
                    this.#loops -= 1;
                returned = true;
                this.#endIfLeft();
                return Promise.resolve({ done: true, value: undefined });
            },
        };
    }
    /** The work for this message is done. Harmless for a message that was answered before. Does not block. */
    ack(message) {
        this.#answer(message)?.resolve();
    }
    /** The work for this message has failed: it comes again by the retry options, then it is given up as `onExhausted` says. */
    fail(message, error) {
        this.#answer(message)?.reject(error);
    }
    /** As `Drainer.drain`. */
    drain(options) {
        return this.#drainer.drain(options);
    }
    /** As `Drainer.quiesce`. */
    quiesce(options) {
        return this.#drainer.quiesce(options);
    }
    /** As `Drainer.close`. */
    close(options) {
        return this.#drainer.close(options);
    }
    /** As `Drainer.escalate`. */
    escalate() {
        this.#drainer.escalate();
    }
    status() {
        return this.#drainer.status();
    }
    #next() {
        if (this.#error !== undefined)
            return Promise.reject(this.#error);
        if (this.#ended)
            return Promise.resolve({ done: true, value: undefined });
        const waiter = deferred();
        this.#waiters.push(waiter);
        if (!this.#started) {
            this.#started = true;
            const end = () => this.#end();
            this.#drainer.run().then(end, end);
        }
        this.#limit();
        return waiter.promise;
    }
    /** As many handlers as there are messages taken and loops that wait for one: nothing is started that nobody takes. */
    #limit() {
        const wanted = this.#ended ? this.#maxInFlight : Math.min(this.#maxInFlight, this.#taken.size + this.#waiters.length);
        if (wanted !== this.#drainer.concurrency)
            this.#drainer.concurrency = wanted;
    }
    #hand(message) {
        const waiter = this.#waiters.shift();
        // A retry that falls due when all loops have ended: nobody is there to take it.
        if (waiter === undefined)
            throw new StreamError('ABORTED', 'no loop takes messages any more');
        const answer = deferred();
        this.#taken.set(message, answer);
        waiter.resolve({ done: false, value: message });
        return answer.promise;
    }
    #answer(message) {
        const answer = this.#taken.get(message);
        this.#taken.delete(message);
        this.#limit();
        return answer;
    }
    /** When all loops were left, nobody takes what a drain would still hand out: it goes back, rather than wait for the soft deadline. */
    #endIfLeft() {
        if (!this.#draining || this.#loops > 0 || this.#ended)
            return;
        this.#end();
        this.#limit();
    }
    #end() {
        this.#ended = true;
        this.#error ??= this.#drainer.status().fatalError;
        const waiters = this.#waiters;
        this.#waiters = [];
        for (const waiter of waiters) {
            if (this.#error === undefined)
                waiter.resolve({ done: true, value: undefined });
            else
                waiter.reject(this.#error);
        }
    }
}
