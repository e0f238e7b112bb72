import { type DerivedFields, type Headers, type HeaderValue, Message, NO_HEADERS } from '../../src/message.js';
import type { ConfluentMessage } from './confluent-client.js';
import { headerValue, textOf } from './message.js';

type Native = Message<ConfluentMessage>;

const NO_BODY = new Uint8Array(0);

const DERIVED: DerivedFields<ConfluentMessage> = Object.freeze({
  id: ({ lane, raw }: Native) => `${lane}:${raw.offset}`,
  key: ({ raw }: Native) => textOf(raw.key),
  headers: ({ raw }: Native) => headersOf(raw),
  position: ({ raw }: Native) => raw.offset,
  publishedAt: ({ raw }: Native) => raw.timestamp,
});

export function makeConfluentMessage(raw: ConfluentMessage, delivery: number, lane: string, assignment: number): Native {
  return new Message({ delivery, body: raw.value ?? NO_BODY, raw, lane, assignment, derive: DERIVED });
}

/** librdkafka keeps order and repetitions: one object for each header. */
function headersOf({ headers = [] }: ConfluentMessage): Headers {
  if (headers.length === 0) return NO_HEADERS;
  const read = new Map<string, HeaderValue>();
  for (const header of headers) {
    for (const [name, native] of Object.entries(header)) {
      const value = headerValue(native);
      const before = read.get(name);
      read.set(name, before === undefined ? value : [before, value].flat());
    }
  }
  return Object.freeze(Object.fromEntries(read));
}
