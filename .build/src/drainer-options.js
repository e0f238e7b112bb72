import { drainBudget, drainDeadlines } from './budget.js';
import { CLOCK_METHODS, systemClock } from './clock.js';
import { StreamError } from './errors.js';
import { boolean, callable, integer, invalid, known, number, oneOf, withMethods } from './options.js';
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
];
const DRAINER_DEFAULTS = Object.freeze({
    concurrency: 16,
    maxBatch: 100,
    maxUnconfirmed: 16_384,
});
const MAX_HELD = 10_000_000;
const DAY_MS = 86_400_000;
export function resolveHandler(handler) {
    if (typeof handler === 'function')
        return { handler, maxBatch: undefined };
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
export function checkConsumer(consumer) {
    if (typeof consumer !== 'object' || consumer === null)
        throw invalid('consumer', consumer, 'a StreamConsumer');
    for (const method of ['fetch', 'ack', 'close']) {
        if (typeof consumer[method] !== 'function')
            throw invalid(`consumer.${method}`, consumer[method], 'a function');
    }
    const { capabilities } = consumer;
    checkCapabilities(capabilities);
    const declared = [
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
function checkCapabilities(given) {
    if (typeof given !== 'object' || given === null)
        throw invalid('consumer.capabilities', given, 'an object');
    const path = (name) => `consumer.capabilities.${name}`;
    const words = { settlement: ['lease', 'cursor'], abort: ['safe', 'waits', 'staged'], attempts: ['none', 'hint', 'exact'] };
    for (const [name, allowed] of Object.entries(words))
        oneOf(path(name), given[name] ?? null, '', allowed);
    oneOf(path('revoke'), given.revoke ?? null, '', ['none', 'lost', 'notified', 'awaited']);
    for (const name of ['ordered', 'ackConfirmed', 'flush', 'deadLetter', 'pause'])
        boolean(path(name), given[name] ?? null, false);
    integer(path('maxBatch'), given.maxBatch ?? null, 1, { min: 1, unit: 'messages', infinite: true });
    const release = given.release;
    const lease = given.lease;
    if (release !== false && !isObject(release))
        throw invalid(path('release'), release, 'false or an object');
    if (lease !== false && !isObject(lease))
        throw invalid(path('lease'), lease, 'false or an object');
    if (given.release !== false) {
        oneOf(path('release.scope'), given.release.scope ?? null, '', ['message', 'tail']);
        number(path('release.maxDelayMs'), given.release.maxDelayMs ?? null, 0, { min: 0, unit: 'ms', infinite: true });
        boolean(path('release.costsAttempt'), given.release.costsAttempt ?? null, false);
    }
    if (given.lease !== false)
        number(path('lease.ms'), given.lease.ms ?? null, 0, { min: 1, unit: 'ms', infinite: true });
}
function isObject(value) {
    return typeof value === 'object' && value !== null;
}
function contradiction(text) {
    return new StreamError('INVALID_ARGUMENT', text);
}
export function resolveDrainerOptions(capabilities, given, maxBatch) {
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
        throw contradiction(`window (${window}) exceeds what handlers can take (${atOnce}) and unstarted is 'release': with this consumer each drain would cost the rest an attempt. Use unstarted: 'finish', or a smaller window`);
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
        deadLetter: callable('deadLetter', options.deadLetter),
        dedup: resolveDedup(options.dedup),
        unstarted,
        beforeCommit: callable('beforeCommit', options.beforeCommit),
        budget: resolveBudget(options.budget),
        onError: callable('onError', options.onError),
        onPhase: callable('onPhase', options.onPhase),
        clock: withMethods('clock', options.clock, CLOCK_METHODS) ?? systemClock,
    });
}
function resolveOrder(capabilities, order) {
    const resolved = oneOf('order', order, capabilities.ordered ? 'lane' : 'none', ['lane', 'key', 'none']);
    if (resolved === 'lane' && !capabilities.ordered) {
        throw contradiction("order 'lane' needs a consumer whose capabilities say ordered: true; this broker orders nothing. Use 'key' or 'none'");
    }
    return resolved;
}
function resolveUnstarted(capabilities, unstarted) {
    const free = capabilities.settlement === 'cursor' || (capabilities.release !== false && !capabilities.release.costsAttempt);
    const resolved = oneOf('unstarted', unstarted, free ? 'release' : 'finish', ['release', 'finish']);
    if (resolved === 'release' && capabilities.settlement === 'lease' && capabilities.release === false) {
        throw contradiction("unstarted 'release' needs a consumer that can release; this one's messages would be stranded until their leases end");
    }
    return resolved;
}
function resolveExhausted(capabilities, options) {
    const cursor = capabilities.settlement === 'cursor';
    // Released again and again, a tail would take unhandled neighbours to the dead letters.
    const costlyTail = capabilities.release !== false && capabilities.release.scope === 'tail' && capabilities.release.costsAttempt;
    const fallback = options.deadLetter !== undefined ? 'dead-letter' : cursor || costlyTail ? 'stop-lane' : 'release';
    const resolved = oneOf('onExhausted', options.onExhausted, fallback, ['release', 'dead-letter', 'stop-lane']);
    if (resolved === 'dead-letter' && options.deadLetter === undefined && !capabilities.deadLetter) {
        throw contradiction("onExhausted 'dead-letter' needs the deadLetter option: this consumer has no dead letters of its own");
    }
    if (resolved === 'release' && cursor && capabilities.release === false) {
        throw contradiction("onExhausted 'release' needs a consumer that can release; this one keeps a cursor. Use 'dead-letter' or 'stop-lane'");
    }
    if (resolved === 'stop-lane' && !capabilities.ordered) {
        throw contradiction("onExhausted 'stop-lane' needs a consumer with ordered lanes");
    }
    if (options.deadLetter !== undefined && resolved !== 'dead-letter') {
        throw contradiction(`deadLetter is given and onExhausted is '${resolved}': it would never be called`);
    }
    return resolved;
}
function resolveRetry(given) {
    const retry = known('retry', given, ['attempts', 'minDelayMs', 'maxDelayMs', 'jitter']);
    const minDelayMs = integer('retry.minDelayMs', retry.minDelayMs, 100, { min: 0, max: DAY_MS, unit: 'ms' });
    const maxDelayMs = integer('retry.maxDelayMs', retry.maxDelayMs, Math.max(10_000, minDelayMs), { min: 0, max: DAY_MS, unit: 'ms' });
    if (maxDelayMs < minDelayMs)
        throw contradiction(`retry.maxDelayMs (${maxDelayMs}) is less than retry.minDelayMs (${minDelayMs})`);
    return Object.freeze({
        attempts: integer('retry.attempts', retry.attempts, 3, { min: 1, max: 1_000, unit: 'calls' }),
        minDelayMs,
        maxDelayMs,
        jitter: number('retry.jitter', retry.jitter, 0.2, { min: 0, max: 1 }),
    });
}
function resolveDedup(given) {
    if (given === undefined)
        return undefined;
    const dedup = known('dedup', given, ['store', 'ttlMs', 'idOf']);
    if (withMethods('dedup.store', dedup.store, ['get', 'set']) === undefined)
        throw invalid('dedup.store', undefined, 'a store of ids');
    integer('dedup.ttlMs', dedup.ttlMs, 1, { min: 1, unit: 'ms' });
    callable('dedup.idOf', dedup.idOf);
    return dedup;
}
function resolveBudget(given) {
    if (given === undefined)
        return drainBudget();
    // A whole DrainBudget fits here too.
    const budget = known('budget', given, [
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
