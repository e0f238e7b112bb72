import assert from 'node:assert/strict';
import type { Capabilities, Message, StreamConsumer } from '../../src/index.js';
import type { CaseFacts, ConformanceCase } from '../case.js';
import { type CaseContext, textOf } from '../context.js';

/** Of what a machine that stands still for as long as the shortest lease can spoil; an adapter at fault fails each. */
const ATTEMPTS = 3;
/** A delay that can be told from none, ms. */
const DELAY_MS = 300;

export function hasLeases({ capabilities, harness }: CaseFacts): string | undefined {
  if (capabilities.lease === false) return 'messages are not held by leases';
  return harness.timing.shortestLeaseMs === undefined ? 'the harness makes no short leases' : undefined;
}

export function hasReleases({ capabilities }: CaseFacts): string | undefined {
  return capabilities.release === false ? 'release is not declared' : undefined;
}

const isCursor = ({ settlement }: Capabilities): boolean => settlement === 'cursor';

export function closing(context: CaseContext, consumer: StreamConsumer, running: readonly Message[] = []): Promise<{ clean: boolean }> {
  return context.within(
    'close',
    consumer.close({ signal: AbortSignal.timeout(context.timing.answerMs), running }),
    context.timing.answerMs * 2,
  );
}

export const SETTLEMENT: readonly ConformanceCase[] = [
  {
    id: 'settlement/acked-is-done-at-the-broker',
    level: 'REQUIRED',
    failure: "An ack that is called confirmed must be done by the broker's own count.",
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 50);
      const consumer = await context.open(channel);
      await context.settle(consumer, await context.take(consumer, 50));
      await context.untilPending(channel, 0);
    },
  },
  {
    id: 'settlement/confirmed-means-confirmed',
    level: 'REQUIRED',
    skip: ({ capabilities }) => (capabilities.ackConfirmed ? undefined : 'acks are not confirmed'),
    failure: 'When `ack` says confirmed, the broker has it at that moment, not some time later.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 10);
      const consumer = await context.open(channel);
      const got = await context.take(consumer, 10);
      const { confirmed, recorded } = await consumer.ack(got);
      const { pending } = await channel.state();
      assert.ok(pending <= 10 - confirmed.length, `${confirmed.length} were confirmed, and ${pending} of 10 are pending`);
      if (recorded.length > 0) {
        const flushed = await consumer.flush?.({ signal: AbortSignal.timeout(context.timing.answerMs) });
        assert.equal(confirmed.length + (flushed?.confirmed.length ?? 0), 10, 'the flush confirms the rest');
        assert.equal((await channel.state()).pending, 0, 'pending after the flush');
      }
    },
  },
  {
    id: 'settlement/acked-stays-acked',
    level: 'REQUIRED',
    failure: 'What was acked must not come again to a new consumer, also not after its lease would have ended.',
    async run(context) {
      const leaseMs = context.timing.shortestLeaseMs;
      const channel = await context.channel(leaseMs === undefined ? {} : { leaseMs });
      await context.publish(channel, 5);
      const first = await context.open(channel);
      const got = await context.take(first, 5);
      await context.settle(first, got);
      await closing(context, first);
      await context.pause(context.lapseMs);
      const second = await context.open(channel);
      assert.deepEqual((await context.rest(second, context.lapseMs + context.timing.rebalanceMs)).map(textOf), []);
    },
  },
  {
    id: 'settlement/unacked-comes-back-after-close',
    level: 'REQUIRED',
    skip: ({ capabilities }) => (capabilities.closeReleases === false ? 'close does not give back' : undefined),
    failure: 'What was fetched and not acked must come again at once when the consumer has closed.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 10);
      const first = await context.open(channel);
      const got = await context.take(first, 10);
      await context.settle(first, got.slice(0, 4));
      const done = new Set(got.slice(0, 4).map(textOf));
      await closing(context, first);
      const second = await context.open(channel);
      const again = await context.take(second, 6);
      assert.deepEqual(
        again.map(textOf).sort(),
        got
          .map(textOf)
          .filter((text) => !done.has(text))
          .sort(),
      );
      await context.settle(second, again);
      await context.untilPending(channel, 0);
    },
  },
  {
    id: 'settlement/unacked-comes-back-after-its-lease',
    level: 'REQUIRED',
    skip: hasLeases,
    failure: 'A message whose lease has ended must be delivered again: its holder may have died.',
    async run(context) {
      const channel = await context.channel({ leaseMs: context.timing.shortestLeaseMs ?? 0 });
      await context.publish(channel, 1);
      const consumer = await context.open(channel);
      const [first] = await context.take(consumer, 1);
      const [second] = await context.take(consumer, 1, context.lapseMs + context.timing.answerMs);
      assert.equal(second?.id, first?.id, 'the same message');
      assert.notEqual(second?.delivery, first?.delivery, 'another delivery');
      await context.settle(consumer, second === undefined ? [] : [second]);
    },
  },
  {
    id: 'settlement/id-survives-redelivery',
    level: 'REQUIRED',
    skip: ({ capabilities }) => (capabilities.closeReleases === false ? 'close does not give back' : undefined),
    failure: 'The id must be the same at each delivery of a message, on any consumer: dedup and adoption rest on it.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 5);
      const first = await context.open(channel);
      const ids = new Map((await context.take(first, 5)).map((message) => [textOf(message), message.id]));
      await closing(context, first);
      const second = await context.open(channel);
      const again = await context.take(second, 5);
      for (const message of again) assert.equal(message.id, ids.get(textOf(message)), textOf(message));
      await context.settle(second, again);
    },
  },
  {
    id: 'settlement/double-ack-is-answered-alike',
    level: 'REQUIRED',
    failure: 'A second ack of the same delivery must be answered as the first was: answers get lost, and acks are repeated.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 3);
      const consumer = await context.open(channel);
      const got = await context.take(consumer, 3);
      await context.settle(consumer, got);
      await context.settle(consumer, got);
      await context.untilPending(channel, 0);
    },
  },
  {
    id: 'settlement/ack-of-nothing',
    level: 'REQUIRED',
    failure: 'An ack of no message must resolve with nothing.',
    async run(context) {
      const channel = await context.channel();
      const consumer = await context.open(channel);
      await context.fetch(consumer);
      const { confirmed, recorded, failed } = await consumer.ack([]);
      assert.deepEqual([confirmed.length, recorded.length, failed.length], [0, 0, 0]);
    },
  },
  {
    id: 'settlement/out-of-order-acks-skip-nothing',
    level: 'REQUIRED',
    failure: 'An ack of later messages must not take earlier ones along: they are not done.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 6);
      const first = await context.open(channel);
      const got = await context.take(first, 6);
      const late = got.filter((_, index) => index !== 0 && index !== 3);
      const missing = [got[0], got[3]].flatMap((message) => (message === undefined ? [] : [message]));
      const { failed } = await first.ack(late);
      assert.equal(failed.length, 0);
      if (context.capabilities.flush) await first.flush?.({ signal: AbortSignal.timeout(context.timing.answerMs) });
      const { pending } = await channel.state();
      assert.ok(pending >= missing.length, `${missing.length} are not acked, and ${pending} are pending`);
      await closing(context, first);
      if (context.capabilities.closeReleases === false) return;
      const second = await context.open(channel);
      const again = await context.take(second, isCursor(context.capabilities) ? 6 : 2);
      const texts = again.map(textOf);
      for (const message of missing)
        assert.ok(texts.includes(textOf(message)), `${textOf(message)} was not acked, and does not come again`);
      await context.settle(second, again);
      await context.untilPending(channel, 0);
    },
  },
  {
    id: 'settlement/gap-is-confirmed-when-it-closes',
    level: 'REQUIRED',
    skip: ({ capabilities }) => (isCursor(capabilities) ? undefined : 'each message is settled by itself'),
    failure: 'On a cursor, acks behind a gap are recorded, and the ack that closes the gap settles them all.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 4);
      const consumer = await context.open(channel);
      const got = await context.take(consumer, 4);
      const behind = await consumer.ack(got.slice(1));
      assert.equal(behind.confirmed.length, 0, 'nothing behind the gap is confirmed');
      assert.equal(behind.recorded.length, 3);
      await context.settle(consumer, got.slice(0, 1));
      await context.untilPending(channel, 0);
    },
  },
  {
    id: 'settlement/holes-stop-nothing',
    level: 'REQUIRED',
    skip: ({ capabilities, harness }) =>
      isCursor(capabilities) ? (harness.leavesHoles === true ? undefined : 'lanes have no holes') : 'each message is settled by itself',
    failure: 'Positions are not contiguous: acks in any order must go over a hole, and the next consumer go on exactly behind it.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(
        channel,
        ['m0', 'm1', 'm2'].map((text) => ({ text, lane: 0 })),
      );
      await channel.leaveHole?.(0);
      await context.publish(
        channel,
        ['m3', 'm4', 'm5'].map((text) => ({ text, lane: 0 })),
      );
      const first = await context.open(channel);
      const got = await context.take(first, 6);
      await context.settle(first, got.slice(0, 4).reverse());
      await closing(context, first);
      const second = await context.open(channel);
      const rest = await context.take(second, 2);
      assert.deepEqual(rest.map(textOf), ['m4', 'm5'], 'it goes on behind what was acked');
      await context.settle(second, rest.reverse());
      await context.untilPending(channel, 0);
    },
  },
  {
    id: 'settlement/ack-after-the-lease-is-lost',
    level: 'REQUIRED',
    skip: hasLeases,
    failure: "An ack that comes after its lease must fail with LEASE_LOST: the message is somebody else's by now.",
    async run(context) {
      const channel = await context.channel({ leaseMs: context.timing.shortestLeaseMs ?? 0 });
      await context.publish(channel, 1);
      const first = await context.open(channel);
      const [stale] = await context.take(first, 1);
      const second = await context.open(channel);
      const [newer] = await context.take(second, 1, context.lapseMs + context.timing.answerMs);
      assert.ok(stale !== undefined && newer !== undefined);
      const { confirmed, failed } = await first.ack([stale]);
      assert.equal(confirmed.length, 0, 'a late ack is confirmed');
      assert.deepEqual(
        failed.map(({ error: { code, retryable } }) => ({ code, retryable })),
        [{ code: 'LEASE_LOST', retryable: false }],
      );
    },
  },
  {
    id: 'settlement/part-of-an-ack-fails-alone',
    level: 'REQUIRED',
    skip: hasLeases,
    failure: 'When some messages of one ack are lost, only these are in `failed`; the others are acked.',
    async run(context) {
      for (let left = ATTEMPTS; left > 0; left -= 1) {
        const channel = await context.channel({ leaseMs: context.timing.shortestLeaseMs ?? 0 });
        await context.publish(channel, 1);
        const consumer = await context.open(channel);
        const [stale] = await context.take(consumer, 1);
        const [newer] = await context.take(consumer, 1, context.lapseMs + context.timing.answerMs);
        assert.ok(stale !== undefined && newer !== undefined);
        const { failed } = await consumer.ack([stale, newer]);
        const lost = failed.map(({ message }) => message.delivery);
        if (left > 1 && lost.includes(newer.delivery)) continue;
        assert.deepEqual(lost, [stale.delivery]);
        await context.untilPending(channel, 0);
        return;
      }
    },
  },
  {
    id: 'settlement/ack-after-close-is-refused',
    level: 'REQUIRED',
    failure: 'After close every ack rejects with CLOSED, and has no effect at the broker.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 1);
      const consumer = await context.open(channel);
      const got = await context.take(consumer, 1);
      await closing(context, consumer);
      await assert.rejects(consumer.ack(got), { code: 'CLOSED' });
      await assert.rejects(context.fetch(consumer), { code: 'CLOSED' });
      assert.equal((await channel.state()).pending, 1, 'the late ack has taken effect');
    },
  },
  {
    id: 'settlement/release-redelivers-at-once',
    level: 'REQUIRED',
    skip: hasReleases,
    failure: 'A release without a delay must bring the message again at once, long before its lease would have ended.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 1);
      const consumer = await context.open(channel);
      const [first] = await context.take(consumer, 1);
      const released = await context.release(consumer, first === undefined ? [] : [first]);
      assert.deepEqual(released.failed, []);
      const again = await context.take(consumer, 1);
      assert.deepEqual(again.map(textOf), ['m0']);
      assert.notEqual(again[0]?.delivery, first?.delivery);
      await context.settle(consumer, again);
      await context.untilPending(channel, 0);
    },
  },
  {
    id: 'settlement/each-of-several-is-released',
    level: 'REQUIRED',
    skip: hasReleases,
    failure: 'A release of several messages must give back each of them, also where the system takes them one by one.',
    async run(context) {
      const channel = await context.channel();
      const texts = await context.publish(channel, 25);
      const consumer = await context.open(channel);
      const { failed } = await context.release(consumer, await context.take(consumer, 25));
      assert.deepEqual(failed, []);
      const again = await context.take(consumer, 25);
      assert.deepEqual(again.map(textOf).sort(), texts.sort());
      await context.settle(consumer, again);
      await context.untilPending(channel, 0);
    },
  },
  {
    id: 'settlement/release-delay-is-a-floor',
    level: 'REQUIRED',
    skip: (facts) =>
      hasReleases(facts) ??
      (facts.capabilities.release !== false && facts.capabilities.release.maxDelayMs >= DELAY_MS ? undefined : 'releases have no delay'),
    failure: 'A released message must not come again sooner than its delay.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 1);
      const consumer = await context.open(channel);
      const got = await context.take(consumer, 1);
      const begin = performance.now();
      await context.release(consumer, got, DELAY_MS);
      const again = await context.take(consumer, 1, DELAY_MS + context.timing.leaseGranularityMs + context.timing.answerMs);
      // Clocks of two processes, and timers that may fire a millisecond early.
      assert.ok(performance.now() - begin > DELAY_MS - 20, `came again after ${Math.round(performance.now() - begin)} ms`);
      await context.settle(consumer, again);
    },
  },
  {
    id: 'settlement/released-reaches-another-consumer',
    level: 'REQUIRED',
    skip: (facts) => hasReleases(facts) ?? (isCursor(facts.capabilities) ? 'a lane stays with its owner' : undefined),
    failure: 'What one consumer releases, another one gets.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 1);
      const first = await context.open(channel);
      const second = await context.open(channel);
      await context.release(first, await context.take(first, 1));
      const got = await context.take(second, 1);
      await context.settle(second, got);
      await context.untilPending(channel, 0);
    },
  },
  {
    id: 'settlement/attempt-rises-by-one',
    level: 'REQUIRED',
    skip: (facts) => hasReleases(facts) ?? (facts.capabilities.attempts === 'exact' ? undefined : 'attempts are not exact'),
    failure: 'The attempt must be 1 at the first delivery and rise by one at each further one.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 1);
      const consumer = await context.open(channel);
      for (let attempt = 1; attempt <= 4; attempt += 1) {
        const [message] = await context.take(consumer, 1);
        assert.equal(message?.attempt, attempt);
        if (attempt < 4) await context.release(consumer, message === undefined ? [] : [message]);
        else await context.settle(consumer, message === undefined ? [] : [message]);
      }
    },
  },
  {
    id: 'settlement/extended-lease-holds',
    level: 'REQUIRED',
    skip: (facts) =>
      hasLeases(facts) ??
      (facts.capabilities.lease !== false && facts.capabilities.lease.extend !== false ? undefined : 'leases cannot be extended'),
    failure: 'A message whose lease is extended in time must not come again, and its ack must be good.',
    async run(context) {
      // Twice the shortest: a busy machine may stand still for most of that.
      const leaseMs = Math.max(context.timing.shortestLeaseMs ?? 0, 500) * 2;
      const channel = await context.channel({ leaseMs });
      const other = await context.open(channel);
      await context.fetch(other);
      await context.publish(channel, 1);
      const consumer = await context.open(channel);
      const got = await context.take(consumer, 1);
      const before = got[0]?.lease?.until ?? 0;
      const end = performance.now() + leaseMs * 2 + context.timing.leaseGranularityMs;
      while (performance.now() < end) {
        const result = await consumer.extend?.(got);
        assert.deepEqual(result?.failed, [], 'an extension failed');
        assert.deepEqual((await context.fetch(other)).map(textOf), [], 'the message came again');
        await context.pause(leaseMs / 5);
      }
      assert.ok((got[0]?.lease?.until ?? 0) > before, '`lease.until` has not moved');
      await context.settle(consumer, got);
      await context.untilPending(channel, 0);
    },
  },
  {
    id: 'settlement/flush-confirms-what-was-recorded',
    level: 'REQUIRED',
    skip: ({ capabilities }) => (capabilities.flush ? undefined : 'flush is not declared'),
    failure: 'After a flush without gaps, everything that was acked must be done at the broker.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 20);
      const consumer = await context.open(channel);
      const got = await context.take(consumer, 20);
      for (const message of got) {
        const { failed } = await consumer.ack([message]);
        assert.equal(failed.length, 0);
      }
      await consumer.flush?.({ signal: AbortSignal.timeout(context.timing.answerMs) });
      assert.equal((await channel.state()).pending, 0);
    },
  },
  {
    id: 'settlement/concurrent-acks',
    level: 'REQUIRED',
    failure: 'Acks may be called side by side, in any split: each message is answered once, and all are done.',
    async run(context) {
      const channel = await context.channel();
      await context.publish(channel, 60);
      const consumer = await context.open(channel);
      const got = await context.take(consumer, 60);
      const parts = Array.from({ length: 6 }, (_, part) => got.filter((_message, index) => index % 6 === part));
      await Promise.all(parts.map((part) => context.settle(consumer, part)));
      await context.untilPending(channel, 0);
    },
  },
];
