import { StreamError } from './errors.js';
import { boolean, integer, invalid, known, oneOf } from './options.js';
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
export const PLATFORMS = Object.freeze({
    kubernetes: Object.freeze({ graceMs: 30_000, signal: 'SIGTERM' }),
    ecs: Object.freeze({ graceMs: 30_000, signal: 'SIGTERM' }),
    nomad: Object.freeze({ graceMs: 5_000, signal: 'SIGINT' }),
    'cloud-run': Object.freeze({ graceMs: 10_000, signal: 'SIGTERM' }),
    lambda: Object.freeze({ graceMs: 2_000, signal: 'SIGTERM' }),
});
const PLATFORM_NAMES = ['kubernetes', 'ecs', 'nomad', 'cloud-run', 'lambda'];
const DEFAULT_PLATFORM = 'kubernetes';
/** Node's longest timer. */
const MAX_MS = 2 ** 31 - 1;
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
export function drainBudget(options) {
    const given = known('drainBudget', options, ['platform', 'graceMs', 'http', 'commitMs', 'closeMs', 'softMs', 'env']);
    const graceMs = graceOf(given);
    const delayMs = boolean('http', given.http, false) ? Math.min(2_000, Math.floor(graceMs / 10)) : 0;
    const totalMs = graceMs - Math.min(5_000, Math.ceil(graceMs / 5)) - delayMs;
    return Object.freeze({ graceMs, delayMs, ...drainDeadlines(totalMs, given) });
}
/** @internal Divides a drain's time: commit and close at its end, the soft deadline within the rest. */
export function drainDeadlines(totalMs, given) {
    const allowance = Math.min(2_000, Math.floor(totalMs / 10));
    const commitMs = integer('commitMs', given.commitMs, allowance, { min: 0, unit: 'ms' });
    const closeMs = integer('closeMs', given.closeMs, allowance, { min: 0, unit: 'ms' });
    const hardMs = totalMs - commitMs - closeMs;
    if (hardMs < 0 || (hardMs === 0 && totalMs > 0)) {
        throw new StreamError('INVALID_ARGUMENT', `commitMs ${commitMs} + closeMs ${closeMs} leave no time to finish work: the whole drain has ${totalMs} ms`);
    }
    const softMs = integer('softMs', given.softMs, Math.floor(hardMs * 0.8), { min: 0, unit: 'ms' });
    if (softMs > hardMs)
        throw new StreamError('INVALID_ARGUMENT', `softMs ${softMs} is after the hard deadline, ${hardMs} ms`);
    return Object.freeze({ totalMs, softMs, hardMs, commitMs, closeMs });
}
function graceOf(given) {
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
export function checkBudget(budget, facts) {
    if (typeof budget !== 'object' || budget === null)
        throw invalid('budget', budget, 'what drainBudget() returns');
    const { graceMs, delayMs, softMs, hardMs, commitMs, closeMs } = budget;
    for (const [name, ms] of Object.entries({ graceMs, delayMs, softMs, hardMs, commitMs, closeMs })) {
        if (typeof ms !== 'number' || !(ms >= 0))
            throw invalid(`budget.${name}`, ms, 'a number of at least 0 ms');
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
    const mismatches = [];
    const pollMs = Math.min(integer('pollMs', given.pollMs, 0, { min: 0, unit: 'ms' }), integer('stopLatencyMs', given.stopLatencyMs, Infinity, { min: 0, unit: 'ms', infinite: true }));
    const needed = delayMs + pollMs + hardMs + commitMs + closeMs;
    if (!(needed <= graceMs)) {
        mismatches.push(`a grace period of ${graceMs} ms is shorter than the ${needed} ms of delay ${delayMs} + poll ${pollMs} + drain ${hardMs} + commit ${commitMs} + close ${closeMs}`);
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
    ]) {
        const boundMs = integer(option, given[option], Infinity, { min: 1, unit: 'ms', infinite: true });
        if (!(revokeMs < boundMs))
            mismatches.push(`a revoke deadline of ${revokeMs} ms is not shorter than the ${name}, ${boundMs} ms`);
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
        mismatches.push(`the commit of ${2 * lanes} lanes, twice the usual number as after a rebalance, takes ${spikeMs} ms at ${perLaneMs} ms each: more than the ${commitMs} ms kept for it`);
    }
    if (mismatches.length > 0)
        throw new StreamError('INVALID_ARGUMENT', `the drain budget does not fit: ${mismatches.join('; ')}`);
}
function timeouts(given) {
    if (given === undefined)
        return [];
    if (typeof given !== 'object' || given === null || Array.isArray(given))
        throw invalid('downstreamTimeoutsMs', given, 'an object');
    return Object.entries(given).map(([name, value]) => {
        // An entry that is there and undefined is a mistake (a variable not set), not a timeout to leave out.
        const timeoutMs = value === undefined ? null : value;
        return [name, integer(`downstreamTimeoutsMs.${name}`, timeoutMs, 0, { min: 0, unit: 'ms', infinite: true })];
    });
}
