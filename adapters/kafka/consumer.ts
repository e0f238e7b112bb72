import type {
  AckResult,
  AssignmentListener,
  Capabilities,
  CloseOptions,
  CloseResult,
  FailedSettlement,
  FetchOptions,
  FlushOptions,
  SettleResult,
  StreamConsumer,
} from '../../src/consumer.js';
import { StreamError } from '../../src/errors.js';
import { type Message, NONE } from '../../src/message.js';
import { integer, invalid, number, withSignal } from '../../src/options.js';
import { unlessAborted } from '../../src/unless-aborted.js';
import { Commits } from './commits.js';
import { ADAPTER, failure, nativeError } from './errors.js';
import type { Lane, LaneProgress } from './lane.js';
import type { MakeMember, Member, MemberOwner } from './member.js';
import type { Settings } from './options.js';
import { Sleeper } from './sleeper.js';

/** Offsets are 64 bits, signed. */
const MAX_OFFSET = 2n ** 63n - 1n;
const NOTHING: readonly Message[] = Object.freeze([]);

/** A consumer of one group. Made by `kafkaConsumer` and `open`. */
export class KafkaConsumer<Raw> implements StreamConsumer<Raw> {
  readonly adapter: string = ADAPTER;
  readonly source: string;
  readonly capabilities: Capabilities;
  /** Records that may wait beside a batch: as many as a fetch takes. */
  #ahead = 0;
  readonly #makeMember: MakeMember<Raw>;
  readonly #commits: Commits;
  #listener: AssignmentListener | undefined;
  #member: Member<Raw> | undefined;
  /** Why there is no member any more, until a fetch has told it. */
  #error: StreamError | undefined;
  readonly #paused: Set<string> = new Set();
  #assignments = 0;
  #deliveries = 0;
  /** The lane that the next fetch begins with. */
  #turn = 0;
  #fetching = false;
  /** Of a fetch, until something came or went wrong. */
  readonly #sleeper: Sleeper = new Sleeper();
  #closing: Promise<CloseResult> | undefined;

  constructor(settings: Pick<Settings, 'topics' | 'groupId' | 'answerMs'>, capabilities: Capabilities, makeMember: MakeMember<Raw>) {
    this.source = `kafka://${settings.topics.join(',')}?group=${settings.groupId}`;
    this.capabilities = capabilities;
    this.#makeMember = makeMember;
    this.#commits = new Commits(settings.answerMs);
  }

  // ── Fetching ──────────────────────────────────────────────────────────────────────────────────────────────────────

  async fetch(options: FetchOptions): Promise<Message<Raw>[]> {
    this.#refuseClosed();
    const { signal } = withSignal('fetch', options);
    const max = Math.min(integer('max', options.max, 1, { min: 1, unit: 'messages' }), this.capabilities.maxBatch);
    const waitMs = number('waitMs', options.waitMs, 0, { min: 0, unit: 'ms' });
    if (this.#fetching) throw failure('INVALID_ARGUMENT', 'fetch: another one is under way');
    this.#fetching = true;
    try {
      return await this.#fetch(max, waitMs, signal);
    } finally {
      this.#fetching = false;
    }
  }

  async #fetch(max: number, waitMs: number, signal: AbortSignal): Promise<Message<Raw>[]> {
    this.#ahead = max;
    const end = performance.now() + waitMs;
    for (;;) {
      if (this.#closing !== undefined) return [];
      const taken = this.#take(max);
      if (taken.length > 0 || signal.aborted) return taken;
      const error = this.#error;
      if (error !== undefined) {
        this.#error = undefined;
        throw error;
      }
      this.#join();
      // An empty answer would hide what is wrong with the connection or the topics.
      const left = this.#member?.isReady === true ? end - performance.now() : Infinity;
      if (left <= 0) return [];
      await this.#sleeper.sleep(left, signal);
    }
  }

  /** There is a member, or one is on its way. */
  #join(): void {
    if (this.#member !== undefined) return;
    this.#member = this.#made({
      nextAssignment: () => {
        this.#assignments += 1;
        return this.#assignments;
      },
      assigned: (lanes) => this.#assigned(lanes),
      revoking: (lanes, deadlineMs) => this.#listener?.revoking({ lanes, deadlineMs }) ?? Promise.resolve(),
      lost: (lanes) => {
        for (const lane of lanes) lane.lost = true;
        this.#listener?.lost(lanes);
      },
      arrived: () => this.#sleeper.wake(),
      ended: (member, error) => {
        if (this.#member !== member) return;
        this.#member = undefined;
        this.#error = error;
        this.#sleeper.wake();
      },
      ahead: () => this.#ahead,
    });
    this.#member.start();
  }

  /** The user's own settings of the client are checked by making it. */
  #made(owner: MemberOwner<Raw>): Member<Raw> {
    try {
      return this.#makeMember(owner);
    } catch (error) {
      throw StreamError.is(error) ? error : failure('INVALID_ARGUMENT', `making the client: ${messageOf(error)}`);
    }
  }

  #assigned(lanes: readonly Lane<Raw>[]): void {
    // A client that is new knows nothing of pauses, and one that is not, nothing of what was resumed while the lane was away.
    const isPaused = ({ lane }: Lane<Raw>): boolean => this.#paused.has(lane);
    this.#each(lanes.filter(isPaused), 'pause');
    this.#each(
      lanes.filter((lane) => !isPaused(lane)),
      'resume',
    );
    this.#listener?.assigned(lanes);
    this.#sleeper.wake();
  }

  /** What has come: the same share of each lane, so that as many as can are at work, then whatever there is, by turns. */
  #take(max: number): Message<Raw>[] {
    const taken: Message<Raw>[] = [];
    this.#member?.checkSession();
    // It may have ended just now.
    const member = this.#member;
    if (member === undefined || member.waiting === 0) return taken;
    const lanes = [...member.lanes.values()].filter(({ waiting }) => waiting > 0);
    const share = Math.ceil(max / lanes.length);
    const first = this.#turn % lanes.length;
    const inTurn = [...lanes.slice(first), ...lanes.slice(0, first)];
    this.#turn += 1;
    for (const most of [share, max]) {
      for (const lane of inTurn) {
        if (taken.length < max) takeOf(lane, member, taken, Math.min(most, max - taken.length), this.#deliveries + 1);
      }
    }
    this.#deliveries += taken.length;
    member.taken(taken.length);
    return taken;
  }

  // ── Settling ──────────────────────────────────────────────────────────────────────────────────────────────────────

  async ack(messages: readonly Message<Raw>[]): Promise<AckResult> {
    this.#refuseClosed();
    const failed: FailedSettlement[] = [];
    const lanes: Lane<Raw>[] = [];
    let lane: Lane<Raw> | undefined;
    for (const message of messages) {
      // Messages come in runs of one lane.
      if (lane === undefined || lane.lane !== message.lane || lane.assignment !== message.assignment) {
        lane = this.#laneOf(message);
        if (lane !== undefined && !lanes.includes(lane)) lanes.push(lane);
      }
      if (lane === undefined || message.ordinal === NONE) failed.push({ message, error: lost(message, lane) });
      else lane.mark.finish(message);
    }
    if (lanes.length === 0) return { confirmed: NOTHING, recorded: NOTHING, failed };
    return this.#commits.settle(this.#member, lanes, messages, failed);
  }

  #laneOf({ lane, assignment }: Message<Raw>): Lane<Raw> | undefined {
    const found = lane === undefined ? undefined : this.#member?.lanes.get(lane);
    return found?.assignment === assignment ? found : undefined;
  }

  async flush(options: FlushOptions): Promise<AckResult> {
    this.#refuseClosed();
    const { signal } = withSignal('flush', options);
    const lanes = this.#lanes;
    const flushed = signal.aborted ? undefined : await unlessAborted(this.#commits.flush(this.#member, lanes), signal);
    return flushed ?? { confirmed: NOTHING, recorded: unsettled(lanes), failed: [] };
  }

  /** The lane is read again from the first of these on: a seek, which commits nothing. */
  async release(messages: readonly Message<Raw>[], { delayMs = 0 }: { readonly delayMs?: number } = {}): Promise<SettleResult> {
    this.#refuseClosed();
    integer('delayMs', delayMs, 0, { min: 0, max: 0, unit: 'ms' });
    const first = new Map<Lane<Raw>, Message<Raw>>();
    for (const message of messages) {
      const lane = this.#laneOf(message);
      if (lane === undefined || message.ordinal === NONE) continue;
      const before = first.get(lane);
      if (before === undefined || message.ordinal < before.ordinal) first.set(lane, message);
    }
    for (const [lane, message] of first) {
      if (lane.mark.truncate(message).length > 0) this.#member?.rewind(lane, String(message.position));
    }
    return { failed: [] };
  }

  async seek(lane: string, position: string | number): Promise<void> {
    this.#refuseClosed();
    const found = this.#member?.lanes.get(lane);
    if (found === undefined) throw failure('LEASE_LOST', `lane ${lane} is not assigned to this consumer`);
    const offset = String(position);
    if (!/^\d{1,19}$/.test(offset) || BigInt(offset) > MAX_OFFSET)
      throw invalid('position', position, 'an offset: a whole number from 0 to 2^63 - 1');
    found.mark.truncate();
    this.#member?.rewind(found, String(BigInt(offset)));
  }

  // ── Lanes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  watch(listener: AssignmentListener): void {
    if (this.#listener !== undefined) throw failure('INVALID_ARGUMENT', 'watch: there is a listener already');
    this.#listener = listener;
  }

  pause(lanes: readonly string[]): void {
    this.#refuseClosed();
    for (const lane of lanes) this.#paused.add(lane);
    this.#each(this.#owned(lanes), 'pause');
  }

  resume(lanes: readonly string[]): void {
    this.#refuseClosed();
    for (const lane of lanes) this.#paused.delete(lane);
    this.#each(this.#owned(lanes), 'resume');
  }

  #owned(names: readonly string[]): Lane<Raw>[] {
    return names.flatMap((name) => this.#member?.lanes.get(name) ?? []);
  }

  #each(lanes: readonly Lane<Raw>[], what: 'pause' | 'resume'): void {
    if (lanes.length > 0) this.#member?.[what](lanes);
  }

  get #lanes(): Lane<Raw>[] {
    return [...(this.#member?.lanes.values() ?? [])];
  }

  async lag(): Promise<ReadonlyMap<string, number>> {
    this.#refuseClosed();
    try {
      return (await this.#member?.lag(this.#lanes)) ?? new Map();
    } catch (error) {
      throw nativeError('reading the lag', error);
    }
  }

  // ── The end ───────────────────────────────────────────────────────────────────────────────────────────────────────

  close(options: CloseOptions): Promise<CloseResult> {
    try {
      this.#closing ??= this.#close(withSignal('close', options).signal);
      return this.#closing;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #close(signal: AbortSignal): Promise<CloseResult> {
    const lanes = this.#lanes;
    this.#sleeper.wake();
    const clean = await unlessAborted(this.#leave(lanes), signal);
    // What a revocation still held has left by this close.
    return { unconfirmed: lanes.filter((lane) => !lane.lost).flatMap(({ mark }) => mark.unsettled()), clean: clean === true };
  }

  /** Commits, leaves the group, disconnects; goes on behind a close that could not wait for it. */
  async #leave(lanes: readonly Lane<Raw>[]): Promise<boolean> {
    const member = this.#member;
    // One that has ended by an error that no fetch has told could not leave.
    if (member === undefined) return this.#error === undefined;
    let clean = true;
    // An outage is said once, by `clean`: what it keeps unconfirmed is in the result. The client's own leaving never fails.
    // A member that is not ready is in no group.
    if (member.isReady) {
      await this.#commits.flushOrAsk(member, lanes).catch(() => {
        clean = false;
      });
    }
    await member.stop().catch(() => {
      clean = false;
    });
    return clean;
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw failure('CLOSED', `the consumer of ${this.source} is closed`);
  }
}

/** What cannot be read is fetched again: it may have been damaged on its way. */
function takeOf<Raw>(lane: Lane<Raw>, member: Member<Raw>, out: Message<Raw>[], max: number, delivery: number): void {
  try {
    lane.take(out, max, delivery);
  } catch (error) {
    if (lane.unreadFrom !== undefined) member.rewind(lane, String(lane.unreadFrom));
    throw error;
  }
}

function lost({ id, lane, assignment }: Message, owned: LaneProgress | undefined): StreamError {
  const why = owned === undefined ? `assignment ${assignment} of ${lane} is over` : `lane ${lane} was read again from before it`;
  return failure('LEASE_LOST', `message ${id}: ${why}`);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message.trim() : String(thrown);
}

function unsettled(lanes: readonly LaneProgress[]): Message[] {
  return lanes.filter(({ gone }) => !gone).flatMap(({ mark }) => mark.unsettled());
}
