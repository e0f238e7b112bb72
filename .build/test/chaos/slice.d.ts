import type { TestContext } from 'node:test';
import type { Mix } from '../../conformance/chaos/rounds.js';
import type { Harness } from '../../conformance/harness.js';
/** Runs workers under load, disturbed so: nothing may be lost, nothing handled twice without a reason, and each SIGTERM ends clean. */
export declare function assertSurvives(t: TestContext, harness: Harness, mix: Mix, seed: number): Promise<void>;
