import assert from 'node:assert/strict';
import type { LaneAssignment, Message } from '../../src/index.js';
import type { ConformanceCase } from '../case.js';
import { textOf } from '../context.js';
import { closing, hasLeases } from './settlement.js';

export const FENCING: readonly ConformanceCase[] = [
  {
    id: 'fencing/ack-of-an-earlier-delivery-does-not-settle-the-newer',
    level: 'REQUIRED',
    skip: hasLeases,
    failure: 'An ack by an old delivery must not settle the message that someone else handles now.',
    async run(context) {
      const channel = await context.channel({ leaseMs: Math.max(context.timing.shortestLeaseMs ?? 0, 200) });
      await context.publish(channel, 1);
      const first = await context.open(channel);
      const second = await context.open(channel);
      const stale = await context.take(first, 1);
      const newer = await context.take(second, 1, context.lapseMs * 2 + context.timing.answerMs);
      await first.ack(stale);
      const { pending } = await channel.state();
      assert.equal(pending, 1, 'the late ack has settled it');
      const { failed } = await second.ack(newer);
      // Its own lease is as short, and the machine may be slow.
      if (failed.length > 0) assert.equal(failed[0]?.error.code, 'LEASE_LOST');
    },
  },
  {
    id: 'fencing/ack-after-the-end-by-the-clock',
    level: 'REQUIRED',
    skip: (facts) =>
      hasLeases(facts) ??
      (facts.capabilities.lease !== false && facts.capabilities.lease.lossKnownBy === 'clock'
        ? undefined
        : 'the broker tells of lost leases'),
    failure: 'Where the broker would take a late ack, the adapter must refuse it by `lease.until`: someone else may have the message.',
    async run(context) {
      const channel = await context.channel({ leaseMs: context.timing.shortestLeaseMs ?? 0 });
      await context.publish(channel, 1);
      const consumer = await context.open(channel);
      const got = await context.take(consumer, 1);
      // Nobody fetches meanwhile.
      const until = got[0]?.lease?.until ?? 0;
      await context.until('the end of the lease', () => performance.now() > until, context.lapseMs + context.timing.answerMs);
      const { confirmed, failed } = await consumer.ack(got);
      assert.equal(confirmed.length, 0, 'a late ack is confirmed');
      assert.deepEqual(
        failed.map(({ error }) => error.code),
        ['LEASE_LOST'],
      );
      assert.equal((await channel.state()).pending, 1, 'the late ack has taken effect');
    },
  },
  {
    id: 'fencing/extension-of-a-lost-lease-fails',
    level: 'REQUIRED',
    skip: (facts) =>
      hasLeases(facts) ??
      (facts.capabilities.lease !== false && facts.capabilities.lease.extend !== false ? undefined : 'leases cannot be extended'),
    failure: 'A lease that has ended cannot be extended: its holder must hear that it is gone.',
    async run(context) {
      const channel = await context.channel({ leaseMs: context.timing.shortestLeaseMs ?? 0 });
      await context.publish(channel, 1);
      const first = await context.open(channel);
      const second = await context.open(channel);
      const stale = await context.take(first, 1);
      await context.take(second, 1, context.lapseMs + context.timing.answerMs);
      const result = await first.extend?.(stale);
      assert.deepEqual(
        result?.failed.map(({ error }) => error.code),
        ['LEASE_LOST'],
      );
    },
  },
  {
    id: 'fencing/release-of-a-lost-lease-harms-nobody',
    level: 'REQUIRED',
    skip: (facts) => hasLeases(facts) ?? (facts.capabilities.release === false ? 'release is not declared' : undefined),
    failure: 'A late release must not take the message from whom has it now.',
    async run(context) {
      const leaseMs = Math.max(context.timing.shortestLeaseMs ?? 0, 1_000);
      const channel = await context.channel({ leaseMs });
      await context.publish(channel, 1);
      const first = await context.open(channel);
      const second = await context.open(channel);
      const stale = await context.take(first, 1);
      const newer = await context.take(second, 1, leaseMs + context.timing.leaseGranularityMs + context.timing.answerMs);
      await context.release(first, stale);
      assert.deepEqual((await context.fetch(first)).map(textOf), [], 'it was given to another one');
      await context.settle(second, newer);
      await context.untilPending(channel, 0);
    },
  },
  {
    id: 'fencing/ack-by-an-earlier-owner',
    level: 'REQUIRED',
    skip: ({ capabilities }) => (capabilities.revoke === 'none' ? 'lanes do not come and go' : undefined),
    failure: 'An ack of a lane that has gone must fail with LEASE_LOST and must not move the position of its new owner.',
    async run(context) {
      const channel = await context.channel({ lanes: 2 });
      await context.publish(
        channel,
        Array.from({ length: 6 }, (_, index) => ({ text: `m${index}`, lane: index % 2 })),
      );
      const first = await context.open(channel);
      const gone = new Set<string>();
      const leave = (lanes: readonly LaneAssignment[]): void => {
        for (const { lane } of lanes) gone.add(lane);
      };
      first.watch?.({
        assigned: () => undefined,
        revoking: async ({ lanes }) => leave(lanes),
        lost: leave,
        ended: () => undefined,
      });
      const taken = await context.take(first, 6);
      const second = await context.open(channel);
      const bound = performance.now() + context.timing.rebalanceMs + context.timing.answerMs;
      const got: Message[] = [];
      // Both have to be in the group for a lane to move.
      while (got.length === 0) {
        assert.ok(performance.now() < bound, 'no lane goes to a member that joins');
        got.push(...(await context.fetch(second, { waitMs: 20 })));
        await context.fetch(first, { waitMs: 20 });
      }
      const stale = taken.filter(({ lane = '' }) => gone.has(lane));
      assert.ok(stale.length > 0, 'what came to another member was not said to leave');
      const { confirmed, recorded, failed } = await first.ack(stale);
      assert.deepEqual([confirmed.length, recorded.length], [0, 0], 'acks of an earlier owner are taken');
      for (const { error } of failed) assert.equal(error.code, 'LEASE_LOST');
      assert.equal((await channel.state()).pending, 6, 'the position has moved');
    },
  },
  {
    id: 'fencing/late-ack-takes-nothing-back',
    level: 'REQUIRED',
    skip: ({ capabilities }) => (capabilities.revoke === 'none' ? 'lanes do not come and go' : undefined),
    failure: 'A late ack of a lane that has gone must not move its new owner back: what that one has settled would come again.',
    async run(context) {
      const channel = await context.channel({ lanes: 2 });
      await context.publish(
        channel,
        Array.from({ length: 6 }, (_, index) => ({ text: `m${index}`, lane: index % 2 })),
      );
      const first = await context.open(channel);
      const taken = await context.take(first, 6);
      const second = await context.open(channel);
      const bound = performance.now() + context.timing.rebalanceMs + context.timing.answerMs;
      const got: Message[] = [];
      // Both have to be in the group for a lane to move.
      while (got.length < 3) {
        assert.ok(performance.now() < bound, 'no lane goes to a member that joins');
        got.push(...(await context.fetch(second, { waitMs: 20 })));
        await context.fetch(first, { waitMs: 20 });
      }
      await context.settle(second, got);
      const { pending } = await channel.state();
      const moved = new Set(got.map(textOf));
      const stale = taken.filter((message) => moved.has(textOf(message)));
      const { confirmed, recorded, failed } = await first.ack(stale.slice(0, 1));
      assert.equal((await channel.state()).pending, pending, 'the position of the new owner has moved');
      assert.deepEqual([confirmed.length, recorded.length, failed[0]?.error.code], [0, 0, 'LEASE_LOST'], 'the late ack is taken');
    },
  },
  {
    id: 'fencing/a-lane-that-comes-back-is-another-assignment',
    level: 'REQUIRED',
    skip: ({ capabilities }) => (capabilities.revoke === 'none' ? 'lanes do not come and go' : undefined),
    failure: 'When a lane leaves and comes back to the same consumer its assignment must differ, so that old acks can be told apart.',
    async run(context) {
      const channel = await context.channel({ lanes: 2 });
      const first = await context.open(channel);
      const seen = new Map<string, number[]>();
      first.watch?.({
        assigned: (lanes) => {
          for (const { lane, assignment } of lanes) seen.set(lane, [...(seen.get(lane) ?? []), assignment]);
        },
        revoking: () => Promise.resolve(),
        lost: () => undefined,
        ended: () => undefined,
      });
      const bound = context.timing.answerMs + context.timing.rebalanceMs * 2;
      const both = async (isSo: () => boolean, others: readonly Awaited<ReturnType<typeof context.open>>[]): Promise<void> => {
        const end = performance.now() + bound;
        while (!isSo() && performance.now() < end) {
          await context.fetch(first, { waitMs: 20 });
          for (const other of others) await context.fetch(other, { waitMs: 20 });
        }
        assert.ok(isSo(), 'lanes do not move');
      };
      await both(() => seen.size === 2, []);
      const second = await context.open(channel);
      let taken = 0;
      second.watch?.({
        assigned: (lanes) => {
          taken += lanes.length;
        },
        revoking: () => Promise.resolve(),
        lost: () => undefined,
        ended: () => undefined,
      });
      await both(() => taken > 0, [second]);
      await closing(context, second);
      await both(() => [...seen.values()].some((assignments) => assignments.length > 1), []);
      for (const assignments of seen.values()) {
        assert.equal(new Set(assignments).size, assignments.length, `assignments ${assignments.join(', ')}`);
        assert.deepEqual(
          assignments,
          [...assignments].sort((one, other) => one - other),
          'assignments do not rise',
        );
      }
    },
  },
];
