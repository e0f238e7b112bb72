import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Harness } from '../../conformance/harness.js';
import { startKafkaHarness } from '../../conformance/harnesses/kafka.js';
import { runConformance } from '../../conformance/index.js';
import { isAcceptable, judge, parseKnownFailures } from '../../conformance/known-failures.js';
import { storyOf } from '../../conformance/suite.js';
import { testConformance } from './adapters.js';

await testConformance(['kafka']);

const KNOWN = new URL('../../../conformance/known-failures.json', import.meta.url);

test('kafka/confluent: every case holds, but for what is known', async (t) => {
  let harness: Harness;
  try {
    // The client is built where its library cannot be had otherwise, which takes minutes.
    harness = await startKafkaHarness({ client: 'confluent' });
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    t.skip(`kafka/confluent IS NOT TESTED: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  try {
    const report = await runConformance(harness);
    const judgement = judge(report, parseKnownFailures(await readFile(KNOWN, 'utf8')));
    for (const each of [...judgement.failed, ...judgement.weak]) t.diagnostic(`${each.id}: ${each.detail}\n${storyOf(each)}`);
    assert.ok(
      isAcceptable(judgement),
      JSON.stringify(judgement.failed.map(({ id }) => id).concat(judgement.passedUnexpectedly.map(({ id }) => id))),
    );
  } finally {
    await harness.stop();
  }
});
