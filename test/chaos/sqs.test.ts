import { after, test } from 'node:test';
import { startSqsHarness } from '../../conformance/harnesses/sqs.js';
import { startOrSkip } from '../support/start-or-skip.js';
import { assertSurvives } from './slice.js';

/** The part of a full run that is done each time. */
const MIX = { term: 10, kill: 5, stop: 1, phase: 3, restart: 1, cut: 1, slow: 1, crash: 0 };

const harness = await startOrSkip('CHAOS ON SQS', () => startSqsHarness());
after(() => harness?.stop());

if (harness !== undefined) {
  test('three workers under load, disturbed in every way: nothing is lost, and nothing is handled twice without a reason', (t) =>
    assertSurvives(t, harness, MIX, 40));
}
