import { createHash } from 'node:crypto';
import { Message, NO_HEADERS } from '../../src/message.js';
import { failure } from './errors.js';
function valueFrom({ StringValue, BinaryValue }) {
    return StringValue ?? BinaryValue;
}
/** Message attributes as headers; numbers stay the text that they are on the wire. */
function headersOf(attributes) {
    const headers = {};
    for (const [name, attribute] of Object.entries(attributes)) {
        const value = valueFrom(attribute);
        if (value === undefined)
            continue;
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
    #base64;
    #fifo;
    #derive;
    constructor({ bodyEncoding, fifo, keyAttribute }) {
        this.#base64 = bodyEncoding === 'base64';
        this.#fifo = fifo;
        this.#derive = {
            // It was looked at when the message was made.
            id: ({ raw }) => raw.MessageId,
            key: ({ raw }) => {
                const value = keyAttribute === undefined ? undefined : raw.MessageAttributes?.[keyAttribute]?.StringValue;
                return value ?? raw.Attributes?.MessageGroupId;
            },
            headers: ({ raw }) => (raw.MessageAttributes === undefined ? NO_HEADERS : headersOf(raw.MessageAttributes)),
            position: ({ raw }) => raw.Attributes?.SequenceNumber,
            publishedAt: ({ raw }) => numberOf(raw.Attributes?.SentTimestamp),
        };
    }
    /** Throws INTERNAL for what cannot be settled, or is not what was sent. */
    make(raw, lease) {
        const { MessageId, ReceiptHandle, Body = '', MD5OfBody, Attributes } = raw;
        if (MessageId === undefined || ReceiptHandle === undefined) {
            throw failure('INTERNAL', 'the server sent a message without an id or a receipt handle, which cannot be settled');
        }
        const bytes = Buffer.from(Body);
        if (MD5OfBody !== undefined && createHash('md5').update(bytes).digest('hex') !== MD5OfBody) {
            throw failure('INTERNAL', `message ${MessageId}: its body does not have the MD5 that the server gave it`);
        }
        return new Message({
            delivery: ReceiptHandle,
            body: this.#base64 ? Buffer.from(Body, 'base64') : bytes,
            raw,
            lane: this.#fifo ? Attributes?.MessageGroupId : undefined,
            attempt: numberOf(Attributes?.ApproximateReceiveCount),
            lease,
            derive: this.#derive,
        });
    }
}
function numberOf(text) {
    return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
