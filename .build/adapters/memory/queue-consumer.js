import { integer, text } from '../../src/options.js';
import { ALL_SETTLED, MemoryConsumer } from './consumer.js';
import { DEFAULTS, MAX_BATCH, MAX_DELAY_MS } from './options.js';
/** A consumer of a leased queue. Each message is settled by itself, under a lease that the broker keeps. */
export class QueueConsumer extends MemoryConsumer {
    source;
    capabilities;
    /** @internal */
    holds = new Set();
    #name;
    #queue;
    /** @internal */
    constructor(broker, brokerName, name, queue) {
        super(broker);
        this.#name = name;
        this.#queue = queue;
        this.source = `memory://${brokerName}/${name}`;
        const capabilities = {
            settlement: 'lease',
            ordered: queue?.options.ordered ?? false,
            maxBatch: MAX_BATCH,
            abort: 'safe',
            stopLatencyMs: 0,
            ackConfirmed: true,
            attempts: 'exact',
            closeReleases: queue?.options.releaseCostsAttempt === true ? 'costs-attempt' : 'free',
            release: { scope: 'message', maxDelayMs: MAX_DELAY_MS, costsAttempt: queue?.options.releaseCostsAttempt ?? false },
            lease: { ms: queue?.options.leaseMs ?? DEFAULTS.leaseMs, extend: 'message', maxMs: Infinity, lossKnownBy: 'broker' },
            flush: false,
            deadLetter: queue?.options.deadLetterQueue !== undefined,
            pause: false,
            seek: false,
            lag: true,
            transactions: false,
            revoke: 'none',
            rebalance: undefined,
        };
        this.capabilities = Object.freeze(capabilities);
    }
    /** A release of what is not held any more changes nothing. */
    async release(messages, options = {}) {
        const delayMs = this.delayOf(options.delayMs);
        return await this.settle('release', messages, (them) => {
            const queue = this.#found();
            queue.tick();
            for (const message of them)
                queue.release(message, delayMs);
            queue.settled();
            return ALL_SETTLED;
        });
    }
    async extend(messages, options = {}) {
        const fallback = this.#queue?.options.leaseMs ?? DEFAULTS.leaseMs;
        const leaseMs = integer('leaseMs', options.leaseMs, fallback, { min: 1, max: MAX_DELAY_MS, unit: 'ms' });
        return await this.settle('extend', messages, (them) => {
            const lost = this.#found().extend(them, leaseMs, this);
            return lost.length === 0 ? ALL_SETTLED : { failed: lost.map((message) => this.leaseLost(message)) };
        });
    }
    async deadLetter(messages, reason) {
        this.assertOpen();
        if (!this.capabilities.deadLetter)
            throw this.error('UNSUPPORTED', `${this.source} has no dead-letter queue`);
        text('reason', reason.reason);
        return await this.settle('deadLetter', messages, (them) => {
            const queue = this.#found();
            queue.tick();
            const failed = them.filter((message) => !queue.deadLetter(message, reason)).map((message) => this.leaseLost(message));
            queue.settled();
            return { failed };
        });
    }
    /** Under '': what is ready, delayed, or behind earlier messages of its group. */
    async lag() {
        return await this.request('lag', () => new Map([['', this.#found().backlog]]));
    }
    take(max) {
        return this.#found().take(max, this);
    }
    dueAt() {
        return Infinity;
    }
    waits(starts) {
        const queue = this.#queue;
        if (queue === undefined)
            return;
        if (starts)
            queue.waiting.add(this);
        else
            queue.waiting.delete(this);
        if (!starts)
            queue.passOn();
    }
    settleAck(messages) {
        const queue = this.#found();
        queue.tick();
        let lost;
        for (const message of messages) {
            if (queue.ack(message))
                continue;
            lost ??= [];
            lost.push(message);
        }
        if (queue.options.ordered)
            queue.settled();
        if (lost === undefined)
            return { confirmed: messages, recorded: [], failed: [] };
        const gone = new Set(lost);
        return {
            confirmed: messages.filter((message) => !gone.has(message)),
            recorded: [],
            failed: lost.map((message) => this.leaseLost(message)),
        };
    }
    leave(spared) {
        this.#queue?.releaseHeld(this, spared);
        return [];
    }
    vanish() {
        return [];
    }
    #found() {
        if (this.#queue === undefined)
            throw this.error('NOT_FOUND', `no queue ${this.#name}: it did not exist when the consumer was made`);
        return this.#queue;
    }
}
