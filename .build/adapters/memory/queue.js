import { Message } from '../../src/message.js';
import { Deque } from './deque.js';
import { Heap } from './heap.js';
import { Leases } from './leases.js';
import { MessageGroups } from './message-groups.js';
import { BodyCopier, checkMessage, copyHeaders, refuseField } from './payload.js';
import { DEAD_LETTER_HEADERS, Entry, State } from './queue-entry.js';
import { Timer } from './timer.js';
/** A leased queue: the broker's side, with what tests and probes look at. Nothing here goes through a consumer. */
export class MemoryQueue {
    name;
    /** @internal */
    options;
    /** @internal Consumers whose fetch waits, the longest first. */
    waiting = new Set();
    #clock;
    #deadLetters;
    #stored = new BodyCopier();
    #delivered = new BodyCopier();
    #ready = new Deque();
    #delayed = new Heap();
    #leases = new Leases();
    /** Of an ordered queue. */
    #groups;
    #timer;
    #history;
    #acked = 0;
    #dead = 0;
    #published = 0;
    #tokens = 0;
    /** @internal */
    constructor(name, options, deadLetters, clock, keepsHistory) {
        this.name = name;
        this.options = options;
        this.#deadLetters = deadLetters;
        this.#clock = clock;
        this.#groups = options.ordered ? new MessageGroups() : undefined;
        this.#timer = new Timer(clock, () => {
            this.tick();
            this.#arm();
        });
        this.#history = keepsHistory ? { acked: [], dead: [] } : undefined;
    }
    /** What the next fetch can bring. */
    get ready() {
        this.tick();
        return listing(this.#ready.toArray());
    }
    /** Waiting for its delay to end. */
    get delayed() {
        this.tick();
        return listing(this.#delayed.toArray());
    }
    /** Behind an earlier message of its group; always empty in a queue that is not ordered. */
    get blocked() {
        this.tick();
        return listing(this.#groups?.toArray() ?? []);
    }
    /** Delivered, and neither settled nor lapsed. */
    get leased() {
        this.tick();
        return listing(this.#leases.held());
    }
    /** Acked since the queue was created. The ids only if the broker was made with `history`. */
    get acked() {
        return { count: this.#acked, ids: [...(this.#history?.acked ?? [])] };
    }
    /** Moved from here to the dead-letter queue. The ids only if the broker was made with `history`. */
    get deadLettered() {
        this.tick();
        return { count: this.#dead, ids: [...(this.#history?.dead ?? [])] };
    }
    /** Ends the leases of all deliveries, or of the message with this id, as if their time were over. Returns how many ended. */
    lapse(id) {
        const lapsed = this.#leases.held().filter((entry) => id === undefined || entry.id === id);
        for (const entry of lapsed)
            this.#giveBack(entry, 0);
        this.settled();
        return lapsed.length;
    }
    /** @internal Messages that have to be delivered yet. */
    get backlog() {
        this.tick();
        return this.#ready.length + this.#delayed.length + (this.#groups?.count ?? 0);
    }
    /** @internal All of them or, when one is not valid, none. Returns their ids. */
    publish(messages) {
        for (const message of messages) {
            checkMessage(message);
            refuseField('queue', 'partition', message);
        }
        const now = this.tick();
        const publishedAt = Date.now();
        const ids = new Array(messages.length);
        for (let index = 0; index < messages.length; index += 1) {
            const message = messages[index]; // The index is below the length.
            this.#published += 1;
            const order = this.#published;
            const id = message.id ?? String(order);
            const at = message.delayMs === undefined || message.delayMs === 0 ? 0 : now + message.delayMs;
            const body = this.#stored.take(message.body);
            this.#admit(new Entry(this, id, order, this.#groupOf(message), message, body, publishedAt, at), now);
            ids[index] = id;
        }
        // A timer for leases that were settled is left: taking it back and setting it anew would cost more.
        if (this.#delayed.length > 0)
            this.#arm();
        this.#wakeWaiting();
        return ids;
    }
    /** @internal Delivers up to `max`, under one lease. */
    take(max, member) {
        const now = this.tick();
        const count = Math.min(max, this.#ready.length);
        if (count === 0)
            return [];
        const hold = this.#leases.make(member, now + this.options.leaseMs);
        const messages = new Array(count);
        for (let index = 0; index < count; index += 1) {
            const entry = this.#ready.shift(); // It holds at least `count`.
            this.#tokens += 1;
            entry.token = this.#tokens;
            entry.state = State.LEASED;
            entry.deliveries += 1;
            entry.attempts += 1;
            this.#leases.add(hold, entry);
            messages[index] = this.#message(entry, hold.lease);
        }
        this.#leases.open(hold);
        this.#arm();
        return messages;
    }
    /** @internal Returns whether the delivery is acked: by this call, or by an earlier one. */
    ack(message) {
        const entry = this.#find(message);
        if (entry === undefined)
            return false;
        if (entry.state !== State.LEASED)
            return entry.state === State.ACKED;
        this.#leases.end(entry);
        entry.state = State.ACKED;
        this.#acked += 1;
        this.#history?.acked.push(entry.id);
        this.#gone(entry);
        return true;
    }
    /** @internal Gives a delivery back unhandled; one that is not held any more is on its way already. */
    release(message, delayMs) {
        const entry = this.#find(message);
        if (entry === undefined || entry.state !== State.LEASED)
            return;
        if (!this.options.releaseCostsAttempt)
            entry.attempts -= 1;
        this.#giveBack(entry, delayMs);
    }
    /** @internal Gives back whatever a member holds, but for these deliveries. */
    releaseHeld(member, spared) {
        for (const hold of [...member.holds]) {
            for (const entry of hold.held()) {
                if (spared.has(entry.token))
                    continue;
                if (!this.options.releaseCostsAttempt)
                    entry.attempts -= 1;
                this.#giveBack(entry, 0);
            }
        }
        this.settled();
    }
    /** @internal After something was given back or is gone: those who wait get what has become ready. */
    settled() {
        this.#arm();
        this.#wakeWaiting();
    }
    /** @internal Holds these for `leaseMs` from now on. Returns those whose lease is lost. */
    extend(messages, leaseMs, member) {
        const until = this.tick() + leaseMs;
        const lost = [];
        const held = [];
        const next = this.#leases.make(member, until);
        let before;
        let together = true;
        for (const message of messages) {
            const entry = this.#find(message);
            const hold = entry?.hold;
            if (entry === undefined || hold === undefined) {
                lost.push(message);
                continue;
            }
            held.push(message);
            if (hold === next)
                continue;
            before ??= hold;
            together &&= hold === before;
            this.#leases.end(entry);
            this.#leases.add(next, entry);
        }
        if (before === undefined)
            return lost;
        // All that shared a lease still do: one write moves it for all.
        if (together && before.live === 0) {
            next.lease = before.lease;
            next.lease.until = until;
        }
        else {
            for (const message of held)
                message.lease = next.lease;
        }
        this.#leases.open(next);
        this.#arm();
        return lost;
    }
    /** @internal Returns whether the delivery was moved: by this call, or by an earlier one. */
    deadLetter(message, reason) {
        const entry = this.#find(message);
        if (entry === undefined)
            return false;
        if (entry.state !== State.LEASED)
            return entry.state === State.DEAD;
        this.#leases.end(entry);
        this.#bury(entry, reason);
        return true;
    }
    /** @internal A fetch that was woken left without taking anything: the next one that waits may. */
    passOn() {
        if (this.waiting.size > 0)
            this.#wakeWaiting();
    }
    #message(entry, lease) {
        return new Message({
            id: entry.id,
            delivery: entry.token,
            body: this.#delivered.copy(entry.body),
            raw: entry,
            key: entry.key,
            headers: entry.hasBytes ? copyHeaders(entry.headers) : entry.headers,
            lane: this.options.ordered ? entry.group : undefined,
            position: this.options.ordered ? entry.order : undefined,
            attempt: entry.deliveries,
            publishedAt: entry.publishedAt,
            lease,
        });
    }
    /** The entry of a delivery that is good, or that was acked or dead-lettered. */
    #find(message) {
        const { raw } = message;
        return raw instanceof Entry && raw.queue === this && raw.token === message.delivery ? raw : undefined;
    }
    #groupOf({ group, key }) {
        return this.options.ordered ? (group ?? key ?? '') : group;
    }
    /** A message that comes in, behind the others of its group. */
    #admit(entry, now) {
        if (this.#groups !== undefined && !this.#groups.admit(entry)) {
            entry.state = State.BLOCKED;
            return;
        }
        this.#enqueue(entry, now);
    }
    #enqueue(entry, now) {
        if (entry.at > now) {
            entry.state = State.DELAYED;
            this.#delayed.push(entry);
        }
        else {
            entry.state = State.READY;
            this.#ready.push(entry);
        }
    }
    /** It is out of the queue: the next of its group moves up. */
    #gone(entry) {
        const next = this.#groups?.next(entry);
        if (next !== undefined)
            this.#enqueue(next, this.#clock.now());
    }
    /** Its delivery is over, unhandled. The caller arms the timer and wakes who waits. */
    #giveBack(entry, delayMs) {
        this.#leases.end(entry);
        entry.token = 0;
        if (entry.attempts >= this.options.maxAttempts) {
            this.#bury(entry, { reason: 'attempts-exhausted', description: `${entry.attempts} of ${this.options.maxAttempts} attempts failed` });
            return;
        }
        const now = this.#clock.now();
        entry.at = delayMs === 0 ? 0 : now + delayMs;
        this.#enqueue(entry, now);
    }
    #bury(entry, { reason, description }) {
        const { id, key, group, body, publishedAt, attempts } = entry;
        entry.state = State.DEAD;
        this.#dead += 1;
        this.#history?.dead.push(id);
        this.#gone(entry);
        const headers = {
            ...entry.headers,
            [DEAD_LETTER_HEADERS.reason]: reason,
            [DEAD_LETTER_HEADERS.description]: description,
            [DEAD_LETTER_HEADERS.source]: this.name,
            [DEAD_LETTER_HEADERS.attempts]: String(attempts),
        };
        this.#deadLetters?.accept({ id, body, headers, ...(key === undefined ? {} : { key }), ...(group === undefined ? {} : { group }) }, publishedAt);
    }
    /** @internal A message from another queue. Its body is the broker's own and never changes, so that it is not copied. */
    accept(message, publishedAt) {
        this.#published += 1;
        const { id, body } = message;
        this.#admit(new Entry(this, id, this.#published, this.#groupOf(message), message, body, publishedAt, 0), this.#clock.now());
        this.#wakeWaiting();
    }
    /** @internal Ends delays and leases that are over: the time decides, not the timer. Returns the time. */
    tick() {
        const now = this.#clock.now();
        let any = false;
        for (let entry = this.#delayed.first; entry !== undefined && entry.at <= now; entry = this.#delayed.first) {
            this.#delayed.remove(entry);
            this.#enqueue(entry, now);
            any = true;
        }
        for (let lapsed = this.#leases.lapsed(now); lapsed !== undefined; lapsed = this.#leases.lapsed(now)) {
            for (const entry of lapsed)
                this.#giveBack(entry, 0);
            any = true;
        }
        if (any)
            this.settled();
        return now;
    }
    #arm() {
        this.#timer.at(Math.min(this.#delayed.first?.at ?? Infinity, this.#leases.dueAt));
    }
    #wakeWaiting() {
        let free = this.#ready.length;
        for (const member of this.waiting) {
            if (free === 0)
                return;
            free -= 1;
            this.waiting.delete(member);
            member.wake();
        }
    }
}
function listing(entries) {
    return { count: entries.length, ids: entries.map(({ id }) => id) };
}
