import { InFlight } from '../../src/in-flight.js';
import { Lease } from '../../src/message.js';
import { Batches, outcome, PER_CALL } from './batches.js';
import { MAX_LEASE_MS } from './capabilities.js';
import { failure } from './errors.js';
/** Acks, releases and extensions, and how each message stands. */
export class Settlement {
    #settings;
    #connected;
    #oldestPoll;
    #deletes;
    #held = new Map();
    #standing = new WeakMap();
    /** When acks were confirmed, by id, as far back as a receive that is out was sent. */
    #done = new Map();
    #inFlight = new InFlight();
    constructor(settings, connected, oldestPoll) {
        this.#settings = settings;
        this.#connected = connected;
        this.#oldestPoll = oldestPoll;
        const send = (Entries) => {
            const { control, queueUrl } = this.#connected();
            return control.deleteMessageBatch({ QueueUrl: queueUrl, Entries }, this.#bound());
        };
        this.#deletes = new Batches(send, `deleting from ${settings.queue}`, settings.maxDeletes);
    }
    arrived(message) {
        // Its lease has just begun: the longest that it can be kept counts from the receive.
        this.#held.set(message, (message.lease?.until ?? 0) - this.#settings.leaseMs + MAX_LEASE_MS);
        this.#standing.set(message, 'held');
    }
    /**
     * A queue may deliver again what is held, and its ack then overtake that delivery's way here. The work is done: it is deleted
     * by this delivery too, and goes to nobody.
     */
    doneSince(message, sentAt) {
        if ((this.#done.get(message.id) ?? 0) <= sentAt)
            return false;
        // Where it fails it comes again.
        this.ack([message]).catch(() => { });
        return true;
    }
    #noteDone(messages) {
        const now = performance.now();
        const oldest = this.#oldestPoll();
        for (const [id, at] of this.#done) {
            if (at >= oldest)
                break;
            this.#done.delete(id);
        }
        if (oldest < now)
            for (const { id } of messages)
                this.#done.set(id, now);
    }
    ack(messages) {
        return this.#inFlight.track(this.#ack(messages));
    }
    async #ack(messages) {
        const now = performance.now();
        const failed = [];
        const send = [];
        const done = [];
        for (const message of new Set(messages)) {
            const problem = this.#problem(message, now);
            if (problem !== undefined)
                failed.push(problem);
            else if (this.#standing.get(message) === 'acked')
                done.push(message);
            else
                send.push(message);
        }
        const errors = await this.#deletes.all(send);
        refuseIfAll(errors, send.length, done.length + failed.length);
        for (const message of send) {
            const error = errors.get(message);
            if (error === undefined) {
                this.#leave(message, 'acked');
                done.push(message);
            }
            else {
                if (error.code === 'LEASE_LOST')
                    this.#leave(message, 'lost');
                failed.push({ message, error });
            }
        }
        this.#noteDone(done);
        return { confirmed: done.length === messages.length ? messages : done, recorded: [], failed };
    }
    /** Why a message cannot be settled; undefined when it can. Notes a lapse. */
    #problem(message, now) {
        const standing = this.#standing.get(message);
        if (standing === undefined) {
            return { message, error: failure('INVALID_ARGUMENT', `message ${message.id} was not fetched from this consumer`) };
        }
        if (standing === 'released')
            return { message, error: failure('LEASE_LOST', `message ${message.id} was released`) };
        if (standing === 'acked')
            return undefined;
        if (standing === 'held' && (message.lease?.until ?? 0) > now)
            return undefined;
        this.#leave(message, 'lost');
        return { message, error: failure('LEASE_LOST', `message ${message.id}: its lease had ended by this side's clock`) };
    }
    release(messages, delayMs) {
        return this.#inFlight.track(this.#release(messages, delayMs));
    }
    async #release(messages, delayMs) {
        const now = performance.now();
        const failed = [];
        const send = [];
        for (const message of new Set(messages)) {
            const problem = this.#problem(message, now);
            if (problem?.error.code === 'INVALID_ARGUMENT')
                failed.push(problem);
            // One that was lost is on its way again, and one that was acked is done.
            if (problem === undefined && this.#standing.get(message) === 'held')
                send.push(message);
        }
        const errors = await this.#setVisibility(send, Math.ceil(delayMs / 1_000));
        refuseIfAll(errors, send.length, messages.length - send.length);
        for (const message of send) {
            const error = errors.get(message);
            if (error === undefined || error.code === 'LEASE_LOST')
                this.#leave(message, error === undefined ? 'released' : 'lost');
            else
                failed.push({ message, error });
        }
        return { failed };
    }
    extend(messages, leaseMs) {
        return this.#inFlight.track(this.#extend(messages, leaseMs));
    }
    async #extend(messages, leaseMs) {
        const now = performance.now();
        const failed = [];
        const bySeconds = new Map();
        let kept = 0;
        for (const message of new Set(messages)) {
            const problem = this.#problem(message, now);
            if (problem !== undefined)
                failed.push(problem);
            if (problem !== undefined || this.#standing.get(message) !== 'held')
                continue;
            // Up, so that it is kept at least as long; down at the end of the 12 hours, which the server would refuse.
            const most = Math.floor(((this.#held.get(message) ?? 0) - now) / 1_000);
            const seconds = Math.min(Math.ceil(leaseMs / 1_000), most);
            if (seconds > 0)
                bySeconds.set(seconds, [...(bySeconds.get(seconds) ?? []), message]);
            else
                kept += 1;
        }
        const errors = new Map();
        await Promise.all([...bySeconds].map(async ([seconds, send]) => {
            const sentAt = performance.now();
            for (const [message, error] of await this.#setVisibility(send, seconds))
                errors.set(message, error);
            const lease = new Lease(sentAt + seconds * 1_000);
            for (const message of send) {
                if (errors.has(message))
                    continue;
                // The server may say yes when the lease was over, and someone else have it by now.
                const problem = this.#standing.get(message) === 'held' ? this.#problem(message, performance.now()) : undefined;
                if (problem === undefined)
                    message.lease = lease;
                else
                    failed.push(problem);
            }
        }));
        const sent = [...bySeconds.values()].reduce((sum, { length }) => sum + length, 0);
        refuseIfAll(errors, sent, failed.length + kept);
        for (const [message, error] of errors) {
            if (error.code === 'LEASE_LOST')
                this.#leave(message, 'lost');
            // What was acked meanwhile needs no lease.
            if (this.#standing.get(message) !== 'acked')
                failed.push({ message, error });
        }
        return { failed };
    }
    /**
     * In a FIFO queue the last of a group first, and one call after another: what is still hidden at the head of a group holds up
     * the rest of it, so nothing overtakes.
     */
    async #setVisibility(messages, seconds) {
        const { fifo, queue } = this.#settings;
        const doing = `changing the visibility in ${queue}`;
        const errors = new Map();
        const call = async (batch) => {
            const outcomes = await outcome((entries) => {
                const { control, queueUrl } = this.#connected();
                const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: seconds }));
                return control.changeMessageVisibilityBatch({ QueueUrl: queueUrl, Entries }, this.#bound());
            }, batch, doing);
            for (const [index, error] of outcomes.entries())
                if (error !== undefined)
                    errors.set(batch[index], error);
        };
        const ordered = fifo ? [...messages].sort(byPosition).reverse() : messages;
        const batches = [];
        for (let at = 0; at < ordered.length; at += PER_CALL)
            batches.push(ordered.slice(at, at + PER_CALL));
        if (fifo)
            for (const batch of batches)
                await call(batch);
        else
            await Promise.all(batches.map(call));
        return errors;
    }
    /** Gives back all that is held but what still runs, after what is under way. Whether all of it went back. */
    async releaseAll(running) {
        await this.#inFlight.settled();
        const keep = new Set(running.map(({ delivery }) => delivery));
        const held = [...this.#held.keys()].filter(({ delivery }) => !keep.has(delivery));
        const { failed } = await this.#release(held, 0);
        return failed.length === 0;
    }
    #leave(message, standing) {
        this.#held.delete(message);
        this.#standing.set(message, standing);
    }
    #bound() {
        return { abortSignal: AbortSignal.timeout(this.#settings.answerMs) };
    }
}
/** A call of which every part failed alike rejects; lost leases are an answer. */
function refuseIfAll(errors, sent, others) {
    if (sent === 0 || others > 0 || errors.size !== sent)
        return;
    const [first] = errors.values();
    if (first === undefined)
        return;
    for (const { code } of errors.values())
        if (code === 'LEASE_LOST' || code !== first.code)
            return;
    throw first;
}
/** Sequence numbers are decimal, and too long for a number. */
function byPosition({ position: a = '' }, { position: b = '' }) {
    const [one, other] = [String(a), String(b)];
    return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}
