import { StreamError } from '../../src/errors.js';
import { type Headers, type HeaderValue, NO_HEADERS } from '../../src/message.js';
import { integer, invalid, text } from '../../src/options.js';
import { MAX_DELAY_MS } from './options.js';

/** A message as a publisher hands it over. It is copied: what becomes of it afterwards is the publisher's business. */
export interface PublishMessage {
  /** Bytes, or text that is encoded as UTF-8. */
  readonly body: Uint8Array | string;
  /** Default: made by the broker. A given one is the publisher's to keep unique: the broker accepts it twice. */
  readonly id?: string;
  /** On a topic it selects the partition, unless `partition` does. */
  readonly key?: string;
  readonly headers?: Headers;
  /** Queues only. The message group: the lane of an ordered queue. Default: the key; without either, the group ''. */
  readonly group?: string;
  /** Queues only. Deliver no sooner than this, ms. Default 0. At most 2^31 - 1. */
  readonly delayMs?: number;
  /** Topics only. Default: by the hash of the key; without a key, one partition after the other. */
  readonly partition?: number;
}

/** Throws `INVALID_ARGUMENT` for a message that no destination takes. */
export function checkMessage(message: PublishMessage): void {
  if (typeof message !== 'object' || message === null) throw invalid('message', message, 'an object');
  const { body, id, key, headers, group, delayMs } = message;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) throw invalid('body', body, 'a Uint8Array or a string');
  if (id !== undefined) text('id', id);
  if (key !== undefined && typeof key !== 'string') throw invalid('key', key, 'a string');
  if (group !== undefined && typeof group !== 'string') throw invalid('group', group, 'a string');
  if (delayMs !== undefined) integer('delayMs', delayMs, 0, { min: 0, max: MAX_DELAY_MS, unit: 'ms' });
  if (headers !== undefined) checkHeaders(headers);
}

function checkHeaders(headers: Headers): void {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) throw invalid('headers', headers, 'an object');
  for (const [name, value] of Object.entries(headers)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const each of values) {
      if (typeof each !== 'string' && !(each instanceof Uint8Array)) {
        throw invalid(`headers['${name}']`, each, 'a string, a Uint8Array, or an array of these');
      }
    }
  }
}

/** Throws `INVALID_ARGUMENT` for what only the other kind of destination takes. */
export function refuseField(kind: string, field: keyof PublishMessage, message: PublishMessage): void {
  if (message[field] !== undefined)
    throw new StreamError('INVALID_ARGUMENT', `${field}: a ${kind} does not take it`, { adapter: 'memory' });
}

/**
 * A frozen copy. Text cannot be changed by who gets it, so headers of text alone are shared by all deliveries; those with
 * bytes are copied again for each, see {@link hasBytes}.
 */
export function copyHeaders(headers: Headers | undefined): Headers {
  if (headers === undefined || headers === NO_HEADERS) return NO_HEADERS;
  const copy: Record<string, HeaderValue> = {};
  for (const [name, value] of Object.entries(headers)) {
    // defineProperty, so that a header named __proto__ is a header.
    Object.defineProperty(copy, name, { value: copyValue(value), enumerable: true });
  }
  return Object.freeze(copy);
}

function copyValue(value: HeaderValue): HeaderValue {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return Object.freeze(value.map((each) => (typeof each === 'string' ? each : new Uint8Array(each))));
}

export function hasBytes(headers: Headers): boolean {
  if (headers === NO_HEADERS) return false;
  return Object.values(headers).some((value) => (typeof value === 'string' ? false : value instanceof Uint8Array || value.some(isBytes)));
}

function isBytes(value: string | Uint8Array): boolean {
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
  #chunk: ArrayBuffer = new ArrayBuffer(0);
  #view: Uint8Array = new Uint8Array(this.#chunk);
  #used = 0;

  copy(body: Uint8Array): Uint8Array {
    const { length } = body;
    if (length > SHARED_BYTES) return new Uint8Array(body);
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
  take(body: Uint8Array | string): Uint8Array {
    return this.copy(typeof body === 'string' ? Buffer.from(body, 'utf8') : body);
  }
}
