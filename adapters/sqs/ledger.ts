import type { StreamError } from '../../src/errors.js';
import { type Message, NONE } from '../../src/message.js';
import type { SqsMessage } from './client.js';

type Native = Message<SqsMessage>;

/** The error of each message that failed. */
export type Errors = ReadonlyMap<Native, StreamError>;

/** A message that was delivered to this consumer and is not settled. */
export interface Held {
  readonly message: Native;
  /** To when SQS can keep it hidden, on the monotonic clock. */
  readonly longestUntil: number;
  /** A delete under way: what else is asked of it waits for the answer. */
  deleting: Promise<Errors> | undefined;
  /** On its way back: nothing acks or extends it. */
  releasing: boolean;
}

export type Left = 'acked' | 'released' | 'lost';

/** The next number that no ledger uses in `Message.ordinal`; 0 and above are places in one. */
let unused = NONE - 1;

/** How the messages of one consumer stand: a slab, in which each is found by the place that it carries. Nothing is hashed. */
export class Ledger {
  readonly #places: (Held | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #acked: number = unused--;
  readonly #released: number = unused--;
  readonly #lost: number = unused--;

  get size(): number {
    return this.#places.length - this.#free.length;
  }

  add(message: Native, longestUntil: number): void {
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = { message, longestUntil, deleting: undefined, releasing: false };
    message.ordinal = place;
  }

  /** Undefined: it has left, or is not of this consumer. */
  find(message: Message): Held | undefined {
    const held = this.#places[message.ordinal];
    return held?.message === message ? held : undefined;
  }

  /** How it left; undefined: it is held, or not of this consumer. */
  left({ ordinal }: Message): Left | undefined {
    if (ordinal === this.#acked) return 'acked';
    if (ordinal === this.#released) return 'released';
    return ordinal === this.#lost ? 'lost' : undefined;
  }

  /** One that has left already stays what it became. */
  leave(held: Held, how: Left): void {
    const { message } = held;
    if (this.#places[message.ordinal] !== held) return;
    this.#places[message.ordinal] = undefined;
    this.#free.push(message.ordinal);
    message.ordinal = how === 'acked' ? this.#acked : how === 'released' ? this.#released : this.#lost;
  }

  /** All that are held, in no order. */
  all(): Native[] {
    return this.#places.flatMap((held) => held?.message ?? []);
  }
}
