import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import type { Harness } from '../../conformance/harness.js';
import { MUTANTS_ON, runMutants, type Verdict } from '../../conformance/mutants/run.js';
import { deferred } from '../../src/deferred.js';

/* The Kafka adapter broken on purpose, on a real server: each mutant has to be caught by the case that is named for it. */
const CONCURRENCY = 8;
const { mutants, start } = MUTANTS_ON.kafka;

let harness: Harness | undefined;
let skipped: string | undefined;
try {
  harness = await start();
} catch (error) {
  if (process.env.CI === 'true') throw error;
  skipped = `MUTANTS OF KAFKA ARE NOT TESTED: ${error instanceof Error ? error.message : String(error)}`;
}
after(() => harness?.stop());

const verdicts = new Map(mutants.map(({ name }) => [name, deferred<Verdict>()]));
const running =
  harness === undefined
    ? undefined
    : runMutants(mutants, CONCURRENCY, (verdict) => verdicts.get(verdict.mutant.name)?.resolve(verdict), harness);

for (const { name, caughtBy } of mutants) {
  it(`${name}: caught by ${caughtBy}`, async (t) => {
    if (skipped !== undefined) return t.skip(skipped);
    const found = verdicts.get(name);
    const verdict = await Promise.race([found?.promise, running?.then(() => found?.promise)]);
    assert.ok(verdict?.caught, `it passes ${caughtBy}: ${verdict?.detail}`);
  });
}
