import { randomUUID } from 'node:crypto';
import { integer, number, withSignal } from '../../src/options.js';
import { unlessAborted } from '../../src/unless-aborted.js';
import { capabilities, MAX_DELAY_MS } from './capabilities.js';
import { Confirmer } from './confirmer.js';
import { ADAPTER, failure, nativeError } from './errors.js';
import { isNotFound, isUnavailable, Link } from './link.js';
import { look } from './look.js';
import { Messages } from './message.js';
import { Puller } from './puller.js';
import { Settlement } from './settlement.js';
/** A consumer over one JetStream pull consumer. Made by `natsConsumer` and `open`. */
export class NatsConsumer {
    adapter = ADAPTER;
    source;
    capabilities;
    #settings;
    #link;
    #messages;
    #confirmer;
    #puller;
    #settlement;
    #look;
    #looking;
    #fetching = false;
    #closing;
    /** Ends waits that `close` cannot end otherwise. */
    #ended = new AbortController();
    constructor(source, settings) {
        const { stream, durable, api, inbox, exclusive, answerMs } = settings;
        this.source = `nats://${stream}/${durable}`;
        this.capabilities = capabilities(settings);
        this.#settings = settings;
        this.#link = new Link(source);
        this.#messages = new Messages(stream, exclusive ? stream : undefined);
        const own = `${inbox}.${randomUUID().replaceAll('-', '')}`;
        this.#confirmer = new Confirmer(this.#link, `${own}.a`, answerMs);
        const pulls = `${api}.CONSUMER.MSG.NEXT.${stream}.${durable}`;
        this.#puller = new Puller(this.#link, this, pulls, `${own}.p`);
        this.#settlement = new Settlement(settings, this.#confirmer, this.#puller);
        this.#link.onRefused = (subject, error) => {
            if (subject === pulls)
                this.#puller.refused(error);
            else if (subject.startsWith('$JS.ACK.'))
                this.#confirmer.fail(error);
        };
        this.#link.onDisconnect = () => {
            const error = failure('UNAVAILABLE', 'the connection to the server broke');
            this.#puller.disconnected(error);
            this.#confirmer.fail(error);
        };
    }
    async fetch(options) {
        this.#refuseClosed();
        const { signal } = withSignal('fetch', options);
        const max = integer('max', options.max, 1, { min: 1, unit: 'messages' });
        const waitMs = number('waitMs', options.waitMs, 0, { min: 0, unit: 'ms' });
        if (this.#fetching)
            throw failure('INVALID_ARGUMENT', 'fetch: another one is under way');
        this.#fetching = true;
        try {
            return await this.#fetch(Math.min(max, this.capabilities.maxBatch), waitMs, signal);
        }
        catch (error) {
            if (isNotFound(error))
                this.#look = undefined;
            // An aborted fetch resolves, and so does one that close ended.
            if (signal.aborted || this.#closing !== undefined)
                return [];
            throw error;
        }
        finally {
            this.#fetching = false;
        }
    }
    async #fetch(max, waitMs, signal) {
        const startedAt = performance.now();
        const staged = this.#settlement.live(this.#puller.take(max));
        if (staged.length > 0 || signal.aborted)
            return staged;
        const known = this.#known ?? (await unlessAborted(this.#ready(), signal, this.#ended.signal));
        if (known === undefined)
            return [];
        const leftMs = Math.max(0, waitMs - (performance.now() - startedAt));
        const fetched = await this.#pull(max, waitMs === 0 ? 0 : Math.max(1, leftMs), signal, known);
        // What came in a race with close is among what close gives back.
        return this.#closing === undefined ? this.#settlement.live(fetched) : [];
    }
    async #pull(max, waitMs, signal, known) {
        try {
            return await this.#puller.fetch(max, waitMs, signal, known);
        }
        catch (error) {
            // A consumer that is gone does not answer either, which only the API can tell.
            if (isUnavailable(error) && this.#link.usable)
                await unlessAborted(look(this.#link, this.#settings), signal, this.#ended.signal);
            throw error;
        }
    }
    /** What is known of the consumer, if there is nothing to wait for before a pull. */
    get #known() {
        return this.#link.usable && this.#closing === undefined && !this.#settlement.doubtful ? this.#look : undefined;
    }
    /** Connects, and looks at the consumer where that is due. */
    async #ready() {
        this.#looking ??= this.#lookAgain();
        try {
            return await this.#looking;
        }
        finally {
            this.#looking = undefined;
        }
    }
    async #lookAgain() {
        await this.#link.connect();
        const known = this.#look;
        if (known !== undefined && !this.#settlement.doubtful)
            return known;
        const seen = await look(this.#link, this.#settings);
        if (known === undefined) {
            if (seen.replicated && !this.#settings.confirmChosen)
                this.#settlement.confirm = 'message';
            this.#settlement.begin(seen.delivered, seen.ackPending);
            this.#look = seen;
        }
        if (this.#settlement.doubtful)
            this.#settlement.settleDoubt(seen.ackPending);
        return seen;
    }
    /** @internal A message came, by the puller. */
    arrived(native, reply, lease) {
        const message = this.#messages.make(native, reply, lease);
        return this.#settlement.arrived(message, this.#messages.subject.consumerSequence) ? message : undefined;
    }
    /** @internal */
    waiting(messages) {
        // Where it fails they lapse, and the next fetch leaves them out.
        this.#settlement.extend(messages, this.#settings.leaseMs).catch(() => { });
    }
    async ack(messages) {
        this.#refuseClosed();
        if (messages.length === 0)
            return { confirmed: [], recorded: [], failed: [] };
        return this.#settlement.ack(messages);
    }
    async release(messages, options = {}) {
        this.#refuseClosed();
        const delayMs = number('delayMs', options.delayMs, 0, { min: 0, max: MAX_DELAY_MS, unit: 'ms' });
        return this.#settlement.release(messages, delayMs);
    }
    /** `leaseMs` can be no longer than the consumer's `ack_wait`, which is what the server extends by. */
    async extend(messages, options = {}) {
        this.#refuseClosed();
        const ms = this.#settings.leaseMs;
        const leaseMs = number('leaseMs', options.leaseMs, ms, { min: 1, max: ms, unit: 'ms' });
        return this.#settlement.extend(messages, leaseMs);
    }
    async flush({ signal }) {
        this.#refuseClosed();
        if (!this.capabilities.flush)
            throw failure('UNSUPPORTED', 'flush: every ack is confirmed by itself, nothing is left to flush');
        const connection = this.#link.current();
        const flushed = this.capabilities.ackConfirmed ? this.#settlement.flush() : connection.flush().then(() => this.#settlement.flush());
        try {
            const result = await unlessAborted(flushed, signal);
            return result ?? { confirmed: [], recorded: this.#settlement.unconfirmed(), failed: [] };
        }
        catch (error) {
            throw nativeError(error, 'flushing');
        }
    }
    /** Messages that no member has got yet, under the lane's name, or '' where there are no lanes. */
    async lag() {
        this.#refuseClosed();
        const { pending } = await look(this.#link, this.#settings);
        return new Map([[this.#settings.exclusive ? this.#settings.stream : '', pending]]);
    }
    close(options) {
        if (this.#closing === undefined) {
            try {
                withSignal('close', options);
            }
            catch (error) {
                // A call that was wrong is not the one that closes.
                return Promise.reject(error);
            }
            this.#closing = this.#close(options);
        }
        return this.#closing;
    }
    async #close({ signal, running = [] }) {
        this.#ended.abort();
        this.#puller.stop();
        // Never rejects; where the signal comes first it goes on behind, each of its steps being bounded by the client.
        const done = await unlessAborted(this.#leave(running), signal);
        if (done === undefined)
            this.#cutShort();
        return { unconfirmed: this.#settlement.unconfirmed(), clean: done ?? false };
    }
    #cutShort() {
        this.#confirmer.close();
        // A frozen server would keep the connection, and with it the process, for ever. What it says does not matter any more.
        this.#link.close().catch(() => { });
    }
    /** Everything that has to be done in order; whether it was. */
    async #leave(running) {
        let clean = true;
        try {
            await this.#puller.drain();
            if (this.#look !== undefined) {
                await this.#settlement.releaseAll(running);
                // Without confirmations nothing else tells that the server has read what was sent.
                if (!this.capabilities.ackConfirmed)
                    await this.#link.current().flush();
            }
        }
        catch {
            // The broker is gone, which a close does not reject for: what is held lapses.
            clean = false;
        }
        this.#confirmer.close();
        try {
            await this.#link.close();
        }
        catch {
            clean = false;
        }
        return clean;
    }
    #refuseClosed() {
        if (this.#closing !== undefined)
            throw failure('CLOSED', `consumer ${this.source} is closed`);
    }
}
