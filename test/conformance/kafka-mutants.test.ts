import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { MUTANTS_ON, runMutants, type Verdict } from '../../conformance/mutants/run.js';
import { deferred } from '../../src/deferred.js';
import { startOrSkip } from '../support/start-or-skip.js';

/* The Kafka adapter broken on purpose, on a real server: each mutant has to be caught by the case that is named for it. */
const CONCURRENCY = 8;
const { mutants, start } = MUTANTS_ON.kafka;

const harness = await startOrSkip('MUTANTS OF KAFKA', start);
after(() => harness?.stop());

if (harness !== undefined) {
  const verdicts = new Map(mutants.map(({ name }) => [name, deferred<Verdict>()]));
  const running = runMutants(mutants, CONCURRENCY, (verdict) => verdicts.get(verdict.mutant.name)?.resolve(verdict), harness);

  for (const { name, caughtBy } of mutants) {
    it(`${name}: caught by ${caughtBy}`, async () => {
      const found = verdicts.get(name);
      const verdict = await Promise.race([found?.promise, running.then(() => found?.promise)]);
      assert.ok(verdict?.caught, `it passes ${caughtBy}: ${verdict?.detail}`);
    });
  }
}
