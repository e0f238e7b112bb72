import { InFlight } from '../../src/in-flight.js';
import { Lease } from '../../src/message.js';
import { Cursor } from './cursor.js';
import { failure } from './errors.js';
import { Slab } from './ledger.js';
const NS_PER_MS = 1_000_000;
const ENCODER = new TextEncoder();
const ACK = ENCODER.encode('+ACK');
const NAK = ENCODER.encode('-NAK');
const IN_PROGRESS = ENCODER.encode('+WPI');
/**
 * Acks, releases and extensions of one consumer. What is sent for a message whose lease has ended would be taken by the
 * server also when someone else has the message by then; so this side's clock decides, and nothing is sent.
 */
export class Settlement {
    /** How acks are confirmed; set once the consumer is known. */
    confirm;
    #ledger;
    #confirmer;
    #puller;
    #exclusive;
    #inFlight = new InFlight();
    #commits = 0;
    /** What was unconfirmed when everything was given back. */
    #left;
    constructor(settings, confirmer, puller) {
        this.confirm = settings.confirm;
        this.#exclusive = settings.exclusive;
        this.#ledger = settings.cursor ? new Cursor(0, 0) : new Slab();
        this.#confirmer = confirmer;
        this.#puller = puller;
    }
    /** The server told how far its consumer is; comes before the first message. */
    begin(delivered, pending) {
        if (this.#ledger instanceof Cursor)
            this.#ledger = new Cursor(delivered, pending);
    }
    /** A message came. False: it is done already, and only comes again. */
    arrived(message, sequence) {
        return this.#ledger.add(message, sequence);
    }
    /** Takes those out whose leases ended before anyone saw them: the server delivers them again. */
    live(messages) {
        const now = performance.now();
        if (!someLapsed(messages, now))
            return messages;
        return messages.filter((message) => {
            if (!lapsed(message, now))
                return true;
            this.#ledger.remove(message, 'lost');
            return false;
        });
    }
    /** Whether the server has to be asked what is pending before anything can be committed. */
    get doubtful() {
        return this.#ledger instanceof Cursor && this.#ledger.doubtful && this.#commits === 0;
    }
    settleDoubt(pending) {
        // A commit that began meanwhile has changed the count.
        if (this.#ledger instanceof Cursor && this.#commits === 0)
            this.#ledger.settleDoubt(pending);
    }
    ack(messages) {
        const ledger = this.#ledger;
        return this.#inFlight.track(ledger instanceof Cursor ? this.#ackPosition(ledger, messages) : this.#ackEach(ledger, messages));
    }
    async #ackEach(ledger, messages) {
        const now = performance.now();
        const failed = [];
        let send = messages;
        let done = messages;
        if (!ledger.hasAll(messages) || someLapsed(messages, now)) {
            send = [];
            done = [];
            for (const message of new Set(messages))
                this.#sort(message, now, send, done, failed);
        }
        if (send.length > 0)
            await this.#sendAcks(ledger, send);
        return this.confirm === 'none' ? { confirmed: [], recorded: done, failed } : { confirmed: done, recorded: [], failed };
    }
    /** The slow way for a batch that is not all as usual: `send` what is to be sent, `done` what will be done then. */
    #sort(message, now, send, done, failed) {
        const problem = this.#problem(message, now);
        if (problem !== undefined) {
            failed.push(problem);
            return;
        }
        done.push(message);
        if (this.#ledger.standing(message) !== 'acked')
            send.push(message);
    }
    async #sendAcks(ledger, messages) {
        if (this.confirm === 'none')
            this.#confirmer.publish(messages, ACK, 'acking');
        else
            await this.#confirmer.send(messages, ACK, this.confirm, 'acking');
        for (const message of messages)
            ledger.acked(message);
    }
    async #ackPosition(ledger, messages) {
        const now = performance.now();
        const failed = [];
        const done = [];
        for (const message of new Set(messages))
            this.#sort(message, now, [], done, failed);
        for (const message of done)
            ledger.finish(message);
        const confirmed = new Set(await this.#commit(ledger));
        for (const message of done)
            if (ledger.isCommitted(message))
                confirmed.add(message);
        return { confirmed: [...confirmed], recorded: done.filter((message) => !confirmed.has(message)), failed };
    }
    async #commit(ledger) {
        // What the cursor holds came from here.
        const last = ledger.due;
        if (last === undefined)
            return [];
        this.#commits += 1;
        try {
            await this.#confirmer.send([last], ACK, 'message', 'committing');
        }
        finally {
            this.#commits -= 1;
        }
        return ledger.commit(last);
    }
    /** Why a message cannot be settled; undefined when it can. Notes a lapse. */
    #problem(message, now) {
        const standing = this.#ledger.standing(message);
        if (standing === 'foreign') {
            return { message, error: failure('INVALID_ARGUMENT', `message ${message.id} was not fetched from this consumer`) };
        }
        if (standing === 'released')
            return { message, error: failure('LEASE_LOST', `message ${message.id} was released`) };
        if (standing === 'held' && lapsed(message, now))
            this.#ledger.remove(message, 'lost');
        else if (standing !== 'lost')
            return undefined;
        return { message, error: failure('LEASE_LOST', `message ${message.id}: its lease had ended by this side's clock`) };
    }
    release(messages, delayMs) {
        return this.#inFlight.track(this.#exclusive ? this.#releaseTail(messages, delayMs) : this.#releaseEach(messages, delayMs));
    }
    async #releaseEach(messages, delayMs) {
        const now = performance.now();
        const failed = [];
        const send = [];
        for (const message of new Set(messages)) {
            const problem = this.#problem(message, now);
            if (problem?.error.code === 'INVALID_ARGUMENT')
                failed.push(problem);
            // One that was lost is on its way again, and one that was acked is done.
            if (problem === undefined && this.#ledger.standing(message) === 'held')
                send.push(message);
        }
        await this.#giveBack(send, delayMs);
        return { failed };
    }
    /**
     * In order, with what came and was not fetched yet behind it, and no pull meanwhile: so the lane's order holds. The delay is kept
     * here: the server's own would end for one message after another, and what ended first, or was never delivered, would overtake.
     */
    #releaseTail(messages, delayMs) {
        return this.#puller.alone(async (staged) => {
            const tail = [...messages, ...staged];
            if (this.#ledger instanceof Cursor) {
                await this.#commit(this.#ledger);
                // A cursor is read again from there: what was done behind it is void.
                const from = Math.min(...tail.map(positionOf));
                tail.push(...this.#ledger.held().filter((message) => positionOf(message) > from));
            }
            const result = await this.#releaseEach(tail.sort(byPosition), 0);
            this.#puller.holdBack(delayMs);
            return result;
        });
    }
    async #giveBack(messages, delayMs) {
        if (messages.length === 0)
            return;
        const payload = delayMs === 0 ? NAK : ENCODER.encode(`-NAK {"delay":${Math.ceil(delayMs) * NS_PER_MS}}`);
        if (this.confirm === 'none')
            this.#confirmer.publish(messages, payload, 'releasing');
        else
            await this.#confirmer.send(messages, payload, this.confirm, 'releasing');
        for (const message of messages)
            this.#ledger.remove(message, 'released');
    }
    extend(messages, leaseMs) {
        return this.#inFlight.track(this.#extend(messages, leaseMs));
    }
    async #extend(messages, leaseMs) {
        const now = performance.now();
        const failed = [];
        const send = [];
        for (const message of messages) {
            const problem = this.#problem(message, now);
            if (problem !== undefined)
                failed.push(problem);
            else if (this.#ledger.standing(message) === 'held')
                send.push(message);
        }
        if (send.length === 0)
            return { failed };
        if (this.confirm === 'none')
            this.#confirmer.publish(send, IN_PROGRESS, 'extending');
        else
            await this.#confirmer.send(send, IN_PROGRESS, this.confirm, 'extending');
        // From before it was sent: the server counts from when it read it.
        const lease = new Lease(now + leaseMs);
        const answeredAt = performance.now();
        for (const message of send) {
            // The server may have read it when the lease was over. It says yes then too, also when someone else has the message by now.
            const problem = this.#ledger.standing(message) === 'held' ? this.#problem(message, answeredAt) : undefined;
            if (problem === undefined)
                message.lease = lease;
            else
                failed.push(problem);
        }
        return { failed };
    }
    /** Commits what is due and answers what still is not. */
    async flush() {
        const ledger = this.#ledger;
        if (!(ledger instanceof Cursor))
            return { confirmed: [], recorded: [], failed: [] };
        const confirmed = await this.#inFlight.track(this.#commit(ledger));
        return { confirmed, recorded: this.unconfirmed(), failed: [] };
    }
    /** What was acked here and is not confirmed; a consumer without confirmations has none. */
    unconfirmed() {
        if (this.#left !== undefined)
            return this.#left;
        // What the cursor holds came from here.
        return this.#ledger instanceof Cursor ? this.#ledger.uncommitted() : [];
    }
    /** Gives back all that is held but what still runs. Waits for what is under way first. */
    async releaseAll(running) {
        await this.#inFlight.settled();
        if (this.#ledger instanceof Cursor)
            await this.#commit(this.#ledger);
        // What is given back below is forgotten by the cursor.
        this.#left = this.unconfirmed();
        const keep = new Set(running.map(({ delivery }) => delivery));
        const now = performance.now();
        // What is held came from here.
        const held = this.#ledger.held().filter((message) => !keep.has(message.delivery) && !lapsed(message, now));
        await this.#giveBack(held.sort(byPosition), 0);
    }
}
function lapsed(message, now) {
    return message.lease === undefined || message.lease.until <= now;
}
/** Whole batches share a lease, as a rule. */
function someLapsed(messages, now) {
    let lease;
    for (const message of messages) {
        if (message.lease === lease && lease !== undefined)
            continue;
        if (lapsed(message, now))
            return true;
        lease = message.lease;
    }
    return false;
}
function positionOf(message) {
    // This adapter numbers them by the stream's sequence.
    return message.position;
}
function byPosition(a, b) {
    return positionOf(a) - positionOf(b);
}
