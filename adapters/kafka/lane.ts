import type { LaneAssignment } from '../../src/consumer.js';
import type { Message } from '../../src/message.js';
import { Watermark } from '../../src/watermark.js';

/** Makes a message of a client's record. */
export type MakeMessage<Raw> = (raw: Raw, delivery: number, lane: string, assignment: number) => Message<Raw>;

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
  #chunks: { readonly messages: readonly Raw[]; at: number }[] = [];
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

  arrived(messages: readonly Raw[]): void {
    this.#chunks.push({ messages, at: 0 });
    this.waiting += messages.length;
  }

  /** Hands out up to `max`, onto `out`; each gets a delivery number from `delivery` on. */
  take(out: Message<Raw>[], max: number, delivery: number): void {
    const { lane, assignment, mark } = this;
    const make = this.#make;
    let room = max;
    while (room > 0) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) return;
      const { messages } = chunk;
      const end = Math.min(messages.length, chunk.at + room);
      const count = end - chunk.at;
      for (let at = chunk.at; at < end; at += 1) {
        const message = make(messages[at] as Raw, delivery + out.length, lane, assignment);
        mark.deliver(message);
        out.push(message);
      }
      chunk.at = end;
      room -= count;
      this.waiting -= count;
      if (end === messages.length) this.#chunks.shift();
    }
  }

  /** What came and was not handed out will be read again, or is no longer ours. */
  clear(): void {
    this.#chunks = [];
    this.waiting = 0;
  }
}

export function laneName(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
