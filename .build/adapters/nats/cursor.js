import { NONE } from '../../src/message.js';
import { Watermark } from '../../src/watermark.js';
/**
 * The ledger of a consumer with `ack_policy: all`, where an ack takes everything before it along. A message that the server
 * delivered and that never came here (it went to an owner before us that crashed, or was on a connection that broke) would
 * be acked unhandled. So every sign of one (a hole in the consumer's own sequence, a message out of the stream's order, what
 * was pending at the start) makes the cursor doubtful: it commits nothing until the server's count of pending messages says
 * that all of them are here, and then begins anew in the stream's order.
 */
export class Cursor {
    #entries = new Map();
    #mark = new Watermark();
    /** The stream's sequence up to which everything is committed, as far as this side did it. */
    #committed = 0;
    #highest = 0;
    #lastDelivery;
    #doubtful;
    /**
     * No commit before this sequence. The server takes an ack whose delivery number is below one it took already for done,
     * and does nothing; after redeliveries only the newest message of that time has a number that is high enough.
     */
    #barrier = 0;
    /** `delivered` is the consumer's sequence so far, `pending` what it has delivered and not got acked. */
    constructor(delivered, pending) {
        this.#lastDelivery = delivered;
        this.#doubtful = pending > 0;
    }
    get doubtful() {
        return this.#doubtful;
    }
    add(message, sequence) {
        if (sequence !== this.#lastDelivery + 1)
            this.#doubtful = true;
        this.#lastDelivery = Math.max(this.#lastDelivery, sequence);
        const position = positionOf(message);
        const entry = this.#entries.get(position);
        if (entry !== undefined) {
            entry.latest = message;
            entry.lost = false;
            return entry.done === undefined;
        }
        if (position <= this.#committed)
            return false;
        if (position < this.#highest)
            this.#doubtful = true;
        this.#entries.set(position, { first: message, latest: message, done: undefined, lost: false });
        this.#highest = Math.max(this.#highest, position);
        // In doubt the order of arrival is not the stream's; `settleDoubt` begins anew.
        if (!this.#doubtful)
            this.#mark.deliver(message);
        return true;
    }
    standing(message) {
        if (typeof message.position !== 'number')
            return 'foreign';
        const entry = this.#entries.get(message.position);
        if (entry === undefined)
            return message.position <= this.#committed ? 'acked' : 'released';
        return entry.latest === message && !entry.lost ? 'held' : 'lost';
    }
    remove(message, why) {
        const entry = this.#entries.get(positionOf(message));
        if (entry === undefined)
            return;
        // The server may give it up (max_deliver), and what is released comes again out of order.
        this.#doubtful = true;
        if (why === 'lost')
            entry.lost = true;
        else
            this.#entries.delete(positionOf(message));
    }
    held() {
        return [...this.#entries.values()].filter(({ lost }) => !lost).map(({ latest }) => latest);
    }
    /** Its work is done. */
    finish(message) {
        const entry = this.#entries.get(positionOf(message));
        if (entry === undefined)
            return;
        entry.done ??= message;
        this.#mark.finish(entry.first);
    }
    /** What to ack to commit all that is done so far; undefined: nothing new, or not now. */
    get due() {
        const last = this.#mark.finished;
        if (this.#doubtful || last === undefined || positionOf(last) < this.#barrier)
            return undefined;
        return last;
    }
    /** The server took the ack of `last`. Returns what that confirmed. */
    commit(last) {
        const confirmed = [];
        for (const first of this.#mark.settle(last)) {
            const entry = this.#entries.get(positionOf(first));
            this.#entries.delete(positionOf(first));
            if (entry?.done !== undefined)
                confirmed.push(entry.done);
        }
        this.#committed = Math.max(this.#committed, positionOf(last));
        return confirmed;
    }
    /** Whether a commit of this side covers it. */
    isCommitted(message) {
        return positionOf(message) <= this.#committed;
    }
    /** Done and not committed. */
    uncommitted() {
        return [...this.#entries.values()].flatMap(({ done }) => (done === undefined ? [] : [done]));
    }
    /**
     * The server has `pending` messages delivered and not acked, asked while no ack and no pull was under way. If all of them
     * are here, the doubt is over.
     */
    settleDoubt(pending) {
        const missing = pending - this.#entries.size;
        if (missing > 0)
            return;
        const lost = [...this.#entries].filter(([, entry]) => entry.lost);
        // As many are gone from the server as were lost here: it has given those up, by max_deliver or by the stream's limits.
        if (missing < 0 && lost.length === -missing)
            for (const [position] of lost)
                this.#entries.delete(position);
        this.#mark = new Watermark();
        this.#barrier = 0;
        for (const [position, { first, done }] of [...this.#entries].sort(([a], [b]) => a - b)) {
            first.ordinal = NONE;
            this.#mark.deliver(first);
            if (done !== undefined)
                this.#mark.finish(first);
            this.#barrier = position;
        }
        this.#doubtful = false;
    }
}
function positionOf(message) {
    // This adapter numbers them by the stream's sequence.
    return message.position;
}
