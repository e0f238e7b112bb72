import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { StreamError } from '../../src/index.js';
/**
 * What the fuzz tests share. `TAILRACE_FUZZ_SEED` (default: random) is where chance starts, `TAILRACE_FUZZ_RUNS` is how many
 * runs each test makes: a number, or `full` for each test's own campaign. Every failure names the seed that replays it.
 */
const { TAILRACE_FUZZ_SEED, TAILRACE_FUZZ_RUNS } = process.env;
export const SEED = TAILRACE_FUZZ_SEED ? Number(TAILRACE_FUZZ_SEED) : Math.floor(Math.random() * 2 ** 31);
/** How many runs: `inCi` where nothing else is asked for. */
export function runs(inCi, full) {
    if (!TAILRACE_FUZZ_RUNS)
        return inCi;
    return TAILRACE_FUZZ_RUNS === 'full' ? full : Number(TAILRACE_FUZZ_RUNS);
}
/** Parameters for `fc.assert`. */
export function chance(inCi, full) {
    return { seed: SEED, numRuns: runs(inCi, full) };
}
/** mulberry32: small, and the same everywhere. */
function randomFrom(seed) {
    let state = seed >>> 0;
    return (max) => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) % (max + 1);
    };
}
/** One of a list. */
export function pick(draw, from) {
    // The index is within the list, which is never empty here.
    return from[draw(from.length - 1)];
}
/**
 * Runs `life` once per seed. Nothing that it does may reject or throw where nobody catches it, also after its end; but for
 * what `isForeign` knows among what is thrown: a defect of a client library that no adapter can catch. Returns how often that came.
 */
export async function lives(count, life, isForeign = () => false) {
    let foreign = 0;
    for (let seed = SEED; seed < SEED + count; seed += 1) {
        const escaped = [];
        const note = (error) => {
            escaped.push(error);
        };
        // Node's own runner fails the test at once for what is thrown; here the seed of the life that it happened in is known.
        process.setUncaughtExceptionCaptureCallback((error) => {
            if (isForeign(error))
                foreign += 1;
            else
                note(error);
        });
        process.on('unhandledRejection', note);
        try {
            await life(randomFrom(seed), seed);
            // Rejections are told after microtasks and a turn of the loop.
            await new Promise((resolve) => setImmediate(resolve));
            await new Promise((resolve) => setImmediate(resolve));
            assert.equal(escaped.length, 0, `nobody caught ${inspect(escaped)}`);
        }
        catch (error) {
            const text = error instanceof Error ? error.message : inspect(error);
            throw new Error(`seed ${seed} (TAILRACE_FUZZ_SEED=${seed} TAILRACE_FUZZ_RUNS=1 replays it): ${text}`, { cause: error });
        }
        finally {
            process.setUncaughtExceptionCaptureCallback(null);
            process.off('unhandledRejection', note);
        }
    }
    return foreign;
}
export const CODES = [
    'INVALID_ARGUMENT',
    'CLOSED',
    'ABORTED',
    'TIMEOUT',
    'UNAVAILABLE',
    'UNAUTHENTICATED',
    'PERMISSION_DENIED',
    'NOT_FOUND',
    'LEASE_LOST',
    'RESOURCE_EXHAUSTED',
    'UNSUPPORTED',
    'PARTIAL_ACK',
    'INTERNAL',
    'UNKNOWN',
];
/** Fails unless this is a StreamError whose facts have the right kinds. */
export function assertTyped(error, codes = CODES) {
    assert.ok(StreamError.is(error), `no StreamError: ${safely(error)}`);
    assert.ok(codes.includes(error.code), `code ${String(error.code)}: ${error.message}`);
    assert.equal(typeof error.message, 'string');
    assert.equal(typeof error.retryable, 'boolean');
    // What a log would do with it.
    JSON.stringify(error);
}
function safely(value) {
    try {
        return inspect(value);
    }
    catch {
        return `a ${typeof value} that cannot be shown`;
    }
}
/** Runs it. What it throws must be typed, and is returned; undefined when it did not throw. */
export async function typed(work, codes) {
    try {
        await work();
        return undefined;
    }
    catch (error) {
        assertTyped(error, codes);
        return error;
    }
}
/** Any value that JavaScript has, odd ones first. */
export function anyValue() {
    return fc.oneof(fc.constantFrom(undefined, null, Number.NaN, -0, 0, -1, 1, 0.5, Infinity, -Infinity, 2 ** 31, 2 ** 53, 1n, '', ' ', '1', true, false), fc.constantFrom([], {}, () => { }, Symbol('odd'), new Date(0), new Map(), /x/, new Proxy({}, {}), Object.create(null)), fc.string(), fc.double(), fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true, maxDepth: 2 }));
}
/** What a careless or hostile library throws or rejects with. */
export const ODD_ERRORS = [
    () => undefined,
    () => null,
    () => 0,
    () => '',
    () => 'a text',
    () => 7n,
    () => Symbol('odd'),
    () => Object.create(null),
    () => ({}),
    () => [],
    () => ({ message: 'not an error' }),
    () => ({
        toString() {
            throw new Error('toString throws');
        },
    }),
    () => ({ [Symbol.toPrimitive]: () => ({}) }),
    () => Object.freeze(new Error('frozen')),
    () => new AggregateError([new Error('inner')], 'many'),
    () => Object.defineProperty(new Error('unread'), 'message', {
        get() {
            throw new Error('message throws');
        },
    }),
    () => Object.assign(new Error('odd message'), { message: { not: 'a text' } }),
    () => new Proxy(new Error('hidden'), {
        get() {
            throw new Error('get throws');
        },
        getPrototypeOf() {
            throw new Error('getPrototypeOf throws');
        },
    }),
    () => revoked(),
    () => new StreamError('INTERNAL', undefined),
    () => {
        const error = new Error('its own cause');
        error.cause = error;
        return error;
    },
];
function revoked() {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
}
