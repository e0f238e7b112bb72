import { StreamError } from '../../src/errors.js';
import { NO_HEADERS } from '../../src/message.js';
import { integer, invalid, text } from '../../src/options.js';
import { MAX_DELAY_MS } from './options.js';
/** Throws `INVALID_ARGUMENT` for a message that no destination takes. */
export function checkMessage(message) {
    if (typeof message !== 'object' || message === null)
        throw invalid('message', message, 'an object');
    const { body, id, key, headers, group, delayMs } = message;
    if (typeof body !== 'string' && !(body instanceof Uint8Array))
        throw invalid('body', body, 'a Uint8Array or a string');
    if (id !== undefined)
        text('id', id);
    if (key !== undefined && typeof key !== 'string')
        throw invalid('key', key, 'a string');
    if (group !== undefined && typeof group !== 'string')
        throw invalid('group', group, 'a string');
    if (delayMs !== undefined)
        integer('delayMs', delayMs, 0, { min: 0, max: MAX_DELAY_MS, unit: 'ms' });
    if (headers !== undefined)
        checkHeaders(headers);
}
function checkHeaders(headers) {
    if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
        throw invalid('headers', headers, 'an object');
    for (const [name, value] of Object.entries(headers)) {
        const values = Array.isArray(value) ? value : [value];
        for (const each of values) {
            if (typeof each !== 'string' && !(each instanceof Uint8Array)) {
                throw invalid(`headers['${name}']`, each, 'a string, a Uint8Array, or an array of these');
            }
        }
    }
}
/** Throws `INVALID_ARGUMENT` for what only the other kind of destination takes. */
export function refuseField(kind, field, message) {
    if (message[field] !== undefined)
        throw new StreamError('INVALID_ARGUMENT', `${field}: a ${kind} does not take it`, { adapter: 'memory' });
}
/**
 * A frozen copy. Text cannot be changed by who gets it, so headers of text alone are shared by all deliveries; those with
 * bytes are copied again for each, see {@link hasBytes}.
 */
export function copyHeaders(headers) {
    if (headers === undefined || headers === NO_HEADERS)
        return NO_HEADERS;
    const copy = {};
    for (const [name, value] of Object.entries(headers)) {
        // defineProperty, so that a header named __proto__ is a header.
        Object.defineProperty(copy, name, { value: copyValue(value), enumerable: true });
    }
    return Object.freeze(copy);
}
function copyValue(value) {
    if (typeof value === 'string')
        return value;
    if (value instanceof Uint8Array)
        return new Uint8Array(value);
    return Object.freeze(value.map((each) => (typeof each === 'string' ? each : new Uint8Array(each))));
}
export function hasBytes(headers) {
    if (headers === NO_HEADERS)
        return false;
    return Object.values(headers).some((value) => (typeof value === 'string' ? false : value instanceof Uint8Array || value.some(isBytes)));
}
function isBytes(value) {
    return typeof value !== 'string';
}
const CHUNK_BYTES = 65_536;
/** A larger body gets memory of its own, so that little is kept alive by a neighbour. */
const SHARED_BYTES = 4_096;
/**
 * Copies bodies into shared chunks: a buffer of its own for each costs over 1 µs (64 bytes and more, Node 20), this 0.1 µs.
 * A chunk lives as long as any body in it.
 */
export class BodyCopier {
    #chunk = new ArrayBuffer(0);
    #view = new Uint8Array(this.#chunk);
    #used = 0;
    copy(body) {
        const { length } = body;
        if (length > SHARED_BYTES)
            return new Uint8Array(body);
        if (this.#used + length > this.#chunk.byteLength) {
            this.#chunk = new ArrayBuffer(CHUNK_BYTES);
            this.#view = new Uint8Array(this.#chunk);
            this.#used = 0;
        }
        const start = this.#used;
        this.#view.set(body, start);
        this.#used += length;
        return new Uint8Array(this.#chunk, start, length);
    }
    /** The same for what was published, which may be text. */
    take(body) {
        return this.copy(typeof body === 'string' ? Buffer.from(body, 'utf8') : body);
    }
}
