import type { Clock } from './clock.js';
import { StreamError } from './errors.js';
import { type Message, NONE } from './message.js';

/*
 * The hot path: what happens once per message happens here, and nowhere else.
 *
 * How to read it. A held message is known by its slot, a small integer: page number and index within the page. A page
 * keeps up to 1,024 messages in order of delivery, with a byte for what the handler did and one for how the broker was
 * told; it is recycled when all of them are settled. What starts next is a cursor over the pages. With order 'lane' or
 * 'key' each lane or key that is busy is a Unit: while a message of it runs, the cursor lines up the others behind it, in a
 * queue linked through `Page.next`, and goes on. Units whose turn has come form a ring, so that a busy key never keeps
 * others from theirs; they and the cursor take turns. Handlers that return no promise leave no unit busy, so that
 * order costs them nothing. A Runner carries one handler call that returned a promise: it is pooled, and its two callbacks
 * are made once; when the call ends, the next message goes on with the same runner.
 *
 * A message that succeeds costs two stores. Acks are collected from the pages: as a range when everything on a page is
 * done, which is then confirmed and freed in bulk, message by message otherwise. Per message there is one small object
 * (its HandlerContext, which the handler may keep), and no promise, closure or timer of ours. The clock is read once per
 * some messages, to give timers and I/O a turn.
 */

const PAGE_BITS = 10;
const PAGE_SIZE: number = 1 << PAGE_BITS;
const PAGE_MASK: number = PAGE_SIZE - 1;
/** How long messages may be started without giving timers and I/O a turn. */
const TURN_MS = 5;
/** As many acks are sent at once, rather than when the event loop turns: more than a page, which is the cheaper way to take them. */
const ACK_BATCH: number = 2 * PAGE_SIZE;
const MAX_CHECK_INTERVAL = 256;
/** From this many messages on an array is taken as it is; fewer are copied to a page with others. */
const ADOPT_FROM = 64;
/** Pages come in these sizes, so that a trickle of single messages does not hold large ones. */
const CAPACITIES: readonly number[] = [32, 256, PAGE_SIZE];
/** Beyond this many units, one that runs out of work is dropped rather than kept for its next message. */
const IDLE_UNITS = 4_096;

/** What the handler did, or will do. */
export const State = { EMPTY: 0, QUEUED: 1, RUNNING: 2, SLEEPING: 3, SUCCEEDED: 4, FAILED: 5, CUT_OFF: 6, NEVER_STARTED: 7 } as const;
/** How the broker was told. OPEN, TAKEN (its ack is on its way) and RECORDED are not final. */
export const Settled = {
  OPEN: 0,
  TAKEN: 1,
  RECORDED: 2,
  CONFIRMED: 3,
  SENT: 4,
  RELEASED: 5,
  DEAD_LETTERED: 6,
  LAPSING: 7,
  LOST: 8,
} as const;
export type SettledCode = (typeof Settled)[keyof typeof Settled];

export type Order = 'lane' | 'key' | 'none';

export class Page {
  readonly index: number;
  readonly capacity: number;
  /** Young, as its messages are: an old array that is made to point to young objects costs the garbage collector dearly. */
  messages: (Message | undefined)[] = [];
  readonly state: Uint8Array;
  readonly settled: Uint8Array;
  readonly next: Int32Array;
  /** Slots in use from the start, and of these the ones not yet settled. */
  fill = 0;
  open = 0;
  /** Handlers that succeeded, and of these the ones whose ack was taken or settled. */
  succeeded = 0;
  taken = 0;
  /** Nothing before it waits for its ack to be taken. */
  takenUpTo = 0;
  /** It stands in the list of pages with acks to take. */
  dirty = false;
  /** Rises with everything that happens to a single message after its handler: a range taken before is then no longer one. */
  version = 0;
  /** No further message goes in: it is full, or its leases are too far apart from new ones. */
  sealed = false;
  /** The earliest end of a lease of its messages, and the first one it was given. */
  leaseUntil: number = Infinity;
  firstLeaseUntil: number = Infinity;
  older: Page | undefined = undefined;
  newer: Page | undefined = undefined;

  constructor(index: number, capacity: number) {
    const bytes = new ArrayBuffer(capacity * 6);
    this.index = index;
    this.capacity = capacity;
    this.next = new Int32Array(bytes, 0, capacity);
    this.state = new Uint8Array(bytes, capacity * 4, capacity);
    this.settled = new Uint8Array(bytes, capacity * 5, capacity);
  }

  /** Takes a fetched array as it is. No further message goes in. */
  adopt(messages: Message[]): void {
    this.messages = messages;
    this.sealed = true;
  }

  /** Everything on it is settled. */
  clear(): void {
    this.messages = [];
    this.fill = 0;
    this.succeeded = 0;
    this.taken = 0;
    this.takenUpTo = 0;
    this.version += 1;
    this.sealed = false;
    this.leaseUntil = Infinity;
    this.firstLeaseUntil = Infinity;
  }
}

/** Messages whose acks are sent in one call. */
export interface AckBatch {
  readonly messages: readonly Message[];
  /** The pages' ranges that they are, when they are nothing else. */
  readonly ranges: readonly AckRange[] | undefined;
}

interface AckRange {
  readonly page: Page;
  readonly from: number;
  readonly to: number;
  readonly version: number;
}

/** One lane or key: the messages that wait behind one that runs, in order. */
class Unit {
  readonly name: string;
  head: number = NONE;
  tail: number = NONE;
  /** How many of its messages (one, or those of one batch) run, sleep or are being given up: nothing starts meanwhile. */
  holds = 0;
  /** It stands in the ring of those that can start something. */
  ready = false;
  nextReady: Unit | undefined = undefined;

  constructor(name: string) {
    this.name = name;
  }
}

/** Something of it runs or waits: what comes next stands behind. */
function isBusy(unit: Unit): boolean {
  return unit.holds > 0 || unit.head !== NONE;
}

/** What a handler gets beside its message. It belongs to one call. */
export class HandlerContext {
  /** Which call for this delivery this is: 1, then 2 for the first retry in place. `message.attempt` is the broker's count. */
  readonly attempt: number;
  // Plain fields, not #private ones: made once per message, those cost 10 ns more. It points to its runner, and the runner to
  // it only when its signal was asked for: an old object that is made to point to a new one each time costs as much again.
  private readonly runner: Runner;
  private readonly turn: number;
  private controller: AbortController | undefined;

  /** @internal */
  constructor(attempt: number, runner: Runner) {
    this.attempt = attempt;
    this.runner = runner;
    this.turn = runner.turn;
    this.controller = undefined;
  }

  /**
   * Aborts when the handler should give up: at the soft deadline of a drain (`TIMEOUT`), or when the message's lease or
   * lane was lost (`LEASE_LOST`). The start of a drain does not abort it. Made when first asked for.
   */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.isCurrent) this.runner.listen(this.controller);
    }
    return this.controller.signal;
  }

  /** @internal Throws when the handler must not start any more. */
  throwIfAborted(): void {
    if (this.isCurrent && this.runner.reason !== undefined) throw this.runner.reason;
  }

  /** The runner has not gone on to another call. */
  private get isCurrent(): boolean {
    return this.runner.turn === this.turn;
  }
}

const NO_PAGE: Page = new Page(0, 0);

/** One pooled carrier of a handler call that returned a promise. */
class Runner {
  readonly onFulfilled: (value: unknown) => void;
  readonly onRejected: (error: unknown) => void;
  page: Page = NO_PAGE;
  index = 0;
  /** The slots of a batch, in order; empty for single messages. */
  slots: number[] = [];
  unit: Unit | undefined = undefined;
  active = false;
  /** Tells its calls apart. */
  turn = 0;
  /** Why the present call was aborted, and who is to be told. */
  reason: StreamError | undefined = undefined;
  controller: AbortController | undefined = undefined;

  constructor(dispatch: Dispatch) {
    this.onFulfilled = (value) => dispatch.ended(this, value);
    this.onRejected = (error) => dispatch.threw(this, error);
  }

  /** A call begins: whoever still holds the context of the one before hears nothing of it. */
  begin(): void {
    this.turn = (this.turn + 1) | 0;
    if (this.controller !== undefined) this.controller = undefined;
    if (this.reason !== undefined) this.reason = undefined;
  }

  listen(controller: AbortController): void {
    this.controller = controller;
    if (this.reason !== undefined) controller.abort(this.reason);
  }

  abort(reason: StreamError): void {
    this.reason ??= reason;
    this.controller?.abort(this.reason);
  }
}

export interface BatchFailure {
  readonly message: Message;
  readonly error: unknown;
}

export interface DispatchConfig {
  readonly clock: Clock;
  readonly concurrency: number;
  readonly order: Order;
  /** Called with one message, or with an array of at most `maxBatch` when `maxBatch` is given. */
  readonly handler: (input: never, context: HandlerContext) => unknown;
  readonly maxBatch: number | undefined;
  /** Handler calls for one delivery, the first included. */
  readonly attempts: number;
  /** The wait before the next call, ms, after this many. */
  readonly backoffMs: (calls: number) => number;
  /** New messages go on a new page when their lease ends this much later than the page's first, ms. */
  readonly leaseSpreadMs: number;
}

/** What the hot path tells its drainer. */
export interface DispatchOwner {
  /** `acks` holds something to send. */
  sendAcks(): void;
  /** A message has failed for good. Its lane or key stays blocked until `unblock` is called. */
  exhausted(message: Message, error: unknown, calls: number, unblock: () => void): void;
  /** A handler has succeeded after its lane or lease was lost: the message will come again, to someone. */
  succeededLate(message: Message): void;
  /** Something ended, or was settled: there may be room, or quiet. */
  changed(): void;
}

export class Dispatch {
  readonly #config: DispatchConfig;
  readonly #owner: DispatchOwner;
  readonly #clock: Clock;
  concurrency: number;

  /** Acks that are sent by themselves: again after a failure, or for a delivery that needed no handler. */
  readonly #acks: Message[] = [];
  /** Pages with acks to take. */
  #dirty: Page[] = [];
  /** Succeeded, and not taken: on pages. */
  #untaken = 0;
  /** A page was completed since acks were taken. */
  #pageDone = false;

  queued = 0;
  /** Messages in handlers, and handler calls: the same but for batches. */
  running = 0;
  calls = 0;
  sleeping = 0;
  /** Will not be started, and are on their way back. */
  returning = 0;
  /** Held and not settled, in whatever state. */
  open = 0;
  /** Handler calls that are under way for a lane or lease that was lost meanwhile. */
  orphans = 0;
  /** Messages of failed batches that were put back in line, ever: queued ones that did not come from a fetch. */
  linedUp = 0;

  /** Acked, and not confirmed. */
  recorded = 0;
  succeeded = 0;
  failed = 0;
  retries = 0;
  /** By Settled code. */
  readonly settledCounts: number[] = new Array<number>(9).fill(0);

  /** Whether queued messages may start, and whether failures may be tried again. */
  starting = true;
  retrying = true;
  /** The owner wants to hear of every change. */
  watched = false;
  /** The owner wants to hear when no more than these are queued or running, or nothing can start; -1: it does not. */
  tellBelow = -1;
  /** While true, settled messages stay on their pages, so that a receipt can name them. */
  retain = false;
  /** True while the synchronous part of a handler or hook is on the stack. */
  invoking = false;
  /** The earliest end of a lease that came in since it was last taken. */
  #leaseNoted = Infinity;

  readonly #pages: Page[] = [];
  readonly #sparePages: ReadonlyMap<number, Page[]> = new Map(CAPACITIES.map((capacity) => [capacity, []]));
  #oldest: Page | undefined;
  #newest: Page | undefined;

  readonly #order: Order;
  /** What the cursor has not passed yet starts next, or lines up behind its unit. */
  #cursorPage: Page | undefined;
  #cursor = 0;
  /** Queued, and passed by the cursor: in units, or free of any. */
  #lined = 0;
  /** Messages without a unit that are tried again, or that wait for a batch. */
  #freeHead: number = NONE;
  #freeTail: number = NONE;
  #freeTurn = false;
  readonly #units: Map<string, Unit> = new Map();
  /** Units that hold or queue something. */
  #busyUnits = 0;
  #lastUnit: Unit | undefined;
  #readyFirst: Unit | undefined;
  #readyLast: Unit | undefined;
  #takenUnit: Unit | undefined;
  #linedTurn = false;

  readonly #pool: Runner[] = [];
  readonly #runners: Runner[] = [];
  readonly #calls: Map<number, number> = new Map();
  readonly #sleepers: Map<number, { unit: Unit | undefined; timer: unknown }> = new Map();
  /** Messages of a batch that failed: each goes alone, so that a poison message shows itself. */
  readonly #solo: Set<number> = new Set();

  #pumping = false;
  #parked = false;
  #ackScheduled = false;
  #turnStart: number;
  #checkedAt: number;
  #checkInterval = 16;
  #untilCheck = 16;

  constructor(config: DispatchConfig, owner: DispatchOwner) {
    this.#config = config;
    this.#owner = owner;
    this.#clock = config.clock;
    this.concurrency = config.concurrency;
    this.#order = config.order;
    this.#turnStart = config.clock.now();
    this.#checkedAt = this.#turnStart;
  }

  // ── Taking messages in ────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Queues messages from `from` on, up to one that needs a closer look: it is held already, or (with `firstOnly`) is not
   * told to be a first delivery. Returns its index, or the batch's length. A large batch's array may be kept.
   */
  enqueueAll(batch: Message[], from: number, firstOnly: boolean): number {
    let at = from;
    while (at < batch.length) {
      if (needsLook(batch[at] as Message, firstOnly)) return at;
      const start = at;
      const rest = batch.length - at;
      const adopted = rest >= ADOPT_FROM;
      const page = adopted ? this.#addPage(rest) : this.#pageFor(batch[at] as Message, rest);
      const first = page.fill;
      const base = (page.index << PAGE_BITS) + first;
      const end = at + Math.min(rest, page.capacity - first);
      let lease: Message['lease'];
      let odd = false;
      try {
        for (; at < end; at += 1) {
          const message = batch[at] as Message;
          if (needsLook(message, firstOnly)) break;
          if (message.lease !== lease) {
            lease = message.lease;
            if (lease !== undefined) {
              if (at > start && lease.until - page.firstLeaseUntil > this.#config.leaseSpreadMs) break;
              this.#noteLease(page, lease.until);
            }
          }
          message.slot = base + (at - start);
        }
      } catch {
        // It cannot be written to, or its lease is none: whoever looks closer refuses it.
        odd = true;
      }
      const count = at - start;
      const fill = first + count;
      if (adopted) {
        // Not the array itself: an adapter may fill it anew, or have frozen it.
        page.adopt(batch.slice(start, at));
        page.state.fill(State.QUEUED, first, fill);
        page.settled.fill(Settled.OPEN, first, fill);
      } else {
        for (let index = first; index < fill; index += 1) {
          page.messages[index] = batch[start + index - first];
          page.state[index] = State.QUEUED;
          page.settled[index] = Settled.OPEN;
        }
      }
      page.fill = fill;
      page.open += count;
      if (fill === page.capacity) page.sealed = true;
      this.open += count;
      this.queued += count;
      if (odd) return at;
    }
    return at;
  }

  /** Queues one message behind those of its lane or key. */
  enqueue(message: Message): void {
    this.hold(message, State.QUEUED);
    this.queued += 1;
  }

  /** Gives a message a slot without queueing it. */
  hold(message: Message, state: number): number {
    const page = this.#pageFor(message, 1);
    const index = page.fill;
    const slot = (page.index << PAGE_BITS) | index;
    page.messages[index] = message;
    page.state[index] = state;
    page.settled[index] = Settled.OPEN;
    page.next[index] = NONE;
    page.fill = index + 1;
    page.open += 1;
    if (page.fill === page.capacity) page.sealed = true;
    if (message.lease !== undefined) this.#noteLease(page, message.lease.until);
    message.slot = slot;
    this.open += 1;
    if (state === State.NEVER_STARTED) this.returning += 1;
    return slot;
  }

  /** A message that came again after its handler had succeeded: it only needs its ack. */
  holdForAck(message: Message): void {
    const slot = this.hold(message, State.SUCCEEDED);
    this.#page(slot).succeeded += 1;
    this.#untaken += 1;
    this.takeAgain(message);
  }

  /** A newer delivery of a held message takes its place: its handler goes on, its settlement uses the new delivery. */
  replace(old: Message, newer: Message): void {
    const { slot } = old;
    const page = this.#page(slot);
    const index = slot & PAGE_MASK;
    if (page.settled[index] === Settled.LOST) this.orphans -= 1;
    page.version += 1;
    page.messages[index] = newer;
    if (newer.lease !== undefined) this.#noteLease(page, newer.lease.until);
    newer.slot = slot;
    old.slot = NONE;
    // Where its ack was taken already, the newer delivery needs one of its own.
    if (page.state[index] === State.SUCCEEDED && page.settled[index] !== Settled.OPEN) this.takeAgain(newer);
    else page.settled[index] = Settled.OPEN;
  }

  // ── Acks ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** How many acks wait to be taken. */
  get toAck(): number {
    return this.#untaken + this.#acks.length;
  }

  /** This message's ack goes out with the next ones, by itself. */
  takeAgain(message: Message): void {
    const page = this.#page(message.slot);
    const index = message.slot & PAGE_MASK;
    if (page.settled[index] === Settled.OPEN && page.state[index] === State.SUCCEEDED) {
      page.taken += 1;
      this.#untaken -= 1;
    }
    if (page.settled[index] === Settled.RECORDED) this.recorded -= 1;
    page.version += 1;
    page.settled[index] = Settled.TAKEN;
    this.#acks.push(message);
  }

  /** The messages whose acks wait. */
  waitingAcks(): Message[] {
    const waiting = this.#acks.filter((message) => this.isOpen(message));
    for (const page of this.#dirty) {
      for (let index = page.takenUpTo; index < page.fill; index += 1) {
        if (page.state[index] === State.SUCCEEDED && page.settled[index] === Settled.OPEN) waiting.push(page.messages[index] as Message);
      }
    }
    return waiting;
  }

  /** Takes the acks that wait, of whole pages first; they are on their way from now on. */
  takeAcks(): AckBatch {
    const done = this.#pageDone;
    const dirty = done ? this.#dirty.filter(isDone) : this.#dirty;
    this.#dirty = done ? this.#dirty.filter((page) => !isDone(page)) : [];
    this.#pageDone = false;
    const ranges: AckRange[] = [];
    const parts: Message[][] = [];
    for (const page of dirty) {
      page.dirty = false;
      const waiting = page.succeeded - page.taken;
      if (waiting === 0) continue;
      this.#untaken -= waiting;
      page.taken += waiting;
      const from = page.takenUpTo;
      if (waiting === page.fill - from) {
        page.settled.fill(Settled.TAKEN, from, page.fill);
        page.takenUpTo = page.fill;
        // What is on a page up to `fill` is there.
        parts.push(page.messages.slice(from, page.fill) as Message[]);
        ranges.push({ page, from, to: page.fill, version: page.version });
      } else parts.push(takeSucceeded(page));
    }
    const whole = ranges.length === parts.length && this.#acks.length === 0;
    const single = this.#acks.splice(0).filter((message) => this.isOpen(message));
    if (single.length > 0) parts.push(single);
    const [first = [], ...rest] = parts;
    // Not flat(): concat copies arrays as a whole.
    return { messages: rest.length === 0 ? first : first.concat(...rest), ranges: whole ? ranges : undefined };
  }

  /** The broker has taken all of a batch: in bulk, where nothing has happened to its messages since. */
  settleBatch(batch: AckBatch, code: SettledCode): void {
    if (isUntouched(batch)) for (const { page, from, to } of batch.ranges) this.#settleRange(page, from, to, code);
    else for (const message of batch.messages) this.settleIfOpen(message, code);
  }

  /** Those of a batch that are still to be acked: the very array, where nothing has happened to any of them since. */
  stillOpen(batch: AckBatch): readonly Message[] {
    return isUntouched(batch) ? batch.messages : batch.messages.filter((message) => this.isOpen(message));
  }

  #settleRange(page: Page, from: number, to: number, code: SettledCode): void {
    const count = to - from;
    this.settledCounts[code] = (this.settledCounts[code] as number) + count;
    this.open -= count;
    page.open -= count;
    page.settled.fill(code, from, to);
    if (this.retain) return;
    if (page.open === 0) this.#retire(page);
    else page.messages.fill(undefined, from, to);
  }

  stateOf(message: Message): number {
    return this.#page(message.slot).state[message.slot & PAGE_MASK] as number;
  }

  // ── Starting handlers ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Starts what may start. Called after messages came in, a handler ended, or a bound was raised. */
  pump(): void {
    if (this.#pumping || this.#parked) return;
    this.#pumping = true;
    const { maxBatch } = this.#config;
    while (this.starting && this.calls < this.concurrency) {
      if (this.#turnIsOver()) break;
      if (!(maxBatch === undefined ? this.#startSome() : this.#startBatch(maxBatch))) break;
    }
    this.#pumping = false;
    this.#afterChange();
  }

  /** Starts one of those that the cursor has passed, or some from the cursor on, by turns. Returns false when there are none. */
  #startSome(): boolean {
    if (!this.#isLinedTurn()) return this.#startFromCursor();
    const slot = this.#takeLined();
    this.#start(this.#page(slot), slot & PAGE_MASK, this.#takenUnit);
    return true;
  }

  #isLinedTurn(): boolean {
    if (this.#readyFirst === undefined && this.#freeHead === NONE) return false;
    this.#linedTurn = !this.#linedTurn || this.queued === this.#lined;
    return this.#linedTurn;
  }

  /** Calls a hook as handlers are called: a drain that it begins must not be awaited by it. */
  invoke<T>(hook: () => T): T {
    const outer = this.invoking;
    this.invoking = true;
    try {
      return hook();
    } finally {
      this.invoking = outer;
    }
  }

  #afterChange(): void {
    if (this.toAck > 0) {
      if (this.acksAreDue) this.#owner.sendAcks();
      else this.scheduleAcks();
    }
    if (this.watched || (this.tellBelow >= 0 && (this.queued + this.running <= this.tellBelow || !this.hasReady))) this.#owner.changed();
  }

  /** Whether acks should go now: many, of a whole page, or, where somebody waits for them, of all that there was to do. */
  get acksAreDue(): boolean {
    if (this.toAck === 0) return false;
    return this.#pageDone || this.toAck >= ACK_BATCH || (this.watched && this.calls === 0 && (this.queued === 0 || !this.starting));
  }

  /** Acks go when the event loop turns. */
  scheduleAcks(): void {
    if (this.#ackScheduled) return;
    this.#ackScheduled = true;
    this.#clock.setImmediate(this.#onAckTurn);
  }

  readonly #onAckTurn = (): void => {
    this.#ackScheduled = false;
    this.#turnStart = this.#clock.now();
    if (this.toAck > 0) this.#owner.sendAcks();
  };

  /** Whether timers and I/O have waited long enough; if so, goes on after they had their turn. */
  #turnIsOver(): boolean {
    if (this.#untilCheck > 0) return false;
    const now = this.#clock.now();
    // Slow handlers are checked after each one, fast ones after some hundred: the clock itself costs 30 ns.
    if (now - this.#checkedAt > TURN_MS / 2) this.#checkInterval = Math.max(1, this.#checkInterval >> 2);
    else this.#checkInterval = Math.min(MAX_CHECK_INTERVAL, this.#checkInterval << 1);
    this.#checkedAt = now;
    this.#untilCheck = this.#checkInterval;
    if (now - this.#turnStart < TURN_MS) return false;
    this.#parked = true;
    this.#clock.setImmediate(this.#onTurn);
    return true;
  }

  readonly #onTurn = (): void => {
    this.#parked = false;
    this.#turnStart = this.#clock.now();
    this.#checkedAt = this.#turnStart;
    this.pump();
  };

  /** The next message that may start of those that the cursor has passed, or NONE. Units and messages without one take turns. */
  #takeLined(): number {
    if (this.#lined === 0) return NONE;
    const unit = this.#readyFirst;
    if (unit === undefined || (this.#freeTurn && this.#freeHead !== NONE)) {
      this.#freeTurn = false;
      this.#takenUnit = undefined;
      return this.#takeFree();
    }
    this.#freeTurn = true;
    this.#readyFirst = unit.nextReady;
    if (this.#readyFirst === undefined) this.#readyLast = undefined;
    unit.nextReady = undefined;
    unit.ready = false;
    unit.holds = 1;
    this.#takenUnit = unit;
    return this.#takeFromUnit(unit);
  }

  #takeFree(): number {
    const slot = this.#freeHead;
    if (slot === NONE) return NONE;
    this.#lined -= 1;
    this.queued -= 1;
    this.#freeHead = this.#page(slot).next[slot & PAGE_MASK] as number;
    if (this.#freeHead === NONE) this.#freeTail = NONE;
    return slot;
  }

  #takeFromUnit(unit: Unit): number {
    const slot = unit.head;
    this.#lined -= 1;
    this.queued -= 1;
    unit.head = this.#page(slot).next[slot & PAGE_MASK] as number;
    if (unit.head === NONE) unit.tail = NONE;
    return slot;
  }

  /**
   * Starts messages in order of delivery until the concurrency is used up, or it is time to look at the clock. Returns false
   * when there is nothing to start. What happens here once per message is all that a synchronous handler costs.
   */
  #startFromCursor(): boolean {
    const page = this.#cursorPageWithQueued();
    if (page === undefined) return false;
    const { messages, state, fill } = page;
    const { handler } = this.#config;
    const ordered = this.#order !== 'none';
    const end = Math.min(fill, this.#cursor + this.#untilCheck);
    let index = this.#cursor;
    let succeeded = 0;
    let failed = false;
    let failure: unknown;
    let runner = this.#takeRunner();
    this.invoking = true;
    for (; index < end; index += 1) {
      if (state[index] !== State.QUEUED) continue;
      // A handler may have begun a drain, or lowered the concurrency.
      if (!this.starting || this.calls >= this.concurrency) break;
      let unit: Unit | undefined;
      if (ordered && this.#busyUnits > 0) {
        unit = this.#unitOf(messages[index] as Message);
        if (unit !== undefined && isBusy(unit)) {
          this.#append(unit, page, index);
          // No handler runs meanwhile, so that those of the same unit that follow stand behind it as well.
          while (index + 1 < end && state[index + 1] === State.QUEUED && this.#nameOf(messages[index + 1] as Message) === unit.name) {
            index += 1;
            this.#append(unit, page, index);
          }
          continue;
        }
      }
      state[index] = State.RUNNING;
      this.queued -= 1;
      runner.begin();
      let result: unknown;
      try {
        result = handler(messages[index] as never, new HandlerContext(1, runner));
      } catch (error) {
        failed = true;
        failure = error;
        break;
      }
      if (result === undefined || !(result instanceof Promise || isThenable(result))) {
        state[index] = State.SUCCEEDED;
        succeeded += 1;
        continue;
      }
      if (ordered) unit = this.#hold(unit ?? this.#unitOf(messages[index] as Message));
      this.#follow(result, runner, page, index, unit);
      runner = this.#takeRunner();
    }
    this.#pool.push(runner);
    this.invoking = false;
    if (failed) index += 1;
    this.#untilCheck -= index - this.#cursor;
    this.#cursor = index;
    if (succeeded > 0) this.#countSucceeded(page, succeeded);
    if (failed) this.#fail((page.index << PAGE_BITS) | (index - 1), this.#hold(this.#unitOf(messages[index - 1] as Message)), failure);
    return true;
  }

  /** The page whose cursor stands on a queued message, if there is one. */
  #cursorPageWithQueued(): Page | undefined {
    if (this.queued === this.#lined) return undefined;
    let page = this.#cursorPage;
    while (page !== undefined) {
      const { state, fill } = page;
      while (this.#cursor < fill && state[this.#cursor] !== State.QUEUED) this.#cursor += 1;
      if (this.#cursor < fill) return page;
      if (page.newer === undefined) return undefined;
      page = page.newer;
      this.#cursorPage = page;
      this.#cursor = 0;
    }
    return undefined;
  }

  #append(unit: Unit, page: Page, index: number): void {
    const slot = (page.index << PAGE_BITS) | index;
    page.next[index] = NONE;
    if (unit.tail === NONE) unit.head = slot;
    // Usually on the same page, which need not be looked up.
    else if (unit.tail >>> PAGE_BITS === page.index) page.next[unit.tail & PAGE_MASK] = slot;
    else this.#link(unit.tail, slot);
    unit.tail = slot;
    this.#lined += 1;
  }

  /** Only what is needed: a key may be derived when it is read. */
  #nameOf(message: Message): string | undefined {
    return this.#order === 'key' ? message.key : this.#order === 'lane' ? message.lane : undefined;
  }

  /** The unit of a message, if it has one. */
  #unitOf(message: Message): Unit | undefined {
    const name = this.#nameOf(message);
    if (name === undefined) return undefined;
    const last = this.#lastUnit;
    if (last !== undefined && last.name === name) return last;
    let unit = this.#units.get(name);
    if (unit === undefined) {
      unit = new Unit(name);
      this.#units.set(name, unit);
    }
    this.#lastUnit = unit;
    return unit;
  }

  /** One more message of it runs, sleeps or is being given up. */
  #hold(unit: Unit | undefined): Unit | undefined {
    if (unit === undefined) return undefined;
    if (!isBusy(unit)) this.#busyUnits += 1;
    unit.holds += 1;
    return unit;
  }

  #follow(result: PromiseLike<unknown>, runner: Runner, page: Page, index: number, unit: Unit | undefined): void {
    runner.page = page;
    runner.index = index;
    runner.unit = unit;
    runner.active = true;
    this.running += 1;
    this.calls += 1;
    follow(result, runner);
  }

  /** Calls the handler for one message that was lined up; its unit is held already. */
  #start(page: Page, index: number, unit: Unit | undefined): void {
    page.state[index] = State.RUNNING;
    this.#untilCheck -= 1;
    const runner = this.#takeRunner();
    runner.begin();
    const attempt = this.#calls.size === 0 ? 1 : this.#nextAttempt((page.index << PAGE_BITS) | index);
    let result: unknown;
    this.invoking = true;
    try {
      // The config's handler takes what `maxBatch` says; this path is the one without it.
      result = this.#config.handler(page.messages[index] as never, new HandlerContext(attempt, runner));
    } catch (error) {
      this.invoking = false;
      this.#pool.push(runner);
      this.#fail((page.index << PAGE_BITS) | index, unit, error);
      return;
    }
    this.invoking = false;
    if (isThenable(result)) {
      this.#follow(result, runner, page, index, unit);
      return;
    }
    this.#pool.push(runner);
    this.#succeed(page, index, unit);
  }

  /** Which call this will be; from the second on it is a retry. */
  #nextAttempt(slot: number): number {
    const attempt = (this.#calls.get(slot) ?? 0) + 1;
    if (attempt > 1) this.retries += 1;
    return attempt;
  }

  /** Starts a batch of one unit, or of messages without one. Returns false when there is none. */
  #startBatch(maxBatch: number): boolean {
    if (this.#order !== 'none') this.#lineAll();
    const slots: number[] = [];
    const lined = this.#takeLined();
    const unit = lined === NONE ? undefined : this.#takenUnit;
    const first = lined === NONE ? this.#takeAtCursor() : lined;
    if (first === NONE) return false;
    this.#untilCheck -= 1;
    slots.push(first);
    if (!this.#solo.has(first)) {
      while (slots.length < maxBatch) {
        const next = this.#takeBehind(unit);
        if (next === NONE) break;
        slots.push(next);
      }
    }
    let attempt = 1;
    const messages = slots.map((slot) => {
      const page = this.#page(slot);
      page.state[slot & PAGE_MASK] = State.RUNNING;
      if (this.#calls.size > 0) attempt = Math.max(attempt, this.#nextAttempt(slot));
      return page.messages[slot & PAGE_MASK] as Message;
    });
    const runner = this.#takeRunner();
    runner.begin();
    runner.slots = slots;
    runner.unit = unit;
    runner.active = true;
    this.running += slots.length;
    this.calls += 1;
    let result: unknown;
    this.invoking = true;
    try {
      result = this.#config.handler(messages as never, new HandlerContext(attempt, runner));
    } catch (error) {
      this.invoking = false;
      this.#throwBatch(runner, error);
      return true;
    }
    this.invoking = false;
    if (isThenable(result)) follow(result, runner);
    else this.#endBatch(runner, result);
    return true;
  }

  /** A batch takes what stands behind its first message, so that all of a unit's have to stand there. */
  #lineAll(): void {
    for (let page = this.#cursorPageWithQueued(); page !== undefined; page = this.#cursorPageWithQueued()) {
      const index = this.#cursor;
      this.#cursor += 1;
      const unit = this.#unitOf(page.messages[index] as Message);
      if (unit === undefined) {
        this.#appendFree(page, index);
        continue;
      }
      if (!isBusy(unit)) this.#busyUnits += 1;
      this.#append(unit, page, index);
      if (unit.holds === 0 && !unit.ready) this.#makeReady(unit);
    }
  }

  #appendFree(page: Page, index: number): void {
    const slot = (page.index << PAGE_BITS) | index;
    page.next[index] = NONE;
    if (this.#freeTail === NONE) this.#freeHead = slot;
    else this.#link(this.#freeTail, slot);
    this.#freeTail = slot;
    this.#lined += 1;
  }

  #takeAtCursor(): number {
    const page = this.#cursorPageWithQueued();
    if (page === undefined) return NONE;
    const slot = (page.index << PAGE_BITS) | this.#cursor;
    this.#cursor += 1;
    this.queued -= 1;
    return slot;
  }

  /** One more message for a batch of this unit, or NONE; one that has to go alone ends the batch. */
  #takeBehind(unit: Unit | undefined): number {
    if (unit !== undefined) return unit.head === NONE || this.#solo.has(unit.head) ? NONE : this.#takeFromUnit(unit);
    const head = this.#freeHead;
    if (head !== NONE) return this.#solo.has(head) ? NONE : this.#takeFree();
    return this.#takeAtCursor();
  }

  // ── When they end ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** @internal A handler's promise was fulfilled. */
  ended(runner: Runner, value: unknown): void {
    // Given up at the hard deadline: its outcome is in the receipt already.
    if (!runner.active) return;
    if (this.#config.maxBatch !== undefined) {
      this.#endBatch(runner, value);
      this.pump();
      return;
    }
    const { page, index, unit } = runner;
    if (page.settled[index] === Settled.OPEN && this.#calls.size === 0) {
      page.state[index] = State.SUCCEEDED;
      this.#countSucceeded(page, 1);
      if (unit !== undefined) this.#unblock(unit);
    } else this.#succeed(page, index, unit);
    if (this.queued > 0 && this.#goesOn(runner)) return;
    this.running -= 1;
    this.calls -= 1;
    runner.active = false;
    this.#pool.push(runner);
    if (this.queued > 0) this.pump();
    else this.#afterChange();
  }

  /**
   * The next message with the runner of the one that has ended, which is all that an asynchronous handler costs while there is
   * plenty to do. Returns false when it takes a closer look.
   */
  #goesOn(runner: Runner): boolean {
    if (!this.starting || this.calls > this.concurrency || this.#pumping || this.#parked || this.watched) return false;
    this.#untilCheck -= 1;
    if (this.#untilCheck <= 0 || this.#untaken >= ACK_BATCH || this.#calls.size > 0) return false;
    let page: Page | undefined;
    let index: number;
    let unit: Unit | undefined;
    if (this.#isLinedTurn()) {
      const slot = this.#takeLined();
      page = this.#page(slot);
      index = slot & PAGE_MASK;
      unit = this.#takenUnit;
    } else {
      page = this.#cursorPageWithQueued();
      if (page === undefined) return false;
      index = this.#cursor;
      this.#cursor += 1;
      if (this.#order !== 'none') {
        unit = this.#unitOf(page.messages[index] as Message);
        if (unit !== undefined) {
          if (isBusy(unit)) {
            this.#append(unit, page, index);
            return false;
          }
          this.#busyUnits += 1;
          unit.holds = 1;
        }
      }
      this.queued -= 1;
    }
    page.state[index] = State.RUNNING;
    runner.begin();
    runner.page = page;
    runner.index = index;
    runner.unit = unit;
    let result: unknown;
    this.invoking = true;
    try {
      result = this.#config.handler(page.messages[index] as never, new HandlerContext(1, runner));
    } catch (error) {
      // As if it had rejected: the same path serves both.
      result = Promise.reject(error);
    }
    this.invoking = false;
    if (result instanceof Promise) void result.then(runner.onFulfilled, runner.onRejected);
    else void Promise.resolve(result).then(runner.onFulfilled, runner.onRejected);
    if (!this.#ackScheduled) this.scheduleAcks();
    if (this.tellBelow >= 0 && this.queued + this.running <= this.tellBelow) this.#owner.changed();
    return true;
  }

  /** @internal A handler's promise was rejected. */
  threw(runner: Runner, error: unknown): void {
    if (!runner.active) return;
    const { unit } = runner;
    if (this.#config.maxBatch === undefined) this.#fail(this.#detach(runner), unit, error);
    else this.#throwBatch(runner, error);
    this.pump();
  }

  #detach(runner: Runner): number {
    this.running -= this.#config.maxBatch === undefined ? 1 : runner.slots.length;
    this.calls -= 1;
    runner.active = false;
    this.#pool.push(runner);
    return (runner.page.index << PAGE_BITS) | runner.index;
  }

  #succeed(page: Page, index: number, unit: Unit | undefined): void {
    page.state[index] = State.SUCCEEDED;
    if (this.#calls.size > 0) this.#forgetCalls((page.index << PAGE_BITS) | index);
    if (page.settled[index] === Settled.LOST) {
      // There is no ack to send. Adopted deliveries replace the message on its page: what is settled is the newest one.
      const message = page.messages[index] as Message;
      this.orphans -= 1;
      this.succeeded += 1;
      this.#owner.succeededLate(message);
      this.settle(message, Settled.LOST);
    } else this.#countSucceeded(page, 1);
    if (unit !== undefined) this.#unblock(unit);
  }

  #countSucceeded(page: Page, count: number): void {
    page.succeeded += count;
    this.succeeded += count;
    this.#untaken += count;
    if (!page.dirty) {
      page.dirty = true;
      this.#dirty.push(page);
    }
    if (isDone(page)) {
      this.#pageDone = true;
      this.#owner.sendAcks();
    }
  }

  #endBatch(runner: Runner, value: unknown): void {
    const { slots, unit } = runner;
    this.#detach(runner);
    const failures = Array.isArray(value) ? this.#batchFailures(value as readonly Partial<BatchFailure>[], slots) : NO_FAILURES;
    if (failures.size === 0) {
      for (const slot of slots) this.#succeed(this.#page(slot), slot & PAGE_MASK, undefined);
      if (unit !== undefined) this.#unblock(unit);
      return;
    }
    for (const slot of slots) if (!failures.has(slot)) this.#succeed(this.#page(slot), slot & PAGE_MASK, undefined);
    this.#failBatch(
      slots.filter((slot) => failures.has(slot)),
      unit,
      failures,
    );
  }

  #throwBatch(runner: Runner, error: unknown): void {
    const { slots, unit } = runner;
    this.#detach(runner);
    this.#failBatch(slots, unit, new Map(slots.map((slot) => [slot, error])));
  }

  #batchFailures(entries: readonly Partial<BatchFailure>[], slots: readonly number[]): Map<number, unknown> {
    const held = new Set(slots);
    const failures = new Map<number, unknown>();
    for (const entry of entries) {
      // What Promise.all gives for handlers that return nothing.
      if (entry === undefined) continue;
      const message = entry?.message;
      // A newer delivery may have taken the slot of the one that the handler was given.
      const slot = held.has(message?.slot ?? NONE) ? message?.slot : slots.find((each) => this.#messageAt(each).id === message?.id);
      if (slot === undefined) {
        // Which ones have failed cannot be known, and what may have failed is not acked.
        const error = notFailures();
        return new Map(slots.map((each) => [each, error]));
      }
      failures.set(slot, entry.error);
    }
    return failures;
  }

  /**
   * In a unit the first one waits for its next attempt, or has failed for good, and those behind it that may be tried again
   * stand in line; each will go alone.
   */
  #failBatch(slots: readonly number[], unit: Unit | undefined, errors: ReadonlyMap<number, unknown>): void {
    if (slots.length > 1) for (const slot of slots) this.#solo.add(slot);
    const line = unit === undefined ? [] : slots.slice(1).filter((slot) => this.#mayRetry(slot, errors.get(slot)));
    if (unit !== undefined) {
      unit.holds += slots.length - 1 - line.length;
      for (let at = line.length - 1; at >= 0; at -= 1) this.#retryInLine(line[at] as number, unit);
    }
    const lined = new Set(line);
    for (const slot of slots) if (!lined.has(slot)) this.#fail(slot, unit, errors.get(slot));
  }

  #retryInLine(slot: number, unit: Unit): void {
    this.linedUp += 1;
    this.#calls.set(slot, (this.#calls.get(slot) ?? 0) + 1);
    this.#page(slot).state[slot & PAGE_MASK] = State.QUEUED;
    this.queued += 1;
    this.#prepend(unit, slot);
  }

  #mayRetry(slot: number, error: unknown): boolean {
    const lost = this.#page(slot).settled[slot & PAGE_MASK] === Settled.LOST;
    return !lost && this.retrying && (this.#calls.get(slot) ?? 0) + 1 < this.#config.attempts && !isPermanent(error);
  }

  #fail(slot: number, unit: Unit | undefined, error: unknown): void {
    const calls = (this.#calls.get(slot) ?? 0) + 1;
    if (!this.#mayRetry(slot, error)) {
      this.#giveUp(slot, unit, error, calls);
      return;
    }
    this.#calls.set(slot, calls);
    this.#page(slot).state[slot & PAGE_MASK] = State.SLEEPING;
    this.sleeping += 1;
    const timer = this.#clock.setTimeout(() => {
      this.#wake(slot);
      this.pump();
    }, this.#config.backoffMs(calls));
    this.#sleepers.set(slot, { unit, timer });
  }

  #giveUp(slot: number, unit: Unit | undefined, error: unknown, calls: number): void {
    const page = this.#page(slot);
    const index = slot & PAGE_MASK;
    const message = page.messages[index] as Message;
    page.state[index] = State.FAILED;
    this.failed += 1;
    this.#forgetCalls(slot);
    if (page.settled[index] === Settled.LOST) {
      this.orphans -= 1;
      this.settle(message, Settled.LOST);
      if (unit !== undefined) this.#unblock(unit);
      return;
    }
    this.#owner.exhausted(message, error, calls, () => {
      if (unit !== undefined) this.#unblock(unit);
      this.pump();
    });
  }

  #wake(slot: number): void {
    const sleeper = this.#sleepers.get(slot);
    if (sleeper === undefined) return;
    this.#clock.clearTimeout(sleeper.timer);
    this.#sleepers.delete(slot);
    this.sleeping -= 1;
    this.queued += 1;
    const page = this.#page(slot);
    page.state[slot & PAGE_MASK] = State.QUEUED;
    const { unit } = sleeper;
    if (unit === undefined) {
      this.#appendFree(page, slot & PAGE_MASK);
      return;
    }
    this.#prepend(unit, slot);
    this.#unblock(unit);
  }

  /** Ends all waits between attempts: each sleeping message is tried again at once. */
  wakeAll(): void {
    for (const slot of [...this.#sleepers.keys()]) this.#wake(slot);
    this.pump();
  }

  #forgetCalls(slot: number): void {
    this.#calls.delete(slot);
    this.#solo.delete(slot);
  }

  #unblock(unit: Unit): void {
    unit.holds -= 1;
    if (unit.holds > 0 || unit.ready) return;
    if (unit.head !== NONE) this.#makeReady(unit);
    else {
      this.#busyUnits -= 1;
      if (this.#units.size > IDLE_UNITS) this.#dropUnit(unit);
    }
  }

  #dropUnit(unit: Unit): void {
    this.#units.delete(unit.name);
    if (this.#lastUnit === unit) this.#lastUnit = undefined;
  }

  // ── Settling ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The broker was told, finally. Frees the slot, unless a receipt will want to name the message. */
  settle(message: Message, code: SettledCode): void {
    const { slot } = message;
    const page = this.#page(slot);
    const index = slot & PAGE_MASK;
    this.settledCounts[code] = (this.settledCounts[code] as number) + 1;
    if (page.settled[index] === Settled.RECORDED) this.recorded -= 1;
    if (page.state[index] === State.SUCCEEDED && page.settled[index] === Settled.OPEN) {
      page.taken += 1;
      this.#untaken -= 1;
    }
    page.version += 1;
    this.open -= 1;
    page.open -= 1;
    if (page.state[index] === State.NEVER_STARTED) this.returning -= 1;
    page.settled[index] = code;
    if (this.retain) return;
    page.state[index] = State.EMPTY;
    page.messages[index] = undefined;
    message.slot = NONE;
    if (page.open === 0) this.#retire(page);
  }

  /** Settles a message unless that happened before, or a newer delivery has taken its place. */
  settleIfOpen(message: Message, code: SettledCode): boolean {
    if (!this.isOpen(message)) return false;
    // A failed message that was acked has been put away by the dead-letter hook.
    const acked = code === Settled.CONFIRMED || code === Settled.SENT;
    this.settle(message, acked && this.stateOf(message) === State.FAILED ? Settled.DEAD_LETTERED : code);
    return true;
  }

  /** Whether this very delivery is on a page, settled or not. */
  isHeld(message: Message): boolean {
    return message.slot !== NONE && this.#pages[message.slot >>> PAGE_BITS]?.messages[message.slot & PAGE_MASK] === message;
  }

  /** Whether this very delivery is held, and the broker has not been told for good. */
  isOpen(message: Message): boolean {
    // An adapter's answer may name what is no message.
    const slot = message?.slot;
    if (slot === NONE) return false;
    const page = this.#pages[slot >>> PAGE_BITS];
    return page?.messages[slot & PAGE_MASK] === message && (page.settled[slot & PAGE_MASK] as number) <= Settled.RECORDED;
  }

  /** Whether its ack was taken, perhaps recorded, and the broker has not been told for good. */
  wasAcked(message: Message): boolean {
    return this.isOpen(message) && this.settledOf(message) !== Settled.OPEN;
  }

  /** Whether its ack was taken and is not answered. */
  isAcking(message: Message): boolean {
    return this.isOpen(message) && this.settledOf(message) === Settled.TAKEN;
  }

  settledOf(message: Message): SettledCode {
    return this.#page(message.slot).settled[message.slot & PAGE_MASK] as SettledCode;
  }

  /** Acked, and not confirmed yet. */
  record(message: Message): void {
    const page = this.#page(message.slot);
    const index = message.slot & PAGE_MASK;
    if (page.settled[index] === Settled.RECORDED) return;
    if (page.state[index] === State.SUCCEEDED && page.settled[index] === Settled.OPEN) {
      page.taken += 1;
      this.#untaken -= 1;
    }
    page.version += 1;
    page.settled[index] = Settled.RECORDED;
    this.recorded += 1;
  }

  // ── Taking messages back ──────────────────────────────────────────────────────────────────────────────────────────

  /** Takes queued messages out, in order of delivery: they will not start. The caller settles them. */
  removeQueued(matches: (message: Message) => boolean): Message[] {
    const removed: Message[] = [];
    this.#eachHeld((message, page, index) => {
      if (page.state[index] !== State.QUEUED || !matches(message)) return;
      page.state[index] = State.NEVER_STARTED;
      this.queued -= 1;
      this.returning += 1;
      if (this.#calls.size > 0) {
        // It was called before, and would have been again.
        if (this.#calls.has(message.slot)) {
          page.state[index] = State.FAILED;
          this.failed += 1;
          this.returning -= 1;
        }
        this.#forgetCalls(message.slot);
      }
      removed.push(message);
    });
    if (removed.length > 0) this.#relink();
    return removed;
  }

  /** Takes out messages that wait for their next attempt: they have failed. The caller settles them. */
  removeSleeping(matches: (message: Message) => boolean): Message[] {
    const removed: Message[] = [];
    for (const [slot, sleeper] of [...this.#sleepers]) {
      const page = this.#page(slot);
      const message = page.messages[slot & PAGE_MASK] as Message;
      if (!matches(message)) continue;
      this.#clock.clearTimeout(sleeper.timer);
      this.#sleepers.delete(slot);
      this.#forgetCalls(slot);
      this.sleeping -= 1;
      this.failed += 1;
      page.state[slot & PAGE_MASK] = State.FAILED;
      removed.push(message);
      if (sleeper.unit !== undefined) this.#unblock(sleeper.unit);
    }
    return removed;
  }

  /** Aborts the signals of running handlers, also when they ask for theirs only later. */
  abortRunning(reason: StreamError, matches?: (message: Message) => boolean): void {
    for (const runner of this.#runners) {
      if (!runner.active) continue;
      if (matches === undefined || this.#carried(runner).some(matches)) runner.abort(reason);
    }
  }

  /** Messages whose handler runs, or is being seen to, and whose lane or lease is gone: nothing of them may be acked any more. */
  orphan(matches: (message: Message) => boolean): void {
    this.#eachHeld((message, page, index) => {
      if (page.state[index] !== State.RUNNING || page.settled[index] === Settled.LOST || !matches(message)) return;
      page.settled[index] = Settled.LOST;
      this.orphans += 1;
    });
  }

  /** Gives up every running handler: whatever it still does has no effect here. */
  cutOff(): void {
    for (const runner of this.#runners) {
      if (!runner.active) continue;
      if (this.#config.maxBatch === undefined) this.#cut(runner.page, runner.index);
      else for (const slot of runner.slots) this.#cut(this.#page(slot), slot & PAGE_MASK);
      this.calls -= 1;
      // Not pooled: its call may still end.
      runner.active = false;
    }
  }

  #cut(page: Page, index: number): void {
    this.running -= 1;
    page.state[index] = State.CUT_OFF;
    if (page.settled[index] !== Settled.LOST) return;
    this.orphans -= 1;
    // What is on a page in this state is there.
    this.settle(page.messages[index] as Message, Settled.LOST);
  }

  runningMessages(): Message[] {
    const found: Message[] = [];
    for (const runner of this.#runners) if (runner.active) found.push(...this.#carried(runner));
    return found;
  }

  #carried(runner: Runner): Message[] {
    if (this.#config.maxBatch === undefined) return [runner.page.messages[runner.index] as Message];
    return runner.slots.map((slot) => this.#messageAt(slot));
  }

  #messageAt(slot: number): Message {
    return this.#page(slot).messages[slot & PAGE_MASK] as Message;
  }

  // ── Looking at what is held ───────────────────────────────────────────────────────────────────────────────────────

  /** Messages whose handler has ended and that are not settled. */
  get unconfirmed(): number {
    return this.open - this.running - this.queued - this.sleeping - this.returning;
  }

  /** Whether something queued could start now, were there concurrency for it. */
  get hasReady(): boolean {
    return this.queued > this.#lined || this.#readyFirst !== undefined || this.#freeHead !== NONE;
  }

  /** Pages from the oldest on. */
  get oldestPage(): Page | undefined {
    return this.#oldest;
  }

  /** What is held, in order of delivery; with `retain`, settled messages too. */
  eachHeld(visit: (message: Message, state: number, settled: SettledCode) => void): void {
    this.#eachHeld((message, page, index) => visit(message, page.state[index] as number, page.settled[index] as SettledCode));
  }

  #eachHeld(visit: (message: Message, page: Page, index: number) => void): void {
    for (let page = this.#oldest; page !== undefined; page = page.newer) {
      for (let index = 0; index < page.fill; index += 1) {
        const message = page.messages[index];
        if (message !== undefined) visit(message, page, index);
      }
    }
  }

  /**
   * Settles everything that is open and has not succeeded, page by page, as it may be millions; what is settled stays where it is
   * for the receipt. Returns what has succeeded and is open.
   */
  settleUnfinished(code: SettledCode): Message[] {
    const finished: Message[] = [];
    for (let page = this.#oldest; page !== undefined; page = page.newer) {
      let count = 0;
      for (let index = 0; index < page.fill; index += 1) {
        if (page.messages[index] === undefined || (page.settled[index] as number) > Settled.RECORDED) continue;
        const state = page.state[index];
        if (state === State.SUCCEEDED) {
          finished.push(page.messages[index] as Message);
          continue;
        }
        if (page.settled[index] === Settled.RECORDED) this.recorded -= 1;
        if (state === State.NEVER_STARTED) this.returning -= 1;
        page.settled[index] = code;
        count += 1;
      }
      if (count === 0) continue;
      page.version += 1;
      page.open -= count;
      this.open -= count;
      this.settledCounts[code] = (this.settledCounts[code] as number) + count;
    }
    return finished;
  }

  /** Lets go of everything: a receipt has been written, and the consumer is closed. */
  forgetAll(): void {
    this.retain = false;
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#cursorPage = undefined;
    this.#pages.length = 0;
    this.#dirty = [];
    this.#acks.length = 0;
    this.#untaken = 0;
    this.#units.clear();
    this.#lastUnit = undefined;
  }

  // ── Pages, queues, units ──────────────────────────────────────────────────────────────────────────────────────────

  #page(slot: number): Page {
    // A slot that is in use always has its page.
    return this.#pages[slot >>> PAGE_BITS] as Page;
  }

  /** A page with room for this message; if it has to be a new one, of a size for `count` more. */
  #pageFor({ lease }: Message, count: number): Page {
    const newest = this.#newest;
    const late = lease !== undefined && newest !== undefined && lease.until - newest.firstLeaseUntil > this.#config.leaseSpreadMs;
    return newest === undefined || newest.sealed || late ? this.#addPage(count) : newest;
  }

  #addPage(count: number): Page {
    const before = this.#newest;
    // Small batches that come faster than they are settled are no trickle.
    const comesFast = before !== undefined && before.fill === before.capacity && before.open > 0;
    const least = comesFast ? Math.max(count, before.capacity + 1) : count;
    const capacity = CAPACITIES.find((each) => each >= least) ?? PAGE_SIZE;
    let page = this.#sparePages.get(capacity)?.pop();
    if (page === undefined) {
      page = new Page(this.#pages.length, capacity);
      this.#pages.push(page);
    }
    page.older = before;
    if (before === undefined) this.#oldest = page;
    else {
      before.newer = page;
      before.sealed = true;
    }
    this.#newest = page;
    if (this.#cursorPage === undefined) {
      this.#cursorPage = page;
      this.#cursor = 0;
    }
    // The page before was kept only for what might still come.
    if (before !== undefined && before.open === 0 && !this.retain) this.#retire(before);
    return page;
  }

  /** All its messages are settled: the newest page starts over, any other leaves the list. */
  #retire(page: Page): void {
    page.clear();
    if (this.#cursorPage === page) {
      this.#cursor = 0;
      if (page !== this.#newest) this.#cursorPage = page.newer;
    }
    if (page === this.#newest) return;
    if (page.older === undefined) this.#oldest = page.newer;
    else page.older.newer = page.newer;
    if (page.newer !== undefined) page.newer.older = page.older;
    page.older = undefined;
    page.newer = undefined;
    this.#sparePages.get(page.capacity)?.push(page);
  }

  #noteLease(page: Page, until: number): void {
    if (until < this.#leaseNoted) this.#leaseNoted = until;
    // So written, NaN changes nothing: it would keep the others of the page from being extended.
    if (!(until < page.leaseUntil)) return;
    page.leaseUntil = until;
    if (page.firstLeaseUntil === Infinity) page.firstLeaseUntil = until;
  }

  /** The earliest end of a lease of what came in since this was last called; Infinity where nothing has one. */
  takeNotedLease(): number {
    const until = this.#leaseNoted;
    this.#leaseNoted = Infinity;
    return until;
  }

  #link(from: number, to: number): void {
    this.#page(from).next[from & PAGE_MASK] = to;
  }

  #prepend(unit: Unit, slot: number): void {
    this.#page(slot).next[slot & PAGE_MASK] = unit.head;
    unit.head = slot;
    if (unit.tail === NONE) unit.tail = slot;
    this.#lined += 1;
  }

  #makeReady(unit: Unit): void {
    unit.ready = true;
    if (this.#readyLast === undefined) this.#readyFirst = unit;
    else this.#readyLast.nextReady = unit;
    this.#readyLast = unit;
  }

  /** Takes messages that are no longer queued out of all queues. */
  #relink(): void {
    this.#lined = 0;
    this.#busyUnits = 0;
    [this.#freeHead, this.#freeTail] = this.#relinked(this.#freeHead);
    this.#readyFirst = undefined;
    this.#readyLast = undefined;
    for (const unit of this.#units.values()) {
      [unit.head, unit.tail] = this.#relinked(unit.head);
      unit.ready = false;
      unit.nextReady = undefined;
      if (isBusy(unit)) this.#busyUnits += 1;
      else if (this.#units.size > IDLE_UNITS) this.#dropUnit(unit);
      if (unit.holds === 0 && unit.head !== NONE) this.#makeReady(unit);
    }
  }

  #relinked(head: number): [number, number] {
    let first = NONE;
    let last = NONE;
    for (let slot = head; slot !== NONE; ) {
      const page = this.#page(slot);
      const next = page.next[slot & PAGE_MASK] as number;
      if (page.state[slot & PAGE_MASK] === State.QUEUED) {
        if (last === NONE) first = slot;
        else this.#link(last, slot);
        last = slot;
        this.#lined += 1;
      }
      slot = next;
    }
    if (last !== NONE) this.#link(last, NONE);
    return [first, last];
  }

  #takeRunner(): Runner {
    const pooled = this.#pool.pop();
    if (pooled !== undefined) return pooled;
    const runner = new Runner(this);
    this.#runners.push(runner);
    return runner;
  }
}

/** It is held already, or not told to be a first delivery. */
function needsLook(message: Message, firstOnly: boolean): boolean {
  // What an adapter returns need not be a message.
  return message?.slot !== NONE || (firstOnly && message.attempt !== 1);
}

/** Nothing more will come to be acked on it. */
function isDone(page: Page): boolean {
  return page.succeeded === page.fill && page.sealed;
}

/** Nothing has happened to a message of the batch since its acks were taken. */
function isUntouched(batch: AckBatch): batch is AckBatch & { readonly ranges: readonly AckRange[] } {
  const { ranges } = batch;
  if (ranges === undefined) return false;
  for (const { page, version } of ranges) if (page.version !== version) return false;
  return true;
}

/** Takes what succeeded on a page that is not done, and moves its mark over what needs no second look. */
function takeSucceeded(page: Page): Message[] {
  const found: Message[] = [];
  const { state, settled, messages, fill } = page;
  let contiguous = true;
  for (let index = page.takenUpTo; index < fill; index += 1) {
    if (state[index] === State.SUCCEEDED && settled[index] === Settled.OPEN) {
      settled[index] = Settled.TAKEN;
      found.push(messages[index] as Message);
    }
    const pending = state[index] === State.QUEUED || state[index] === State.RUNNING || state[index] === State.SLEEPING;
    if (contiguous && pending) {
      contiguous = false;
      page.takenUpTo = index;
    }
  }
  if (contiguous) page.takenUpTo = fill;
  return found;
}

const NO_FAILURES: ReadonlyMap<number, unknown> = new Map();

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== undefined && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** A native promise is followed as it is; any other thenable may call back twice or at once, so it is wrapped. */
function follow(result: PromiseLike<unknown>, runner: Runner): void {
  if (result instanceof Promise) void result.then(runner.onFulfilled, runner.onRejected);
  else void Promise.resolve(result).then(runner.onFulfilled, runner.onRejected);
}

function isOfAdapter(error: Error): boolean {
  return StreamError.is(error) && error.adapter !== undefined;
}

/** @internal What a batch handler returned names no message of its batch. */
export function notFailures(): StreamError {
  // Retryable, as what a handler throws is: it says nothing of the messages.
  const text = 'a batch handler returned a list of something else than { message, error }';
  return new StreamError('INVALID_ARGUMENT', text, { retryable: true });
}

/**
 * @internal Whether an error says of itself that trying again cannot help. One that names an adapter says so of a call of some
 * consumer or producer, not of the message whose handler made that call.
 */
export function isPermanent(error: unknown): boolean {
  try {
    if (!(error instanceof Error) || (error as { retryable?: unknown }).retryable !== false || isOfAdapter(error)) return false;
    // What a signal aborts with when the lane or lease goes: a handler that passes it on was interrupted, and may run for a newer delivery.
    return (error as { code?: unknown }).code !== 'LEASE_LOST';
  } catch {
    // Anything can be thrown, also what cannot be read.
    return false;
  }
}
