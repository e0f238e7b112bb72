import { StreamError } from '../../src/errors.js';
import { Message } from '../../src/message.js';
import { integer, invalid, number, withSignal } from '../../src/options.js';
import { Faults } from './faults.js';
import { MAX_BATCH, MAX_DELAY_MS } from './options.js';
export const ALL_SETTLED = Object.freeze({ failed: Object.freeze([]) });
const NO_MESSAGES = [];
/**
 * What the consumers of both kinds of destination share: one fetch at a time that sleeps until it is woken, faults, and an
 * orderly close. All effects on the broker are synchronous; only waiting is not.
 */
export class MemoryConsumer {
    adapter = 'memory';
    /** Faults of this consumer alone. */
    faults = new Faults();
    /** @internal */
    broker;
    /** Settlements that have been asked for and not answered. */
    #pending = new Set();
    #fetching = false;
    #sleeper;
    #wakeable = false;
    #closing;
    #closed = false;
    #onSettled;
    constructor(broker) {
        this.broker = broker;
    }
    async fetch(options) {
        this.assertOpen();
        const { signal } = withSignal('fetch', options);
        const max = integer('max', options.max, 1, { min: 1, unit: 'messages' });
        const waitMs = number('waitMs', options.waitMs, 0, { min: 0, unit: 'ms', infinite: true });
        if (this.#fetching)
            throw this.error('INVALID_ARGUMENT', 'fetch was called while another fetch is outstanding');
        this.#fetching = true;
        try {
            return await this.#fetch(Math.min(max, MAX_BATCH), waitMs, signal);
        }
        finally {
            this.#fetching = false;
            this.waits(false);
        }
    }
    async #fetch(max, waitMs, signal) {
        const { clock } = this.broker;
        const deadline = clock.now() + waitMs;
        if (this.#latencyMs > 0)
            await this.#sleep(this.#latencyMs, signal, false);
        const fault = signal.aborted || this.#closing !== undefined ? undefined : this.#nextFault('fetch');
        if (fault?.kind === 'fail')
            throw fault.error;
        if (fault?.kind === 'hang')
            return await fault.until;
        const wanted = fault?.kind === 'overfill' ? max + fault.extra : max;
        for (;;) {
            if (signal.aborted || this.#closing !== undefined)
                return [];
            this.#assertReachable();
            const batch = this.take(wanted);
            if (batch.length > 0)
                return fault?.kind === 'repeat' ? repeatFirst(batch) : batch;
            const now = clock.now();
            if (now >= deadline)
                return batch;
            this.waits(true);
            await this.#sleep(Math.min(deadline, this.dueAt()) - now, signal, true);
        }
    }
    async ack(messages) {
        return await this.settle('ack', messages, (them) => this.settleAck(them));
    }
    close(options) {
        if (this.#closing === undefined) {
            const closing = this.#close(options);
            this.#closing = closing;
            // It left everything as it was: close may be called again.
            closing.catch(() => {
                this.#closing = undefined;
            });
            this.#sleeper?.();
        }
        return this.#closing;
    }
    async #close(options) {
        const { signal, running = NO_MESSAGES } = withSignal('close', options);
        const fault = this.#nextFault('close');
        if (fault?.kind === 'fail')
            throw fault.error;
        if (fault?.kind === 'hang')
            return await fault.until;
        const answered = await this.#answered(signal);
        let reached = true;
        if (this.#latencyMs > 0) {
            await this.#sleep(this.#latencyMs, signal, false);
            reached = !signal.aborted;
        }
        this.#closed = true;
        if (!reached || this.broker.isDown)
            return { unconfirmed: this.vanish(), clean: false };
        // What became of a settlement without an answer is not known: a release could undo it.
        const spared = new Set(running.map(({ delivery }) => delivery));
        for (const { messages } of this.#pending)
            for (const { delivery } of messages)
                spared.add(delivery);
        const result = { unconfirmed: this.leave(spared), clean: answered };
        if (fault?.kind === 'lose-answer')
            throw fault.error;
        return result;
    }
    /** @internal Something may have come for the fetch that waits, or its broker has gone. */
    wake() {
        if (this.#wakeable)
            this.#sleeper?.();
    }
    assertOpen() {
        if (this.#closing !== undefined || this.#closed)
            throw this.error('CLOSED', `the consumer of ${this.source} is closed`);
    }
    error(code, text) {
        return new StreamError(code, text, { adapter: this.adapter });
    }
    leaseLost(message) {
        return { message, error: this.error('LEASE_LOST', `delivery ${message.delivery} of message ${message.id} is no longer held`) };
    }
    delayOf(delayMs) {
        return integer('delayMs', delayMs, 0, { min: 0, max: MAX_DELAY_MS, unit: 'ms' });
    }
    /** One call to the broker: late, failing or unanswered where a fault says so. */
    async request(operation, effect) {
        this.assertOpen();
        if (this.#latencyMs > 0)
            await this.#delay(this.#latencyMs);
        // A close that was cut short did not wait for this call.
        if (this.#closed)
            throw this.error('CLOSED', `the consumer of ${this.source} is closed`);
        const fault = this.#nextFault(operation);
        if (fault?.kind === 'fail')
            throw fault.error;
        if (fault?.kind === 'hang')
            return await fault.until;
        this.#assertReachable();
        const result = effect(fault);
        if (fault?.kind === 'lose-answer')
            throw fault.error;
        return result;
    }
    async settle(operation, messages, effect) {
        this.assertOpen();
        if (!Array.isArray(messages))
            throw invalid('messages', messages, 'an array of messages');
        const pending = { messages };
        this.#pending.add(pending);
        try {
            return await this.request(operation, (fault) => {
                if (fault?.kind !== 'fail-some')
                    return effect(messages);
                const result = effect(messages.filter((message) => !fault.fails(message)));
                const refused = messages.filter((message) => fault.fails(message)).map((message) => ({ message, error: fault.error }));
                return { ...result, failed: [...result.failed, ...refused] };
            });
        }
        finally {
            this.#pending.delete(pending);
            if (this.#pending.size === 0)
                this.#onSettled?.();
        }
    }
    get #latencyMs() {
        return this.faults.latencyMs + this.broker.faults.latencyMs;
    }
    #nextFault(operation) {
        return this.faults.next(operation) ?? this.broker.faults.next(operation);
    }
    #assertReachable() {
        if (this.broker.isDown)
            throw this.error('UNAVAILABLE', 'the broker is down');
    }
    #delay(ms) {
        return new Promise((resolve) => {
            this.broker.clock.setTimeout(resolve, ms);
        });
    }
    /** Until the time is over, the signal aborts, close is called or, if `wakeable`, something has come. */
    #sleep(ms, signal, wakeable) {
        if (signal.aborted)
            return Promise.resolve();
        const { clock } = this.broker;
        return new Promise((resolve) => {
            let timer;
            const end = () => {
                if (timer !== undefined)
                    clock.clearTimeout(timer);
                signal.removeEventListener('abort', end);
                this.broker.sleeping.delete(this);
                this.#sleeper = undefined;
                this.#wakeable = false;
                resolve();
            };
            if (ms !== Infinity)
                timer = clock.setTimeout(end, ms);
            signal.addEventListener('abort', end, { once: true });
            this.broker.sleeping.add(this);
            this.#sleeper = end;
            this.#wakeable = wakeable;
        });
    }
    /** Whether all settlements were answered before the signal aborted. */
    #answered(signal) {
        if (this.#pending.size === 0 || signal.aborted)
            return Promise.resolve(this.#pending.size === 0);
        return new Promise((resolve) => {
            const onAbort = () => resolve(false);
            signal.addEventListener('abort', onAbort, { once: true });
            this.#onSettled = () => {
                signal.removeEventListener('abort', onAbort);
                resolve(true);
            };
        });
    }
}
/** The same delivery once more, as another object: a client that reads one frame twice. */
function repeatFirst(batch) {
    const [first] = batch;
    return first === undefined ? batch : [...batch, new Message(first)];
}
