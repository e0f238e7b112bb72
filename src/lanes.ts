import type { Conditions } from './conditions.js';
import type { AssignmentListener, LaneAssignment, Revocation, StreamConsumer } from './consumer.js';
import { Deadline } from './deadline.js';
import { type Dispatch, Settled, State } from './dispatch.js';
import type { ErrorContext, ResolvedDrainerOptions } from './drainer-options.js';
import { StreamError } from './errors.js';
import { type Message, NONE } from './message.js';
import type { Redeliveries } from './redeliveries.js';
import type { Settler } from './settler.js';

/** The share of `maxUnconfirmed` that messages kept behind stopped lanes may take; the rest is for the lanes that go on. */
const KEPT_SHARE = 0.5;
/** The share of a revocation's time after which handlers' signals abort, and the share that is left for the commit. */
const SOFT_SHARE = 0.6;
const COMMIT_SHARE = 0.2;

export interface LanesOwner {
  report(error: unknown, context: ErrorContext): StreamError;
  fatal(error: StreamError): void;
}

/**
 * Lanes that come and go. When some are revoked, only they stop: what has not started is left to the next owner, what runs
 * ends within the deadline, what is finished is committed, and then the rebalance may proceed; other lanes never pause.
 * Of lanes that are lost nothing is committed any more. It also keeps lanes that were stopped by a message that failed.
 */
export class Lanes implements AssignmentListener {
  readonly #consumer: StreamConsumer;
  readonly #dispatch: Dispatch;
  readonly #settler: Settler;
  readonly #redeliveries: Redeliveries;
  readonly #options: ResolvedDrainerOptions;
  readonly #conditions: Conditions;
  readonly #owner: LanesOwner;
  /** The newest assignment of each lane that has left or is about to, until no fetch can bring anything of it any more. */
  readonly #leaving: Map<string | undefined, LaneAssignment> = new Map();
  /** Of these the ones that have left: since a fetch began, and before it did. The same objects, as a lane may leave twice. */
  #left: LaneAssignment[] = [];
  #leftBeforeFetch: LaneAssignment[] = [];
  /** The first message of each tail that goes back: what else a fetch brings of its lane meanwhile goes back too. */
  readonly #returning: Map<string, Message> = new Map();
  /** Of these the ones that have gone back. */
  #returned: Message[] = [];
  readonly #stopped: Map<string | undefined, number> = new Map();
  /**
   * What is held on to of stopped lanes under leases, in order, the failed message first: given back, it would be brought
   * again and again until the broker dead-letters it unhandled.
   */
  readonly #kept: Map<string | undefined, Message[]> = new Map();
  /** Lanes that were paused because they were stopped, whoever owns them now. */
  readonly #paused: Set<string> = new Set();

  constructor(
    consumer: StreamConsumer,
    dispatch: Dispatch,
    settler: Settler,
    redeliveries: Redeliveries,
    options: ResolvedDrainerOptions,
    conditions: Conditions,
    owner: LanesOwner,
  ) {
    this.#consumer = consumer;
    this.#dispatch = dispatch;
    this.#settler = settler;
    this.#redeliveries = redeliveries;
    this.#options = options;
    this.#conditions = conditions;
    this.#owner = owner;
  }

  /** Whether there is any lane whose messages must not start. */
  get mayRefuse(): boolean {
    return this.#leaving.size > 0 || this.#stopped.size > 0 || this.#returning.size > 0;
  }

  /** Of lanes that have left by now, this fetch is the last to bring something. */
  beginFetch(): void {
    if (this.#returned.length > 0) {
      for (const message of this.#returned) this.#forgetReturn(message);
      this.#returned = [];
    }
    if (this.#left.length === 0) return;
    this.#leftBeforeFetch.push(...this.#left);
    this.#left = [];
  }

  /** A fetch was answered, and what it brought was taken in. */
  endFetch(): void {
    if (this.#leftBeforeFetch.length === 0) return;
    for (const left of this.#leftBeforeFetch) if (this.#leaving.get(left.lane) === left) this.#leaving.delete(left.lane);
    this.#leftBeforeFetch = [];
  }

  /** Whether nothing of this message's lane may start: it leaves, has left, or was stopped. */
  refuses(message: Message): boolean {
    if (!this.mayRefuse) return false;
    const leaving = this.#leaving.get(message.lane);
    if (leaving !== undefined && message.assignment <= leaving.assignment) return true;
    return isIn(this.#stopped, message) || this.#returnOf(message) !== undefined;
  }

  /** Whether not even an ack of it is good: its lane has left by now, or goes back to before it, on a cursor. */
  isVoid(message: Message): boolean {
    const { lane, assignment } = message;
    if (this.#consumer.capabilities.settlement === 'cursor' && this.#returnOf(message) !== undefined) return true;
    if (this.#left.length + this.#leftBeforeFetch.length === 0) return false;
    const isIts = (left: LaneAssignment): boolean => left.lane === lane && left.assignment >= assignment;
    return this.#left.some(isIts) || this.#leftBeforeFetch.some(isIts);
  }

  /**
   * The tail of a lane goes back, these messages of it among others: what a fetch that is out still brings stands behind it. On a
   * cursor, acks behind it that are not known to be committed are void, and what runs behind it comes again; it is recognised
   * then, and not handled a second time. Returns where the tail begins.
   */
  beginReturn(returned: readonly Message[]): Message {
    const [one] = returned as readonly [Message];
    const held: Message[] = [];
    this.#dispatch.eachHeld((other) => {
      if (isSameLane(other, one)) held.push(other);
    });
    const cursor = this.#consumer.capabilities.settlement === 'cursor';
    const inOrder = cursor ? byWatermark(held) : held;
    const among = new Set([...returned, this.#returnOf(one)]);
    const from = inOrder.findIndex((message) => among.has(message));
    const first = inOrder[from] ?? one;
    const behind = new Set(inOrder.slice(from + 1));
    if (one.lane !== undefined) this.#returning.set(one.lane, first);
    if (cursor) {
      const isBehind = (other: Message): boolean => behind.has(other);
      this.#settler.giveBack(this.#dispatch.removeSleeping(isBehind));
      this.#dispatch.orphan(isBehind);
      this.#loseFinished(isBehind);
    }
    return first;
  }

  /** It has gone back, or could not: a fetch that begins from now on brings the lane in order. */
  endReturn(first: Message): void {
    this.#returned.push(first);
  }

  #forgetReturn(message: Message): void {
    if (message.lane !== undefined && this.#returning.get(message.lane) === message) this.#returning.delete(message.lane);
  }

  /** A message was fetched. Where it is the first of a tail that went back, the tail has come again. */
  arrived(message: Message): void {
    const first = this.#returnOf(message);
    if (first !== undefined && first.id === message.id) this.#forgetReturn(first);
  }

  #returnOf(message: Message): Message | undefined {
    const first = message.lane === undefined ? undefined : this.#returning.get(message.lane);
    return first?.assignment === message.assignment ? first : undefined;
  }

  /**
   * A message of this lane has failed for good: nothing after it may be committed, so nothing after it starts. On a cursor
   * the lane is left where it is; under a lease the message is held on to, so that the broker keeps its lane closed.
   */
  stop(message: Message, forGood: boolean): void {
    const { lane } = message;
    const rest = [message, ...this.#dispatch.removeQueued((other) => isSameLane(other, message))];
    const leased = this.#consumer.capabilities.settlement === 'lease';
    if (isIn(this.#stopped, message)) {
      // One that ran meanwhile, and what its batch has put back in line.
      if (leased) this.#kept.get(lane)?.push(...rest);
      else this.#settler.giveBack(rest);
      return;
    }
    this.#stopped.set(lane, message.assignment);
    if (leased) this.#kept.set(lane, rest);
    else this.#settler.giveBack(rest);
    // In a drain the rest of its attempts are the next owner's: nothing is wrong with the lane.
    if (!forGood) return;
    // From the newest on, the failed one never.
    while (leased && rest.length > 1 && this.#keepsTooMany) this.#letLapse(rest.pop() as Message);
    const name = lane ?? this.#consumer.source;
    const error = new StreamError('UNKNOWN', `lane ${name} was stopped: message ${message.id} has failed, and nothing may be skipped`, {
      adapter: this.#consumer.adapter,
    });
    this.#owner.report(error, { during: 'lane', lane: name, message });
    if (lane !== undefined && this.#consumer.capabilities.pause) {
      try {
        this.#consumer.pause?.([lane]);
        this.#paused.add(lane);
        return;
      } catch (thrown) {
        this.#owner.report(thrown, { during: 'lane', lane });
      }
    }
    // A cursor without pause would go on delivering for ever what must not be handled; leases end with the window.
    if (!leased) this.#owner.fatal(error);
  }

  /** Holds on to a message of a stopped lane, where that is what to do with it, and where there is room for it. */
  keep(message: Message): boolean {
    if (!isIn(this.#stopped, message)) return false;
    const kept = this.#kept.get(message.lane);
    if (kept === undefined) return false;
    if (this.#keepsTooMany) this.#letLapse(message);
    else kept.push(message);
    return true;
  }

  /** A broker that goes on with a lane of which something is held may bring any number. */
  get #keepsTooMany(): boolean {
    return this.#dispatch.returning > this.#settler.maxUnconfirmed * KEPT_SHARE;
  }

  /** It comes again after a lease: released, it would at once, again and again. */
  #letLapse(message: Message): void {
    this.#dispatch.settleIfOpen(message, Settled.LAPSING);
  }

  /** Everything that stopped lanes hold on to, in order: a drain gives it back. */
  takeKept(): Message[] {
    const kept = [...this.#kept.values()].flat();
    this.#kept.clear();
    return kept.filter((message) => this.#dispatch.isOpen(message));
  }

  /** A failed message that stopped its lane is gone: it comes again, and the lane goes on with it. */
  restart(): void {
    for (const [lane, [failed, ...rest]] of [...this.#kept]) {
      if (failed !== undefined && this.#dispatch.isOpen(failed)) continue;
      this.#kept.delete(lane);
      this.#stopped.delete(lane);
      if (lane !== undefined && this.#paused.delete(lane)) this.#consumer.resume?.([lane]);
      this.#settler.giveBack(rest.filter((message) => this.#dispatch.isOpen(message)));
    }
  }

  get stopped(): string[] {
    return [...this.#stopped.keys()].map((lane) => lane ?? '');
  }

  assigned(lanes: readonly LaneAssignment[]): void {
    for (const { lane, assignment } of lanes) {
      // Its failed message will come again, to whoever owns the lane: here it gets its attempts anew.
      const stopped = this.#stopped.get(lane);
      if (stopped !== undefined && stopped >= assignment) continue;
      this.#stopped.delete(lane);
      if (this.#paused.delete(lane)) this.#consumer.resume?.([lane]);
    }
  }

  async revoking({ lanes, deadlineMs }: Revocation): Promise<void> {
    const leaves = matcher(lanes);
    const left = this.#leave(lanes);
    const { clock } = this.#options;
    const soft = new Deadline(clock, deadlineMs * SOFT_SHARE);
    const hard = new Deadline(clock, deadlineMs * (1 - COMMIT_SHARE));
    const end = new Deadline(clock, deadlineMs);
    let over = false;
    try {
      this.#settler.giveBack(this.#dispatch.removeQueued(leaves));
      this.#settler.giveBack(this.#dispatch.removeSleeping(leaves));
      this.#dispatch.pump();
      let { linedUp } = this.#dispatch;
      const ended = this.#conditions.until(() => {
        if (over) return true;
        // What fails meanwhile is not tried again here, nor is what stands behind it: that is the next owner's.
        const failed = this.#dispatch.removeSleeping(leaves);
        if (failed.length > 0 || this.#dispatch.linedUp !== linedUp) {
          linedUp = this.#dispatch.linedUp;
          this.#settler.giveBack([...failed, ...this.#dispatch.removeQueued(leaves)]);
        }
        return !this.#dispatch.runningMessages().some(leaves);
      });
      if ((await soft.bound(ended)) === 'timed-out') {
        this.#dispatch.abortRunning(new StreamError('LEASE_LOST', 'the lane is being revoked'), leaves);
        await hard.bound(ended);
      }
      await end.bound(this.#commit(leaves, end.signal));
    } catch (error) {
      this.#owner.report(error, { during: 'flush' });
    } finally {
      over = true;
      for (const deadline of [soft, hard, end]) deadline.cancel();
      // From now on acks of these are refused. Where the lane comes back, what still runs comes again and is adopted.
      this.#dispatch.orphan(leaves);
      this.#loseFinished(leaves);
      this.#settler.giveBack([...this.#dispatch.removeQueued(leaves), ...this.#dispatch.removeSleeping(leaves)]);
      this.#left.push(...left);
      this.#conditions.check();
      this.#dispatch.pump();
    }
  }

  /** Finished, and not known to be committed: it comes again, here or elsewhere. */
  #loseFinished(gone: (message: Message) => boolean): void {
    const finished: Message[] = [];
    this.#dispatch.eachHeld((message, state, settled) => {
      const ended = state === State.SUCCEEDED || settled === Settled.TAKEN || settled === Settled.RECORDED;
      if (ended && settled <= Settled.RECORDED && gone(message)) finished.push(message);
    });
    for (const message of finished) {
      if (this.#dispatch.stateOf(message) === State.SUCCEEDED) this.#redeliveries.rememberFinished(message);
      this.#dispatch.settleIfOpen(message, Settled.LOST);
    }
  }

  /** Nothing of these assignments starts any more. An older event never takes back a newer one. Returns what it noted. */
  #leave(lanes: readonly LaneAssignment[]): LaneAssignment[] {
    return lanes.map(({ lane, assignment }) => {
      const left = { lane, assignment: Math.max(assignment, this.#leaving.get(lane)?.assignment ?? assignment) };
      this.#leaving.set(lane, left);
      return left;
    });
  }

  async #commit(leaves: (message: Message) => boolean, signal: AbortSignal): Promise<void> {
    // In a drain every commit is the drain's.
    const running = this.#settler.reason === 'running';
    if (running) this.#settler.reason = 'revoke';
    try {
      const unsent = () => this.#dispatch.waitingAcks().some(leaves);
      this.#settler.resume();
      await this.#conditions.until(() => signal.aborted || (!unsent() && !this.#settler.isAcking));
      if (!signal.aborted) await this.#settler.flush(signal);
    } finally {
      if (running && this.#settler.reason === 'revoke') this.#settler.reason = 'running';
    }
  }

  lost(lanes: readonly LaneAssignment[]): void {
    const gone = matcher(lanes);
    this.#left.push(...this.#leave(lanes));
    for (const { lane, assignment } of lanes) {
      const stopped = this.#stopped.get(lane);
      if (stopped !== undefined && stopped <= assignment) this.#stopped.delete(lane);
    }
    this.lose(gone, new StreamError('LEASE_LOST', 'the lane was taken away', { adapter: this.#consumer.adapter }));
  }

  ended(): void {
    // What it brought is handled and acked as usual; the adapter completes it after its last ack.
  }

  /** These messages are not ours any more: nothing of them starts, runs with effect, or is acked. */
  lose(gone: (message: Message) => boolean, reason: StreamError): void {
    const dispatch = this.#dispatch;
    dispatch.orphan(gone);
    dispatch.abortRunning(reason, gone);
    const unstarted = [...dispatch.removeQueued(gone), ...dispatch.removeSleeping(gone)];
    for (const message of unstarted) dispatch.settleIfOpen(message, Settled.LOST);
    const finished: Message[] = [];
    dispatch.eachHeld((message, state) => {
      if (state === State.RUNNING || !dispatch.isOpen(message) || !gone(message)) return;
      if (state === State.SUCCEEDED) this.#redeliveries.rememberFinished(message);
      finished.push(message);
    });
    for (const message of finished) dispatch.settleIfOpen(message, Settled.LOST);
    this.restart();
    this.#conditions.check();
    // There is room again, and what stood behind them may start.
    dispatch.pump();
  }
}

function isIn(lanes: ReadonlyMap<string | undefined, number>, message: Message): boolean {
  const assignment = lanes.get(message.lane);
  return assignment !== undefined && message.assignment <= assignment;
}

interface Placed {
  readonly message: Message;
  readonly place: number;
}

/** A delivery that took over a running one stands in its place among what is held: its watermark knows better. */
function byWatermark(held: readonly Message[]): Message[] {
  return held
    .map((message, place) => ({ message, place }))
    .sort(byOrdinal)
    .map(({ message }) => message);
}

function byOrdinal(one: Placed, other: Placed): number {
  const [before, after] = [one.message.ordinal, other.message.ordinal];
  return before === NONE || after === NONE ? one.place - other.place : before - after;
}

function isSameLane(one: Message, other: Message): boolean {
  return one.lane === other.lane && one.assignment === other.assignment;
}

function matcher(lanes: readonly LaneAssignment[]): (message: Message) => boolean {
  const assignments = new Map<string | undefined, number>(lanes.map(({ lane, assignment }) => [lane, assignment]));
  return (message) => isIn(assignments, message);
}
