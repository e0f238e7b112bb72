import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkBudget, drainBudget, PLATFORMS } from '../../src/budget.js';
const NO_ENV = { env: {} };
test('the presets, each with its signal', () => {
    const shown = Object.entries(PLATFORMS).map(([name, { graceMs, signal }]) => `${name} ${graceMs} ${signal}`);
    assert.deepEqual(shown, [
        'kubernetes 30000 SIGTERM',
        'ecs 30000 SIGTERM',
        'nomad 5000 SIGINT',
        'cloud-run 10000 SIGTERM',
        'lambda 2000 SIGTERM',
    ]);
    assert.ok(Object.isFrozen(PLATFORMS) && Object.values(PLATFORMS).every((preset) => Object.isFrozen(preset)));
});
test('the arithmetic, by platform', () => {
    const table = [
        // grace, delay, total, soft, hard, commit, close
        [{ platform: 'kubernetes' }, [30_000, 0, 25_000, 16_800, 21_000, 2_000, 2_000]],
        [{ platform: 'kubernetes', http: true }, [30_000, 2_000, 23_000, 15_200, 19_000, 2_000, 2_000]],
        [{ platform: 'ecs' }, [30_000, 0, 25_000, 16_800, 21_000, 2_000, 2_000]],
        [{ platform: 'nomad', http: true }, [5_000, 500, 3_500, 2_240, 2_800, 350, 350]],
        [{ platform: 'cloud-run', http: true }, [10_000, 1_000, 7_000, 4_480, 5_600, 700, 700]],
        [{ platform: 'lambda' }, [2_000, 0, 1_600, 1_024, 1_280, 160, 160]],
        [{ graceMs: 120_000, http: true }, [120_000, 2_000, 113_000, 87_200, 109_000, 2_000, 2_000]],
        [{ graceMs: 30_000, commitMs: 5_000, closeMs: 0, softMs: 20_000 }, [30_000, 0, 25_000, 20_000, 20_000, 5_000, 0]],
    ];
    for (const [options, [graceMs, delayMs, totalMs, softMs, hardMs, commitMs, closeMs]] of table) {
        const budget = drainBudget({ ...options, ...NO_ENV });
        assert.deepEqual(budget, { graceMs, delayMs, totalMs, softMs, hardMs, commitMs, closeMs });
        assert.ok(Object.isFrozen(budget));
    }
});
test('options win over the environment, the grace period over the platform', () => {
    const grace = (options, env) => drainBudget({ ...options, env }).graceMs;
    assert.equal(grace({}, {}), 30_000);
    assert.equal(grace({}, { TAILRACE_PLATFORM: 'nomad' }), 5_000);
    assert.equal(grace({}, { TAILRACE_PLATFORM: 'nomad', TAILRACE_GRACE_MS: '7000' }), 7_000);
    assert.equal(grace({}, { TAILRACE_PLATFORM: '', TAILRACE_GRACE_MS: '' }), 30_000);
    assert.equal(grace({ platform: 'lambda' }, { TAILRACE_GRACE_MS: '7000' }), 2_000);
    assert.equal(grace({ platform: 'lambda', graceMs: 900 }, { TAILRACE_PLATFORM: 'nomad' }), 900);
});
test('the process environment is the default', (context) => {
    const before = process.env.TAILRACE_GRACE_MS;
    context.after(() => {
        if (before === undefined)
            delete process.env.TAILRACE_GRACE_MS;
        else
            process.env.TAILRACE_GRACE_MS = before;
    });
    process.env.TAILRACE_GRACE_MS = '12345';
    assert.equal(drainBudget().graceMs, 12_345);
});
test('a grace period of any length is split without a gap or an overrun', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.boolean(), (graceMs, http) => {
        const b = drainBudget({ graceMs, http, ...NO_ENV });
        assert.ok(Object.values(b).every((ms) => Number.isInteger(ms) && ms >= 0));
        assert.ok(b.softMs <= b.hardMs);
        assert.equal(b.hardMs + b.commitMs + b.closeMs, b.totalMs);
        assert.ok(b.delayMs <= Math.min(2_000, graceMs / 10));
        assert.ok(graceMs - b.delayMs - b.totalMs >= Math.min(5_000, graceMs / 5));
        checkBudget(b);
    }));
});
test('bad options and variables are named with what was given', () => {
    const wrong = (options, message) => assert.throws(() => drainBudget({ ...NO_ENV, ...options }), { name: 'StreamError', code: 'INVALID_ARGUMENT', message });
    wrong({ graceMs: 0 }, /^graceMs: .*got 0/);
    wrong({ graceMs: 1.5 }, /^graceMs: .*got 1\.5/);
    wrong({ graceMs: 2 ** 31 }, /^graceMs: .*2147483647/);
    wrong({ platform: 'heroku' }, /^platform: .*'cloud-run'.*"heroku"/);
    wrong({ platform: 'toString' }, /^platform: /);
    wrong({ http: 1 }, /^http: /);
    wrong({ graceSeconds: 3 }, /no option 'graceSeconds'/);
    wrong({ commitMs: -1 }, /^commitMs: /);
    wrong({ commitMs: 20_000, closeMs: 5_000 }, /20000.*5000.*25000 ms/);
    wrong({ softMs: 21_001 }, /21001.*21000/);
    for (const text of ['soon', '1e4', ' 5000', '0x10', '-5', '5000ms', '0'])
        wrong({ env: { TAILRACE_GRACE_MS: text } }, /^TAILRACE_GRACE_MS: /);
    wrong({ env: { TAILRACE_PLATFORM: 'k8s' } }, /^TAILRACE_PLATFORM: .*"k8s"/);
});
test('what fits passes, at the very edge too', () => {
    const budget = drainBudget({ platform: 'kubernetes', http: true, ...NO_ENV });
    checkBudget(budget);
    checkBudget(budget, {
        pollMs: 5_000,
        handlerMs: 15_200,
        downstreamTimeoutsMs: { postgres: 18_999, redis: 0 },
        revokeMs: 9_999,
        sessionMs: 10_000,
        rebalanceMs: Infinity,
        pollIntervalMs: 300_000,
        transactionMs: 18_999,
        leaseMs: 21_001,
        lanes: 10,
        commitPerLaneMs: 100,
    });
    checkBudget(budget, { leaseMs: 10_000, leaseExtended: true });
});
test('a poll counts for as long as it goes on after the stop', () => {
    const budget = drainBudget({ platform: 'cloud-run', ...NO_ENV });
    assert.throws(() => checkBudget(budget, { pollMs: 20_000 }), { code: 'INVALID_ARGUMENT', message: /poll 20000/ });
    checkBudget(budget, { pollMs: 20_000, stopLatencyMs: 500 });
    checkBudget(budget, { pollMs: 500, stopLatencyMs: 20_000 });
    assert.throws(() => checkBudget(budget, { pollMs: 20_000, stopLatencyMs: 2_001 }), { code: 'INVALID_ARGUMENT', message: /poll 2001/ });
});
test('each mismatch names both numbers', () => {
    const budget = drainBudget({ platform: 'kubernetes', http: true, ...NO_ENV });
    const table = [
        [{ pollMs: 5_001 }, /grace period of 30000 ms.* 30001 ms of delay 2000 \+ poll 5001 \+ drain 19000 \+ commit 2000 \+ close 2000/],
        [{ handlerMs: 15_201 }, /15201 ms.*15200 ms/],
        [{ downstreamTimeoutsMs: { 'billing api': 19_000 } }, /billing api, 19000 ms.*19000 ms/],
        [{ downstreamTimeoutsMs: { redis: Infinity } }, /redis, Infinity ms.*19000 ms/],
        [{ revokeMs: 45_000, sessionMs: 45_000 }, /45000 ms.*session timeout, 45000 ms/],
        [{ revokeMs: 61_000, rebalanceMs: 60_000 }, /61000 ms.*rebalance timeout, 60000 ms/],
        [{ revokeMs: 300_001, pollIntervalMs: 300_000 }, /300001 ms.*poll interval, 300000 ms/],
        [{ transactionMs: 19_000 }, /19000 ms.*19000 ms/],
        [{ leaseMs: 21_000 }, /lease of 21000 ms.*21000 ms/],
        [{ leaseMs: 10_000, leaseExtended: false }, /lease of 10000 ms.*21000 ms/],
        [{ lanes: 11, commitPerLaneMs: 100 }, /22 lanes.*2200 ms.*2000 ms/],
    ];
    for (const [facts, message] of table) {
        assert.throws(() => checkBudget(budget, facts), { name: 'StreamError', code: 'INVALID_ARGUMENT', message });
    }
});
test('all mismatches come in one error', () => {
    const budget = drainBudget({ platform: 'nomad', ...NO_ENV });
    assert.throws(() => checkBudget(budget, { pollMs: 20_000, downstreamTimeoutsMs: { a: 30_000, b: 40_000 }, leaseMs: 1_000 }), (error) => {
        assert.equal(error.message.split('; ').length, 4);
        assert.match(error.message, /20000.*30000.*40000.*1000/);
        return true;
    });
});
test('a budget made by hand is checked as well', () => {
    const budget = { ...drainBudget({ platform: 'lambda', ...NO_ENV }), hardMs: 1_900 };
    assert.throws(() => checkBudget(budget), { code: 'INVALID_ARGUMENT', message: /2000 ms.*2220 ms/ });
    assert.throws(() => checkBudget({ ...budget, hardMs: Number.NaN }), { code: 'INVALID_ARGUMENT' });
});
test('facts are validated', () => {
    const budget = drainBudget(NO_ENV);
    const wrong = (facts, message) => assert.throws(() => checkBudget(budget, facts), { code: 'INVALID_ARGUMENT', message });
    wrong({ pollSeconds: 1 }, /no option 'pollSeconds'/);
    wrong({ pollMs: '5' }, /^pollMs: /);
    wrong({ stopLatencyMs: -1 }, /^stopLatencyMs: /);
    wrong({ leaseMs: 0 }, /^leaseMs: /);
    wrong({ leaseExtended: 'no' }, /^leaseExtended: /);
    wrong({ lanes: 1.5 }, /^lanes: /);
    wrong({ downstreamTimeoutsMs: [5] }, /^downstreamTimeoutsMs: /);
    wrong({ downstreamTimeoutsMs: { db: undefined } }, /^downstreamTimeoutsMs\.db: /);
    wrong({ downstreamTimeoutsMs: { db: '5 s' } }, /^downstreamTimeoutsMs\.db: /);
});
