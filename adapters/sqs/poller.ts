import { randomUUID } from 'node:crypto';
import { type ErrorCode, StreamError } from '../../src/errors.js';
import { Lease, type Message } from '../../src/message.js';
import { PER_CALL } from './batches.js';
import { bounded } from './bounded.js';
import type { SqsClient, SqsMessage, SqsReceiveInput } from './client.js';
import { nativeError } from './errors.js';
import type { Messages } from './message.js';
import type { Settings } from './options.js';

type Native = Message<SqsMessage>;

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** After these it is not known what the server has handed out. */
const UNANSWERED: ReadonlySet<ErrorCode> = new Set(['UNAVAILABLE', 'TIMEOUT', 'UNKNOWN']);

export interface Connected {
  readonly polls: SqsClient;
  readonly control: SqsClient;
  readonly queueUrl: string;
}

/** What the poller tells its consumer. */
export interface PollerOwner {
  /** Came, and is held from now on. */
  arrived(message: Native): void;
  /** Whether this consumer has acked an earlier delivery of it since then; it is then no one's to handle. */
  doneSince(message: Native, sentAt: number): boolean;
  /** Waited too long for a fetch, or would overtake: it is to be given back. */
  stale(messages: readonly Native[]): void;
}

/**
 * The receives that are out, and what they brought that no fetch has taken yet. A receive is never cancelled for a stop: the
 * server may have answered it already, and what it carries would stay hidden until its lease ends.
 */
export class Poller {
  readonly #settings: Settings;
  readonly #messages: Messages;
  readonly #owner: PollerOwner;
  /** Each with when it was sent, the oldest first. */
  readonly #out: Map<Promise<void>, number> = new Map();
  /** Messages that the receives which are out may still bring. */
  #asked = 0;
  #staged: Native[] = [];
  /** How many receives at a time: more while they come back full, one when there is nothing. */
  #width = 1;
  /** What went wrong last, and was not told by a fetch. */
  #error: StreamError | undefined;
  #wake: (() => void) | undefined;
  #fetching = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: Settings, messages: Messages, owner: PollerOwner) {
    this.#settings = settings;
    this.#messages = messages;
    this.#owner = owner;
  }

  /** 0 to `max` messages; `waitMs` is rounded up to whole seconds. Ends early, with what there is, by either signal. */
  async fetch(connected: Connected, max: number, waitMs: number, signals: readonly AbortSignal[]): Promise<Native[]> {
    const startedAt = performance.now();
    const end = startedAt + waitMs;
    this.#fetching = true;
    this.#error = undefined;
    const wake = (): void => this.#wake?.();
    // For its own receives it waits; one of an earlier fetch may have long to go.
    const timer = waitMs === 0 ? undefined : setTimeout(wake, Math.min(Math.ceil(waitMs) + 1, LONGEST_TIMER_MS));
    for (const signal of signals) signal.addEventListener('abort', wake);
    try {
      for (let first = true; ; first = false) {
        const leftMs = end - performance.now();
        if (this.#staged.length > 0 || signals.some((signal) => signal.aborted)) break;
        const error = this.#error;
        if (error !== undefined) {
          this.#error = undefined;
          throw error;
        }
        if (!first && leftMs <= 0 && !this.#sentSince(startedAt)) break;
        if (first || leftMs > 0) this.#poll(connected, max, first && waitMs === 0 ? 0 : Math.max(leftMs, 0));
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      return this.take(max);
    } finally {
      clearTimeout(timer);
      this.#wake = undefined;
      this.#fetching = false;
      for (const signal of signals) signal.removeEventListener('abort', wake);
      this.#watch();
    }
  }

  /** What is there already, without what has lapsed meanwhile. */
  take(max: number): Native[] {
    const now = performance.now();
    const { leaseMs } = this.#settings;
    const live = this.#staged.filter((message) => untilOf(message) > now && !this.#owner.doneSince(message, untilOf(message) - leaseMs));
    const taken = live.splice(0, max);
    this.#staged = live;
    return taken;
  }

  /** Takes out what is of these lanes and was not fetched yet: it goes back together with what was. */
  takeLanes(lanes: ReadonlySet<string | undefined>): Native[] {
    const taken = this.#staged.filter(({ lane }) => lanes.has(lane));
    this.#staged = this.#staged.filter(({ lane }) => !lanes.has(lane));
    return taken;
  }

  /** When the oldest receive was sent that may still bring something to a fetch; `Infinity`: there is none. */
  get oldest(): number {
    const [sentAt = Infinity] = this.#out.values();
    const [staged] = this.#staged;
    return staged === undefined ? sentAt : Math.min(sentAt, untilOf(staged) - this.#settings.leaseMs);
  }

  /**
   * Resolves when no receive is out any more, and nothing is kept for a fetch. Each is bounded. Whether all of them were answered: what
   * one that was not was to bring is hidden until its lease ends.
   */
  async idle(): Promise<boolean> {
    while (this.#out.size > 0) await Promise.all(this.#out.keys());
    clearTimeout(this.#timer);
    // What was done meanwhile is deleted; the rest is its owner's to give back.
    this.take(Infinity);
    return this.#error === undefined || !UNANSWERED.has(this.#error.code);
  }

  #sentSince(startedAt: number): boolean {
    for (const sentAt of this.#out.values()) if (sentAt >= startedAt) return true;
    return false;
  }

  #poll(connected: Connected, max: number, waitMs: number): void {
    const seconds = Math.ceil(Math.min(waitMs, this.#settings.maxPollMs) / 1_000);
    // A fetch that does not wait asks by itself: a long poll that is out may have to wait.
    let first = waitMs === 0;
    while (first || (this.#out.size < Math.min(this.#width, this.#settings.maxPolls) && this.#asked < max)) {
      const count = Math.min(PER_CALL, first ? max : max - this.#asked);
      first = false;
      this.#asked += count;
      const receive: Promise<void> = this.#receive(connected, count, seconds).finally(() => {
        this.#asked -= count;
        this.#out.delete(receive);
        this.#wake?.();
        this.#watch();
      });
      this.#out.set(receive, performance.now());
    }
  }

  async #receive({ polls, queueUrl }: Connected, count: number, seconds: number): Promise<void> {
    const sentAt = performance.now();
    const { leaseMs, answerMs, systemAttributes, fifo } = this.#settings;
    try {
      const input: SqsReceiveInput = {
        QueueUrl: queueUrl,
        MaxNumberOfMessages: count,
        WaitTimeSeconds: seconds,
        VisibilityTimeout: leaseMs / 1_000,
        // The SDK's type of this older name lacks most of what the service takes by it.
        AttributeNames: [...systemAttributes] as 'All'[],
        MessageAttributeNames: ['All'],
        // What a broken connection took away comes again when the SDK asks again, and does not hold its groups for a lease.
        ...(fifo ? { ReceiveRequestAttemptId: randomUUID() } : {}),
      };
      // The last resort, for a server that does not answer any more. The SDK sends a receive again whose connection broke: that one
      // is given its whole wait too.
      const boundMs = 2 * seconds * 1_000 + answerMs;
      const { Messages = [] } = await bounded(boundMs, (options) => polls.receiveMessage(input, options));
      if (Messages.length === 0) this.#width = 1;
      else if (Messages.length === PER_CALL) this.#width = Math.min(this.#width * 2, this.#settings.maxPolls);
      // Counted from before it was sent: when the server answered is not told.
      const lease = new Lease(sentAt + leaseMs);
      this.#arrive(Messages, lease);
    } catch (error) {
      this.#width = 1;
      this.#fail(nativeError(error, `receiving from ${this.#settings.queue}`));
    }
  }

  #arrive(received: readonly SqsMessage[], lease: Lease): void {
    const broken = new Set<string>();
    const behind: Native[] = [];
    for (const raw of received) {
      try {
        const message = this.#messages.make(raw, lease);
        this.#owner.arrived(message);
        if (message.lane !== undefined && broken.has(message.lane)) behind.push(message);
        else this.#staged.push(message);
      } catch (error) {
        // The others of the batch are sound. This one lapses, comes again, and is the redrive policy's in the end.
        this.#fail(StreamError.from(error));
        const lane = this.#messages.laneOf(raw);
        if (lane !== undefined) broken.add(lane);
      }
    }
    // In a FIFO queue the rest of its group comes again after it.
    if (behind.length > 0) this.#owner.stale(behind);
  }

  /** Told to the fetch that waits; the next one asks the server itself. */
  #fail(error: StreamError): void {
    this.#error = error;
  }

  /** What no fetch asks for goes back to the others after half its lease. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#fetching || this.#staged.length === 0) return;
    const soonest = Math.min(...this.#staged.map(untilOf));
    const inMs = soonest - performance.now() - this.#settings.leaseMs / 2;
    this.#timer = setTimeout(
      () => {
        this.#owner.stale(this.take(Infinity));
      },
      Math.max(0, inMs),
    );
    this.#timer.unref();
  }
}

function untilOf({ lease }: Native): number {
  return lease?.until ?? 0;
}
