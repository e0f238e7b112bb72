import { Settled, State } from './dispatch.js';
import { StreamError } from './errors.js';
/** Extend when this share of the lease is left: two tries fit in before it ends. */
const EXTEND_AT = 0.5;
/** After an extension that failed as a whole, the next try comes after this share of the lease. */
const RETRY_AT = 0.1;
/** An extension that was not answered within this share of the lease is tried again beside it. */
const ANSWER_BY = 0.2;
/**
 * Keeps the leases of everything that is held, from fetch to settlement, drains included. It works by page: one timer for
 * the earliest lease, one `extend` call for what is due. It alone decides when; adapters only implement `extend`. Where
 * nothing can be extended, it only notes when leases have lapsed.
 */
export class LeaseKeeper {
    #clock;
    #consumer;
    #dispatch;
    #owner;
    #leaseMs;
    #extendable;
    /** Until when each page's extension may take. */
    #extending = new Map();
    #timer;
    #timerAt = Infinity;
    #stopped = false;
    constructor(clock, consumer, dispatch, owner) {
        const { lease } = consumer.capabilities;
        this.#clock = clock;
        this.#consumer = consumer;
        this.#dispatch = dispatch;
        this.#owner = owner;
        this.#leaseMs = lease === false ? Infinity : lease.ms;
        this.#extendable = lease === false ? false : lease.extend;
    }
    /** Messages with leases that end at `until` at the earliest came in. Costs one comparison when a timer is set already. */
    notice(until) {
        if (!this.#stopped)
            this.#setTimer(this.#dueAt(until));
    }
    /** No lease is extended any more. Idempotent. */
    stop() {
        this.#stopped = true;
        if (this.#timer !== undefined)
            this.#clock.clearTimeout(this.#timer);
        this.#timer = undefined;
    }
    #dueAt(until) {
        return this.#extendable === false ? until : until - this.#leaseMs * EXTEND_AT;
    }
    #setTimer(at) {
        if (at >= this.#timerAt || this.#stopped)
            return;
        if (this.#timer !== undefined)
            this.#clock.clearTimeout(this.#timer);
        this.#timerAt = at;
        this.#timer = this.#clock.setTimeout(() => this.#tick(), Math.max(1, Math.ceil(at - this.#clock.now())));
    }
    #tick() {
        this.#timer = undefined;
        this.#timerAt = Infinity;
        const now = this.#clock.now();
        this.#loseLapsed(now);
        if (this.#extendable !== false) {
            const due = [];
            for (let page = this.#dispatch.oldestPage; page !== undefined; page = page.newer) {
                if (page.open > 0 && (this.#extending.get(page) ?? 0) <= now && this.#dueAt(page.leaseUntil) <= now)
                    due.push(page);
            }
            // Everything is caught inside; nobody waits for it.
            if (due.length > 0)
                void this.#extend(due);
        }
        this.#rearm();
    }
    /** What has ended is not ours any more, whether or not the broker would still take an ack. */
    #loseLapsed(now) {
        const lapsed = [];
        for (let page = this.#dispatch.oldestPage; page !== undefined; page = page.newer) {
            if (page.leaseUntil > now)
                continue;
            for (const message of heldOf(page))
                if (message.lease !== undefined && message.lease.until <= now)
                    lapsed.push(message);
        }
        if (lapsed.length > 0) {
            this.#owner.leasesLost(lapsed, new StreamError('LEASE_LOST', 'the lease ended while the message was held', this.#source()));
        }
        for (let page = this.#dispatch.oldestPage; page !== undefined; page = page.newer) {
            if (page.leaseUntil <= now)
                page.leaseUntil = earliestEnd(page, now);
        }
    }
    async #extend(pages) {
        const answerBy = this.#clock.now() + this.#leaseMs * ANSWER_BY;
        for (const page of pages)
            this.#extending.set(page, answerBy);
        const held = pages.flatMap(heldOf);
        const messages = this.#extendable === 'lane' ? onePerLane(held) : held;
        let retry = false;
        try {
            // Declared extendable, checked by the drainer's constructor.
            const result = messages.length === 0 ? undefined : await this.#consumer.extend?.(messages);
            const lost = result?.failed.filter(({ error }) => error.code === 'LEASE_LOST') ?? [];
            for (const { error } of result?.failed ?? []) {
                if (error.code === 'LEASE_LOST')
                    continue;
                retry = true;
                this.#owner.extensionFailed(error);
            }
            const first = lost[0];
            if (first !== undefined)
                this.#owner.leasesLost(this.#allOf(lost, held), first.error);
        }
        catch (error) {
            retry = true;
            this.#owner.extensionFailed(StreamError.from(error, this.#source()));
        }
        for (const page of pages) {
            if (this.#extending.get(page) === answerBy)
                this.#extending.delete(page);
            page.leaseUntil = earliestEnd(page, this.#clock.now());
            // An extension that moved nothing must not become a busy loop.
            if (this.#dueAt(page.leaseUntil) <= this.#clock.now())
                retry = true;
        }
        if (retry)
            this.#setTimer(this.#clock.now() + this.#leaseMs * RETRY_AT);
        else
            this.#rearm();
    }
    #allOf(lost, held) {
        if (this.#extendable === 'message')
            return lost.map(({ message }) => message);
        const lanes = new Set(lost.map(({ message }) => message.lane));
        return held.filter((message) => lanes.has(message.lane));
    }
    #rearm() {
        for (let page = this.#dispatch.oldestPage; page !== undefined; page = page.newer) {
            if (page.open === 0 || page.leaseUntil === Infinity)
                continue;
            // While an extension is under way its answer is waited for.
            const dueAt = this.#dueAt(page.leaseUntil);
            this.#setTimer(Math.min(page.leaseUntil, Math.max(dueAt, this.#extending.get(page) ?? dueAt)));
        }
    }
    #source() {
        return { adapter: this.#consumer.adapter };
    }
}
/** Messages of a page that the broker still counts as ours. */
function heldOf(page) {
    const held = [];
    for (let index = 0; index < page.fill; index += 1) {
        const message = page.messages[index];
        if (message !== undefined && page.state[index] !== State.CUT_OFF && page.settled[index] <= Settled.RECORDED) {
            held.push(message);
        }
    }
    return held;
}
/** The next end of a lease; what has lapsed was dealt with. */
function earliestEnd(page, now) {
    let earliest = Infinity;
    for (const { lease } of heldOf(page))
        if (lease !== undefined && lease.until > now && lease.until < earliest)
            earliest = lease.until;
    return earliest;
}
function onePerLane(messages) {
    const lanes = new Map();
    for (const message of messages)
        if (!lanes.has(message.lane))
            lanes.set(message.lane, message);
    return [...lanes.values()];
}
