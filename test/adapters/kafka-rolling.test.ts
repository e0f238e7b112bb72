import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { startKafka } from '../../conformance/brokers/kafka.js';
import { check } from '../../examples/rolling-deploy/check.js';
import { rollingDeploy } from '../../examples/rolling-deploy/deploy.js';
import { picture } from '../../examples/rolling-deploy/picture.js';
import { startOrSkip } from '../support/start-or-skip.js';

const server = await startOrSkip('A ROLLING DEPLOY ON KAFKA', () => startKafka());
after(() => server?.stop());

if (server !== undefined) {
  test('a rolling deploy under load, while a worker joins: nothing is lost, nothing is handled twice, each exit code is 0', async () => {
    const result = await rollingDeploy(server, {
      client: 'kafkajs',
      partitions: 12,
      workers: 2,
      replace: 1,
      join: true,
      rate: 4_000,
      settleMs: 500,
      quietMs: 500,
      readyMs: 500,
      heartbeatMs: 300,
    });
    const { published, handled, committed, lost, duplicates, drains } = result;
    assert.ok(published > 0);
    assert.deepEqual({ handled, committed, lost, duplicates }, { handled: published, committed: published, lost: 0, duplicates: 0 });
    assert.deepEqual(
      drains.map(({ worker, exitCode, outcome }) => `${worker}: ${exitCode} ${outcome}`).sort(),
      ['worker 1, new', 'worker 1', 'worker 2', 'worker 3'].map((worker) => `${worker}: 0 clean`),
    );
    assert.match(picture([result]), /^<svg [\s\S]*lost 0, handled twice 0[\s\S]*<\/svg>\n$/);
  });
}

describe('the checker of a rolling deploy', () => {
  const span = { quietFrom: 0, from: 1_000, to: 2_000 };
  /** Partition, offset, time, latency. */
  const rows = (...each: readonly (readonly [number, number, number, number])[]): Float64Array => Float64Array.from(each.flat());

  it('names what nobody has handled, and what was handled twice, by whomever', () => {
    const files = [rows([0, 0, 100, 5], [0, 1, 1_200, 5], [1, 0, 300, 5]), rows([0, 1, 1_900, 5], [1, 2, 400, 5])];
    const { handled, lost, duplicates } = check(files, [2, 3], span);
    assert.deepEqual({ handled, lost, duplicates }, { handled: 4, lost: 1, duplicates: 1 });
  });

  it('finds pauses, also one that the end cuts, and tells those before the deploy apart', () => {
    const files = [rows([0, 1, 900, 5], [0, 0, 600, 5]), rows([0, 2, 1_400, 5])];
    const [{ quietPauseMs, longestPauseMs, pausedMs, pauses } = assert.fail()] = check(files, [3], span).partitions;
    assert.deepEqual({ quietPauseMs, longestPauseMs, pausedMs }, { quietPauseMs: 600, longestPauseMs: 600, pausedMs: 1_100 });
    assert.deepEqual(
      pauses.map(({ atMs, ms }) => [atMs, ms]),
      [
        [0, 600],
        [600, 300],
        [900, 500],
        [1_400, 600],
      ],
    );
  });

  it('refuses what was never published', () => {
    assert.throws(() => check([rows([0, 7, 1, 1])], [7], span), /offset 7 of partition 0/);
  });
});
