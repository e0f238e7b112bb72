import fc from 'fast-check';
/** Steps of time within which every answer of a life has come, for all that chance may do. */
const STEPS_PER_LEASE = 10;
/** Where everything is to be handled, leases must not end before any answer can come: they would be lost and had again for ever. */
export function leaseMsOf({ patient, leaseMs, stepMs, pace }) {
    return patient ? Math.max(leaseMs, stepMs * pace * STEPS_PER_LEASE) : leaseMs;
}
/** Shrinks towards the first. */
function weighted(...entries) {
    return fc.oneof({ withCrossShrink: true }, ...entries.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));
}
const work = weighted([8, 'sync'], [6, 'async'], [2, 'micro'], [3, 'throw'], [3, 'reject'], [1, 'thenable'], [1, 'thenable-reject'], [1, 'listen'], [2, 'slow'], [1, 'permanent'], [1, 'until-abort'], [1, 'drain-inside'], [1, 'hang']);
const message = fc.record({
    lane: fc.nat(3),
    key: weighted([2, 0], [2, 1], [2, 2], [1, undefined]),
    calls: fc.array(work, { maxLength: 4 }),
});
const common = fc.oneof({ withCrossShrink: true }, { weight: 4, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.nat(400) }) }, { weight: 3, arbitrary: fc.record({ do: fc.constant('publish'), messages: fc.array(message, { minLength: 1, maxLength: 8 }) }) }, { weight: 2, arbitrary: fc.record({ do: fc.constant('concurrency'), value: fc.nat(9) }) }, { weight: 1, arbitrary: fc.record({ do: weighted([1, 'recover'], [1, 'outage']) }) }, {
    weight: 2,
    arbitrary: fc.record({
        do: weighted([4, 'drain'], [3, 'quiesce'], [2, 'close'], [2, 'escalate']),
    }),
});
const ofLeases = fc.record({ do: fc.constant('lapse') });
const ofLogs = fc.record({
    do: weighted([3, 'rebalance'], [3, 'join'], [2, 'leave'], [2, 'expel']),
});
function actions(log) {
    return fc.array(fc.oneof({ withCrossShrink: true }, { weight: 3, arbitrary: common }, { weight: log ? 3 : 1, arbitrary: log ? ofLogs : ofLeases }), { maxLength: 10 });
}
function fates(...bad) {
    // Half of the lives have none at all of each kind.
    return fc.oneof({ withCrossShrink: true }, fc.constant([]), fc.array(weighted([6, 'ok'], ...bad), { maxLength: 6 }));
}
function hook(...bad) {
    return fc.array(weighted([4, 'ok'], [4, 'async'], ...bad), { maxLength: 5 });
}
function setup(brokers) {
    return fc.record({
        broker: brokers,
        lanes: fc.integer({ min: 1, max: 4 }),
        order: weighted([2, undefined], [2, 'none'], [3, 'lane'], [3, 'key']),
        concurrency: fc.integer({ min: 1, max: 8 }),
        batch: fc.oneof({ withCrossShrink: true }, { weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) }),
        batchFails: weighted([1, 'throw'], [1, 'list']),
        windows: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
        unconfirmedBeyondWindow: fc.option(fc.nat(6), { nil: undefined, freq: 2 }),
        maxFetch: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined, freq: 2 }),
        maxPollMs: fc.nat(300),
        attempts: fc.integer({ min: 1, max: 3 }),
        backoffMs: fc.nat(200),
        onExhausted: weighted([2, 'default'], [2, 'release'], [2, 'hook'], [1, 'broker'], [2, 'stop-lane']),
        unstarted: weighted([2, undefined], [1, 'release'], [1, 'finish']),
        hasBeforeCommit: fc.boolean(),
        dedup: weighted([5, false], [1, true]),
        softShare: fc.integer({ min: 0, max: 10 }),
        handlersMs: fc.integer({ min: 20, max: 1_500 }),
        commitMs: fc.integer({ min: 10, max: 300 }),
        closeMs: fc.integer({ min: 20, max: 300 }),
        abort: weighted([3, 'safe'], [1, 'waits'], [1, 'staged']),
        ackConfirmed: weighted([5, true], [1, false]),
        attemptsTold: weighted([3, 'exact'], [1, 'hint'], [1, 'none']),
        leaseMs: fc.integer({ min: 60, max: 2_000 }),
        releases: weighted([3, 'free'], [1, 'costs-attempt'], [1, 'none']),
        closeReleases: fc.boolean(),
        extend: weighted([4, true], [1, false]),
        revoke: weighted([4, 'awaited'], [2, 'notified'], [1, 'lost']),
        rebalance: weighted([2, 'cooperative'], [1, 'eager']),
        revokeMs: fc.integer({ min: 20, max: 600 }),
        commitOnAck: fc.boolean(),
        canPause: weighted([3, true], [1, false]),
        pace: fc.integer({ min: 1, max: 4 }),
        stepMs: fc.integer({ min: 5, max: 400 }),
        patient: weighted([3, false], [1, true]),
    });
}
export function plans(...brokers) {
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
