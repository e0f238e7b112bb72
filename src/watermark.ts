import { StreamError } from './errors.js';
import { type Message, NONE } from './message.js';

const FIRST_CAPACITY = 64;

/**
 * How far one lane is done: the highest message up to which everything that was delivered is finished, whatever the
 * order in which handlers finish. Contiguous means in order of delivery, never position + 1: compaction, transaction
 * markers and Kinesis sequence numbers leave holes, and nothing here looks at a position.
 *
 * One instance for one assignment of one lane. A ring over dense ordinals: deliver, finish and settle cost a few ns each;
 * memory is 9 bytes a message between the settled one and the newest. Adapters of cursor brokers use it so:
 *
 *     fetch:  mark.deliver(message)
 *     ack:    mark.finish(message); const last = mark.finished; if (last) commit(last.position) then mark.settle(last)
 *
 *     the lane is read again: mark.truncate(message), its acks are void; then deliver what comes
 *
 * Nothing blocks; nothing throws but `deliver` and `settle` on misuse.
 */
export class Watermark {
  #ring: (Message | undefined)[] = new Array<Message | undefined>(FIRST_CAPACITY);
  #done = new Uint8Array(FIRST_CAPACITY);
  #mask: number = FIRST_CAPACITY - 1;
  /** Ordinals: settled ≤ finished ≤ next. Doubles, so they never wrap: 2^53 deliveries. */
  #settled = 0;
  #finished = 0;
  #next = 0;

  /** Appends a message: it comes after all that were delivered before. Throws if a watermark tracks it already. */
  deliver(message: Message): void {
    if (message.ordinal !== NONE) throw new StreamError('INTERNAL', `message ${message.id} was delivered twice to one lane`);
    if (this.#next - this.#settled > this.#mask) this.#grow();
    const at = this.#next & this.#mask;
    message.ordinal = this.#next;
    this.#ring[at] = message;
    this.#done[at] = 0;
    this.#next += 1;
  }

  /** Notes that its work is done. Returns false when it was noted before (harmless), or is not of this lane. */
  finish(message: Message): boolean {
    const { ordinal } = message;
    if (ordinal < this.#finished || ordinal >= this.#next) return false;
    const at = ordinal & this.#mask;
    if (this.#done[at] === 1 || this.#ring[at] !== message) return false;
    this.#done[at] = 1;
    if (ordinal === this.#finished) this.#advance();
    return true;
  }

  /** The last message of the finished prefix, if it goes beyond what is settled: its position is what to commit. */
  get finished(): Message | undefined {
    return this.#finished > this.#settled ? this.#ring[(this.#finished - 1) & this.#mask] : undefined;
  }

  /** Whether a commit up to {@link finished} would cover this message. */
  covers(message: Message): boolean {
    return message.ordinal !== NONE && message.ordinal < this.#finished;
  }

  /** Whether a commit that succeeded has covered this message. */
  isSettled(message: Message): boolean {
    return message.ordinal !== NONE && message.ordinal < this.#settled;
  }

  /**
   * The commit of `last` succeeded: everything up to it is confirmed. Returns those messages in order of delivery and
   * forgets them. Throws if `last` is not of the finished prefix. Empty when a later commit settled it already.
   */
  settle(last: Message): Message[] {
    if (last.ordinal >= this.#finished) throw new StreamError('INTERNAL', `commit of message ${last.id} goes past unfinished work`);
    const count = Math.max(0, last.ordinal + 1 - this.#settled);
    const from = this.#settled & this.#mask;
    // The ring goes on at its begin.
    const beyond = from + count - this.#ring.length;
    const settled = this.#cut(from, from + count);
    this.#settled += count;
    return beyond > 0 ? settled.concat(this.#cut(0, beyond)) : settled;
  }

  /**
   * The lane will be read again from this message on (a release of the tail, a seek): it and all that were delivered after it
   * are dropped, finished or not, but nothing that is settled. Returns them in order of delivery; empty for a message that is
   * settled or not of this lane. Default: everything that is not settled.
   */
  truncate(from?: Message): Message[] {
    const first = from === undefined ? this.#settled : from.ordinal;
    const dropped: Message[] = [];
    if (from !== undefined && (first < this.#settled || this.#ring[first & this.#mask] !== from)) return dropped;
    for (let ordinal = first; ordinal < this.#next; ordinal += 1) {
      const at = ordinal & this.#mask;
      // The ring holds every message between settled and next.
      const message = this.#ring[at] as Message;
      message.ordinal = NONE;
      dropped.push(message);
      this.#ring[at] = undefined;
    }
    this.#next = first;
    this.#finished = Math.min(this.#finished, first);
    return dropped;
  }

  /** Finished and not settled, behind a gap or not, in order of delivery: what a close has to report. */
  unsettled(): Message[] {
    const found: Message[] = [];
    for (let ordinal = this.#settled; ordinal < this.#next; ordinal += 1) {
      const at = ordinal & this.#mask;
      if (this.#done[at] === 1) found.push(this.#ring[at] as Message);
    }
    return found;
  }

  /** How many messages were delivered and are not settled. */
  get span(): number {
    return this.#next - this.#settled;
  }

  /** Takes out what stands at these places of the ring, up to its end. Not one by one: arrays that grow are copied again and again. */
  #cut(from: number, to: number): Message[] {
    // The ring holds every message between settled and next.
    const cut = this.#ring.slice(from, to) as Message[];
    this.#ring.fill(undefined, from, to);
    return cut;
  }

  #advance(): void {
    let finished = this.#finished + 1;
    while (finished < this.#next && this.#done[finished & this.#mask] === 1) finished += 1;
    this.#finished = finished;
  }

  #grow(): void {
    const capacity = (this.#mask + 1) * 2;
    const ring = new Array<Message | undefined>(capacity);
    const done = new Uint8Array(capacity);
    for (let ordinal = this.#settled; ordinal < this.#next; ordinal += 1) {
      const from = ordinal & this.#mask;
      const to = ordinal & (capacity - 1);
      ring[to] = this.#ring[from];
      done[to] = this.#done[from] as number;
    }
    this.#ring = ring;
    this.#done = done;
    this.#mask = capacity - 1;
  }
}
