import { NONE } from '../../src/message.js';
/** In `Message.ordinal`, which no watermark uses for these messages: 0 and above is a place in the slab. */
const ACKED = -2;
const RELEASED = -3;
const LOST = -4;
const STANDING = ['foreign', 'acked', 'released', 'lost'];
/** The ledger of a consumer that acks each message: a slab, some ns a message, nothing is hashed. */
export class Slab {
    #slots = [];
    #free = [];
    add(message) {
        const slot = this.#free.pop() ?? this.#slots.length;
        this.#slots[slot] = message;
        message.ordinal = slot;
        return true;
    }
    has(message) {
        return message.ordinal >= 0 && this.#slots[message.ordinal] === message;
    }
    hasAll(messages) {
        for (const message of messages)
            if (!this.has(message))
                return false;
        return true;
    }
    standing(message) {
        if (message.ordinal >= 0)
            return this.has(message) ? 'held' : 'foreign';
        return STANDING[NONE - message.ordinal] ?? 'foreign';
    }
    acked(message) {
        this.#leave(message, ACKED);
    }
    remove(message, why) {
        this.#leave(message, why === 'lost' ? LOST : RELEASED);
    }
    #leave(message, ordinal) {
        if (this.has(message)) {
            this.#slots[message.ordinal] = undefined;
            this.#free.push(message.ordinal);
        }
        message.ordinal = ordinal;
    }
    held() {
        return this.#slots.filter((message) => message !== undefined);
    }
}
