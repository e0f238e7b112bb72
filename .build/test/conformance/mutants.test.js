import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MUTANTS, runMutants } from '../../conformance/mutants/run.js';
import { deferred } from '../../src/deferred.js';
/*
 * Adapters and drainers broken on purpose. Each has to be caught by the case that is named for it: a suite that lets one pass
 * proves nothing.
 */
const CONCURRENCY = 8;
const verdicts = new Map(MUTANTS.map(({ name }) => [name, deferred()]));
it('names each mutant once', () => {
    assert.equal(verdicts.size, MUTANTS.length);
    assert.ok(MUTANTS.length >= 25);
});
const running = runMutants(MUTANTS, CONCURRENCY, (verdict) => verdicts.get(verdict.mutant.name)?.resolve(verdict));
for (const { name, caughtBy } of MUTANTS) {
    it(`${name}: caught by ${caughtBy}`, async () => {
        const found = verdicts.get(name);
        const verdict = await Promise.race([found?.promise, running.then(() => found?.promise)]);
        assert.ok(verdict?.caught, `it passes ${caughtBy}: ${verdict?.detail}`);
    });
}
