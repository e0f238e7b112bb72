import { type DrainBudget, type DrainTimes, drainBudget, drainDeadlines } from './budget.js';
import { CLOCK_METHODS, type Clock, systemClock } from './clock.js';
import type { Capabilities, StreamConsumer } from './consumer.js';
import type { DedupOptions } from './dedup.js';
import type { BatchFailure, HandlerContext, Order } from './dispatch.js';
import { StreamError } from './errors.js';
import type { Message } from './message.js';
import { boolean, callable, integer, invalid, known, number, oneOf, withMethods } from './options.js';
import type { PhaseName } from './receipt.js';

/**
 * Handles one message. When it returns (or its promise is fulfilled) the message is acked; when it throws, it is tried
 * again. An error with `retryable: false` is not tried again, unless it is a `StreamError` that names an adapter: that one
 * speaks of a call to some consumer or producer, not of this message.
 */
export type MessageHandler<Raw = unknown> = (message: Message<Raw>, context: HandlerContext) => unknown;

/**
 * Handles several messages at once: of one lane or key with those orders. Returns nothing when all succeeded, or a list of
 * those that did not; a list of anything else (of `Promise.allSettled`, of errors) counts as thrown. When it throws, all failed,
 * and each is tried again alone, so that a poison message shows itself.
 */
export interface BatchHandler<Raw = unknown> {
  readonly batch: (
    messages: readonly Message<Raw>[],
    context: HandlerContext,
    // biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing is the usual one, and its type is void.
  ) => undefined | readonly BatchFailure[] | Promise<undefined | readonly BatchFailure[] | void> | void;
  /** The most messages in one call. 1 to 100,000. Default 100. What is there is handled; nothing waits for a full batch. */
  readonly maxBatch?: number;
}

export interface RetryOptions {
  /** Handler calls for one delivery, the first included. 1 to 1,000. Default 3. */
  readonly attempts?: number;
  /** The wait before the second call, ms. Doubles with each further one. Default 100. */
  readonly minDelayMs?: number;
  /** The longest wait, ms. Default 10,000. */
  readonly maxDelayMs?: number;
  /** The share of each wait that is random, 0 to 1. Default 0.2. */
  readonly jitter?: number;
}

/** Why a message is given up. */
export interface Failure {
  readonly error: unknown;
  /** Handler calls for this delivery. */
  readonly calls: number;
}

/** What happens to a message that has failed for good. */
export type OnExhausted = 'release' | 'dead-letter' | 'stop-lane';

export interface CommitContext {
  /** `running`: acks as work goes on. `revoke`: a lane leaves. `drain`: what a drain commits. */
  readonly reason: 'running' | 'revoke' | 'drain';
}

/** The deadlines of a drain, ms. `drainBudget()` computes them from a platform's grace period; its result fits here. */
export interface DrainDeadlines {
  /** By then the drain has ended, whatever hangs. 50 to 86,400,000. Default that of `drainBudget()`: 25,000 without an environment that says otherwise. */
  readonly totalMs?: number;
  /** Handlers' signals abort, and nothing more is started. Default 80 % of the hard deadline, which is total − commit − close. */
  readonly softMs?: number;
  /** Set aside for the last commit. Default 2,000, or 10 % of the total if that is less. */
  readonly commitMs?: number;
  /**
   * Set aside for closing the consumer, which may also take what the steps before it have left of the total, unless the drain was
   * escalated. Default 2,000, or 10 % of the total if that is less.
   */
  readonly closeMs?: number;
}

/** Where an error that does not end the drainer came from. */
export interface ErrorContext {
  readonly during:
    | 'fetch'
    | 'handler'
    | 'before-commit'
    | 'ack'
    | 'release'
    | 'extend'
    | 'dead-letter'
    | 'dedup'
    | 'flush'
    | 'close'
    | 'lane';
  readonly message?: Message;
  /** Those whose leases have ended, with `during: 'extend'` and the code LEASE_LOST: they come again, here or elsewhere. */
  readonly messages?: readonly Message[];
  /** The lane that was stopped, with `during: 'lane'`. */
  readonly lane?: string;
}

export interface DrainerOptions<Raw = unknown> {
  /** Handlers at a time. 1 to 1,000,000. Default 16. Can be changed while running: `drainer.concurrency = n`. */
  readonly concurrency?: number;
  /**
   * `lane`: one message of a lane at a time, in the broker's order. `key`: one of a key at a time; messages without a key
   * are free. `none`: as they come. Default `lane` where the broker orders lanes, else `none`.
   */
  readonly order?: Order;
  /**
   * The most messages fetched whose handler has not ended, running ones included: the bound on memory, and on what a stop
   * has to give back. Without those kept behind a stopped lane. At least the concurrency, at most 10,000,000. Default: the
   * concurrency where a release costs an attempt, else four times that.
   */
  readonly window?: number;
  /**
   * The most messages fetched and not confirmed, whatever their state: the bound on what a crash makes come again. At least the
   * window, at most 10,000,000. Default 16,384, or the window if that is larger.
   */
  readonly maxUnconfirmed?: number;
  /** The most messages of one fetch. Default: the window, within what the consumer can. */
  readonly maxFetch?: number;
  /**
   * How long one fetch waits for a first message, ms. 0 to 3,600,000. Default 1,000 where a poll has to be waited for, else
   * 10,000: longer polls cost fewer requests and, where they cannot be ended early, a longer stop.
   */
  readonly maxPollMs?: number;
  readonly retry?: RetryOptions;
  /**
   * `release`: back to the broker, which counts and dead-letters by its own rules. `dead-letter`: `deadLetter` below, or
   * the broker's own. `stop-lane`: its lane stops, nothing is skipped, the others go on; under leases what the broker brings of
   * the lane is kept until the drain, up to half of `maxUnconfirmed`, and lapses beyond that. Default `dead-letter` if `deadLetter`
   * is given, else `stop-lane` with cursors and where a release takes a tail with it and costs attempts, else `release`.
   */
  readonly onExhausted?: OnExhausted;
  /** Puts a failed message away (publish it elsewhere, then return); it is acked afterwards. If it throws, the message is not acked. */
  readonly deadLetter?: (message: Message<Raw>, failure: Failure) => unknown;
  /** Remembers handled ids, so that a redelivery is acked without a second handler call. Default: none. */
  readonly dedup?: DedupOptions;
  /**
   * Messages fetched and not started when a drain begins. `release`: given back at once. `finish`: handled while the soft
   * deadline allows. Default `release` where that is free, `finish` where it costs an attempt or is not possible.
   */
  readonly unstarted?: 'release' | 'finish';
  /**
   * Called before every commit with what it will ack: flush outputs, snapshot state. If it throws, that commit is withheld:
   * nothing of it is acked. Outputs are always out before their inputs are committed.
   */
  readonly beforeCommit?: (messages: readonly Message<Raw>[], context: CommitContext) => unknown;
  readonly budget?: DrainDeadlines;
  /** Told of every error that does not end the drainer. Default: kept in `status().lastError` only. What it throws is ignored. */
  readonly onError?: (error: StreamError, context: ErrorContext) => void;
  /** Told when a phase of a drain begins and ends. What it throws is ignored. */
  readonly onPhase?: (phase: PhaseName, event: 'begin' | 'end') => void;
  /** For tests: another source of time. */
  readonly clock?: Clock;
}

/** Options with every default filled in. */
export interface ResolvedDrainerOptions {
  readonly concurrency: number;
  readonly order: Order;
  readonly window: number;
  readonly maxUnconfirmed: number;
  readonly maxFetch: number;
  readonly maxPollMs: number;
  readonly retry: Required<RetryOptions>;
  readonly onExhausted: OnExhausted;
  readonly deadLetter: ((message: Message, failure: Failure) => unknown) | undefined;
  readonly dedup: DedupOptions | undefined;
  readonly unstarted: 'release' | 'finish';
  readonly beforeCommit: ((messages: readonly Message[], context: CommitContext) => unknown) | undefined;
  readonly budget: DrainTimes;
  readonly onError: ((error: StreamError, context: ErrorContext) => void) | undefined;
  readonly onPhase: ((phase: PhaseName, event: 'begin' | 'end') => void) | undefined;
  readonly clock: Clock;
}

export interface ResolvedHandler {
  readonly handler: (input: never, context: HandlerContext) => unknown;
  readonly maxBatch: number | undefined;
}

const NAMES = [
  'concurrency',
  'order',
  'window',
  'maxUnconfirmed',
  'maxFetch',
  'maxPollMs',
  'retry',
  'onExhausted',
  'deadLetter',
  'dedup',
  'unstarted',
  'beforeCommit',
  'budget',
  'onError',
  'onPhase',
  'clock',
] as const;

const DRAINER_DEFAULTS: Readonly<{ concurrency: number; maxBatch: number; maxUnconfirmed: number }> = Object.freeze({
  concurrency: 16,
  maxBatch: 100,
  maxUnconfirmed: 16_384,
});

const MAX_HELD = 10_000_000;
const DAY_MS = 86_400_000;

export function resolveHandler<Raw>(handler: MessageHandler<Raw> | BatchHandler<Raw>): ResolvedHandler {
  if (typeof handler === 'function') return { handler, maxBatch: undefined };
  if (typeof handler !== 'object' || handler === null || typeof handler.batch !== 'function') {
    throw invalid('handler', handler, 'a function, or an object with a function `batch`');
  }
  const checked = known('a batch handler', handler, ['batch', 'maxBatch']);
  return {
    handler: checked.batch,
    maxBatch: integer('maxBatch', checked.maxBatch, DRAINER_DEFAULTS.maxBatch, { min: 1, max: 100_000, unit: 'messages' }),
  };
}

/** Checks that this is a consumer at all, and that its methods and capabilities agree. */
export function checkConsumer(consumer: StreamConsumer): void {
  if (typeof consumer !== 'object' || consumer === null) throw invalid('consumer', consumer, 'a StreamConsumer');
  for (const method of ['fetch', 'ack', 'close'] as const) {
    if (typeof consumer[method] !== 'function') throw invalid(`consumer.${method}`, consumer[method], 'a function');
  }
  const { capabilities } = consumer;
  checkCapabilities(capabilities);
  const declared: readonly (readonly [keyof StreamConsumer & string, boolean])[] = [
    ['release', capabilities.release !== false],
    ['extend', capabilities.lease !== false && capabilities.lease.extend !== false],
    ['flush', capabilities.flush],
    ['deadLetter', capabilities.deadLetter],
    ['watch', capabilities.revoke !== 'none'],
    ['pause', capabilities.pause],
    ['resume', capabilities.pause],
  ];
  for (const [method, has] of declared) {
    if (has && typeof consumer[method] !== 'function') {
      throw new StreamError('INVALID_ARGUMENT', `the consumer's capabilities declare ${method}, and it has no such method`);
    }
  }
}

/** What the drainer decides by. A capability that is left out is a mistake, not a no. */
function checkCapabilities(given: Capabilities): void {
  if (typeof given !== 'object' || given === null) throw invalid('consumer.capabilities', given, 'an object');
  const path = (name: string) => `consumer.capabilities.${name}`;
  const words = { settlement: ['lease', 'cursor'], abort: ['safe', 'waits', 'staged'], attempts: ['none', 'hint', 'exact'] } as const;
  for (const [name, allowed] of Object.entries(words)) oneOf(path(name), given[name as keyof typeof words] ?? null, '', allowed);
  oneOf(path('revoke'), given.revoke ?? null, '', ['none', 'lost', 'notified', 'awaited']);
  for (const name of ['ordered', 'ackConfirmed', 'flush', 'deadLetter', 'pause'] as const) boolean(path(name), given[name] ?? null, false);
  integer(path('maxBatch'), given.maxBatch ?? null, 1, { min: 1, unit: 'messages', infinite: true });
  const release: unknown = given.release;
  const lease: unknown = given.lease;
  if (release !== false && !isObject(release)) throw invalid(path('release'), release, 'false or an object');
  if (lease !== false && !isObject(lease)) throw invalid(path('lease'), lease, 'false or an object');
  if (given.release !== false) {
    oneOf(path('release.scope'), given.release.scope ?? null, '', ['message', 'tail']);
    number(path('release.maxDelayMs'), given.release.maxDelayMs ?? null, 0, { min: 0, unit: 'ms', infinite: true });
    boolean(path('release.costsAttempt'), given.release.costsAttempt ?? null, false);
  }
  if (given.lease !== false) number(path('lease.ms'), given.lease.ms ?? null, 0, { min: 1, unit: 'ms', infinite: true });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function contradiction(text: string): StreamError {
  return new StreamError('INVALID_ARGUMENT', text);
}

export function resolveDrainerOptions<Raw>(
  capabilities: Capabilities,
  given: DrainerOptions<Raw> | undefined,
  maxBatch: number | undefined,
): ResolvedDrainerOptions {
  const options = known('Drainer', given, NAMES);
  const costsAttempt = capabilities.release !== false && capabilities.release.costsAttempt;
  const concurrency = integer('concurrency', options.concurrency, DRAINER_DEFAULTS.concurrency, {
    min: 1,
    max: 1_000_000,
    unit: 'handlers',
  });
  const atOnce = concurrency * (maxBatch ?? 1);
  const fallbackWindow = Math.min(MAX_HELD, costsAttempt ? atOnce : atOnce * 4);
  const window = integer('window', options.window, fallbackWindow, { min: 1, max: MAX_HELD, unit: 'messages' });
  if (window < concurrency)
    throw contradiction(`window (${window}) is smaller than concurrency (${concurrency}): some handlers could never run`);
  const unstarted = resolveUnstarted(capabilities, options.unstarted);
  if (costsAttempt && unstarted === 'release' && window > atOnce) {
    throw contradiction(
      `window (${window}) exceeds what handlers can take (${atOnce}) and unstarted is 'release': with this consumer each drain would cost the rest an attempt. Use unstarted: 'finish', or a smaller window`,
    );
  }
  const maxUnconfirmed = integer('maxUnconfirmed', options.maxUnconfirmed, Math.max(DRAINER_DEFAULTS.maxUnconfirmed, window), {
    min: 1,
    max: MAX_HELD,
    unit: 'messages',
  });
  if (maxUnconfirmed < window)
    throw contradiction(`maxUnconfirmed (${maxUnconfirmed}) is smaller than window (${window}): the window could never fill`);
  return Object.freeze({
    concurrency,
    order: resolveOrder(capabilities, options.order),
    window,
    maxUnconfirmed,
    maxFetch: Math.min(capabilities.maxBatch, integer('maxFetch', options.maxFetch, window, { min: 1, max: MAX_HELD, unit: 'messages' })),
    maxPollMs: integer('maxPollMs', options.maxPollMs, capabilities.abort === 'waits' ? 1_000 : 10_000, {
      min: 0,
      max: 3_600_000,
      unit: 'ms',
    }),
    retry: resolveRetry(options.retry),
    onExhausted: resolveExhausted(capabilities, options),
    // The drainer only hands over messages of its own consumer, whose raw type is Raw.
    deadLetter: callable('deadLetter', options.deadLetter) as ResolvedDrainerOptions['deadLetter'],
    dedup: resolveDedup(options.dedup),
    unstarted,
    beforeCommit: callable('beforeCommit', options.beforeCommit) as ResolvedDrainerOptions['beforeCommit'],
    budget: resolveBudget(options.budget),
    onError: callable('onError', options.onError),
    onPhase: callable('onPhase', options.onPhase),
    clock: withMethods('clock', options.clock, CLOCK_METHODS) ?? systemClock,
  });
}

function resolveOrder(capabilities: Capabilities, order: Order | undefined): Order {
  const resolved = oneOf('order', order, capabilities.ordered ? 'lane' : 'none', ['lane', 'key', 'none']);
  if (resolved === 'lane' && !capabilities.ordered) {
    throw contradiction(
      "order 'lane' needs a consumer whose capabilities say ordered: true; this broker orders nothing. Use 'key' or 'none'",
    );
  }
  return resolved;
}

function resolveUnstarted(capabilities: Capabilities, unstarted: 'release' | 'finish' | undefined): 'release' | 'finish' {
  const free = capabilities.settlement === 'cursor' || (capabilities.release !== false && !capabilities.release.costsAttempt);
  const resolved = oneOf('unstarted', unstarted, free ? 'release' : 'finish', ['release', 'finish']);
  if (resolved === 'release' && capabilities.settlement === 'lease' && capabilities.release === false) {
    throw contradiction(
      "unstarted 'release' needs a consumer that can release; this one's messages would be stranded until their leases end",
    );
  }
  return resolved;
}

function resolveExhausted<Raw>(capabilities: Capabilities, options: DrainerOptions<Raw>): OnExhausted {
  const cursor = capabilities.settlement === 'cursor';
  // Released again and again, a tail would take unhandled neighbours to the dead letters.
  const costlyTail = capabilities.release !== false && capabilities.release.scope === 'tail' && capabilities.release.costsAttempt;
  const fallback = options.deadLetter !== undefined ? 'dead-letter' : cursor || costlyTail ? 'stop-lane' : 'release';
  const resolved = oneOf('onExhausted', options.onExhausted, fallback, ['release', 'dead-letter', 'stop-lane']);
  if (resolved === 'dead-letter' && options.deadLetter === undefined && !capabilities.deadLetter) {
    throw contradiction("onExhausted 'dead-letter' needs the deadLetter option: this consumer has no dead letters of its own");
  }
  if (resolved === 'release' && cursor && capabilities.release === false) {
    throw contradiction(
      "onExhausted 'release' needs a consumer that can release; this one keeps a cursor. Use 'dead-letter' or 'stop-lane'",
    );
  }
  if (resolved === 'stop-lane' && !capabilities.ordered) {
    throw contradiction("onExhausted 'stop-lane' needs a consumer with ordered lanes");
  }
  if (options.deadLetter !== undefined && resolved !== 'dead-letter') {
    throw contradiction(`deadLetter is given and onExhausted is '${resolved}': it would never be called`);
  }
  return resolved;
}

function resolveRetry(given: RetryOptions | undefined): Required<RetryOptions> {
  const retry = known('retry', given, ['attempts', 'minDelayMs', 'maxDelayMs', 'jitter']);
  const minDelayMs = integer('retry.minDelayMs', retry.minDelayMs, 100, { min: 0, max: DAY_MS, unit: 'ms' });
  const maxDelayMs = integer('retry.maxDelayMs', retry.maxDelayMs, Math.max(10_000, minDelayMs), { min: 0, max: DAY_MS, unit: 'ms' });
  if (maxDelayMs < minDelayMs) throw contradiction(`retry.maxDelayMs (${maxDelayMs}) is less than retry.minDelayMs (${minDelayMs})`);
  return Object.freeze({
    attempts: integer('retry.attempts', retry.attempts, 3, { min: 1, max: 1_000, unit: 'calls' }),
    minDelayMs,
    maxDelayMs,
    jitter: number('retry.jitter', retry.jitter, 0.2, { min: 0, max: 1 }),
  });
}

function resolveDedup(given: DedupOptions | undefined): DedupOptions | undefined {
  if (given === undefined) return undefined;
  const dedup = known('dedup', given, ['store', 'ttlMs', 'idOf']);
  if (withMethods('dedup.store', dedup.store, ['get', 'set']) === undefined) throw invalid('dedup.store', undefined, 'a store of ids');
  integer('dedup.ttlMs', dedup.ttlMs, 1, { min: 1, unit: 'ms' });
  callable('dedup.idOf', dedup.idOf);
  return dedup;
}

function resolveBudget(given: DrainDeadlines | undefined): DrainTimes {
  if (given === undefined) return drainBudget();
  // A whole DrainBudget fits here too.
  const budget = known<DrainDeadlines & Partial<DrainBudget>>('budget', given, [
    'totalMs',
    'softMs',
    'commitMs',
    'closeMs',
    'hardMs',
    'graceMs',
    'delayMs',
  ]);
  const totalMs = integer('totalMs', budget.totalMs, drainBudget().totalMs, { min: 50, max: DAY_MS, unit: 'ms' });
  return drainDeadlines(totalMs, budget);
}
