import type { LaneAssignment } from '../../src/consumer.js';
import type { Message } from '../../src/message.js';
import { Watermark } from '../../src/watermark.js';

/** Makes a message of a client's record. */
export type MakeMessage<Raw> = (raw: Raw, delivery: number, lane: string, assignment: number) => Message<Raw>;

/** Some records that came together. */
export interface Chunk<Raw> {
  readonly count: number;
  /** Undefined: they are there already. */
  readonly firstOffset?: bigint;
  /** As many as that. Throws where they cannot be read. */
  read(): readonly Raw[];
}

export function chunkOf<Raw>(messages: readonly Raw[]): Chunk<Raw> {
  return { count: messages.length, read: () => messages };
}

/** How far one assignment of one partition is done. */
export interface LaneProgress extends LaneAssignment {
  readonly topic: string;
  readonly partition: number;
  readonly mark: Watermark;
  /** It was taken away: nothing of it is handed out or committed any more. */
  readonly gone: boolean;
}

/** One assignment of one partition: what came of it, what was handed out, and how far that is done. */
export class Lane<Raw> implements LaneProgress {
  readonly lane: string;
  readonly assignment: number;
  readonly topic: string;
  readonly partition: number;
  readonly mark: Watermark = new Watermark();
  gone = false;
  /** It was taken away, and not given up by a revocation or a close: what was recorded of it is not named any more. */
  lost = false;
  /** It is being settled, and read no more. */
  leaving = false;
  /** It was sought back: what was asked for elsewhere is stale. Undefined once the client reads from there. */
  readFrom: string | undefined;
  /** Those before the first are handed out: an answer may be of many thousands, which to shift each by each takes long. */
  #chunks: (Chunk<Raw> | undefined)[] = [];
  #first = 0;
  /** What is being handed out of the first of them, and from where on. */
  #messages: readonly Raw[] | undefined;
  #at = 0;
  readonly #make: MakeMessage<Raw>;
  /** Records that came and were not handed out. */
  waiting = 0;

  constructor(topic: string, partition: number, assignment: number, make: MakeMessage<Raw>) {
    this.#make = make;
    this.lane = laneName(topic, partition);
    this.assignment = assignment;
    this.topic = topic;
    this.partition = partition;
  }

  arrived(chunks: readonly Chunk<Raw>[]): void {
    for (const chunk of chunks) {
      this.#chunks.push(chunk);
      this.waiting += chunk.count;
    }
  }

  /**
   * Hands out up to `max`, onto `out`; each gets a delivery number from `delivery` on. Throws when what comes next cannot be read, but only
   * where there is nothing else on `out`: that can be acked before.
   */
  take(out: Message<Raw>[], max: number, delivery: number): void {
    const { lane, assignment, mark } = this;
    const make = this.#make;
    let room = max;
    while (room > 0) {
      const chunk = this.#chunks[this.#first];
      if (chunk === undefined) return;
      if (this.#messages === undefined) {
        try {
          this.#messages = chunk.read();
        } catch (error) {
          if (out.length > 0) return;
          throw error;
        }
      }
      const messages = this.#messages;
      const end = Math.min(messages.length, this.#at + room);
      const count = end - this.#at;
      for (let at = this.#at; at < end; at += 1) {
        const message = make(messages[at] as Raw, delivery + out.length, lane, assignment);
        mark.deliver(message);
        out.push(message);
      }
      this.#at = end;
      room -= count;
      this.waiting -= count;
      if (end === messages.length) this.#next();
    }
  }

  /** The offset of what comes next, where that is not read yet. */
  get unreadFrom(): bigint | undefined {
    return this.#chunks[this.#first]?.firstOffset;
  }

  #next(): void {
    this.#chunks[this.#first] = undefined;
    this.#first += 1;
    if (this.#first * 2 > this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#first);
      this.#first = 0;
    }
    this.#messages = undefined;
    this.#at = 0;
  }

  /** What came and was not handed out will be read again, or is no longer ours. */
  clear(): void {
    this.#chunks = [];
    this.#first = 0;
    this.#messages = undefined;
    this.#at = 0;
    this.waiting = 0;
  }
}

export function laneName(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
