import {
  type AckResult,
  type AssignmentListener,
  type Capabilities,
  type CloseOptions,
  type CloseResult,
  type DeadLetterReason,
  type FetchOptions,
  Lease,
  Message,
  type MessageInit,
  type ReleaseOptions,
  type SettleResult,
  type StreamConsumer,
} from '../../src/index.js';

/** A lease broker with every freedom: what tests start from. */
export const LEASED: Capabilities = {
  settlement: 'lease',
  ordered: true,
  maxBatch: 1_000,
  abort: 'safe',
  stopLatencyMs: 0,
  ackConfirmed: true,
  attempts: 'exact',
  closeReleases: 'free',
  release: { scope: 'message', maxDelayMs: 60_000, costsAttempt: false },
  lease: { ms: 30_000, extend: 'message', maxMs: Infinity, lossKnownBy: 'broker' },
  flush: false,
  deadLetter: false,
  pause: false,
  seek: false,
  lag: false,
  transactions: false,
  revoke: 'none',
  rebalance: undefined,
};

export const CURSOR: Capabilities = {
  ...LEASED,
  settlement: 'cursor',
  attempts: 'none',
  release: false,
  lease: false,
  flush: true,
  pause: true,
  revoke: 'awaited',
  rebalance: 'cooperative',
};

const BODY = new Uint8Array([1, 2, 3]);
let deliveries = 0;

/** A message as an adapter would make it; a delivery of its own each time. */
export function message(id: string, init: Partial<MessageInit> = {}): Message {
  deliveries += 1;
  return new Message({ id, delivery: deliveries, body: BODY, raw: undefined, attempt: 1, ...init });
}

export function messages(count: number, init: (index: number) => Partial<MessageInit> = () => ({})): Message[] {
  return Array.from({ length: count }, (_, index) => message(`m${index}`, init(index)));
}

export function leaseFor(ms: number, now: number = performance.now()): Lease {
  return new Lease(now + ms);
}

/**
 * A consumer whose every answer a test can replace: for what no real broker does on demand (wrong answers, hangs, partial
 * failures). It keeps a log of calls in order.
 */
export class ScriptedConsumer implements StreamConsumer {
  readonly adapter: string = 'scripted';
  readonly source: string = 'scripted://test';
  readonly capabilities: Capabilities;
  readonly calls: string[] = [];
  readonly acked: Message[] = [];
  readonly released: Message[] = [];
  readonly extended: Message[][] = [];
  readonly deadLettered: Message[] = [];
  readonly paused: string[] = [];
  listener: AssignmentListener | undefined;
  closeOptions: CloseOptions | undefined;
  #queue: Message[] = [];
  #wake: () => void = () => undefined;

  /** What a test replaces. */
  onFetch: ((options: FetchOptions) => Promise<Message[]>) | undefined;
  onAck: (batch: readonly Message[]) => Promise<AckResult> = (batch) => Promise.resolve({ confirmed: batch, recorded: [], failed: [] });
  onRelease: (batch: readonly Message[], options?: ReleaseOptions) => Promise<SettleResult> = () => Promise.resolve({ failed: [] });
  onExtend: (batch: readonly Message[]) => Promise<SettleResult> = () => Promise.resolve({ failed: [] });
  onFlush: () => Promise<AckResult> = () => Promise.resolve({ confirmed: [], recorded: [], failed: [] });
  onClose: (options: CloseOptions) => Promise<CloseResult> = () => Promise.resolve({ unconfirmed: [], clean: true });
  onDeadLetter: (batch: readonly Message[], reason: DeadLetterReason) => Promise<SettleResult> = () => Promise.resolve({ failed: [] });

  constructor(capabilities: Partial<Capabilities> = {}, base: Capabilities = LEASED) {
    this.capabilities = { ...base, ...capabilities };
  }

  push(...batch: Message[]): this {
    this.#queue.push(...batch);
    this.#wake();
    return this;
  }

  get ackedIds(): string[] {
    return this.acked.map(({ id }) => id);
  }

  get releasedIds(): string[] {
    return this.released.map(({ id }) => id);
  }

  async fetch(options: FetchOptions): Promise<Message[]> {
    this.calls.push('fetch');
    if (this.onFetch !== undefined) return this.onFetch(options);
    if (this.#queue.length === 0 && !options.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        options.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return options.signal.aborted ? [] : this.#queue.splice(0, options.max);
  }

  ack(batch: readonly Message[]): Promise<AckResult> {
    this.calls.push(`ack ${batch.map(({ id }) => id).join(' ')}`);
    this.acked.push(...batch);
    return this.onAck(batch);
  }

  release(batch: readonly Message[], options?: ReleaseOptions): Promise<SettleResult> {
    this.calls.push(`release ${batch.map(({ id }) => id).join(' ')}`);
    this.released.push(...batch);
    return this.onRelease(batch, options);
  }

  extend(batch: readonly Message[]): Promise<SettleResult> {
    this.extended.push([...batch]);
    return this.onExtend(batch);
  }

  flush(): Promise<AckResult> {
    this.calls.push('flush');
    return this.onFlush();
  }

  deadLetter(batch: readonly Message[], reason: DeadLetterReason): Promise<SettleResult> {
    this.deadLettered.push(...batch);
    return this.onDeadLetter(batch, reason);
  }

  watch(listener: AssignmentListener): void {
    this.listener = listener;
  }

  pause(lanes: readonly string[]): void {
    this.paused.push(...lanes);
  }

  resume(lanes: readonly string[]): void {
    for (const lane of lanes) this.paused.splice(this.paused.indexOf(lane), 1);
  }

  close(options: CloseOptions): Promise<CloseResult> {
    this.calls.push('close');
    this.closeOptions = options;
    return this.onClose(options);
  }
}
