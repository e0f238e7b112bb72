import type { AckResult, FailedSettlement, SettleResult } from '../../src/consumer.js';
import type { StreamError } from '../../src/errors.js';
import { InFlight } from '../../src/in-flight.js';
import { Lease, type Message } from '../../src/message.js';
import { Batches, type SendBatch } from './batches.js';
import { bounded } from './bounded.js';
import { MAX_LEASE_MS } from './capabilities.js';
import type { SqsMessage } from './client.js';
import { failure } from './errors.js';
import { type Errors, type Held, Ledger } from './ledger.js';
import type { Settings } from './options.js';
import type { Connected } from './poller.js';
import { setVisibility } from './visibility.js';

type Native = Message<SqsMessage>;

/** What is held below this is not looked through for what has lapsed. */
const MANY_HELD = 1_000;

/** Acks, releases and extensions, and how each message stands. */
export class Settlement {
  readonly #settings: Settings;
  readonly #connected: () => Connected;
  readonly #oldestPoll: () => number;
  readonly #deletes: Batches;
  readonly #ledger: Ledger = new Ledger();
  /** At how many held ones to look for those that have lapsed. */
  #sweepAt: number = MANY_HELD;
  /** When acks were confirmed, by id, as far back as a receive that is out was sent. */
  readonly #done: Map<string, number> = new Map();
  readonly #inFlight: InFlight = new InFlight();
  readonly #extending: InFlight = new InFlight();

  constructor(settings: Settings, connected: () => Connected, oldestPoll: () => number) {
    this.#settings = settings;
    this.#connected = connected;
    this.#oldestPoll = oldestPoll;
    const send: SendBatch = (Entries) => {
      const { control, queueUrl } = this.#connected();
      return bounded(settings.answerMs, (options) => control.deleteMessageBatch({ QueueUrl: queueUrl, Entries }, options));
    };
    // It may have waited for its turn longer than its lease.
    const refuse = (message: Native, now: number): StreamError | undefined => this.#problem(message, now)?.error;
    this.#deletes = new Batches(send, refuse, `deleting from ${settings.queue}`, settings.maxDeletes);
  }

  arrived(message: Native): void {
    // Its lease has just begun: the longest that it can be kept counts from the receive.
    this.#ledger.add(message, (message.lease?.until ?? 0) - this.#settings.leaseMs + MAX_LEASE_MS);
    if (this.#ledger.size >= this.#sweepAt) this.#sweep();
  }

  /** Nobody need tell us of a message whose lease has lapsed, which would keep it here for good. */
  #sweep(): void {
    const now = performance.now();
    for (const message of this.#ledger.all()) if (this.#ledger.find(message)?.releasing === false) this.#problem(message, now);
    this.#sweepAt = Math.max(MANY_HELD, this.#ledger.size * 2);
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
    const send: Held[] = [];
    const done: Native[] = [];
    const calls = new Set<Promise<Errors>>();
    for (const message of new Set(messages)) {
      const held = this.#ledger.find(message);
      const call = held?.deleting;
      const problem = call === undefined ? this.#problem(message, now) : undefined;
      if (problem !== undefined) failed.push(problem);
      else if (held === undefined) done.push(message);
      else {
        asked.push(message);
        if (call === undefined) send.push(held);
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
  #delete(all: readonly Held[]): Promise<Errors> {
    const call = this.#deletes.all(all.map(({ message }) => message)).then((failed) => {
      const errors = new Map(failed);
      const now = performance.now();
      const acked: Native[] = [];
      for (const held of all) {
        const { message } = held;
        held.deleting = undefined;
        // When the server did it is not told: someone else may have had it by then, whom SQS lets keep it.
        const error = errors.get(message) ?? this.#problem(message, now)?.error;
        if (error === undefined) {
          this.#ledger.leave(held, 'acked');
          acked.push(message);
        } else {
          errors.set(message, error);
          if (error.code === 'LEASE_LOST') this.#ledger.leave(held, 'lost');
        }
      }
      this.#noteDone(acked);
      return errors;
    });
    for (const held of all) held.deleting = call;
    return call;
  }

  /** Why a message cannot be settled; undefined when it can, and when it is acked. Notes a lapse. */
  #problem(message: Native, now: number): FailedSettlement | undefined {
    const held = this.#ledger.find(message);
    const left = held === undefined ? this.#ledger.left(message) : undefined;
    if (held === undefined && left === undefined) {
      return { message, error: failure('INVALID_ARGUMENT', `message ${message.id} was not fetched from this consumer`) };
    }
    if (left === 'released' || held?.releasing === true)
      return { message, error: failure('LEASE_LOST', `message ${message.id} was released`) };
    if (left === 'acked') return undefined;
    if (held !== undefined) {
      if ((message.lease?.until ?? 0) > now) return undefined;
      this.#ledger.leave(held, 'lost');
    }
    return { message, error: failure('LEASE_LOST', `message ${message.id}: its lease had ended by this side's clock`) };
  }

  release(messages: readonly Native[], delayMs: number): Promise<SettleResult> {
    return this.#inFlight.track(this.#release(messages, delayMs));
  }

  async #release(messages: readonly Native[], delayMs: number): Promise<SettleResult> {
    const failed: FailedSettlement[] = [];
    const send: Held[] = [];
    const take = (message: Native): void => {
      const problem = this.#problem(message, performance.now());
      if (problem?.error.code === 'INVALID_ARGUMENT') failed.push(problem);
      const held = this.#ledger.find(message);
      // One that was lost is on its way again, and one that was acked is done.
      if (problem !== undefined || held === undefined) return;
      held.releasing = true;
      send.push(held);
    };
    const acking: Native[] = [];
    for (const message of new Set(messages)) {
      if (this.#deleting(message) !== undefined) acking.push(message);
      else take(message);
    }
    for (const message of acking) {
      while (this.#deleting(message) !== undefined) await this.#deleting(message);
      take(message);
    }
    // An extension that the server sees after this would hide them from everyone.
    await this.#extending.settled();
    const errors = await this.#setVisibility(
      send.map(({ message }) => message),
      Math.ceil(delayMs / 1_000),
    );
    for (const held of send) {
      const { message } = held;
      const error = errors.get(message);
      if (error === undefined || error.code === 'LEASE_LOST') this.#ledger.leave(held, error === undefined ? 'released' : 'lost');
      else {
        held.releasing = false;
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
      const held = this.#ledger.find(message);
      const releasing = held?.releasing === true;
      const problem = releasing ? undefined : this.#problem(message, now);
      if (problem !== undefined) failed.push(problem);
      if (releasing) kept += 1;
      if (problem !== undefined || releasing || held === undefined) continue;
      // Up, so that it is kept at least as long; down at the end of the 12 hours, which the server would refuse.
      const most = Math.floor((held.longestUntil - now) / 1_000);
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
          const problem = this.#ledger.find(message)?.releasing === true ? undefined : this.#problem(message, performance.now());
          if (problem === undefined) message.lease = lease;
          else failed.push(problem);
        }
      }),
    );
    const sent = [...bySeconds.values()].reduce((sum, { length }) => sum + length, 0);
    refuseIfAll(errors, sent, failed.length + kept);
    for (const [message, error] of errors) {
      // It may be gone because it is being deleted.
      if (error.code === 'LEASE_LOST') await this.#deleting(message);
      // What was acked meanwhile needs no lease.
      if (this.#ledger.left(message) === 'acked') continue;
      const held = this.#ledger.find(message);
      if (error.code === 'LEASE_LOST' && held !== undefined) this.#ledger.leave(held, 'lost');
      failed.push({ message, error });
    }
    return { failed };
  }

  #setVisibility(messages: readonly Native[], seconds: number): Promise<Errors> {
    return setVisibility(this.#connected, this.#settings, messages, seconds);
  }

  /** Gives back all that is held but what still runs, after what is under way. Whether all of it went back. */
  async releaseAll(running: readonly Message[]): Promise<boolean> {
    await this.#inFlight.settled();
    const keep = new Set(running.map(({ delivery }) => delivery));
    const held = this.#ledger.all().filter(({ delivery }) => !keep.has(delivery));
    const { failed } = await this.#release(held, 0);
    return failed.length === 0;
  }

  #deleting(message: Native): Promise<Errors> | undefined {
    return this.#ledger.find(message)?.deleting;
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
