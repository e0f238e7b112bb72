import type {
  AckResult,
  Capabilities,
  CloseOptions,
  CloseResult,
  ExtendOptions,
  FetchOptions,
  ReleaseOptions,
  SettleResult,
  StreamConsumer,
} from '../../src/consumer.js';
import type { Message } from '../../src/message.js';
import { integer, number, withSignal } from '../../src/options.js';
import { unlessAborted } from '../../src/unless-aborted.js';
import { bounded } from './bounded.js';
import { capabilities, MAX_LEASE_MS } from './capabilities.js';
import type { SqsMessage, SqsSource } from './client.js';
import { ADAPTER, failure, nativeError } from './errors.js';
import { Link } from './link.js';
import { Messages } from './message.js';
import type { Settings } from './options.js';
import { Poller } from './poller.js';
import { Settlement } from './settlement.js';

type Native = Message<SqsMessage>;

/** A consumer of one queue. Made by `sqsConsumer` and `open`. */
export class SqsConsumer implements StreamConsumer<SqsMessage> {
  readonly adapter: string = ADAPTER;
  readonly source: string;
  readonly capabilities: Capabilities;
  readonly #settings: Settings;
  readonly #link: Link;
  readonly #poller: Poller;
  readonly #settlement: Settlement;
  #fetching = false;
  #closing: Promise<CloseResult> | undefined;
  /** Ends waits that `close` cannot end otherwise. */
  readonly #ended: AbortController = new AbortController();

  constructor(source: SqsSource, settings: Settings) {
    this.source = `sqs://${settings.account === undefined ? '' : `${settings.account}/`}${settings.queue}`;
    this.capabilities = capabilities(settings);
    this.#settings = settings;
    this.#link = new Link(source, settings);
    this.#settlement = new Settlement(
      settings,
      () => this.#link.current(),
      () => this.#poller.oldest,
    );
    this.#poller = new Poller(settings, new Messages(settings), {
      arrived: (message) => this.#settlement.arrived(message),
      doneSince: (message, sentAt) => this.#settlement.doneSince(message, sentAt),
      // Where it fails they lapse.
      stale: (messages) => void this.#settlement.release(messages, 0).catch(() => {}),
    });
  }

  async fetch(options: FetchOptions): Promise<Native[]> {
    this.#refuseClosed();
    const { signal } = withSignal('fetch', options);
    const max = integer('max', options.max, 1, { min: 1, unit: 'messages' });
    const waitMs = number('waitMs', options.waitMs, 0, { min: 0, unit: 'ms' });
    if (this.#fetching) throw failure('INVALID_ARGUMENT', 'fetch: another one is under way');
    this.#fetching = true;
    try {
      return await this.#fetch(Math.min(max, this.capabilities.maxBatch), waitMs, signal);
    } catch (error) {
      // An aborted fetch resolves, and so does one that close ended.
      if (signal.aborted || this.#closing !== undefined) return [];
      throw error;
    } finally {
      this.#fetching = false;
    }
  }

  async #fetch(max: number, waitMs: number, signal: AbortSignal): Promise<Native[]> {
    const startedAt = performance.now();
    const staged = this.#poller.take(max);
    if (staged.length > 0 || signal.aborted) return staged;
    const connected = await unlessAborted(this.#link.connect(), signal, this.#ended.signal);
    if (connected === undefined) return [];
    const leftMs = Math.max(0, waitMs - (performance.now() - startedAt));
    const wait = waitMs === 0 ? 0 : Math.max(1, leftMs);
    const fetched = await this.#poller.fetch(connected, max, wait, [signal, this.#ended.signal]);
    // What came in a race with close is among what close gives back.
    return this.#closing === undefined ? fetched : [];
  }

  async ack(messages: readonly Native[]): Promise<AckResult> {
    this.#refuseClosed();
    if (messages.length === 0) return { confirmed: [], recorded: [], failed: [] };
    return this.#settlement.ack(messages);
  }

  /** In a FIFO queue what came of these groups and was not fetched yet goes back as well. */
  async release(messages: readonly Native[], options: ReleaseOptions = {}): Promise<SettleResult> {
    this.#refuseClosed();
    const delayMs = number('delayMs', options.delayMs, 0, { min: 0, max: MAX_LEASE_MS, unit: 'ms' });
    const tail = this.#settings.fifo ? this.#poller.takeLanes(new Set(messages.map(({ lane }) => lane))) : [];
    return this.#settlement.release([...messages, ...tail], delayMs);
  }

  async extend(messages: readonly Native[], options: ExtendOptions = {}): Promise<SettleResult> {
    this.#refuseClosed();
    const leaseMs = number('leaseMs', options.leaseMs, this.#settings.leaseMs, { min: 1, max: MAX_LEASE_MS, unit: 'ms' });
    return this.#settlement.extend(messages, leaseMs);
  }

  /** Messages that nobody holds, by the queue's own approximate count. */
  async lag(): Promise<ReadonlyMap<string, number>> {
    this.#refuseClosed();
    const { control, queueUrl } = await this.#link.connect();
    try {
      const { Attributes } = await bounded(this.#settings.answerMs, (options) =>
        control.getQueueAttributes({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }, options),
      );
      return new Map([['', Number(Attributes?.ApproximateNumberOfMessages ?? 0)]]);
    } catch (error) {
      throw nativeError(error, `asking for the lag of ${this.#settings.queue}`);
    }
  }

  close(options: CloseOptions): Promise<CloseResult> {
    if (this.#closing === undefined) {
      try {
        withSignal('close', options);
      } catch (error) {
        // A call that was wrong is not the one that closes.
        return Promise.reject(error);
      }
      this.#closing = this.#close(options);
    }
    return this.#closing;
  }

  async #close({ signal, running = [] }: CloseOptions): Promise<CloseResult> {
    this.#ended.abort();
    // Never rejects. Where the signal comes first it goes on behind: what a poll brings later is given back too.
    const done = await unlessAborted(this.#leave(running), signal);
    return { unconfirmed: [], clean: done ?? false };
  }

  /** Everything that has to be done in order; whether it was. */
  async #leave(running: readonly Message[]): Promise<boolean> {
    let clean = false;
    try {
      await this.#link.settled();
      const answered = await this.#poller.idle();
      clean = (await this.#settlement.releaseAll(running)) && answered;
    } catch {
      // The broker is gone, which a close does not reject for: what is held lapses.
    }
    this.#link.destroy();
    return clean;
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw failure('CLOSED', `consumer ${this.source} is closed`);
  }
}
