import { after, test } from 'node:test';
import { startKafkaHarness } from '../../conformance/harnesses/kafka.js';
import { startOrSkip } from '../support/start-or-skip.js';
import { assertSurvives } from './slice.js';

/** The part of a full run that is done each time. */
const MIX = { term: 10, kill: 5, stop: 1, phase: 3, restart: 1, cut: 1, slow: 1, crash: 0 };

const harness = await startOrSkip('CHAOS ON KAFKA', () => startKafkaHarness());
after(() => harness?.stop());

if (harness !== undefined) {
  test('three members of a group under load, disturbed in every way: nothing is lost, and nothing is handled twice without a reason', (t) =>
    assertSurvives(t, harness, MIX, 22));
}
