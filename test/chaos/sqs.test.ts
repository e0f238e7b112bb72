import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Harness } from '../../conformance/harness.js';
import { startSqsHarness } from '../../conformance/harnesses/sqs.js';
import { assertSurvives } from './slice.js';

/** The part of a full run that is done each time. */
const MIX = { term: 10, kill: 5, stop: 1, phase: 3, restart: 1, cut: 1, slow: 1, crash: 0 };

const harness = await start();
after(() => harness?.stop());

async function start(): Promise<Harness | undefined> {
  try {
    return await startSqsHarness();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const inCi = process.env.CI === 'true';
    test('ElasticMQ behind toxiproxy', inCi ? {} : { skip: `CHAOS IS NOT TESTED: ${reason}` }, () => assert.fail(reason));
    return undefined;
  }
}

if (harness !== undefined) {
  test('three workers under load, disturbed in every way: nothing is lost, and nothing is handled twice without a reason', async (t) => {
    await assertSurvives(t, harness, MIX, 40);
  });
}
