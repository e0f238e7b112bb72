import { Settled, State } from './dispatch.js';
/** Ids of messages whose handler has succeeded and whose ack could not be settled; the oldest go first. */
const FINISHED_IDS = 10_000;
/** Messages looked up in vain after which remembered ids are taken to have gone to someone else. */
const FORGET_AFTER = 50_000;
/** Fetches without a redelivery after which the index of held ids is dropped. */
const QUIET_FETCHES = 64;
/**
 * Recognises messages that come again while their first delivery is still held, or was handled and could not be acked:
 * after a reconnect, a lapsed lease, a lane that left and came back. The newer delivery is adopted, no second handler
 * starts. First deliveries cost one comparison; ids are only indexed while redeliveries arrive.
 */
export class Redeliveries {
    #dispatch;
    #cursor;
    #finished = new Set();
    #held;
    #quietFetches = 0;
    #misses = 0;
    adopted = 0;
    constructor(dispatch, cursor) {
        this.#dispatch = dispatch;
        this.#cursor = cursor;
    }
    /** Once per fetch. */
    beginFetch() {
        if (this.#held === undefined)
            return;
        this.#quietFetches += 1;
        if (this.#quietFetches > QUIET_FETCHES || this.#held.size > this.#dispatch.open * 2 + 1_024)
            this.#held = undefined;
    }
    /** Whether every message has to be looked at: ids are indexed, or a cursor may bring something again. */
    get isWatching() {
        return this.#held !== undefined || (this.#cursor && (this.#dispatch.orphans > 0 || this.#finished.size > 0));
    }
    /** Whether the message could be one that was seen before. */
    suspects(message) {
        // A cursor brings a message again only after its lane was taken away or read again.
        if (this.#cursor)
            return this.#dispatch.orphans > 0 || this.#finished.size > 0;
        return message.attempt !== 1;
    }
    /** Its handler has succeeded, and the broker does not know: when it comes again, it only needs its ack. */
    rememberFinished(message) {
        this.#misses = 0;
        this.#finished.add(message.id);
        if (this.#finished.size <= FINISHED_IDS)
            return;
        for (const oldest of this.#finished) {
            this.#finished.delete(oldest);
            break;
        }
    }
    /** Notes a message that was taken in, while ids are indexed. */
    note(message) {
        this.#held?.set(message.id, message);
    }
    /**
     * Returns true when nothing more is to be done: the delivery took the place of an older one, or, where it `mayAck`, only waits for
     * its ack.
     */
    adopt(message, mayAck) {
        this.#quietFetches = 0;
        const older = this.#index().get(message.id);
        if (older !== undefined && this.#takesOver(older, message)) {
            this.adopted += 1;
            this.note(message);
            return true;
        }
        if (!mayAck || !this.#finished.delete(message.id)) {
            this.#misses += 1;
            if (this.#misses > FORGET_AFTER)
                this.#finished.clear();
            return false;
        }
        this.adopted += 1;
        this.#dispatch.holdForAck(message);
        this.note(message);
        return true;
    }
    #takesOver(older, newer) {
        const dispatch = this.#dispatch;
        if (older.slot === newer.slot || !dispatch.isHeld(older))
            return false;
        const state = dispatch.stateOf(older);
        const settled = dispatch.settledOf(older);
        const running = state === State.RUNNING;
        if (settled > Settled.RECORDED && !(running && settled === Settled.LOST))
            return false;
        if (running || state === State.QUEUED || state === State.SLEEPING || state === State.SUCCEEDED) {
            dispatch.replace(older, newer);
            return true;
        }
        // On its way back, or given up: the older delivery is void, the newer one starts afresh.
        dispatch.settleIfOpen(older, Settled.LOST);
        return false;
    }
    #index() {
        if (this.#held === undefined) {
            const held = new Map();
            this.#dispatch.eachHeld((message) => held.set(message.id, message));
            this.#held = held;
        }
        return this.#held;
    }
}
