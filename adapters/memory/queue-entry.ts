import type { Headers } from '../../src/message.js';
import type { Due } from './heap.js';
import type { Hold } from './leases.js';
import { copyHeaders, hasBytes, type PublishMessage } from './payload.js';

/** The headers that dead-lettering adds. */
export const DEAD_LETTER_HEADERS: {
  readonly reason: string;
  readonly description: string;
  readonly source: string;
  readonly attempts: string;
} = Object.freeze({
  reason: 'x-dead-letter-reason',
  description: 'x-dead-letter-description',
  source: 'x-dead-letter-source',
  attempts: 'x-dead-letter-attempts',
});

/** What a queue keeps of a message: `Message.raw`. To be read only. */
export interface QueueRecord {
  readonly id: string;
  /** Its place in the order of publishing. */
  readonly order: number;
  /** How many times it has been delivered. */
  readonly deliveries: number;
  /** How many of these count towards the queue's `maxAttempts`. */
  readonly attempts: number;
}

export const State = { READY: 0, DELAYED: 1, BLOCKED: 2, LEASED: 3, ACKED: 4, DEAD: 5 } as const;

/** One message in a queue. As `Due`: when its delay is over. */
export class Entry implements QueueRecord, Due {
  /** The queue it is in: tokens are good in that one alone. */
  readonly queue: object;
  readonly id: string;
  readonly order: number;
  readonly key: string | undefined;
  readonly group: string | undefined;
  readonly headers: Headers;
  readonly hasBytes: boolean;
  readonly body: Uint8Array;
  readonly publishedAt: number;
  state: (typeof State)[keyof typeof State] = State.READY;
  deliveries = 0;
  attempts = 0;
  /** Its delivery that is good, or was when it was settled; 0: none. */
  token = 0;
  hold: Hold | undefined = undefined;
  at: number;
  place = -1;

  constructor(
    queue: object,
    id: string,
    order: number,
    group: string | undefined,
    message: PublishMessage,
    body: Uint8Array,
    publishedAt: number,
    at: number,
  ) {
    this.queue = queue;
    this.id = id;
    this.order = order;
    this.key = message.key;
    this.group = group;
    this.headers = copyHeaders(message.headers);
    this.hasBytes = hasBytes(this.headers);
    this.body = body;
    this.publishedAt = publishedAt;
    this.at = at;
  }
}
