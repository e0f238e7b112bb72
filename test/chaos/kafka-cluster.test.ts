import { after, test } from 'node:test';
import { startKafkaHarness } from '../../conformance/harnesses/kafka.js';
import { startOrSkip } from '../support/start-or-skip.js';
import { assertSurvives } from './slice.js';

/** One kill of the node that coordinates, one of a node that leads. `npm run chaos -- --adapter kafka/cluster --only crash=10,term=10` does more. */
const MIX = { term: 3, kill: 0, stop: 0, phase: 0, restart: 0, cut: 0, slow: 0, crash: 2 };

const harness = await startOrSkip('CHAOS ON A KAFKA CLUSTER', () => startKafkaHarness({ cluster: true }));
after(() => harness?.stop());

if (harness !== undefined) {
  test('three members under load while nodes of their cluster are killed: nothing that was confirmed is forgotten, nothing is lost', (t) =>
    assertSurvives(t, harness, MIX, 5));
}
