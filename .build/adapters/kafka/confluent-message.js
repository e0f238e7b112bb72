import { Message, NO_HEADERS } from '../../src/message.js';
import { headerValue } from './message.js';
const NO_BODY = new Uint8Array(0);
const DERIVED = Object.freeze({
    id: ({ lane, raw }) => `${lane}:${raw.offset}`,
    key: ({ raw }) => raw.key?.toString(),
    headers: ({ raw }) => headersOf(raw),
    position: ({ raw }) => raw.offset,
    publishedAt: ({ raw }) => raw.timestamp,
});
export function makeConfluentMessage(raw, delivery, lane, assignment) {
    return new Message({ delivery, body: raw.value ?? NO_BODY, raw, lane, assignment, derive: DERIVED });
}
/** librdkafka keeps order and repetitions: one object for each header. */
function headersOf({ headers = [] }) {
    if (headers.length === 0)
        return NO_HEADERS;
    const read = new Map();
    for (const header of headers) {
        for (const [name, native] of Object.entries(header)) {
            const value = headerValue(native);
            const before = read.get(name);
            read.set(name, before === undefined ? value : [before, value].flat());
        }
    }
    return Object.freeze(Object.fromEntries(read));
}
