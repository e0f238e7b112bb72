import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MemoryBroker } from '../../adapters/memory/index.js';
import { natsConsumer } from '../../adapters/nats/index.js';
import { checkBudget, Drainer, drainBudget, drainOnSignals, MemoryDedupStore, MessageStream, renderTimeline, renderTimelineHtml, renderTimelineSvg, } from '../../src/index.js';
import { ALL } from '../fixtures/receipts.js';
import { CURSOR, LEASED, ScriptedConsumer } from '../support/scripted-consumer.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { anyValue, chance, SEED, typed } from './support.js';
const NUMBERS = [0, 1, 2, 16, 64, 100, 1_000, 30_000, 2 ** 31, Infinity];
const FUNCTIONS = [() => undefined, () => 'x'];
const FLAGS = [true, false];
const NAMES = ['d', 'a b', 'x'.repeat(300), '\u0000', '__proto__', 'constructor'];
/** Options with some of these names, most values plausible; or something else altogether. */
function options(shape) {
    const entries = Object.entries(shape).map(([name, values]) => [
        name,
        fc.oneof({ arbitrary: fc.constantFrom(...values), weight: 6 }, { arbitrary: anyValue(), weight: 1 }),
    ]);
    const known = fc.record(Object.fromEntries(entries), { requiredKeys: [] });
    const stray = fc.tuple(known, fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString', 'Concurrency')), anyValue());
    // Alone, so that nothing else is refused before it.
    const single = fc.constantFrom(...Object.keys(shape)).chain((name) => anyValue().map((value) => ({ [name]: value })));
    return fc.oneof({ arbitrary: known, weight: 4 }, { arbitrary: single, weight: 4 }, { arbitrary: stray.map(([given, name, value]) => Object.defineProperty(given, name, { value, enumerable: true })), weight: 1 }, { arbitrary: anyValue(), weight: 1 });
}
const RETRY = { attempts: NUMBERS, minDelayMs: NUMBERS, maxDelayMs: NUMBERS, jitter: [0, 0.5, 1] };
const BUDGET = {
    totalMs: NUMBERS,
    softMs: NUMBERS,
    commitMs: NUMBERS,
    closeMs: NUMBERS,
    hardMs: NUMBERS,
    graceMs: NUMBERS,
    delayMs: NUMBERS,
};
const DRAINER = {
    concurrency: NUMBERS,
    order: ['lane', 'key', 'none'],
    window: NUMBERS,
    maxUnconfirmed: NUMBERS,
    maxFetch: NUMBERS,
    maxPollMs: NUMBERS,
    retry: [{}, { attempts: 2 }, { minDelayMs: 20_000 }, { maxDelayMs: 1 }],
    onExhausted: ['release', 'dead-letter', 'stop-lane'],
    deadLetter: FUNCTIONS,
    dedup: [{ store: new Map() }, { store: new MemoryDedupStore(), ttlMs: 5 }, { store: {} }],
    unstarted: ['release', 'finish'],
    beforeCommit: FUNCTIONS,
    budget: [{}, { totalMs: 100 }, { totalMs: 1_000, softMs: 10 }, drainBudget()],
    onError: FUNCTIONS,
    onPhase: FUNCTIONS,
    clock: [new VirtualClock()],
};
/** What was accepted must also work: it is drained at once, on a clock that need not be waited for. */
async function drainedIfMade(make) {
    const made = [];
    if ((await typed(() => void made.push(make()), ['INVALID_ARGUMENT'])) !== undefined)
        return;
    const receipt = await made[0]?.drain();
    assert.equal(receipt?.outcome, 'clean');
}
async function check(arbitrary, use) {
    await fc.assert(fc.asyncProperty(arbitrary, async (value) => void (await use(value))), chance(400, 20_000));
}
const only = (use) => (value) => typed(() => use(value), ['INVALID_ARGUMENT']);
describe(`options of every kind, seed ${SEED}`, () => {
    for (const [name, base] of Object.entries({ leases: LEASED, 'a cursor': CURSOR, 'no order': { ...LEASED, ordered: false } })) {
        test(`Drainer with ${name}`, async () => {
            const consumer = () => new ScriptedConsumer({}, base);
            await check(options(DRAINER), (given) => drainedIfMade(() => new Drainer(consumer(), () => undefined, given)));
        });
    }
    test('MessageStream', async () => {
        await check(options(DRAINER), (given) => drainedIfMade(() => new MessageStream(new ScriptedConsumer(), given)));
    });
    test("a drainer's nested options, handlers, consumers", async () => {
        const consumer = new ScriptedConsumer();
        const make = (given, handler = () => undefined, from = consumer) => drainedIfMade(() => new Drainer(from, handler, given));
        await check(options(RETRY), (retry) => make({ retry: retry }));
        await check(options(BUDGET), (budget) => make({ budget: budget }));
        await check(options({ store: [new Map(), {}], ttlMs: NUMBERS, idOf: FUNCTIONS }), (dedup) => make({ dedup: dedup }));
        await check(options({ batch: FUNCTIONS, maxBatch: NUMBERS }), (handler) => make({}, handler));
        const methods = { fetch: [async () => []], ack: [async () => ({})], close: [async () => ({ unconfirmed: [], clean: true })] };
        await check(options({ ...methods, capabilities: [LEASED, CURSOR, {}] }), (from) => typed(() => new Drainer(from, () => undefined), ['INVALID_ARGUMENT']));
    });
    test('drain, quiesce, close, concurrency', async () => {
        await check(options({ reason: ['SIGTERM', 'deploy'] }), async (given) => {
            for (const method of ['drain', 'quiesce', 'close']) {
                const drainer = new Drainer(new ScriptedConsumer(), () => undefined);
                await typed(() => drainer[method](given), ['INVALID_ARGUMENT']);
                await drainer.drain();
            }
        });
        await check(fc.oneof(fc.constantFrom(...NUMBERS), anyValue()), async (value) => {
            const drainer = new Drainer(new ScriptedConsumer(), () => undefined);
            await typed(() => {
                drainer.concurrency = value;
            }, ['INVALID_ARGUMENT']);
            await drainer.drain();
        });
    });
    test('drainBudget and checkBudget', async () => {
        const env = [{}, { TAILRACE_GRACE_MS: '5000' }, { TAILRACE_GRACE_MS: '5e3' }, { TAILRACE_PLATFORM: 'ecs' }, { TAILRACE_PLATFORM: 'x' }];
        const given = {
            platform: ['kubernetes', 'lambda', 'heroku'],
            graceMs: NUMBERS,
            http: FLAGS,
            commitMs: NUMBERS,
            closeMs: NUMBERS,
            softMs: NUMBERS,
            env,
        };
        await check(options(given), only((budget) => {
            const { graceMs, delayMs, totalMs, softMs, hardMs, commitMs, closeMs } = drainBudget(budget);
            assert.ok(0 <= softMs && softMs <= hardMs && hardMs + commitMs + closeMs === totalMs && totalMs + delayMs <= graceMs);
        }));
        const facts = [
            'pollMs',
            'stopLatencyMs',
            'handlerMs',
            'revokeMs',
            'sessionMs',
            'rebalanceMs',
            'pollIntervalMs',
            'transactionMs',
            'leaseMs',
            'lanes',
            'commitPerLaneMs',
        ];
        const shape = {
            ...Object.fromEntries(facts.map((name) => [name, NUMBERS])),
            leaseExtended: FLAGS,
            downstreamTimeoutsMs: [{}, { db: 5 }, { db: undefined }],
        };
        await check(options(shape), only((given) => checkBudget(drainBudget({ graceMs: 30_000 }), given)));
        await check(options(BUDGET), only((budget) => checkBudget(budget)));
    });
    test('drainOnSignals', async () => {
        const listeners = [];
        const host = {
            platform: 'linux',
            stdout: process.stdout,
            stderr: process.stderr,
            on: (name) => listeners.push(name),
            off: () => listeners.pop(),
            exit: () => undefined,
        };
        const shape = { signals: [['SIGTERM'], ['SIGINT', 'SIGINT'], ['SIGKILL'], []], exit: FLAGS, onError: FUNCTIONS, process: [host] };
        const target = new Drainer(new ScriptedConsumer(), () => undefined);
        await check(options(shape), async (given) => {
            // Without it the listeners would be this process's own.
            const safe = typeof given === 'object' && given !== null && !('process' in given) ? { ...given, process: host } : given;
            if (safe === undefined)
                return;
            await typed(() => drainOnSignals(target, safe)(), ['INVALID_ARGUMENT']);
            assert.deepEqual(listeners, []);
        });
        await check(options({ drain: FUNCTIONS, escalate: FUNCTIONS }), only((odd) => drainOnSignals(odd, { process: host })()));
    });
    test('the memory broker', async () => {
        const codes = ['INVALID_ARGUMENT', 'NOT_FOUND'];
        const check1 = (shape, use) => check(options(shape), async (given) => {
            const broker = new MemoryBroker();
            broker.createQueue('d');
            broker.createTopic('t');
            await typed(() => use(broker, given), codes);
        });
        await check(options({ name: NAMES, clock: [new VirtualClock(), {}], history: FLAGS }), only((given) => new MemoryBroker(given)));
        await check1({ leaseMs: NUMBERS, maxAttempts: NUMBERS, deadLetterQueue: NAMES, ordered: FLAGS, releaseCostsAttempt: FLAGS }, (broker, given) => broker.createQueue('q', given));
        await check1({ partitions: [1, 2, 1e5], retainMessages: NUMBERS }, (broker, given) => broker.createTopic('q', given));
        await check1({ queue: NAMES }, (broker, given) => broker.consumer(given).capabilities);
        const member = {
            topic: ['t', 'd', 'x'],
            group: NAMES,
            member: NAMES,
            rebalance: ['eager', 'cooperative'],
            revokeMs: NUMBERS,
            from: ['earliest', 'latest'],
            commitOnAck: FLAGS,
        };
        await check1(member, (broker, given) => broker.consumer(given).capabilities);
        const message = {
            body: ['x', new Uint8Array(3)],
            id: NAMES,
            key: NAMES,
            headers: [{}, { a: 'b' }, { a: [1] }],
            group: NAMES,
            delayMs: NUMBERS,
            partition: NUMBERS,
        };
        for (const destination of ['d', 't'])
            await check1(message, (broker, given) => broker.publish(destination, given));
        const signal = [new AbortController().signal, AbortSignal.abort()];
        await check1({ max: NUMBERS, waitMs: [0], signal }, (broker, given) => {
            // What would wait for ever is not what is asked here.
            const { waitMs } = (given ?? {});
            return typeof waitMs === 'number' && waitMs > 0 ? undefined : broker.consumer({ queue: 'd' }).fetch(given);
        });
    });
    test('the NATS adapter', async () => {
        const shape = {
            stream: ['S', 'S.>', 'a b', ...NAMES],
            durable: ['D', ...NAMES],
            leaseMs: NUMBERS,
            confirm: ['batch', 'message', 'none'],
            ackPolicy: ['explicit', 'all'],
            exclusive: FLAGS,
            create: [true, false, {}, { filterSubjects: ['a'] }, { maxDeliver: 0 }],
            domain: NAMES,
            apiPrefix: ['$JS.API', 'a.', '.'],
            inboxPrefix: ['_INBOX', 'a.*'],
            answerMs: NUMBERS,
        };
        const connect = () => Promise.reject(new Error('must not be called'));
        await check(options(shape), (given) => typed(() => natsConsumer(connect, given), ['INVALID_ARGUMENT', 'UNSUPPORTED']));
        const connection = { publish: FUNCTIONS, subscribe: FUNCTIONS, isClosed: FUNCTIONS };
        await check(options(connection).filter((given) => typeof given !== 'function'), only((given) => natsConsumer(given, { stream: 'S', durable: 'D' })));
    });
    test('the deduplication store', async () => {
        await check(options({ maxIds: NUMBERS }), only((given) => new MemoryDedupStore(given)));
    });
});
describe(`timelines of anything, seed ${SEED}`, () => {
    const RENDERERS = { renderTimeline, renderTimelineHtml, renderTimelineSvg };
    for (const [name, render] of Object.entries(RENDERERS)) {
        test(name, async () => {
            await check(anyValue(), only(render));
            const receipts = Object.values(ALL);
            // A receipt of which one thing, anywhere, is something else or missing.
            const changed = fc.tuple(fc.constantFrom(...receipts), fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), anyValue());
            const receipt = changed.map(([whole, path, value]) => replaced(whole, path, value));
            await check(receipt, only(render));
        });
    }
    test('with options of every kind', async () => {
        const receipt = Object.values(ALL)[0];
        await check(options({ width: [60, 80, 400], color: FLAGS }), only((given) => renderTimeline(receipt, given)));
    });
});
/** A copy in which one member, which the path leads to, is replaced. */
function replaced(whole, path, value) {
    const copy = JSON.parse(JSON.stringify(whole));
    let at = copy;
    for (const [depth, step] of path.entries()) {
        const keys = Object.keys(at);
        const key = keys[step % keys.length];
        if (key === undefined)
            break;
        const next = at[key];
        if (depth === path.length - 1 || typeof next !== 'object' || next === null) {
            at[key] = value;
            break;
        }
        at = next;
    }
    return copy;
}
