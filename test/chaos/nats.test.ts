import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { waitUntil } from '../../conformance/brokers/process.js';
import { runChaos } from '../../conformance/chaos/run.js';
import type { Channel, Harness } from '../../conformance/harness.js';
import { startNatsHarness } from '../../conformance/harnesses/nats.js';
import { startOrSkip } from '../support/start-or-skip.js';
import { assertSurvives } from './slice.js';

/** The part of a full run that is done each time. */
const MIX = { term: 10, kill: 5, stop: 2, phase: 6, restart: 1, cut: 1, slow: 1, crash: 0 };
const NOTHING = { term: 0, kill: 0, stop: 0, phase: 0, restart: 0, cut: 0, slow: 0, crash: 0 };
const BROKEN = new URL('../fixtures/adapter-that-acks-at-fetch.js', import.meta.url).href;
const NEVER = new AbortController().signal;

const harness = await startOrSkip('CHAOS ON NATS', () => startNatsHarness());
after(() => harness?.stop());

/** The same channel, to be opened by the broken adapter in its place. */
function opening(channel: Channel): Channel {
  return {
    name: channel.name,
    url: channel.url,
    openOptions: { adapters: { nats: BROKEN } },
    publish: (messages) => channel.publish(messages),
    open: () => channel.open(),
    state: () => channel.state(),
    delete: () => channel.delete(),
  };
}

if (harness !== undefined) {
  const { faults } = harness;

  test('consumers go through the proxy, publishing and probing do not', async (t) => {
    if (faults === undefined) return t.skip('NOT TESTED: TAILRACE_NATS names a server that is not ours to disturb');
    const channel = await harness.create({ leaseMs: 1_000 });
    const consumer = await channel.open();
    t.after(async () => {
      await faults.heal();
      await consumer.close({ signal: AbortSignal.timeout(1_000) });
      await channel.delete();
    });
    await channel.publish([{ body: Buffer.from('0') }, { body: Buffer.from('1') }]);
    assert.equal((await consumer.fetch({ max: 1, waitMs: 5_000, signal: NEVER })).length, 1);
    await faults.cut();
    await assert.rejects(consumer.fetch({ max: 1, waitMs: 1_000, signal: NEVER }), { code: 'UNAVAILABLE' });
    await channel.publish([{ body: Buffer.from('2') }]);
    // The server confirms a publish before it counts the message for its consumers.
    await waitUntil('the message to be counted', async () => (await channel.state()).pending === 3);
    assert.deepEqual(await channel.state(), { pending: 3, inFlight: 1, deadLetters: undefined });
    await faults.heal();
    const fetched = await waitUntil('a fetch after the cut', async () => {
      const messages = await consumer.fetch({ max: 3, waitMs: 1_000, signal: NEVER });
      return messages.length > 0 && messages;
    });
    await faults.slow({ latencyMs: 200 });
    const begin = performance.now();
    assert.deepEqual((await consumer.ack(fetched)).confirmed, fetched);
    assert.ok(performance.now() - begin >= 400, 'an ack and its answer are delayed by 200 ms each');
  });

  test('three workers under load, disturbed in every way: nothing is lost, and nothing is handled twice without a reason', async (t) => {
    await assertSurvives(t, harness, MIX, 20);
  });

  test('an adapter that acks what it fetches, before anyone has handled it, is found to lose messages', async () => {
    const broken: Harness = {
      ...{ adapter: harness.adapter, client: harness.client, server: harness.server, minimum: harness.minimum, timing: harness.timing },
      create: async (options) => opening(await harness.create(options)),
      openMissing: () => harness.openMissing(),
      stop: () => harness.stop(),
    };
    const { totals } = await runChaos({ harness: broken, mix: { ...NOTHING, kill: 3 }, seed: 21 });
    assert.ok(totals.anomalies.some(({ kind }) => kind === 'lost'));
    assert.ok(totals.lost > 0);
    assert.equal(totals.handled + totals.lost, totals.published);
  });
}
