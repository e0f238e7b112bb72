import { Message, NO_HEADERS } from '../../src/message.js';
const NO_BODY = new Uint8Array(0);
const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** What is read seldom and costs most: decoded text, numbers out of text. */
const DERIVED = Object.freeze({
    id: ({ lane, raw }) => `${lane}:${raw.offset}`,
    key: ({ raw }) => raw.key?.toString(),
    headers: ({ raw }) => headersOf(raw),
    position: ({ raw }) => Number(raw.offset),
    publishedAt: ({ raw }) => Number(raw.timestamp),
});
export function makeMessage(raw, delivery, lane, assignment) {
    return new Message({ delivery, body: raw.value ?? NO_BODY, raw, lane, assignment, derive: DERIVED });
}
function headersOf({ headers }) {
    if (headers === undefined)
        return NO_HEADERS;
    const read = {};
    for (const [name, value] of Object.entries(headers)) {
        if (value !== undefined)
            read[name] = Array.isArray(value) ? value.map(headerValue) : headerValue(value);
    }
    return Object.freeze(read);
}
/** Kafka's headers are bytes, and nearly always text. */
export function headerValue(value) {
    if (typeof value === 'string')
        return value;
    try {
        return UTF8.decode(value);
    }
    catch {
        return value;
    }
}
