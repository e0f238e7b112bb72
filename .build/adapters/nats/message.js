import { Message, NO_HEADERS } from '../../src/message.js';
import { failure } from './errors.js';
const DOT = 46;
const ZERO = 48;
/** The last moment that a Date can hold, ms since 1970. */
const MAX_DATE_MS = 8.64e15;
/** Digits of a nanosecond timestamp below the millisecond. */
const SUB_MS_DIGITS = 6;
/** Digits of the last nanosecond that a Date can be. */
const MAX_TIME_DIGITS = 22;
/** So many digits always fit a small integer, whose arithmetic is the cheap one. */
const SMALL_DIGITS = 9;
const SMALL_UNIT = 1e9;
/**
 * Reads the ack subjects of one consumer:
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<ns>.<pending>`, or with `<domain>.<account hash>.`
 * after `$JS.ACK.` and perhaps a random token at the end. What stands before the numbers is the same in all of them, so
 * where they begin is found once. One pass and no substring: this is paid for each message.
 */
export class AckSubject {
    #start = 0;
    #at = 0;
    delivered = 0;
    streamSequence = 0;
    consumerSequence = 0;
    /** Reads a subject into the fields. False if it is none that acks. */
    read(subject) {
        if (this.#start > 0 && subject.charCodeAt(this.#start - 1) === DOT && this.#numbers(subject))
            return true;
        this.#start = numbersAt(subject);
        return this.#start > 0 && this.#numbers(subject);
    }
    #numbers(subject) {
        this.#at = this.#start;
        this.delivered = this.#number(subject);
        this.streamSequence = this.#number(subject);
        this.consumerSequence = this.#number(subject);
        if (!(isSequence(this.delivered) && isSequence(this.streamSequence) && isSequence(this.consumerSequence)))
            return false;
        const timeDigits = subject.indexOf('.', this.#at) - this.#at;
        return timeDigits > SUB_MS_DIGITS && timeDigits <= MAX_TIME_DIGITS;
    }
    /** When the stream took the message of this subject, ms since 1970; undefined if it does not say. */
    timestampMs(subject) {
        if (!this.read(subject))
            return undefined;
        const end = subject.indexOf('.', this.#at) - SUB_MS_DIGITS;
        const middle = Math.max(this.#at, end - SMALL_DIGITS);
        const ms = digits(subject, this.#at, middle) * SMALL_UNIT + digits(subject, middle, end);
        return ms > 0 && ms <= MAX_DATE_MS ? ms : undefined;
    }
    /** The number at `#at`, which then stands behind the dot that ends it; -1 if there is anything else. */
    #number(subject) {
        let value = 0;
        for (let at = this.#at; at < subject.length; at += 1) {
            const digit = subject.charCodeAt(at) - ZERO;
            if (digit === DOT - ZERO) {
                this.#at = at + 1;
                return value;
            }
            if (digit < 0 || digit > 9)
                return -1;
            value = value * 10 + digit;
        }
        return -1;
    }
}
function isSequence(value) {
    return value > 0 && value <= Number.MAX_SAFE_INTEGER;
}
/** The index of the fifth token, or of the seventh in subjects of eleven tokens and more; -1 if it is no ack subject. */
function numbersAt(subject) {
    if (!subject.startsWith('$JS.ACK.'))
        return -1;
    const starts = [0];
    for (let at = 0; at < subject.length; at += 1)
        if (subject.charCodeAt(at) === DOT)
            starts.push(at + 1);
    if (starts.length === 9)
        return starts[4];
    return starts.length >= 11 ? starts[6] : -1;
}
/** The number in [from, end); NaN where there is anything but digits, so that comparisons with it fail. */
function digits(subject, from, end) {
    let value = 0;
    for (let at = from; at < end; at += 1) {
        const digit = subject.charCodeAt(at) - ZERO;
        if (digit < 0 || digit > 9)
            return Number.NaN;
        value = value * 10 + digit;
    }
    return value;
}
/** Native headers as ours: one value as text, several as an array. */
function headersOf(native) {
    const headers = {};
    for (const [name, values] of native) {
        const value = values.length === 1 ? values[0] : values;
        // Names come from the network, and this one would set the prototype.
        if (name === '__proto__')
            Object.defineProperty(headers, name, { value, enumerable: true, writable: true, configurable: true });
        else
            headers[name] = value;
    }
    return headers;
}
/** Makes messages of one consumer. */
export class Messages {
    #lane;
    #derive;
    /** The subject of the last message made, for who needs its numbers. */
    subject = new AckSubject();
    constructor(stream, lane) {
        this.#lane = lane;
        const prefix = `${stream}:`;
        const subject = new AckSubject();
        this.#derive = {
            id: ({ position }) => prefix + position,
            key: ({ raw }) => raw.subject,
            headers: ({ raw }) => (raw.headers === undefined ? NO_HEADERS : headersOf(raw.headers)),
            // Of this adapter's messages the delivery is the ack subject, which was read when the message came.
            publishedAt: ({ delivery }) => subject.timestampMs(delivery),
        };
    }
    /** Throws INTERNAL if the message cannot be acked. */
    make(native, reply, lease) {
        const { subject } = this;
        if (!subject.read(reply))
            throw failure('INTERNAL', `the server sent a message that cannot be acked: its reply subject is '${reply}'`);
        return new Message({
            delivery: reply,
            body: native.data,
            raw: native,
            lane: this.#lane,
            position: subject.streamSequence,
            attempt: subject.delivered,
            lease,
            derive: this.#derive,
        });
    }
}
