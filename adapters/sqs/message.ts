import { hash } from 'node:crypto';
import { type DerivedFields, type HeaderValue, type Lease, Message, NO_HEADERS } from '../../src/message.js';
import type { SqsAttributeValue, SqsMessage } from './client.js';
import { failure } from './errors.js';
import type { Settings } from './options.js';

// What the client hands over is what the server sent: types hold of neither.

function textFrom(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function valueFrom(attribute: SqsAttributeValue | null | undefined): HeaderValue | undefined {
  const binary = attribute?.BinaryValue;
  return textFrom(attribute?.StringValue) ?? (binary instanceof Uint8Array ? binary : undefined);
}

/** Message attributes as headers; numbers stay the text that they are on the wire. */
function headersOf(attributes: Readonly<Record<string, SqsAttributeValue>>): Record<string, HeaderValue> {
  const headers: Record<string, HeaderValue> = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = valueFrom(attribute);
    if (value === undefined) continue;
    // Names come from the network, and this one would set the prototype.
    if (name === '__proto__') Object.defineProperty(headers, name, { value, enumerable: true, writable: true, configurable: true });
    else headers[name] = value;
  }
  return headers;
}

/** Makes messages of one consumer. */
export class Messages {
  readonly #base64: boolean;
  readonly #fifo: boolean;
  readonly #derive: DerivedFields<SqsMessage>;

  constructor({ bodyEncoding, fifo, keyAttribute }: Settings) {
    this.#base64 = bodyEncoding === 'base64';
    this.#fifo = fifo;
    this.#derive = {
      // It was looked at when the message was made.
      id: ({ raw }) => raw.MessageId as string,
      key: ({ raw }) => {
        const value = keyAttribute === undefined ? undefined : textFrom(raw.MessageAttributes?.[keyAttribute]?.StringValue);
        return value ?? textFrom(raw.Attributes?.MessageGroupId);
      },
      headers: ({ raw }) => (raw.MessageAttributes == null ? NO_HEADERS : headersOf(raw.MessageAttributes)),
      position: ({ raw }) => textFrom(raw.Attributes?.SequenceNumber),
      publishedAt: ({ raw }) => numberOf(raw.Attributes?.SentTimestamp),
    };
  }

  laneOf(raw: SqsMessage | null | undefined): string | undefined {
    return this.#fifo ? textFrom(raw?.Attributes?.MessageGroupId) : undefined;
  }

  /** Throws INTERNAL for what cannot be settled, or is not what was sent. */
  make(raw: SqsMessage, lease: Lease): Message<SqsMessage> {
    const { MessageId, ReceiptHandle, Body = '', MD5OfBody, Attributes } = raw;
    if (typeof MessageId !== 'string' || typeof ReceiptHandle !== 'string') {
      throw failure('INTERNAL', 'the server sent a message without an id or a receipt handle, which cannot be settled');
    }
    if (typeof Body !== 'string') throw failure('INTERNAL', `message ${MessageId}: its body is no text`);
    const bytes = Buffer.from(Body);
    if (MD5OfBody !== undefined && hash('md5', bytes) !== MD5OfBody) {
      throw failure('INTERNAL', `message ${MessageId}: its body does not have the MD5 that the server gave it`);
    }
    return new Message<SqsMessage>({
      delivery: ReceiptHandle,
      body: this.#base64 ? Buffer.from(Body, 'base64') : bytes,
      raw,
      lane: this.laneOf(raw),
      attempt: numberOf(Attributes?.ApproximateReceiveCount),
      lease,
      derive: this.#derive,
    });
  }
}

function numberOf(text: unknown): number | undefined {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
