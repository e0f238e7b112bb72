import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Harness } from '../../conformance/harness.js';
import { startKafkaHarness } from '../../conformance/harnesses/kafka.js';
import { assertSurvives } from './slice.js';

/** One kill of the node that coordinates, one of a node that leads. `npm run chaos -- --adapter kafka/cluster --only crash=10,term=10` does more. */
const MIX = { term: 3, kill: 0, stop: 0, phase: 0, restart: 0, cut: 0, slow: 0, crash: 2 };

let harness: Harness | undefined;
let skipped: string | undefined;
try {
  harness = await startKafkaHarness({ cluster: true });
} catch (error) {
  if (process.env.CI === 'true') throw error;
  skipped = `CHAOS ON A KAFKA CLUSTER IS NOT TESTED: ${error instanceof Error ? error.message : String(error)}`;
}
after(() => harness?.stop());

test('three members under load while nodes of their cluster are killed: nothing that was confirmed is forgotten, nothing is lost', async (t) => {
  if (skipped !== undefined) return t.skip(skipped);
  assert.ok(harness !== undefined);
  await assertSurvives(t, harness, MIX, 5);
});
