import { type DerivedFields, type Headers, type HeaderValue, Message, NO_HEADERS } from '../../src/message.js';
import type { KafkaMessage } from './client.js';

export type Native = Message<KafkaMessage>;

const NO_BODY = new Uint8Array(0);
const UTF8 = new TextDecoder('utf-8', { fatal: true });
const ANY_TEXT = new TextDecoder('utf-8', { ignoreBOM: true });

/** What is read seldom and costs most: decoded text, numbers out of text. */
const DERIVED: DerivedFields<KafkaMessage> = Object.freeze({
  id: ({ lane, raw }: Native) => `${lane}:${raw.offset}`,
  key: ({ raw }: Native) => textOf(raw.key),
  headers: ({ raw }: Native) => headersOf(raw),
  position: ({ raw }: Native) => Number(raw.offset),
  publishedAt: ({ raw }: Native) => Number(raw.timestamp),
});

export function makeMessage(raw: KafkaMessage, delivery: number, lane: string, assignment: number): Native {
  return new Message({ delivery, body: raw.value ?? NO_BODY, raw, lane, assignment, derive: DERIVED });
}

function headersOf({ headers }: KafkaMessage): Headers {
  if (headers === undefined) return NO_HEADERS;
  const read = Object.entries(headers).flatMap(([name, value]): [string, HeaderValue][] => {
    if (value === undefined) return [];
    return [[name, Array.isArray(value) ? value.map(headerValue) : headerValue(value)]];
  });
  return Object.freeze(Object.fromEntries(read));
}

/** A key is bytes; what is no text in it becomes U+FFFD. */
export function textOf(key: Uint8Array | string | null | undefined): string | undefined {
  if (key === null || key === undefined) return undefined;
  return typeof key === 'string' ? key : ANY_TEXT.decode(key);
}

/** Kafka's headers are bytes, and nearly always text. */
export function headerValue(value: Uint8Array | string | null): string | Uint8Array {
  // Kafka knows headers without a value; their name is all there is.
  if (value === null) return '';
  if (typeof value === 'string') return value;
  try {
    return UTF8.decode(value);
  } catch {
    return value;
  }
}
