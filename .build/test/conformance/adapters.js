import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registerConformance, startHarness } from '../../conformance/index.js';
/** Registers the suite for each of these harnesses; a server that cannot start is skipped, loudly, and is a failure in CI. */
export async function testConformance(names) {
    for (const name of names) {
        try {
            const harness = await startHarness(name);
            registerConformance(test, name, () => Promise.resolve(harness));
        }
        catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            const inCi = process.env.CI === 'true';
            test(`${name}: the suite`, inCi ? {} : { skip: `${name} IS NOT TESTED: ${reason}` }, () => assert.fail(reason));
        }
    }
}
