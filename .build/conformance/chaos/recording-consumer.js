import { closeSync, openSync, writeSync } from 'node:fs';
import { lineOf, now } from './history.js';
/** Appends events to a file, each by one write that is over when the call returns. */
export class Recorder {
    #file;
    #deliveries = new WeakMap();
    #count = 0;
    constructor(path) {
        this.#file = openSync(path, 'a');
    }
    write(event) {
        writeSync(this.#file, lineOf(event));
    }
    close() {
        closeSync(this.#file);
    }
    /** Numbers a message that came, once per delivery. */
    came(message) {
        const delivery = this.#count;
        this.#count += 1;
        this.#deliveries.set(message, delivery);
        const { id, attempt, lane, assignment, position } = message;
        return { delivery, message: numberOf(message), id, attempt, lane, assignment, position };
    }
    deliveryOf(message) {
        return this.#deliveries.get(message) ?? -1;
    }
    deliveriesOf(messages) {
        return messages.map((message) => this.deliveryOf(message));
    }
}
/** The number in a body: digits up to the first that is none; -1 without any. */
export function numberOf({ body }) {
    let value = 0;
    let at = 0;
    for (; at < body.length; at += 1) {
        // Within the body.
        const digit = body[at] - 48;
        if (digit < 0 || digit > 9)
            break;
        value = value * 10 + digit;
    }
    return at === 0 ? -1 : value;
}
/** Another consumer, whose every word is written down. It changes nothing. */
export class RecordingConsumer {
    adapter;
    source;
    capabilities;
    release;
    extend;
    flush;
    deadLetter;
    watch;
    pause;
    resume;
    #inner;
    #recorder;
    constructor(inner, recorder) {
        this.adapter = inner.adapter;
        this.source = inner.source;
        this.capabilities = inner.capabilities;
        this.#inner = inner;
        this.#recorder = recorder;
        // Only what it has: an absent method says that a capability is not there.
        if (inner.release !== undefined)
            this.release = (messages, options) => this.#release(messages, options);
        if (inner.extend !== undefined)
            this.extend = inner.extend.bind(inner);
        if (inner.flush !== undefined)
            this.flush = (options) => this.#flush(options);
        if (inner.deadLetter !== undefined)
            this.deadLetter = inner.deadLetter.bind(inner);
        if (inner.watch !== undefined)
            this.watch = (listener) => inner.watch?.(this.#listen(listener));
        if (inner.pause !== undefined)
            this.pause = inner.pause.bind(inner);
        if (inner.resume !== undefined)
            this.resume = inner.resume.bind(inner);
    }
    async fetch(options) {
        const calledAt = now();
        const messages = await this.#inner.fetch(options);
        if (messages.length > 0) {
            const came = messages.map((message) => this.#recorder.came(message));
            this.#recorder.write({ kind: 'fetched', at: now(), calledAt, messages: came });
        }
        return messages;
    }
    async ack(messages) {
        const calledAt = now();
        this.#recorder.write({ kind: 'acking', at: calledAt, deliveries: this.#recorder.deliveriesOf(messages) });
        const result = await this.#inner.ack(messages);
        this.#acked(calledAt, result);
        return result;
    }
    async close(options) {
        return this.#inner.close(options);
    }
    async #release(messages, options) {
        this.#recorder.write({ kind: 'released', at: now(), deliveries: this.#recorder.deliveriesOf(messages) });
        // Called only where there is one.
        return this.#inner.release(messages, options);
    }
    async #flush(options) {
        const calledAt = now();
        // As above.
        const result = await this.#inner.flush(options);
        this.#acked(calledAt, result);
        return result;
    }
    #acked(calledAt, { confirmed, recorded, failed }) {
        this.#recorder.write({
            kind: 'acked',
            at: now(),
            calledAt,
            confirmed: this.#recorder.deliveriesOf(confirmed),
            recorded: this.#recorder.deliveriesOf(recorded),
            failed: failed.map(({ message, error }) => [this.#recorder.deliveryOf(message), error.code]),
        });
    }
    #listen(listener) {
        const told = (event, lanes) => {
            this.#recorder.write({ kind: 'lanes', at: now(), event, lanes: lanes.map(({ lane, assignment }) => [lane, assignment]) });
        };
        return {
            assigned: (lanes) => {
                told('assigned', lanes);
                listener.assigned(lanes);
            },
            revoking: (revocation) => {
                told('revoking', revocation.lanes);
                return listener.revoking(revocation);
            },
            lost: (lanes) => {
                told('lost', lanes);
                listener.lost(lanes);
            },
            ended: (lanes) => {
                told('ended', lanes);
                listener.ended(lanes);
            },
        };
    }
}
