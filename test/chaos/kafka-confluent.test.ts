import { after, test } from 'node:test';
import { startKafkaHarness } from '../../conformance/harnesses/kafka.js';
import { startOrSkip } from '../support/start-or-skip.js';
import { assertSurvives } from './slice.js';

/** The part of a full run that is done each time. */
const MIX = { term: 5, kill: 2, stop: 0, phase: 0, restart: 0, cut: 0, slow: 0, crash: 0 };

const harness = await startOrSkip('CHAOS ON KAFKA BY LIBRDKAFKA', () => startKafkaHarness({ client: 'confluent' }));
after(() => harness?.stop());

if (harness !== undefined) {
  test('three members of a group by librdkafka under load, disturbed: nothing is lost, and nothing is handled twice without a reason', (t) =>
    assertSurvives(t, harness, MIX, 23));
}
