import { StreamError } from './errors.js';
import { boolean, integer, invalid, known, oneOf } from './options.js';

/** Where a process runs, as far as it decides how long a stop may take. */
export type Platform = 'kubernetes' | 'ecs' | 'nomad' | 'cloud-run' | 'lambda';

export interface PlatformPreset {
  /** From the first signal to SIGKILL, ms, as the platform does it when nothing is configured. */
  readonly graceMs: number;
  /** The signal that starts it. */
  readonly signal: 'SIGTERM' | 'SIGINT';
}

/**
 * What each platform grants by default.
 *
 * - `kubernetes`: 30 s, SIGTERM. Pod spec, `terminationGracePeriodSeconds`; a `preStop` hook spends part of it.
 * - `ecs`: 30 s, SIGTERM. Container definition, `stopTimeout` (at most 120 s on Fargate), or the agent's
 *   `ECS_CONTAINER_STOP_TIMEOUT`.
 * - `nomad`: 5 s, SIGINT. Task block, `kill_timeout` and `kill_signal`. The Docker driver sends the image's STOPSIGNAL.
 * - `cloud-run`: 10 s, SIGTERM. Container runtime contract, "Container instance shutdown".
 * - `lambda`: 2 s, SIGTERM. Execution environment life cycle, "Shutdown phase". That is the whole phase with external
 *   extensions; the function's own process gets 300 to 500 ms of it, and no signal at all without an extension: set
 *   `graceMs` when the code that drains is the function.
 */
export const PLATFORMS: Readonly<Record<Platform, PlatformPreset>> = Object.freeze({
  kubernetes: Object.freeze({ graceMs: 30_000, signal: 'SIGTERM' }),
  ecs: Object.freeze({ graceMs: 30_000, signal: 'SIGTERM' }),
  nomad: Object.freeze({ graceMs: 5_000, signal: 'SIGINT' }),
  'cloud-run': Object.freeze({ graceMs: 10_000, signal: 'SIGTERM' }),
  lambda: Object.freeze({ graceMs: 2_000, signal: 'SIGTERM' }),
});

const PLATFORM_NAMES: readonly Platform[] = ['kubernetes', 'ecs', 'nomad', 'cloud-run', 'lambda'];
const DEFAULT_PLATFORM: Platform = 'kubernetes';
/** Node's longest timer. */
const MAX_MS = 2 ** 31 - 1;

export interface BudgetOptions {
  /** Default: the environment's, else `kubernetes`. */
  readonly platform?: Platform;
  /** From the signal to SIGKILL, ms, 1 to 2^31 - 1. Default: the environment's, else the platform's. */
  readonly graceMs?: number;
  /** Whether the process serves HTTP, so that load balancers need time to see it go. Default false. */
  readonly http?: boolean;
  /** Kept free for the commit after the hard deadline, ms. Default: 10 % of the total, at most 2 s. */
  readonly commitMs?: number;
  /** Kept free for the close after the commit, ms. Default: 10 % of the total, at most 2 s. */
  readonly closeMs?: number;
  /** When handlers' abort signals fire, ms since the drain began, at most the hard deadline. Default: 80 % of the hard deadline. */
  readonly softMs?: number;
  /**
   * Where `TAILRACE_GRACE_MS` and `TAILRACE_PLATFORM` are read (in this order), unless `graceMs` or `platform` is given:
   * options win over the environment. A variable that is empty counts as absent. Default `process.env`.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** How a grace period is spent: the delay first, then the drain, whose times count from its own begin. All in whole ms. */
export interface DrainBudget {
  /** From the signal to SIGKILL. */
  readonly graceMs: number;
  /** Between readiness turning 503 and the drain. 0 without HTTP. */
  readonly delayMs: number;
  /** The whole drain: hard deadline + commit + close. What is left of the grace period is reserve. */
  readonly totalMs: number;
  /** Handlers' abort signals fire. */
  readonly softMs: number;
  /** Handlers are abandoned. The time for finishing work ends here: "the drain budget" of {@link checkBudget}. */
  readonly hardMs: number;
  readonly commitMs: number;
  readonly closeMs: number;
}

/**
 * Splits a grace period. Frozen; no I/O; the environment is read now, not later.
 *
 *     delay = min(2 s, 10 % of grace) with HTTP, else 0
 *     total = grace - min(5 s, 20 % of grace) - delay
 *     hard  = total - commit - close
 *
 * Throws `INVALID_ARGUMENT` for an option or variable out of range, and where commit and close leave no time to finish
 * work.
 */
export function drainBudget(options?: BudgetOptions): DrainBudget {
  const given = known('drainBudget', options, ['platform', 'graceMs', 'http', 'commitMs', 'closeMs', 'softMs', 'env']);
  const graceMs = graceOf(given);
  const delayMs = boolean('http', given.http, false) ? Math.min(2_000, Math.floor(graceMs / 10)) : 0;
  const totalMs = graceMs - Math.min(5_000, Math.ceil(graceMs / 5)) - delayMs;
  return Object.freeze({ graceMs, delayMs, ...drainDeadlines(totalMs, given) });
}

/** How one drain spends its time, ms since its begin. */
export interface DrainTimes {
  readonly totalMs: number;
  readonly softMs: number;
  readonly hardMs: number;
  readonly commitMs: number;
  readonly closeMs: number;
}

/** @internal Divides a drain's time: commit and close at its end, the soft deadline within the rest. */
export function drainDeadlines(totalMs: number, given: { commitMs?: number; closeMs?: number; softMs?: number }): DrainTimes {
  const allowance = Math.min(2_000, Math.floor(totalMs / 10));
  const commitMs = integer('commitMs', given.commitMs, allowance, { min: 0, unit: 'ms' });
  const closeMs = integer('closeMs', given.closeMs, allowance, { min: 0, unit: 'ms' });
  const hardMs = totalMs - commitMs - closeMs;
  if (hardMs < 0 || (hardMs === 0 && totalMs > 0)) {
    throw new StreamError(
      'INVALID_ARGUMENT',
      `commitMs ${commitMs} + closeMs ${closeMs} leave no time to finish work: the whole drain has ${totalMs} ms`,
    );
  }
  const softMs = integer('softMs', given.softMs, Math.floor(hardMs * 0.8), { min: 0, unit: 'ms' });
  if (softMs > hardMs) throw new StreamError('INVALID_ARGUMENT', `softMs ${softMs} is after the hard deadline, ${hardMs} ms`);
  return Object.freeze({ totalMs, softMs, hardMs, commitMs, closeMs });
}

function graceOf(given: BudgetOptions): number {
  const range = { min: 1, max: MAX_MS, unit: 'ms' };
  if (given.graceMs !== undefined || given.platform !== undefined) {
    const platform = oneOf('platform', given.platform, DEFAULT_PLATFORM, PLATFORM_NAMES);
    return integer('graceMs', given.graceMs, PLATFORMS[platform].graceMs, range);
  }
  const env = given.env ?? process.env;
  const grace = env.TAILRACE_GRACE_MS || undefined;
  if (grace !== undefined) {
    // Number() would take '1e4', ' 5 ' and '0x10' too; a deployment's typing error should not pass as a number.
    return integer('TAILRACE_GRACE_MS', /^\d{1,10}$/.test(grace) ? Number(grace) : grace, 0, range);
  }
  return PLATFORMS[oneOf('TAILRACE_PLATFORM', env.TAILRACE_PLATFORM || undefined, DEFAULT_PLATFORM, PLATFORM_NAMES)].graceMs;
}

/** What a drain meets. All optional: what is not given is not checked. In ms, whole numbers. */
export interface BudgetFacts {
  /** How long one fetch waits: the drainer's `maxPollMs`. */
  readonly pollMs?: number;
  /** How long a fetch may go on after it was told to stop, if that is less: `capabilities.stopLatencyMs`. Default `Infinity`. */
  readonly stopLatencyMs?: number;
  /** The longest that a handler takes when all is well. */
  readonly handlerMs?: number;
  /** Timeouts of what handlers call, by name: `{ postgres: 5_000 }`. `Infinity`: it has none. */
  readonly downstreamTimeoutsMs?: Readonly<Record<string, number>>;
  /** The time given to the drain of lanes that are being revoked. */
  readonly revokeMs?: number;
  /** The bounds that the client enforces on a revocation: whichever apply. */
  readonly sessionMs?: number;
  readonly rebalanceMs?: number;
  readonly pollIntervalMs?: number;
  /** The longest transaction. */
  readonly transactionMs?: number;
  /** The lease (visibility timeout, ack deadline, lock) of a message: `capabilities.lease.ms`. */
  readonly leaseMs?: number;
  /** Whether leases are extended while handlers run. Default false. */
  readonly leaseExtended?: boolean;
  /** How many lanes this process owns in normal times. A rebalance may give it twice as many for a while. */
  readonly lanes?: number;
  /** What the commit takes for each lane, where lanes are committed one after another. */
  readonly commitPerLaneMs?: number;
}

/**
 * Compares a budget with what it will meet, and throws one `INVALID_ARGUMENT` that names both numbers of every mismatch
 * found: to be called when the process starts, not when it stops. Returns nothing when all fits.
 *
 * - grace ≥ delay + poll (or its stop latency, if less) + hard deadline + commit + close
 * - longest handler ≤ soft deadline
 * - every downstream timeout < hard deadline
 * - revoke < session, rebalance and poll interval
 * - transaction < hard deadline
 * - hard deadline + commit < lease, unless it is extended
 * - commit of twice the lanes ≤ commit
 */
export function checkBudget(budget: DrainBudget, facts?: BudgetFacts): void {
  if (typeof budget !== 'object' || budget === null) throw invalid('budget', budget, 'what drainBudget() returns');
  const { graceMs, delayMs, softMs, hardMs, commitMs, closeMs } = budget;
  for (const [name, ms] of Object.entries({ graceMs, delayMs, softMs, hardMs, commitMs, closeMs })) {
    if (typeof ms !== 'number' || !(ms >= 0)) throw invalid(`budget.${name}`, ms, 'a number of at least 0 ms');
  }
  const given = known('checkBudget', facts, [
    'pollMs',
    'stopLatencyMs',
    'handlerMs',
    'downstreamTimeoutsMs',
    'revokeMs',
    'sessionMs',
    'rebalanceMs',
    'pollIntervalMs',
    'transactionMs',
    'leaseMs',
    'leaseExtended',
    'lanes',
    'commitPerLaneMs',
  ]);
  const mismatches: string[] = [];

  const pollMs = Math.min(
    integer('pollMs', given.pollMs, 0, { min: 0, unit: 'ms' }),
    integer('stopLatencyMs', given.stopLatencyMs, Infinity, { min: 0, unit: 'ms', infinite: true }),
  );
  const needed = delayMs + pollMs + hardMs + commitMs + closeMs;
  if (!(needed <= graceMs)) {
    mismatches.push(
      `a grace period of ${graceMs} ms is shorter than the ${needed} ms of delay ${delayMs} + poll ${pollMs} + drain ${hardMs} + commit ${commitMs} + close ${closeMs}`,
    );
  }
  const handlerMs = integer('handlerMs', given.handlerMs, 0, { min: 0, unit: 'ms' });
  if (!(handlerMs <= softMs)) {
    mismatches.push(`handlers may take ${handlerMs} ms and would be told to stop at the soft deadline, ${softMs} ms`);
  }
  for (const [name, timeoutMs] of timeouts(given.downstreamTimeoutsMs)) {
    if (!(timeoutMs < hardMs))
      mismatches.push(`the timeout of ${name}, ${timeoutMs} ms, is not shorter than the drain budget, ${hardMs} ms`);
  }
  const revokeMs = integer('revokeMs', given.revokeMs, 0, { min: 0, unit: 'ms' });
  for (const [name, option] of [
    ['session timeout', 'sessionMs'],
    ['rebalance timeout', 'rebalanceMs'],
    ['poll interval', 'pollIntervalMs'],
  ] as const) {
    const boundMs = integer(option, given[option], Infinity, { min: 1, unit: 'ms', infinite: true });
    if (!(revokeMs < boundMs)) mismatches.push(`a revoke deadline of ${revokeMs} ms is not shorter than the ${name}, ${boundMs} ms`);
  }
  const transactionMs = integer('transactionMs', given.transactionMs, 0, { min: 0, unit: 'ms' });
  if (transactionMs > 0 && !(transactionMs < hardMs)) {
    mismatches.push(`a transaction may take ${transactionMs} ms, which is not shorter than the drain budget, ${hardMs} ms`);
  }
  const leaseMs = integer('leaseMs', given.leaseMs, Infinity, { min: 1, unit: 'ms', infinite: true });
  // Until the commit is over: work that ends at the hard deadline is acked after it.
  const heldMs = hardMs + commitMs;
  if (!boolean('leaseExtended', given.leaseExtended, false) && !(heldMs < leaseMs)) {
    mismatches.push(`a lease of ${leaseMs} ms that nobody extends ends before drain ${hardMs} + commit ${commitMs}, ${heldMs} ms`);
  }
  const lanes = integer('lanes', given.lanes, 0, { min: 0, unit: 'lanes' });
  const perLaneMs = integer('commitPerLaneMs', given.commitPerLaneMs, 0, { min: 0, unit: 'ms' });
  const spikeMs = 2 * lanes * perLaneMs;
  if (!(spikeMs <= commitMs)) {
    mismatches.push(
      `the commit of ${2 * lanes} lanes, twice the usual number as after a rebalance, takes ${spikeMs} ms at ${perLaneMs} ms each: more than the ${commitMs} ms kept for it`,
    );
  }

  if (mismatches.length > 0) throw new StreamError('INVALID_ARGUMENT', `the drain budget does not fit: ${mismatches.join('; ')}`);
}

function timeouts(given: unknown): [name: string, timeoutMs: number][] {
  if (given === undefined) return [];
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalid('downstreamTimeoutsMs', given, 'an object');
  return Object.entries(given).map(([name, value]: [string, unknown]) => {
    // An entry that is there and undefined is a mistake (a variable not set), not a timeout to leave out.
    const timeoutMs = value === undefined ? null : value;
    return [name, integer(`downstreamTimeoutsMs.${name}`, timeoutMs, 0, { min: 0, unit: 'ms', infinite: true })];
  });
}
