import type { Clock } from './clock.js';
import type { StreamError } from './errors.js';
import { type Message, NONE } from './message.js';

/*
 * The hot path: what happens once per message happens here, and nowhere else.
 *
 * How to read it. A held message is known by its slot, a small integer: page number and index within the page. A page
 * is a few typed arrays over 1,024 messages in order of delivery; it is recycled when all of them are settled. Queues are
 * linked through `Page.next`, so that queueing a message allocates nothing. With order 'none' there is one queue, `#free`.
 * With 'lane' or 'key' each lane or key is a Unit with a queue of its own, and at most one message of it runs; the units
 * that can start something form a ring (`#ready`), so that a busy key never keeps others from their turn. A Runner
 * carries one handler call that returned a promise: it is pooled, and its two callbacks are made once.
 *
 * Per message there is one small object (its HandlerContext, which the handler may keep), and no promise, closure or
 * timer of ours. The clock is read once per some messages, to give timers and I/O a turn.
 */

const PAGE_BITS = 10;
const PAGE_SIZE: number = 1 << PAGE_BITS;
const PAGE_MASK: number = PAGE_SIZE - 1;
/** How long messages may be started without giving timers and I/O a turn. */
const TURN_MS = 5;
const MAX_CHECK_INTERVAL = 256;
/** Acks that wait are sent no later than at this number. */
const ACK_BATCH = 1_000;
/** Units without work that are kept for their next message before they are swept. */
const IDLE_UNITS = 4_096;

/** What the handler did, or will do. */
export const State = { EMPTY: 0, QUEUED: 1, RUNNING: 2, SLEEPING: 3, SUCCEEDED: 4, FAILED: 5, CUT_OFF: 6, NEVER_STARTED: 7 } as const;
/** How the broker was told. OPEN and RECORDED are not final. */
export const Settled = {
  OPEN: 0,
  RECORDED: 1,
  CONFIRMED: 2,
  SENT: 3,
  RELEASED: 4,
  DEAD_LETTERED: 5,
  LAPSING: 6,
  LOST: 7,
} as const;
export type SettledCode = (typeof Settled)[keyof typeof Settled];

export type Order = 'lane' | 'key' | 'none';

export class Page {
  readonly index: number;
  readonly messages: (Message | undefined)[];
  readonly state: Uint8Array;
  readonly settled: Uint8Array;
  readonly next: Int32Array;
  /** Slots in use from the start, and of these the ones not yet settled. */
  fill = 0;
  open = 0;
  /** No further message goes in: it is full, or its leases are too far apart from new ones. */
  sealed = false;
  /** The earliest end of a lease of its messages, and the first one it was given. */
  leaseUntil: number = Infinity;
  firstLeaseUntil: number = Infinity;
  older: Page | undefined = undefined;
  newer: Page | undefined = undefined;

  constructor(index: number) {
    const bytes = new ArrayBuffer(PAGE_SIZE * 6);
    this.index = index;
    this.messages = new Array<Message | undefined>(PAGE_SIZE).fill(undefined);
    this.next = new Int32Array(bytes, 0, PAGE_SIZE);
    this.state = new Uint8Array(bytes, PAGE_SIZE * 4, PAGE_SIZE);
    this.settled = new Uint8Array(bytes, PAGE_SIZE * 5, PAGE_SIZE);
  }
}

/** One lane or key: its waiting messages, in order. */
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

/** What a handler gets beside its message. It belongs to one call. */
export class HandlerContext {
  /** Which call for this delivery this is: 1, then 2 for the first retry in place. `message.attempt` is the broker's count. */
  readonly attempt: number;
  #controller: AbortController | undefined;
  #abortReason: StreamError | undefined;

  /** @internal */
  constructor(attempt: number) {
    this.attempt = attempt;
  }

  /**
   * Aborts when the handler should give up: at the soft deadline of a drain (`TIMEOUT`), or when the message's lease or
   * lane was lost (`LEASE_LOST`). The start of a drain does not abort it. Made when first asked for.
   */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#abortReason !== undefined && !this.#controller.signal.aborted) this.#controller.abort(this.#abortReason);
    return this.#controller.signal;
  }

  /** @internal */
  abort(reason: StreamError): void {
    this.#abortReason ??= reason;
    this.#controller?.abort(this.#abortReason);
  }
}

/** One pooled carrier of a handler call that returned a promise. */
class Runner {
  readonly onFulfilled: (value: unknown) => void;
  readonly onRejected: (error: unknown) => void;
  slot: number = NONE;
  /** The slots of a batch, in order; empty for single messages. */
  slots: number[] = [];
  unit: Unit | undefined = undefined;
  context: HandlerContext | undefined = undefined;
  active = false;

  constructor(dispatch: Dispatch) {
    this.onFulfilled = (value) => dispatch.ended(this, value);
    this.onRejected = (error) => dispatch.threw(this, error);
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
  /** Something ended, or was settled: there may be room, or quiet. */
  changed(): void;
}

export class Dispatch {
  readonly #config: DispatchConfig;
  readonly #owner: DispatchOwner;
  readonly #clock: Clock;
  concurrency: number;

  /** Messages whose handler has succeeded, to be acked. The drainer takes the whole array and leaves a new one. */
  acks: Message[] = [];

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

  /** Acked, and not confirmed. */
  recorded = 0;
  succeeded = 0;
  failed = 0;
  retries = 0;
  /** By Settled code. */
  readonly settledCounts: number[] = new Array<number>(8).fill(0);

  /** Whether queued messages may start, and whether failures may be tried again. */
  starting = true;
  retrying = true;
  /** While true, settled messages stay on their pages, so that a receipt can name them. */
  retain = false;
  /** True while a handler's synchronous part is on the stack. */
  invoking = false;

  readonly #pages: Page[] = [];
  readonly #sparePages: Page[] = [];
  #oldest: Page | undefined;
  #newest: Page | undefined;

  #freeHead: number = NONE;
  #freeTail: number = NONE;
  readonly #units: Map<string, Unit> = new Map();
  #lastUnit: Unit | undefined;
  #readyFirst: Unit | undefined;
  #readyLast: Unit | undefined;
  #freeTurn = false;
  #takenUnit: Unit | undefined;

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
    this.#turnStart = config.clock.now();
    this.#checkedAt = this.#turnStart;
  }

  // ── Taking messages in ────────────────────────────────────────────────────────────────────────────────────────────

  /** Queues a fetched message behind those of its lane or key. */
  enqueue(message: Message): void {
    const slot = this.hold(message, State.QUEUED);
    this.queued += 1;
    const { order } = this.#config;
    const name = order === 'none' ? undefined : order === 'lane' ? message.lane : message.key;
    if (name === undefined) {
      if (this.#freeTail === NONE) this.#freeHead = slot;
      else this.#link(this.#freeTail, slot);
      this.#freeTail = slot;
      return;
    }
    const unit = this.#unit(name);
    if (unit.tail === NONE) unit.head = slot;
    else this.#link(unit.tail, slot);
    unit.tail = slot;
    if (unit.holds === 0 && !unit.ready) this.#makeReady(unit);
  }

  /** Gives a message a slot without queueing it. */
  hold(message: Message, state: number): number {
    let page = this.#newest;
    const { lease } = message;
    if (page === undefined || page.sealed || (lease !== undefined && lease.until - page.firstLeaseUntil > this.#config.leaseSpreadMs)) {
      page = this.#addPage();
    }
    const index = page.fill;
    const slot = (page.index << PAGE_BITS) | index;
    page.messages[index] = message;
    page.state[index] = state;
    page.settled[index] = Settled.OPEN;
    page.next[index] = NONE;
    page.fill = index + 1;
    page.open += 1;
    if (page.fill === PAGE_SIZE) page.sealed = true;
    if (lease !== undefined && lease.until < page.leaseUntil) {
      page.leaseUntil = lease.until;
      if (page.firstLeaseUntil === Infinity) page.firstLeaseUntil = lease.until;
    }
    message.slot = slot;
    this.open += 1;
    if (state === State.NEVER_STARTED) this.returning += 1;
    return slot;
  }

  /** A newer delivery of a held message takes its place: its handler goes on, its settlement uses the new delivery. */
  replace(old: Message, newer: Message): void {
    const { slot } = old;
    const page = this.#page(slot);
    const index = slot & PAGE_MASK;
    if (page.settled[index] === Settled.LOST) this.orphans -= 1;
    if (page.settled[index] === Settled.RECORDED) this.recorded -= 1;
    page.messages[index] = newer;
    page.settled[index] = Settled.OPEN;
    if (newer.lease !== undefined && newer.lease.until < page.leaseUntil) page.leaseUntil = newer.lease.until;
    newer.slot = slot;
    old.slot = NONE;
  }

  stateOf(message: Message): number {
    return this.#page(message.slot).state[message.slot & PAGE_MASK] as number;
  }

  // ── Starting handlers ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Starts what may start. Called after messages came in, a handler ended, or a bound was raised. */
  pump(): void {
    if (this.#pumping || this.#parked) return;
    this.#pumping = true;
    let runner: Runner | undefined;
    while (this.starting && this.calls < this.concurrency) {
      if (this.#turnIsOver()) break;
      const slot = this.#take();
      if (slot === NONE) break;
      runner ??= this.#pool.pop() ?? this.#addRunner();
      runner.unit = this.#takenUnit;
      if (this.#config.maxBatch === undefined ? this.#start(runner, slot) : this.#startBatch(runner, slot, this.#config.maxBatch)) {
        runner = undefined;
      }
      if (this.acks.length >= ACK_BATCH) this.#owner.sendAcks();
    }
    if (runner !== undefined) this.#pool.push(runner);
    this.#pumping = false;
    this.#afterChange();
  }

  #afterChange(): void {
    if (this.acks.length > 0) {
      if (this.calls === 0 && (this.queued === 0 || !this.starting)) this.#owner.sendAcks();
      else if (!this.#ackScheduled) {
        this.#ackScheduled = true;
        this.#clock.setImmediate(this.#onAckTurn);
      }
    }
    this.#owner.changed();
  }

  readonly #onAckTurn = (): void => {
    this.#ackScheduled = false;
    this.#turnStart = this.#clock.now();
    if (this.acks.length > 0) this.#owner.sendAcks();
  };

  /** Whether timers and I/O have waited long enough; if so, goes on after they had their turn. */
  #turnIsOver(): boolean {
    this.#untilCheck -= 1;
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

  /** The next message that may start, or NONE. Units and messages without a unit take turns. */
  #take(): number {
    const unit = this.#readyFirst;
    if (unit === undefined || (this.#freeTurn && this.#freeHead !== NONE)) {
      const slot = this.#freeHead;
      if (slot === NONE) return NONE;
      this.#freeTurn = false;
      this.#freeHead = this.#page(slot).next[slot & PAGE_MASK] as number;
      if (this.#freeHead === NONE) this.#freeTail = NONE;
      this.#takenUnit = undefined;
      return slot;
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

  #takeFromUnit(unit: Unit): number {
    const slot = unit.head;
    unit.head = this.#page(slot).next[slot & PAGE_MASK] as number;
    if (unit.head === NONE) unit.tail = NONE;
    return slot;
  }

  /** Calls the handler for one message. Returns whether it goes on asynchronously. */
  #start(runner: Runner, slot: number): boolean {
    const page = this.#page(slot);
    const index = slot & PAGE_MASK;
    page.state[index] = State.RUNNING;
    this.queued -= 1;
    const context = new HandlerContext(this.#calls.size === 0 ? 1 : (this.#calls.get(slot) ?? 0) + 1);
    runner.slot = slot;
    runner.context = context;
    let result: unknown;
    this.invoking = true;
    try {
      // The config's handler takes what `maxBatch` says; this path is the one without it.
      result = this.#config.handler(page.messages[index] as never, context);
    } catch (error) {
      this.invoking = false;
      this.#fail(slot, runner.unit, error);
      return false;
    }
    this.invoking = false;
    if (isThenable(result)) {
      this.running += 1;
      this.calls += 1;
      runner.active = true;
      follow(result, runner);
      return true;
    }
    this.#succeed(slot, runner.unit);
    return false;
  }

  #startBatch(runner: Runner, first: number, maxBatch: number): boolean {
    const { unit } = runner;
    const slots = [first];
    if (!this.#solo.has(first)) {
      while (slots.length < maxBatch) {
        const next = unit === undefined ? this.#freeHead : unit.head;
        if (next === NONE || this.#solo.has(next)) break;
        if (unit !== undefined) this.#takeFromUnit(unit);
        else {
          this.#freeHead = this.#page(next).next[next & PAGE_MASK] as number;
          if (this.#freeHead === NONE) this.#freeTail = NONE;
        }
        slots.push(next);
      }
    }
    const messages: Message[] = [];
    for (const slot of slots) {
      const page = this.#page(slot);
      page.state[slot & PAGE_MASK] = State.RUNNING;
      messages.push(page.messages[slot & PAGE_MASK] as Message);
    }
    this.queued -= slots.length;
    const context = new HandlerContext((this.#calls.get(first) ?? 0) + 1);
    runner.slots = slots;
    runner.slot = first;
    runner.context = context;
    runner.active = true;
    this.running += slots.length;
    this.calls += 1;
    let result: unknown;
    this.invoking = true;
    try {
      result = this.#config.handler(messages as never, context);
    } catch (error) {
      this.invoking = false;
      this.#throwBatch(runner, error);
      return false;
    }
    this.invoking = false;
    if (isThenable(result)) {
      follow(result, runner);
      return true;
    }
    this.#endBatch(runner, result);
    return false;
  }

  // ── When they end ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** @internal A handler's promise was fulfilled. */
  ended(runner: Runner, value: unknown): void {
    // Given up at the hard deadline: its outcome is in the receipt already.
    if (!runner.active) return;
    if (this.#config.maxBatch === undefined) {
      const { unit } = runner;
      this.#succeed(this.#detach(runner), unit);
    } else this.#endBatch(runner, value);
    this.#pool.push(runner);
    if (this.acks.length >= ACK_BATCH) this.#owner.sendAcks();
    this.pump();
  }

  /** @internal A handler's promise was rejected. */
  threw(runner: Runner, error: unknown): void {
    if (!runner.active) return;
    const { unit } = runner;
    if (this.#config.maxBatch === undefined) this.#fail(this.#detach(runner), unit, error);
    else this.#throwBatch(runner, error);
    this.#pool.push(runner);
    this.pump();
  }

  #detach(runner: Runner): number {
    this.running -= this.#config.maxBatch === undefined ? 1 : runner.slots.length;
    this.calls -= 1;
    runner.active = false;
    runner.context = undefined;
    return runner.slot;
  }

  #succeed(slot: number, unit: Unit | undefined): void {
    const page = this.#page(slot);
    const index = slot & PAGE_MASK;
    page.state[index] = State.SUCCEEDED;
    this.succeeded += 1;
    if (this.#calls.size > 0) this.#forgetCalls(slot);
    // Adopted deliveries replace the message on its page: what is acked is the newest one.
    const message = page.messages[index] as Message;
    if (page.settled[index] === Settled.LOST) {
      this.orphans -= 1;
      this.settle(message, Settled.LOST);
    } else this.acks.push(message);
    if (unit !== undefined) this.#unblock(unit);
  }

  #endBatch(runner: Runner, value: unknown): void {
    const { slots, unit } = runner;
    this.#detach(runner);
    const failures = Array.isArray(value) ? this.#batchFailures(value as readonly Partial<BatchFailure>[], slots) : NO_FAILURES;
    if (failures.size === 0) {
      for (const slot of slots) this.#succeed(slot, undefined);
      if (unit !== undefined) this.#unblock(unit);
      return;
    }
    for (const slot of slots) if (!failures.has(slot)) this.#succeed(slot, undefined);
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
    const failures = new Map<number, unknown>();
    for (const entry of entries) {
      const message = entry?.message;
      if (message !== undefined && slots.includes(message.slot)) failures.set(message.slot, entry.error);
    }
    return failures;
  }

  /** In a unit the first one waits for its next attempt and the others stand in line behind it; each will go alone. */
  #failBatch(slots: readonly number[], unit: Unit | undefined, errors: ReadonlyMap<number, unknown>): void {
    if (slots.length > 1) for (const slot of slots) this.#solo.add(slot);
    const line = unit === undefined ? [] : slots.filter((slot) => this.#mayRetry(slot, errors.get(slot)));
    const lined = new Set(line);
    if (unit !== undefined) {
      unit.holds += slots.length - 1 - Math.max(0, line.length - 1);
      for (let at = line.length - 1; at > 0; at -= 1) this.#retryInLine(line[at] as number, unit);
    }
    for (const slot of slots) if (!lined.has(slot) || slot === line[0]) this.#fail(slot, unit, errors.get(slot));
  }

  #retryInLine(slot: number, unit: Unit): void {
    this.#calls.set(slot, (this.#calls.get(slot) ?? 0) + 1);
    this.#page(slot).state[slot & PAGE_MASK] = State.QUEUED;
    this.queued += 1;
    this.retries += 1;
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
    this.retries += 1;
    this.queued += 1;
    const page = this.#page(slot);
    page.state[slot & PAGE_MASK] = State.QUEUED;
    const { unit } = sleeper;
    if (unit === undefined) {
      page.next[slot & PAGE_MASK] = this.#freeHead;
      this.#freeHead = slot;
      if (this.#freeTail === NONE) this.#freeTail = slot;
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
    else if (this.#units.size > IDLE_UNITS) {
      this.#units.delete(unit.name);
      if (this.#lastUnit === unit) this.#lastUnit = undefined;
    }
  }

  // ── Settling ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The broker was told, finally. Frees the slot, unless a receipt will want to name the message. */
  settle(message: Message, code: SettledCode): void {
    const { slot } = message;
    const page = this.#page(slot);
    const index = slot & PAGE_MASK;
    this.settledCounts[code] = (this.settledCounts[code] as number) + 1;
    if (page.settled[index] === Settled.RECORDED) this.recorded -= 1;
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
    const { slot } = message;
    if (slot === NONE) return false;
    const page = this.#pages[slot >>> PAGE_BITS];
    return page?.messages[slot & PAGE_MASK] === message && (page.settled[slot & PAGE_MASK] as number) <= Settled.RECORDED;
  }

  settledOf(message: Message): SettledCode {
    return this.#page(message.slot).settled[message.slot & PAGE_MASK] as SettledCode;
  }

  /** Acked, and not confirmed yet. */
  record(message: Message): void {
    const page = this.#page(message.slot);
    const index = message.slot & PAGE_MASK;
    if (page.settled[index] === Settled.RECORDED) return;
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
      if (matches === undefined || this.#carried(runner).some(matches)) runner.context?.abort(reason);
    }
  }

  /** Running messages whose lane or lease is gone: nothing of them may be acked any more. */
  orphan(matches: (message: Message) => boolean): Message[] {
    const orphans: Message[] = [];
    for (const message of this.runningMessages()) {
      const page = this.#page(message.slot);
      const index = message.slot & PAGE_MASK;
      if (page.settled[index] === Settled.LOST || !matches(message)) continue;
      page.settled[index] = Settled.LOST;
      this.orphans += 1;
      orphans.push(message);
    }
    return orphans;
  }

  /** Gives up every running handler: whatever it still does has no effect here. */
  cutOff(): Message[] {
    const cut: Message[] = [];
    for (const runner of this.#runners) {
      if (!runner.active) continue;
      for (const message of this.#carried(runner)) {
        const page = this.#page(message.slot);
        page.state[message.slot & PAGE_MASK] = State.CUT_OFF;
        cut.push(message);
        if (page.settled[message.slot & PAGE_MASK] !== Settled.LOST) continue;
        this.orphans -= 1;
        this.settle(message, Settled.LOST);
      }
      this.#detach(runner);
    }
    return cut;
  }

  runningMessages(): Message[] {
    const found: Message[] = [];
    for (const runner of this.#runners) if (runner.active) found.push(...this.#carried(runner));
    return found;
  }

  #carried(runner: Runner): Message[] {
    const slots = this.#config.maxBatch === undefined ? [runner.slot] : runner.slots;
    return slots.map((slot) => this.#page(slot).messages[slot & PAGE_MASK] as Message);
  }

  // ── Looking at what is held ───────────────────────────────────────────────────────────────────────────────────────

  /** Messages whose handler has ended and that are not settled. */
  get unconfirmed(): number {
    return this.open - this.running - this.queued - this.sleeping - this.returning;
  }

  /** Whether something queued could start now, were there concurrency for it. */
  get hasReady(): boolean {
    return this.#readyFirst !== undefined || this.#freeHead !== NONE;
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

  /** Lets go of everything that is settled: a receipt has been written. */
  forgetSettled(): void {
    this.retain = false;
    for (let page = this.#oldest; page !== undefined; ) {
      const { newer } = page;
      for (let index = 0; index < page.fill; index += 1) {
        const message = page.messages[index];
        if (message === undefined || (page.settled[index] as number) <= Settled.RECORDED) continue;
        message.slot = NONE;
        page.messages[index] = undefined;
        page.state[index] = State.EMPTY;
      }
      if (page.open === 0) this.#retire(page);
      page = newer;
    }
  }

  // ── Pages, queues, units ──────────────────────────────────────────────────────────────────────────────────────────

  #page(slot: number): Page {
    // A slot that is in use always has its page.
    return this.#pages[slot >>> PAGE_BITS] as Page;
  }

  #addPage(): Page {
    const before = this.#newest;
    if (before !== undefined) before.sealed = true;
    let page = this.#sparePages.pop();
    if (page === undefined) {
      page = new Page(this.#pages.length);
      this.#pages.push(page);
    }
    page.older = before;
    if (before === undefined) this.#oldest = page;
    else before.newer = page;
    this.#newest = page;
    return page;
  }

  /** All its messages are settled: the newest page starts over, any other leaves the list. */
  #retire(page: Page): void {
    page.fill = 0;
    page.sealed = false;
    page.leaseUntil = Infinity;
    page.firstLeaseUntil = Infinity;
    if (page === this.#newest) return;
    if (page.older === undefined) this.#oldest = page.newer;
    else page.older.newer = page.newer;
    if (page.newer !== undefined) page.newer.older = page.older;
    page.older = undefined;
    page.newer = undefined;
    this.#sparePages.push(page);
  }

  #link(from: number, to: number): void {
    this.#page(from).next[from & PAGE_MASK] = to;
  }

  #prepend(unit: Unit, slot: number): void {
    this.#page(slot).next[slot & PAGE_MASK] = unit.head;
    unit.head = slot;
    if (unit.tail === NONE) unit.tail = slot;
  }

  #unit(name: string): Unit {
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

  #makeReady(unit: Unit): void {
    unit.ready = true;
    if (this.#readyLast === undefined) this.#readyFirst = unit;
    else this.#readyLast.nextReady = unit;
    this.#readyLast = unit;
  }

  /** Takes messages that are no longer queued out of all queues. */
  #relink(): void {
    [this.#freeHead, this.#freeTail] = this.#relinked(this.#freeHead);
    this.#readyFirst = undefined;
    this.#readyLast = undefined;
    for (const unit of this.#units.values()) {
      [unit.head, unit.tail] = this.#relinked(unit.head);
      unit.ready = false;
      unit.nextReady = undefined;
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
      }
      slot = next;
    }
    if (last !== NONE) this.#link(last, NONE);
    return [first, last];
  }

  #addRunner(): Runner {
    const runner = new Runner(this);
    this.#runners.push(runner);
    return runner;
  }
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

function isPermanent(error: unknown): boolean {
  return error instanceof Error && (error as { retryable?: unknown }).retryable === false;
}
