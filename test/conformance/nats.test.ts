import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registerConformance, startHarness } from '../../conformance/index.js';

for (const name of ['nats', 'nats/exclusive']) {
  try {
    const harness = await startHarness(name);
    registerConformance(test, name, () => Promise.resolve(harness));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const inCi = process.env.CI === 'true';
    test(`${name}: the suite`, inCi ? {} : { skip: `NATS IS NOT TESTED: ${reason}` }, () => assert.fail(reason));
  }
}
