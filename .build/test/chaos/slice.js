import assert from 'node:assert/strict';
import { isFull } from '../../conformance/chaos/history.js';
import { summary } from '../../conformance/chaos/report.js';
import { runChaos } from '../../conformance/chaos/run.js';
/** Runs workers under load, disturbed so: nothing may be lost, nothing handled twice without a reason, and each SIGTERM ends clean. */
export async function assertSurvives(t, harness, mix, seed) {
    const { rounds, totals } = await told(t, runChaos({ harness, mix, seed }));
    assert.deepEqual(totals.anomalies, []);
    assert.equal(totals.lost, 0);
    assert.equal(totals.handled, totals.published);
    const withFaults = mix.restart + mix.cut + mix.slow;
    const crashes = harness.faults?.crash === undefined ? 0 : mix.crash;
    const planned = mix.term + mix.kill + mix.stop + mix.phase + (harness.faults === undefined ? 0 : withFaults) + crashes;
    assert.equal(rounds.length, planned);
    for (const { action, exitCode, outcome, load } of rounds.filter((round) => round.action === 'term')) {
        assert.deepEqual({ action, exitCode, outcome }, { action: 'term', exitCode: 0, outcome: 'clean' });
        assert.ok(load !== undefined && isFull(load));
    }
    if (mix.kill > 0)
        assert.ok(totals.duplicates > 0, 'kills under load that make nothing come again were none');
}
async function told(t, running) {
    const result = await running;
    t.diagnostic(summary(result));
    return result;
}
