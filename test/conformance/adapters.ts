import { test } from 'node:test';
import { registerConformance, startHarness } from '../../conformance/index.js';
import { startOrSkip } from '../support/start-or-skip.js';

/** Registers the suite for each of these harnesses. */
export async function testConformance(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const harness = await startOrSkip(`${name}: THE SUITE`, () => startHarness(name));
    if (harness !== undefined) registerConformance(test, name, () => Promise.resolve(harness));
  }
}
