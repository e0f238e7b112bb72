import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { isFull } from '../../conformance/chaos/history.js';
import { summary } from '../../conformance/chaos/report.js';
import type { Mix } from '../../conformance/chaos/rounds.js';
import { runChaos } from '../../conformance/chaos/run.js';
import type { Harness } from '../../conformance/harness.js';

/** Kills of which one at least makes something come again. */
const MANY = 5;

/** Runs workers under load, disturbed so: nothing may be lost, nothing handled twice without a reason, and each SIGTERM ends clean. */
export async function assertSurvives(t: TestContext, harness: Harness, mix: Mix, seed: number): Promise<void> {
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
  // Each of a few may have met a worker that had just committed.
  if (mix.kill >= MANY) assert.ok(totals.duplicates > 0, 'kills under load that make nothing come again were none');
}

async function told(t: TestContext, running: ReturnType<typeof runChaos>): ReturnType<typeof runChaos> {
  const result = await running;
  t.diagnostic(summary(result));
  return result;
}
