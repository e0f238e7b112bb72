import { type Message, NONE } from '../../src/message.js';

/** What this consumer knows of a message. */
export type Standing =
  /** Delivered to it and not settled. */
  | 'held'
  | 'acked'
  /** Given back. */
  | 'released'
  /** Its lease had ended before it was settled, or it came again since. */
  | 'lost'
  /** Not of this consumer. */
  | 'foreign';

/** Which messages were delivered to this consumer, and how they stand. */
export interface Ledger {
  /** A message came; `sequence` is the consumer's own number of this delivery. False: it is not to be handled again. */
  add(message: Message, sequence: number): boolean;
  standing(message: Message): Standing;
  /** A held message is held no longer. */
  remove(message: Message, why: 'released' | 'lost'): void;
  /** All that are held, in no order. */
  held(): Message[];
}

/** In `Message.ordinal`, which no watermark uses for these messages: 0 and above is a place in the slab. */
const ACKED = -2;
const RELEASED = -3;
const LOST = -4;
const STANDING: readonly Standing[] = ['foreign', 'acked', 'released', 'lost'];

/** The ledger of a consumer that acks each message: a slab, some ns a message, nothing is hashed. */
export class Slab implements Ledger {
  readonly #slots: (Message | undefined)[] = [];
  readonly #free: number[] = [];

  add(message: Message): boolean {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = message;
    message.ordinal = slot;
    return true;
  }

  has(message: Message): boolean {
    return message.ordinal >= 0 && this.#slots[message.ordinal] === message;
  }

  hasAll(messages: readonly Message[]): boolean {
    for (const message of messages) if (!this.has(message)) return false;
    return true;
  }

  standing(message: Message): Standing {
    if (message.ordinal >= 0) return this.has(message) ? 'held' : 'foreign';
    return STANDING[NONE - message.ordinal] ?? 'foreign';
  }

  acked(message: Message): void {
    this.#leave(message, ACKED);
  }

  remove(message: Message, why: 'released' | 'lost'): void {
    this.#leave(message, why === 'lost' ? LOST : RELEASED);
  }

  #leave(message: Message, ordinal: number): void {
    if (this.has(message)) {
      this.#slots[message.ordinal] = undefined;
      this.#free.push(message.ordinal);
    }
    message.ordinal = ordinal;
  }

  held(): Message[] {
    return this.#slots.filter((message) => message !== undefined);
  }
}
