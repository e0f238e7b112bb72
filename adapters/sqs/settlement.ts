import type { AckResult, FailedSettlement, SettleResult } from '../../src/consumer.js';
import type { StreamError } from '../../src/errors.js';
import { InFlight } from '../../src/in-flight.js';
import { Lease, type Message } from '../../src/message.js';
import { Batches, outcome, PER_CALL, type SendBatch } from './batches.js';
import { MAX_LEASE_MS } from './capabilities.js';
import type { SqsMessage } from './client.js';
import { failure } from './errors.js';
import type { Settings } from './options.js';
import type { Connected } from './poller.js';

type Native = Message<SqsMessage>;
type Standing = 'held' | 'acked' | 'releasing' | 'released' | 'lost';
/** The error of each message that failed. */
type Errors = ReadonlyMap<Native, StreamError>;

/** What is held below this is not looked through for what has lapsed. */
const MANY_HELD = 1_000;

/** Acks, releases and extensions, and how each message stands. */
export class Settlement {
  readonly #settings: Settings;
  readonly #connected: () => Connected;
  readonly #oldestPoll: () => number;
  readonly #deletes: Batches;
  readonly #held: Map<Native, number> = new Map();
  /** At how many held ones to look for those that have lapsed. */
  #sweepAt: number = MANY_HELD;
  readonly #standing: WeakMap<Message, Standing> = new WeakMap();
  /** When acks were confirmed, by id, as far back as a receive that is out was sent. */
  readonly #done: Map<string, number> = new Map();
  readonly #inFlight: InFlight = new InFlight();
  /** Deletes under way, by message: what else is asked of it waits for the answer. */
  readonly #deleting: Map<Native, Promise<Errors>> = new Map();
  readonly #extending: InFlight = new InFlight();

  constructor(settings: Settings, connected: () => Connected, oldestPoll: () => number) {
    this.#settings = settings;
    this.#connected = connected;
    this.#oldestPoll = oldestPoll;
    const send: SendBatch = (Entries) => {
      const { control, queueUrl } = this.#connected();
      return control.deleteMessageBatch({ QueueUrl: queueUrl, Entries }, this.#bound());
    };
    // It may have waited for its turn longer than its lease.
    const refuse = (message: Native, now: number): StreamError | undefined => this.#problem(message, now)?.error;
    this.#deletes = new Batches(send, refuse, `deleting from ${settings.queue}`, settings.maxDeletes);
  }

  arrived(message: Native): void {
    // Its lease has just begun: the longest that it can be kept counts from the receive.
    this.#held.set(message, (message.lease?.until ?? 0) - this.#settings.leaseMs + MAX_LEASE_MS);
    this.#standing.set(message, 'held');
    if (this.#held.size >= this.#sweepAt) this.#sweep();
  }

  /** Nobody need tell us of a message whose lease has lapsed, which would keep it here for good. */
  #sweep(): void {
    const now = performance.now();
    for (const message of this.#held.keys()) if (this.#standing.get(message) === 'held') this.#problem(message, now);
    this.#sweepAt = Math.max(MANY_HELD, this.#held.size * 2);
  }

  /**
   * A queue may deliver again what is held, and its ack then overtake that delivery's way here. The work is done: it is deleted
   * by this delivery too, and goes to nobody.
   */
  doneSince(message: Native, sentAt: number): boolean {
    if ((this.#done.get(message.id) ?? 0) <= sentAt) return false;
    // Where it fails it comes again.
    this.ack([message]).catch(() => {});
    return true;
  }

  #noteDone(messages: readonly Native[]): void {
    const now = performance.now();
    const oldest = this.#oldestPoll();
    for (const [id, at] of this.#done) {
      if (at >= oldest) break;
      this.#done.delete(id);
    }
    if (oldest < now) for (const { id } of messages) this.#done.set(id, now);
  }

  ack(messages: readonly Native[]): Promise<AckResult> {
    return this.#inFlight.track(this.#ack(messages));
  }

  async #ack(messages: readonly Native[]): Promise<AckResult> {
    const now = performance.now();
    const failed: FailedSettlement[] = [];
    const asked: Native[] = [];
    const send: Native[] = [];
    const done: Native[] = [];
    const calls = new Set<Promise<Errors>>();
    for (const message of new Set(messages)) {
      const call = this.#deleting.get(message);
      const problem = call === undefined ? this.#problem(message, now) : undefined;
      if (problem !== undefined) failed.push(problem);
      else if (this.#standing.get(message) === 'acked') done.push(message);
      else {
        asked.push(message);
        if (call === undefined) send.push(message);
        else calls.add(call);
      }
    }
    if (send.length > 0) calls.add(this.#delete(send));
    const failing = (await Promise.all(calls)).filter(({ size }) => size > 0);
    const errors = new Map<Native, StreamError>();
    for (const message of asked) {
      const error = failing.find((each) => each.has(message))?.get(message);
      if (error === undefined) {
        done.push(message);
        continue;
      }
      errors.set(message, error);
      failed.push({ message, error });
    }
    refuseIfAll(errors, asked.length, messages.length - asked.length);
    return { confirmed: done.length === messages.length ? messages : done, recorded: [], failed };
  }

  /** Deletes, and notes how each stands then. Never rejects. */
  #delete(messages: readonly Native[]): Promise<Errors> {
    const call = this.#deletes.all(messages).then((failed) => {
      const errors = new Map(failed);
      const now = performance.now();
      const acked: Native[] = [];
      for (const message of messages) {
        this.#deleting.delete(message);
        // When the server did it is not told: someone else may have had it by then, whom SQS lets keep it.
        const error = errors.get(message) ?? this.#problem(message, now)?.error;
        if (error === undefined) {
          this.#leave(message, 'acked');
          acked.push(message);
        } else {
          errors.set(message, error);
          if (error.code === 'LEASE_LOST') this.#leave(message, 'lost');
        }
      }
      this.#noteDone(acked);
      return errors;
    });
    for (const message of messages) this.#deleting.set(message, call);
    return call;
  }

  /** Why a message cannot be settled; undefined when it can. Notes a lapse. */
  #problem(message: Native, now: number): FailedSettlement | undefined {
    const standing = this.#standing.get(message);
    if (standing === undefined) {
      return { message, error: failure('INVALID_ARGUMENT', `message ${message.id} was not fetched from this consumer`) };
    }
    if (standing === 'released' || standing === 'releasing')
      return { message, error: failure('LEASE_LOST', `message ${message.id} was released`) };
    if (standing === 'acked') return undefined;
    if (standing === 'held' && (message.lease?.until ?? 0) > now) return undefined;
    this.#leave(message, 'lost');
    return { message, error: failure('LEASE_LOST', `message ${message.id}: its lease had ended by this side's clock`) };
  }

  release(messages: readonly Native[], delayMs: number): Promise<SettleResult> {
    return this.#inFlight.track(this.#release(messages, delayMs));
  }

  async #release(messages: readonly Native[], delayMs: number): Promise<SettleResult> {
    const failed: FailedSettlement[] = [];
    const send: Native[] = [];
    const take = (message: Native): void => {
      const problem = this.#problem(message, performance.now());
      if (problem?.error.code === 'INVALID_ARGUMENT') failed.push(problem);
      // One that was lost is on its way again, and one that was acked is done.
      if (problem !== undefined || this.#standing.get(message) !== 'held') return;
      this.#standing.set(message, 'releasing');
      send.push(message);
    };
    const acking: Native[] = [];
    for (const message of new Set(messages)) {
      if (this.#deleting.has(message)) acking.push(message);
      else take(message);
    }
    for (const message of acking) {
      while (this.#deleting.has(message)) await this.#deleting.get(message);
      take(message);
    }
    // An extension that the server sees after this would hide them from everyone.
    await this.#extending.settled();
    const errors = await this.#setVisibility(send, Math.ceil(delayMs / 1_000));
    for (const message of send) {
      const error = errors.get(message);
      if (error === undefined || error.code === 'LEASE_LOST') this.#leave(message, error === undefined ? 'released' : 'lost');
      else {
        this.#standing.set(message, 'held');
        failed.push({ message, error });
      }
    }
    refuseIfAll(errors, send.length, messages.length - send.length);
    return { failed };
  }

  extend(messages: readonly Native[], leaseMs: number): Promise<SettleResult> {
    return this.#inFlight.track(this.#extend(messages, leaseMs));
  }

  async #extend(messages: readonly Native[], leaseMs: number): Promise<SettleResult> {
    const now = performance.now();
    const failed: FailedSettlement[] = [];
    const bySeconds = new Map<number, Native[]>();
    let kept = 0;
    for (const message of new Set(messages)) {
      // It goes back, which an extension would undo; what is told of it is the release's to tell.
      const releasing = this.#standing.get(message) === 'releasing';
      const problem = releasing ? undefined : this.#problem(message, now);
      if (problem !== undefined) failed.push(problem);
      if (releasing) kept += 1;
      if (problem !== undefined || this.#standing.get(message) !== 'held') continue;
      // Up, so that it is kept at least as long; down at the end of the 12 hours, which the server would refuse.
      const most = Math.floor(((this.#held.get(message) ?? 0) - now) / 1_000);
      const seconds = Math.min(Math.ceil(leaseMs / 1_000), most);
      if (seconds > 0) bySeconds.set(seconds, [...(bySeconds.get(seconds) ?? []), message]);
      else kept += 1;
    }
    const errors = new Map<Native, StreamError>();
    await Promise.all(
      [...bySeconds].map(async ([seconds, send]) => {
        const sentAt = performance.now();
        for (const [message, error] of await this.#extending.track(this.#setVisibility(send, seconds))) errors.set(message, error);
        const lease = new Lease(sentAt + seconds * 1_000);
        for (const message of send) {
          if (errors.has(message)) continue;
          // The server may say yes when the lease was over, and someone else have it by now.
          const problem = this.#standing.get(message) === 'releasing' ? undefined : this.#problem(message, performance.now());
          if (problem === undefined) message.lease = lease;
          else failed.push(problem);
        }
      }),
    );
    const sent = [...bySeconds.values()].reduce((sum, { length }) => sum + length, 0);
    refuseIfAll(errors, sent, failed.length + kept);
    for (const [message, error] of errors) {
      // It may be gone because it is being deleted.
      if (error.code === 'LEASE_LOST') await this.#deleting.get(message);
      // What was acked meanwhile needs no lease.
      if (this.#standing.get(message) === 'acked') continue;
      if (error.code === 'LEASE_LOST') this.#leave(message, 'lost');
      failed.push({ message, error });
    }
    return { failed };
  }

  /**
   * In a FIFO queue the last of a group first, and one call after another: what is still hidden at the head of a group holds up
   * the rest of it, so nothing overtakes.
   */
  async #setVisibility(messages: readonly Native[], seconds: number): Promise<Errors> {
    const { fifo, queue } = this.#settings;
    const doing = `changing the visibility in ${queue}`;
    const errors = new Map<Native, StreamError>();
    const call = async (batch: readonly Native[]): Promise<void> => {
      const outcomes = await outcome(
        (entries) => {
          const { control, queueUrl } = this.#connected();
          const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: seconds }));
          return control.changeMessageVisibilityBatch({ QueueUrl: queueUrl, Entries }, this.#bound());
        },
        batch,
        doing,
      );
      for (const [index, error] of outcomes.entries()) if (error !== undefined) errors.set(batch[index] as Native, error);
    };
    const ordered = fifo ? [...messages].sort(byPosition).reverse() : messages;
    const batches: (readonly Native[])[] = [];
    for (let at = 0; at < ordered.length; at += PER_CALL) batches.push(ordered.slice(at, at + PER_CALL));
    if (fifo) for (const batch of batches) await call(batch);
    else await Promise.all(batches.map(call));
    return errors;
  }

  /** Gives back all that is held but what still runs, after what is under way. Whether all of it went back. */
  async releaseAll(running: readonly Message[]): Promise<boolean> {
    await this.#inFlight.settled();
    const keep = new Set(running.map(({ delivery }) => delivery));
    const held = [...this.#held.keys()].filter(({ delivery }) => !keep.has(delivery));
    const { failed } = await this.#release(held, 0);
    return failed.length === 0;
  }

  #leave(message: Native, standing: Standing): void {
    this.#held.delete(message);
    this.#standing.set(message, standing);
  }

  #bound(): { abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#settings.answerMs) };
  }
}

/** A call of which every part failed alike rejects; lost leases are an answer. */
function refuseIfAll(errors: Errors, sent: number, others: number): void {
  if (sent === 0 || others > 0 || errors.size !== sent) return;
  const [first] = errors.values();
  if (first === undefined) return;
  for (const { code } of errors.values()) if (code === 'LEASE_LOST' || code !== first.code) return;
  throw first;
}

/** Sequence numbers are decimal, and too long for a number. */
function byPosition({ position: a = '' }: Native, { position: b = '' }: Native): number {
  const [one, other] = [String(a), String(b)];
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}
