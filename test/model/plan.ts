import fc from 'fast-check';

/*
 * A life of a drainer, as data: what is published, what each handler call does, what each call to the adapter suffers, what
 * operators and brokers do meanwhile. Everything shrinks towards the plain: one message, handlers that return, answers that
 * come. In which order things happen is not in here: that is the scheduler's.
 */

/** What one handler call does. The names say how it ends: at once, after some microtasks, or when the scheduler says so. */
export type Work =
  | 'sync'
  | 'throw'
  | 'micro'
  | 'async'
  | 'reject'
  | 'thenable'
  | 'thenable-reject'
  | 'listen'
  | 'slow'
  | 'permanent'
  | 'until-abort'
  | 'drain-inside'
  | 'hang';

/** What one call to the adapter suffers. `lose`: takes effect, and rejects. `hang-done`: takes effect, and is never answered. */
export type Fate = 'ok' | 'fail' | 'lose' | 'some' | 'refuse' | 'throw' | 'hang' | 'hang-done' | 'overfill' | 'repeat';

/** What one call of a hook does. */
export type HookFate = 'ok' | 'throw' | 'async' | 'reject' | 'hang';

export interface MessagePlan {
  readonly lane: number;
  readonly key: number | undefined;
  /** One entry per handler call; beyond them it returns at once. */
  readonly calls: readonly Work[];
}

export type Action =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'publish'; readonly messages: readonly MessagePlan[] }
  | { readonly do: 'concurrency'; readonly value: number }
  | { readonly do: 'rebalance' }
  | { readonly do: 'expel' }
  /** Another member joins, and leaves after the next two actions. */
  | { readonly do: 'join' }
  | { readonly do: 'leave' }
  | { readonly do: 'lapse' }
  | { readonly do: 'outage' }
  | { readonly do: 'recover' }
  | { readonly do: 'drain' }
  | { readonly do: 'quiesce' }
  | { readonly do: 'close' }
  | { readonly do: 'escalate' };

export interface Setup {
  readonly broker: 'queue' | 'ordered' | 'fifo' | 'log';
  readonly lanes: number;
  readonly order: 'none' | 'lane' | 'key' | undefined;
  readonly concurrency: number;
  /** Messages per handler call; undefined: one, without a list. */
  readonly batch: number | undefined;
  readonly batchFails: 'throw' | 'list';
  /** In handler calls; undefined: the default. */
  readonly windows: number | undefined;
  /** How much more than the window; undefined: the default. */
  readonly unconfirmedBeyondWindow: number | undefined;
  readonly maxFetch: number | undefined;
  readonly maxPollMs: number;
  readonly attempts: number;
  readonly backoffMs: number;
  readonly onExhausted: 'default' | 'release' | 'hook' | 'broker' | 'stop-lane';
  readonly unstarted: 'release' | 'finish' | undefined;
  readonly hasBeforeCommit: boolean;
  readonly dedup: boolean;
  readonly softShare: number;
  readonly handlersMs: number;
  readonly commitMs: number;
  readonly closeMs: number;
  readonly abort: 'safe' | 'waits' | 'staged';
  readonly ackConfirmed: boolean;
  readonly attemptsTold: 'exact' | 'hint' | 'none';
  readonly leaseMs: number;
  readonly releases: 'free' | 'costs-attempt' | 'none';
  readonly closeReleases: boolean;
  readonly extend: boolean;
  readonly revoke: 'awaited' | 'notified' | 'lost';
  readonly rebalance: 'cooperative' | 'eager';
  readonly revokeMs: number;
  readonly commitOnAck: boolean;
  readonly canPause: boolean;
  /** How often time goes on, against everything else. */
  readonly pace: number;
  readonly stepMs: number;
  /** Everything is to be handled before the drain: nothing may hang, and what fails for good is put away. */
  readonly patient: boolean;
}

/** Steps of time within which every answer of a life has come, for all that chance may do. */
const STEPS_PER_LEASE = 10;

/** Where everything is to be handled, leases must not end before any answer can come: they would be lost and had again for ever. */
export function leaseMsOf({ patient, leaseMs, stepMs, pace }: Setup): number {
  return patient ? Math.max(leaseMs, stepMs * pace * STEPS_PER_LEASE) : leaseMs;
}

export type Method = 'fetch' | 'ack' | 'release' | 'extend' | 'flush' | 'deadLetter' | 'close';
export type Hook = 'beforeCommit' | 'deadLetter' | 'store';

export interface Plan {
  readonly setup: Setup;
  readonly messages: readonly MessagePlan[];
  /** Plain messages behind them. */
  readonly bulk: number;
  readonly fates: Readonly<Record<Method, readonly Fate[]>>;
  readonly hooks: Readonly<Record<Hook, readonly HookFate[]>>;
  readonly actions: readonly Action[];
}

type Weighted<T> = readonly (readonly [weight: number, value: T])[];

/** Shrinks towards the first. */
function weighted<T>(...entries: Weighted<T>): fc.Arbitrary<T> {
  return fc.oneof({ withCrossShrink: true }, ...entries.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));
}

const work = weighted<Work>(
  [8, 'sync'],
  [6, 'async'],
  [2, 'micro'],
  [3, 'throw'],
  [3, 'reject'],
  [1, 'thenable'],
  [1, 'thenable-reject'],
  [1, 'listen'],
  [2, 'slow'],
  [1, 'permanent'],
  [1, 'until-abort'],
  [1, 'drain-inside'],
  [1, 'hang'],
);

const message: fc.Arbitrary<MessagePlan> = fc.record({
  lane: fc.nat(3),
  key: weighted<number | undefined>([2, 0], [2, 1], [2, 2], [1, undefined]),
  calls: fc.array(work, { maxLength: 4 }),
});

const common: fc.Arbitrary<Action> = fc.oneof(
  { withCrossShrink: true },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(400) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('publish' as const), messages: fc.array(message, { minLength: 1, maxLength: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('concurrency' as const), value: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: weighted<'outage' | 'recover'>([1, 'recover'], [1, 'outage']) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: weighted<'drain' | 'quiesce' | 'close' | 'escalate'>([4, 'drain'], [3, 'quiesce'], [2, 'close'], [2, 'escalate']),
    }),
  },
);
const ofLeases: fc.Arbitrary<Action> = fc.record({ do: fc.constant('lapse' as const) });
const ofLogs: fc.Arbitrary<Action> = fc.record({
  do: weighted<'join' | 'leave' | 'rebalance' | 'expel'>([3, 'rebalance'], [3, 'join'], [2, 'leave'], [2, 'expel']),
});

function actions(log: boolean): fc.Arbitrary<Action[]> {
  return fc.array(
    fc.oneof({ withCrossShrink: true }, { weight: 3, arbitrary: common }, { weight: log ? 3 : 1, arbitrary: log ? ofLogs : ofLeases }),
    { maxLength: 10 },
  );
}

function fates(...bad: Weighted<Fate>): fc.Arbitrary<Fate[]> {
  // Half of the lives have none at all of each kind.
  return fc.oneof({ withCrossShrink: true }, fc.constant<Fate[]>([]), fc.array(weighted<Fate>([6, 'ok'], ...bad), { maxLength: 6 }));
}

function hook(...bad: Weighted<HookFate>): fc.Arbitrary<HookFate[]> {
  return fc.array(weighted<HookFate>([4, 'ok'], [4, 'async'], ...bad), { maxLength: 5 });
}

function setup(brokers: fc.Arbitrary<Setup['broker']>): fc.Arbitrary<Setup> {
  return fc.record({
    broker: brokers,
    lanes: fc.integer({ min: 1, max: 4 }),
    order: weighted<Setup['order']>([2, undefined], [2, 'none'], [3, 'lane'], [3, 'key']),
    concurrency: fc.integer({ min: 1, max: 8 }),
    batch: fc.oneof(
      { withCrossShrink: true },
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) },
    ),
    batchFails: weighted<Setup['batchFails']>([1, 'throw'], [1, 'list']),
    windows: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    unconfirmedBeyondWindow: fc.option(fc.nat(6), { nil: undefined, freq: 2 }),
    maxFetch: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined, freq: 2 }),
    maxPollMs: fc.nat(300),
    attempts: fc.integer({ min: 1, max: 3 }),
    backoffMs: fc.nat(200),
    onExhausted: weighted<Setup['onExhausted']>([2, 'default'], [2, 'release'], [2, 'hook'], [1, 'broker'], [2, 'stop-lane']),
    unstarted: weighted<Setup['unstarted']>([2, undefined], [1, 'release'], [1, 'finish']),
    hasBeforeCommit: fc.boolean(),
    dedup: weighted([5, false], [1, true]),
    softShare: fc.integer({ min: 0, max: 10 }),
    handlersMs: fc.integer({ min: 20, max: 1_500 }),
    commitMs: fc.integer({ min: 10, max: 300 }),
    closeMs: fc.integer({ min: 20, max: 300 }),
    abort: weighted<Setup['abort']>([3, 'safe'], [1, 'waits'], [1, 'staged']),
    ackConfirmed: weighted([5, true], [1, false]),
    attemptsTold: weighted<Setup['attemptsTold']>([3, 'exact'], [1, 'hint'], [1, 'none']),
    leaseMs: fc.integer({ min: 60, max: 2_000 }),
    releases: weighted<Setup['releases']>([3, 'free'], [1, 'costs-attempt'], [1, 'none']),
    closeReleases: fc.boolean(),
    extend: weighted([4, true], [1, false]),
    revoke: weighted<Setup['revoke']>([4, 'awaited'], [2, 'notified'], [1, 'lost']),
    rebalance: weighted<Setup['rebalance']>([2, 'cooperative'], [1, 'eager']),
    revokeMs: fc.integer({ min: 20, max: 600 }),
    commitOnAck: fc.boolean(),
    canPause: weighted([3, true], [1, false]),
    pace: fc.integer({ min: 1, max: 4 }),
    stepMs: fc.integer({ min: 5, max: 400 }),
    patient: weighted([3, false], [1, true]),
  });
}

export function plans(...brokers: readonly Setup['broker'][]): fc.Arbitrary<Plan> {
  return fc.record({
    setup: setup(fc.constantFrom(...brokers)),
    messages: fc.array(message, { minLength: 1, maxLength: 24 }),
    bulk: weighted([5, 0], [1, 20], [1, 100]),
    fates: fc.record({
      fetch: fates([2, 'fail'], [1, 'throw'], [1, 'hang'], [1, 'hang-done'], [1, 'overfill'], [1, 'repeat']),
      ack: fates([3, 'fail'], [2, 'some'], [1, 'refuse'], [2, 'lose'], [1, 'throw'], [1, 'hang'], [1, 'hang-done']),
      release: fates([2, 'fail'], [1, 'some'], [1, 'lose'], [1, 'throw'], [1, 'hang'], [1, 'hang-done']),
      extend: fates([2, 'fail'], [1, 'some'], [1, 'lose'], [1, 'throw'], [1, 'hang'], [1, 'hang-done']),
      flush: fates([2, 'fail'], [1, 'lose'], [1, 'throw'], [1, 'hang'], [1, 'hang-done']),
      deadLetter: fates([2, 'fail'], [1, 'some'], [1, 'lose'], [1, 'throw'], [1, 'hang']),
      close: fates([3, 'fail'], [1, 'throw'], [1, 'hang'], [1, 'hang-done']),
    }),
    hooks: fc.record({
      beforeCommit: hook([1, 'throw'], [1, 'reject'], [1, 'hang']),
      deadLetter: hook([1, 'throw'], [1, 'reject'], [1, 'hang']),
      store: hook([1, 'throw'], [1, 'reject'], [1, 'hang']),
    }),
    actions: actions(brokers.includes('log')),
  });
}
