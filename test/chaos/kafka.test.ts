import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Harness } from '../../conformance/harness.js';
import { startKafkaHarness } from '../../conformance/harnesses/kafka.js';
import { assertSurvives } from './slice.js';

/** The part of a full run that is done each time. */
const MIX = { term: 10, kill: 5, stop: 1, phase: 3, restart: 1, cut: 1, slow: 1, crash: 0 };

let harness: Harness | undefined;
let skipped: string | undefined;
try {
  harness = await startKafkaHarness();
} catch (error) {
  if (process.env.CI === 'true') throw error;
  skipped = `CHAOS ON KAFKA IS NOT TESTED: ${error instanceof Error ? error.message : String(error)}`;
}
after(() => harness?.stop());

test('three members of a group under load, disturbed in every way: nothing is lost, and nothing is handled twice without a reason', async (t) => {
  if (skipped !== undefined) return t.skip(skipped);
  assert.ok(harness !== undefined);
  await assertSurvives(t, harness, MIX, 22);
});
