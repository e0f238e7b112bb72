import type {
  AckResult,
  AssignmentListener,
  Capabilities,
  FailedSettlement,
  FlushOptions,
  LaneAssignment,
  ReleaseOptions,
  SettleResult,
} from '../../src/consumer.js';
import { StreamError } from '../../src/errors.js';
import type { Message } from '../../src/message.js';
import { invalid } from '../../src/options.js';
import { ALL_SETTLED, type BrokerSide, MemoryConsumer } from './consumer.js';
import type { Group } from './group.js';
import { Held, type Lane, LogDelivery, type TopicRecord } from './lane.js';
import { MAX_BATCH, MAX_DELAY_MS, type Rebalance, type ResolvedTopicConsumerOptions } from './options.js';
import { BodyCopier } from './payload.js';
import type { MemoryTopic } from './topic.js';

/** A consumer of a partitioned log, a member of a group from its first fetch on. Per lane, the finished prefix is committed. */
export class TopicConsumer extends MemoryConsumer<TopicRecord> {
  readonly source: string;
  readonly capabilities: Capabilities;
  /** @internal */
  readonly rebalance: Rebalance;
  /** @internal */
  readonly revokeMs: number;
  /** Its name in the group. Before the first fetch undefined, unless given. */
  id: string | undefined;
  /** @internal */
  listener: AssignmentListener | undefined = undefined;
  /** @internal */
  readonly lanes: Map<number, Lane> = new Map();
  readonly #options: ResolvedTopicConsumerOptions;
  readonly #topic: MemoryTopic | undefined;
  readonly #bodies = new BodyCopier();
  #group: Group | undefined;
  #failure: StreamError | undefined;
  #tokens = 0;
  /** Which lane a fetch begins with, so that none is always last. */
  #turn = 0;

  /** @internal */
  constructor(broker: BrokerSide, brokerName: string, options: ResolvedTopicConsumerOptions, topic: MemoryTopic | undefined) {
    super(broker);
    this.#options = options;
    this.#topic = topic;
    this.id = options.member;
    this.rebalance = options.rebalance;
    this.revokeMs = options.revokeMs;
    this.source = `memory://${brokerName}/${options.topic}?group=${options.group}`;
    const capabilities: Capabilities = {
      settlement: 'cursor',
      ordered: true,
      maxBatch: MAX_BATCH,
      abort: 'safe',
      stopLatencyMs: 0,
      ackConfirmed: true,
      attempts: 'none',
      closeReleases: 'free',
      release: { scope: 'tail', maxDelayMs: MAX_DELAY_MS, costsAttempt: false },
      lease: false,
      flush: true,
      deadLetter: false,
      pause: true,
      seek: true,
      lag: true,
      transactions: false,
      revoke: 'awaited',
      rebalance: options.rebalance,
    };
    this.capabilities = Object.freeze(capabilities);
  }

  watch(listener: AssignmentListener): void {
    this.assertOpen();
    if (this.listener !== undefined) throw this.error('INVALID_ARGUMENT', 'watch: the consumer has a listener');
    if (this.#group !== undefined) throw this.error('INVALID_ARGUMENT', 'watch: the listener must be set before the first fetch');
    this.listener = listener;
  }

  /** Of each lane the first that is still held decides: it and all later ones are delivered again. */
  async release(messages: readonly Message<TopicRecord>[], options: ReleaseOptions = {}): Promise<SettleResult> {
    const delayMs = this.delayOf(options.delayMs);
    return await this.settle('release', messages, (them) => {
      const first = new Map<Lane, LogDelivery>();
      for (const { raw } of them) {
        if (!(raw instanceof LogDelivery) || !this.#owns(raw.lane) || raw.state !== Held.OPEN) continue;
        const earlier = first.get(raw.lane);
        if (earlier === undefined || raw.offset < earlier.offset) first.set(raw.lane, raw);
      }
      const notBefore = delayMs === 0 ? 0 : this.broker.clock.now() + delayMs;
      for (const [lane, delivery] of first) lane.giveBackFrom(delivery, notBefore);
      this.wake();
      return ALL_SETTLED;
    });
  }

  async flush({ signal }: FlushOptions): Promise<AckResult> {
    if (!(signal instanceof AbortSignal)) throw invalid('signal', signal, 'an AbortSignal');
    const flushed = this.request('flush', () => ({
      confirmed: this.#commit(this.lanes.values()),
      recorded: this.#unsettled(),
      failed: [],
    }));
    const cut = new Promise<AckResult>((resolve) => {
      const onAbort = (): void => resolve({ confirmed: [], recorded: this.#unsettled(), failed: [] });
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
      const forget = (): void => signal.removeEventListener('abort', onAbort);
      flushed.then(forget, forget);
    });
    return await Promise.race([flushed, cut]);
  }

  /** Lanes that are not its own are passed over: they may have left a moment ago. */
  pause(lanes: readonly string[]): void {
    this.#setPaused(lanes, true);
  }

  resume(lanes: readonly string[]): void {
    this.#setPaused(lanes, false);
    this.wake();
  }

  /** The position is an offset, also as decimal text. */
  async seek(lane: string, position: string | number): Promise<void> {
    const offset = typeof position === 'string' && /^\d+$/.test(position) ? Number(position) : position;
    if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 0) throw invalid('position', position, 'an offset');
    await this.request('seek', () => {
      const owned = this.#laneNamed(lane);
      if (owned === undefined) throw this.error('LEASE_LOST', `lane ${lane} is not assigned to this consumer`);
      owned.seek(offset);
      this.wake();
    });
  }

  async lag(): Promise<ReadonlyMap<string, number>> {
    return await this.request('lag', () => {
      this.#found();
      return new Map([...this.lanes.values()].map((lane) => [lane.name, lane.backlog]));
    });
  }

  /** @internal */
  listenerFailed(error: unknown): void {
    this.#failure = new StreamError('INTERNAL', 'the assignment listener failed', { adapter: this.adapter, cause: error });
    this.wake();
  }

  protected take(max: number): Message<TopicRecord>[] {
    const topic = this.#found();
    if (this.#group === undefined || !this.#group.members.has(this)) {
      this.#group = topic.join(this.#options.group, this, this.#options.from);
    }
    const failure = this.#failure;
    if (failure !== undefined) {
      this.#failure = undefined;
      throw failure;
    }
    const now = this.broker.clock.now();
    const batch: Message<TopicRecord>[] = [];
    const readable = [...this.lanes.values()].filter((lane) => lane.available(now) > 0);
    this.#turn += 1;
    for (let index = 0; index < readable.length && batch.length < max; index += 1) {
      const lane = readable[(this.#turn + index) % readable.length] as Lane; // The index is within it.
      // An equal share of what is left, so that no lane fills the batch alone.
      const share = Math.ceil((max - batch.length) / (readable.length - index));
      const count = Math.min(share, lane.available(now));
      lane.deliver(topic.name, count, batch, this.#tokens, this.#bodies);
      this.#tokens += count;
    }
    this.#tellEnded();
    return batch;
  }

  protected dueAt(): number {
    const now = this.broker.clock.now();
    let due = Infinity;
    for (const { notBefore } of this.lanes.values()) if (notBefore > now && notBefore < due) due = notBefore;
    return due;
  }

  protected waits(): void {
    // The group wakes the owner of what has come.
  }

  protected settleAck(messages: readonly Message<TopicRecord>[]): AckResult {
    const failed: FailedSettlement[] = [];
    const again: Message<TopicRecord>[] = [];
    const touched = new Set<Lane>();
    let last: Lane | undefined;
    let fresh = 0;
    for (const message of messages) {
      const { raw } = message;
      if (!(raw instanceof LogDelivery)) {
        failed.push(this.leaseLost(message));
      } else if (raw.state === Held.SETTLED) {
        again.push(message);
      } else if (raw.state === Held.STALE || !this.#owns(raw.lane)) {
        failed.push(this.leaseLost(message));
      } else {
        if (raw.state === Held.OPEN) {
          raw.lane.finish(raw);
          fresh += 1;
        }
        if (raw.lane !== last) touched.add(raw.lane);
        last = raw.lane;
      }
    }
    const committed = this.#options.commitOnAck ? this.#commit(touched) : [];
    const recorded = messages.filter(isRecorded);
    // Neither more nor less than was asked for.
    const isWhole = fresh === messages.length && recorded.length === 0 && committed.length === fresh;
    return { confirmed: isWhole ? messages : again.concat(committed), recorded, failed };
  }

  protected leave(): readonly Message<TopicRecord>[] {
    this.#commit(this.lanes.values());
    return this.vanish();
  }

  protected vanish(): readonly Message<TopicRecord>[] {
    const unconfirmed = this.#unsettled();
    this.#group?.leave(this);
    return unconfirmed;
  }

  /** Commits the finished prefix of these lanes. Returns what that confirms. */
  #commit(lanes: Iterable<Lane>): Message<TopicRecord>[] {
    let confirmed: Message<TopicRecord>[] | undefined;
    for (const lane of lanes) {
      const last = lane.mark.finished;
      // Every message of a topic has its offset for a position.
      if (last === undefined || this.#group?.commit(lane, (last.position as number) + 1) !== true) continue;
      const settled = lane.settle(last);
      if (confirmed === undefined) confirmed = settled;
      else for (const message of settled) confirmed.push(message);
    }
    return confirmed ?? [];
  }

  #unsettled(): Message<TopicRecord>[] {
    return [...this.lanes.values()].flatMap((lane) => lane.unsettled());
  }

  #tellEnded(): void {
    const ended: LaneAssignment[] = [];
    for (const lane of this.lanes.values()) {
      if (!lane.partition.ended || lane.endTold || lane.revoking || lane.backlog > 0) continue;
      lane.endTold = true;
      ended.push({ lane: lane.name, assignment: lane.assignment });
    }
    if (ended.length === 0) return;
    try {
      this.listener?.ended(ended);
    } catch (error) {
      this.listenerFailed(error);
    }
  }

  #setPaused(lanes: readonly string[], paused: boolean): void {
    this.assertOpen();
    for (const name of lanes) {
      const lane = this.#laneNamed(name);
      if (lane !== undefined) lane.paused = paused;
    }
  }

  #laneNamed(name: string): Lane | undefined {
    const lane = this.lanes.get(Number(name));
    return lane?.name === name ? lane : undefined;
  }

  #owns(lane: Lane): boolean {
    return this.lanes.get(lane.partition.index) === lane;
  }

  #found(): MemoryTopic {
    const { topic } = this.#options;
    if (this.#topic === undefined) throw this.error('NOT_FOUND', `no topic ${topic}: it did not exist when the consumer was made`);
    return this.#topic;
  }
}

function isRecorded({ raw }: Message<TopicRecord>): boolean {
  return raw instanceof LogDelivery && raw.state === Held.FINISHED && !raw.lane.gone;
}
