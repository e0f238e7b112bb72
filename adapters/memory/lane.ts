import { Message } from '../../src/message.js';
import { Watermark } from '../../src/watermark.js';
import type { Partition } from './partition.js';
import { type BodyCopier, copyHeaders } from './payload.js';

/** What the log tells of a delivery: `Message.raw`. To be read only. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export const Held = { OPEN: 0, FINISHED: 1, SETTLED: 2, STALE: 3 } as const;

/** One delivery from a lane. */
export class LogDelivery implements TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly lane: Lane;
  state: (typeof Held)[keyof typeof Held] = Held.OPEN;
  /** The message that the watermark tracks. */
  message: Message<TopicRecord> | undefined;

  constructor(topic: string, offset: number, lane: Lane) {
    this.topic = topic;
    this.partition = lane.partition.index;
    this.offset = offset;
    this.lane = lane;
  }
}

/** Every message in a lane was made by it. */
function deliveryOf(message: Message<TopicRecord>): LogDelivery {
  return message.raw as LogDelivery;
}

/** One ownership of one partition by one member: where it reads, and how far it is done. */
export class Lane {
  readonly name: string;
  readonly partition: Partition;
  readonly assignment: number;
  /** The place of the next entry to deliver. */
  next: number;
  /** Not read before this time, ms on the clock. */
  notBefore = 0;
  paused = false;
  /** It is being taken away: nothing more is delivered, acks are still good. */
  revoking = false;
  /** It belongs to someone else, or to nobody. */
  gone = false;
  endTold = false;
  readonly mark: Watermark = new Watermark();

  constructor(partition: Partition, assignment: number, next: number) {
    this.name = String(partition.index);
    this.partition = partition;
    this.assignment = assignment;
    this.next = next;
  }

  /** How many entries `deliver` could bring. */
  available(now: number): number {
    if (this.paused || this.revoking || this.notBefore > now) return 0;
    return this.backlog;
  }

  /** How many entries have to be delivered yet. */
  get backlog(): number {
    return this.partition.end - Math.max(this.next, this.partition.start);
  }

  deliver(topic: string, count: number, into: Message<TopicRecord>[], token: number, bodies: BodyCopier): void {
    let place = Math.max(this.next, this.partition.start);
    for (let index = 1; index <= count; index += 1) {
      const entry = this.partition.at(place);
      const raw = new LogDelivery(topic, entry.offset, this);
      const message = new Message<TopicRecord>({
        id: entry.id,
        delivery: token + index,
        body: bodies.copy(entry.body),
        raw,
        key: entry.key,
        headers: entry.hasBytes ? copyHeaders(entry.headers) : entry.headers,
        lane: this.name,
        assignment: this.assignment,
        position: entry.offset,
        publishedAt: entry.publishedAt,
      });
      raw.message = message;
      this.mark.deliver(message);
      into.push(message);
      place += 1;
    }
    this.next = place;
  }

  finish(delivery: LogDelivery): void {
    delivery.state = Held.FINISHED;
    if (delivery.message !== undefined) this.mark.finish(delivery.message);
  }

  /** The commit up to this message has succeeded. Returns what it covers. */
  settle(last: Message): Message<TopicRecord>[] {
    // Only messages of this lane are in its watermark.
    const settled = this.mark.settle(last) as Message<TopicRecord>[];
    for (const message of settled) deliveryOf(message).state = Held.SETTLED;
    return settled;
  }

  /** Acked, and not committed. */
  unsettled(): Message<TopicRecord>[] {
    return this.mark.unsettled() as Message<TopicRecord>[];
  }

  /** Reads again from this delivery on: it and all later ones are stale. */
  giveBackFrom(delivery: LogDelivery, notBefore: number): void {
    this.#readAgain(delivery.offset, notBefore, delivery.message);
  }

  /** Reads on from this offset: all that is held is stale. */
  seek(offset: number): void {
    this.#readAgain(offset, 0);
  }

  #readAgain(offset: number, notBefore: number, from?: Message<TopicRecord>): void {
    // Only messages of this lane are in its watermark.
    for (const message of this.mark.truncate(from) as Message<TopicRecord>[]) deliveryOf(message).state = Held.STALE;
    this.next = this.partition.placeOf(offset);
    this.notBefore = notBefore;
    this.endTold = false;
  }
}
