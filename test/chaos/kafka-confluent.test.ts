import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Harness } from '../../conformance/harness.js';
import { startKafkaHarness } from '../../conformance/harnesses/kafka.js';
import { assertSurvives } from './slice.js';

/** The part of a full run that is done each time. */
const MIX = { term: 5, kill: 2, stop: 0, phase: 0, restart: 0, cut: 0, slow: 0, crash: 0 };

let harness: Harness | undefined;
let skipped: string | undefined;
try {
  harness = await startKafkaHarness({ client: 'confluent' });
} catch (error) {
  if (process.env.CI === 'true') throw error;
  skipped = `CHAOS ON KAFKA BY LIBRDKAFKA IS NOT TESTED: ${error instanceof Error ? error.message : String(error)}`;
}
after(() => harness?.stop());

test('three members of a group by librdkafka under load, disturbed: nothing is lost, and nothing is handled twice without a reason', async (t) => {
  if (skipped !== undefined) return t.skip(skipped);
  assert.ok(harness !== undefined);
  await assertSurvives(t, harness, MIX, 23);
});
