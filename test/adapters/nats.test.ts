import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { headers as headers3 } from '@nats-io/transport-node';
import { headers as headers2 } from 'nats';
import { natsConsumer } from '../../adapters/nats/index.js';
import { waitUntil } from '../../conformance/brokers/process.js';
import {
  coded,
  early,
  FAMILIES,
  type Family,
  Fixture,
  type FixtureOptions,
  fetchAll,
  LONG_MS,
  NEVER,
  numbered,
  serverForTests,
  texts,
} from '../support/nats.js';

const server = await serverForTests();
/** Leases of tests that wait for their end: long enough to get something done within them on a busy machine. */
const LEASE_MS = 2_000;

if (server !== undefined) {
  for (const family of FAMILIES) {
    describe(`nats, ${family.name}`, { concurrency: 4 }, () => {
      const make = (t: TestContext, options?: FixtureOptions) => Fixture.make(t, server, family, options);
      delivery(family, make);
      settlement(make);
      closing(make);
      refusals(make);
    });
  }
  after(() => server.stop());
}

type Make = (t: TestContext, options?: FixtureOptions) => Promise<Fixture>;

function delivery(family: Family, make: Make): void {
  test('a message comes with everything that was published', async (t) => {
    const fixture = await make(t);
    const consumer = await fixture.consumer();
    const body = randomBytes(1_000);
    // The two families have each their own class for headers, which only their own publish takes.
    const native = family.name === 'nats 2' ? headers2() : headers3();
    native.append('Colour', 'grün ✓');
    native.append('Colour', 'blau');
    native.append('one', 'värde');
    const publish = fixture.probe.publish.bind(fixture.probe) as (subject: string, body: Uint8Array, options: object) => void;
    const before = Date.now();
    publish(`${fixture.stream}.orders.7`, body, { headers: native });
    publish(`${fixture.stream}.orders.8`, new Uint8Array(0), {});
    const [first, second] = await fetchAll(consumer, 2);
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual(Buffer.from(first.body), body);
    assert.deepEqual({ ...first.headers }, { Colour: ['grün ✓', 'blau'], one: 'värde' });
    assert.equal(first.id, `${fixture.stream}:1`);
    assert.equal(first.key, `${fixture.stream}.orders.7`);
    assert.equal(first.position, 1);
    assert.equal(first.attempt, 1);
    assert.equal(first.lane, undefined);
    assert.ok(first.publishedAt !== undefined && Math.abs(first.publishedAt - before) < 10_000);
    assert.ok(first.lease !== undefined && first.lease.until > performance.now() && first.lease.until <= performance.now() + 30_000);
    assert.equal(first.raw.subject, `${fixture.stream}.orders.7`);
    assert.equal(second.body.length, 0);
    assert.deepEqual({ ...second.headers }, {});
    assert.notEqual(first.delivery, second.delivery);
  });

  test('a fetch takes no more than asked, and the server lends no more', async (t) => {
    const fixture = await make(t);
    await fixture.publish(numbered(25));
    const consumer = await fixture.consumer();
    const seen: string[] = [];
    for (const [max, expected] of [
      [10, 10],
      [1, 11],
      [12, 23],
      [100, 25],
    ] as const) {
      const batch = await consumer.fetch({ max, waitMs: 2_000, signal: NEVER });
      seen.push(...texts(batch));
      assert.equal(seen.length, expected);
      assert.equal((await fixture.info()).num_ack_pending, expected);
    }
    assert.deepEqual(seen, numbered(25));
  });

  for (const maxWaiting of [512, 1]) {
    test(`a long backlog comes in parts while more is asked for: in order, once, within the window (max_waiting ${maxWaiting})`, async (t) => {
      const fixture = await make(t, { config: { max_ack_pending: -1, max_waiting: maxWaiting } });
      await fixture.publish(numbered(20_000));
      const consumer = await fixture.consumer();
      const seen: string[] = [];
      const acks: Promise<void>[] = [];
      const lent: Promise<number>[] = [];
      let held = 0;
      while (seen.length < 20_000) {
        const batch = await consumer.fetch({ max: 4_000 - held, waitMs: 10_000, signal: NEVER });
        for (const { attempt } of batch) assert.equal(attempt, 1);
        seen.push(...texts(batch));
        held += batch.length;
        lent.push(fixture.info().then(({ num_ack_pending }) => num_ack_pending));
        const acked = consumer.ack(batch).then(({ confirmed }) => {
          assert.equal(confirmed.length, batch.length);
          held -= batch.length;
        });
        acks.push(acked);
        if (held === 4_000) await acked;
      }
      await Promise.all(acks);
      assert.deepEqual(seen, numbered(20_000));
      const most = Math.max(...(await Promise.all(lent)));
      assert.ok(most <= 4_000, `${most} were lent`);
      const { num_ack_pending, num_redelivered } = await fixture.info();
      assert.deepEqual([num_ack_pending, num_redelivered], [0, 0]);
    });
  }

  test('what came between two fetches is kept beyond its lease until it is asked for', async (t) => {
    const fixture = await make(t, { ackWaitMs: 1_500, config: { max_ack_pending: -1 } });
    await fixture.publish(numbered(4_000));
    const consumer = await fixture.consumer({ leaseMs: 1_500 });
    const first = await consumer.fetch({ max: 4_000, waitMs: 10_000, signal: NEVER });
    assert.ok(first.length < 4_000, 'the fetch has not waited for all of it');
    await consumer.ack(first);
    await sleep(3_500);
    const rest = await fetchAll(consumer, 4_000 - first.length);
    assert.deepEqual(texts(rest), numbered(rest.length, first.length));
    for (const { attempt } of rest) assert.equal(attempt, 1);
    const { confirmed } = await consumer.ack(rest);
    assert.equal(confirmed.length, rest.length);
  });

  test('an empty fetch waits its time, or not at all, and wakes up for a message', async (t) => {
    const fixture = await make(t);
    const consumer = await fixture.consumer();
    assert.deepEqual(await consumer.fetch({ max: 5, waitMs: 0, signal: NEVER }), []);
    const startedAt = performance.now();
    assert.deepEqual(await consumer.fetch({ max: 5, waitMs: 150, signal: NEVER }), []);
    assert.ok(performance.now() - startedAt >= 140);
    const waiting = consumer.fetch({ max: 5, waitMs: LONG_MS, signal: NEVER });
    await waitUntil('the pull to wait at the server', async () => (await fixture.info()).num_waiting === 1);
    await fixture.publish(['late']);
    assert.deepEqual(texts(await early('the fetch', waiting)), ['late']);
    await fixture.publish(['there']);
    assert.deepEqual(texts(await consumer.fetch({ max: 5, waitMs: 0, signal: NEVER })), ['there']);
  });

  test('one fetch at a time, with sane arguments', async (t) => {
    const fixture = await make(t);
    const consumer = await fixture.consumer();
    const first = consumer.fetch({ max: 1, waitMs: 300, signal: NEVER });
    await assert.rejects(consumer.fetch({ max: 1, waitMs: 0, signal: NEVER }), coded('INVALID_ARGUMENT', /under way/));
    assert.deepEqual(await first, []);
    for (const wrong of [{ max: 0 }, { max: 1.5 }, { waitMs: -1 }, { waitMs: Number.NaN }, { signal: {} }]) {
      // Wrong on purpose.
      const options = { max: 1, waitMs: 0, signal: NEVER, ...wrong } as { max: number; waitMs: number; signal: AbortSignal };
      await assert.rejects(consumer.fetch(options), coded('INVALID_ARGUMENT'));
    }
  });

  test('constructing connects to nothing; the first fetch does, once', async (t) => {
    const fixture = await make(t);
    let made = 0;
    const consumer = fixture.consumerOn(() => {
      made += 1;
      return fixture.connect();
    });
    await sleep(20);
    assert.equal(made, 0);
    await consumer.fetch({ max: 1, waitMs: 0, signal: NEVER });
    await consumer.fetch({ max: 1, waitMs: 0, signal: NEVER });
    assert.equal(made, 1);
  });

  test('two hundred fetches aborted under load strand nothing', async (t) => {
    const fixture = await make(t, { config: { max_ack_pending: -1 } });
    const consumer = await fixture.consumer();
    let published = 0;
    const publisher = setInterval(() => {
      for (let count = 0; count < 5; count += 1) fixture.probe.publish(`${fixture.stream}.a`, Buffer.from(`m${published++}`));
    }, 1);
    const seen = new Map<string, number>();
    try {
      for (let round = 0; round < 200; round += 1) {
        const abort = new AbortController();
        const timer = setTimeout(() => abort.abort(), Math.random() * 6);
        const max = 1 + Math.floor(Math.random() * 20);
        const batch = await early('an aborted fetch', consumer.fetch({ max, waitMs: LONG_MS, signal: abort.signal }));
        clearTimeout(timer);
        for (const { id } of batch) seen.set(id, (seen.get(id) ?? 0) + 1);
        const acked = batch.filter(() => Math.random() < 0.8);
        assert.deepEqual((await consumer.ack(acked)).failed, []);
      }
    } finally {
      clearInterval(publisher);
    }
    await fixture.probe.flush();
    assert.deepEqual(await consumer.close({ signal: AbortSignal.timeout(5_000) }), { unconfirmed: [], clean: true });

    // Whatever was neither acked nor handled is there for the next owner now: `fetchAll` does not wait for the end of a lease.
    const next = await fixture.consumer();
    const { num_ack_pending, num_pending } = await fixture.info();
    const rest = await fetchAll(next, num_ack_pending + num_pending);
    for (const { id } of rest) seen.set(id, (seen.get(id) ?? 0) + 1);
    assert.equal(seen.size, published);
    await next.ack(rest);
    const end = await fixture.info();
    assert.deepEqual([end.num_ack_pending, end.num_pending], [0, 0]);
  });

  test('what came in the race with an abort is kept for the next fetch', async (t) => {
    const fixture = await make(t);
    const consumer = await fixture.consumer();
    const abort = new AbortController();
    const waiting = consumer.fetch({ max: 10, waitMs: 10_000, signal: abort.signal });
    await waitUntil('the pull to wait at the server', async () => (await fixture.info()).num_waiting === 1);
    fixture.probe.publish(`${fixture.stream}.a`, Buffer.from('raced'));
    await fixture.probe.flush();
    abort.abort();
    const got = await waiting;
    const next = got.length > 0 ? got : await fetchAll(consumer, 1);
    assert.deepEqual(texts(next), ['raced']);
    assert.equal(next[0]?.attempt, 1);
    assert.deepEqual(await consumer.fetch({ max: 1, waitMs: 1_000, signal: AbortSignal.abort() }), []);
  });

  test('a fetch returns what there is when max_ack_pending stops the flow', async (t) => {
    const fixture = await make(t, { config: { max_ack_pending: 10 } });
    await fixture.publish(numbered(35));
    const consumer = await fixture.consumer();
    const seen: string[] = [];
    while (seen.length < 35) {
      const batch = await early('the fetch', consumer.fetch({ max: 100, waitMs: LONG_MS, signal: NEVER }));
      assert.ok(batch.length > 0 && batch.length <= 10);
      seen.push(...texts(batch));
      // What was on its way when a fetch ended is the next one's, at no cost.
      for (const { attempt } of batch) assert.equal(attempt, 1);
      await consumer.ack(batch);
    }
    assert.deepEqual(seen, numbered(35));
  });

  test('a pull whose flow stopped is given up when nobody asks for the rest', async (t) => {
    const fixture = await make(t, { config: { max_ack_pending: 3 } });
    await fixture.publish(numbered(6));
    const consumer = await fixture.consumer();
    const first = await consumer.fetch({ max: 100, waitMs: 10_000, signal: NEVER });
    assert.deepEqual(texts(first), numbered(3));
    await waitUntil('the server has no pull', async () => (await fixture.info()).num_waiting === 0, { timeoutMs: 10_000 });
    await consumer.ack(first);
    const { num_pending, delivered } = await fixture.info();
    assert.deepEqual([num_pending, delivered.consumer_seq], [3, 3], 'nothing is sent to who did not ask');
    assert.deepEqual(texts(await fetchAll(consumer, 3)), numbered(3, 3));
  });

  test('members share the work, also when their pulls are more than what is there', async (t) => {
    const fixture = await make(t);
    const members = await Promise.all([1, 2, 3].map(() => fixture.consumer()));
    const seen: string[] = [];
    const stop = new AbortController();
    const work = members.map(async (member) => {
      while (!stop.signal.aborted) {
        const batch = await member.fetch({ max: 50, waitMs: 5_000, signal: stop.signal });
        seen.push(...texts(batch));
        await member.ack(batch);
      }
    });
    for (let round = 0; round < 40; round += 1) await fixture.publish(numbered(5, round * 5));
    await waitUntil('all to be handled', () => seen.length >= 200);
    stop.abort();
    await Promise.all(work);
    assert.deepEqual(new Set(seen), new Set(numbered(200)));
    assert.equal(seen.length, 200);
    assert.equal((await fixture.info()).num_ack_pending, 0);
  });

  test('a pull is refused while others wait: the fetch waits too, and does not spin', async (t) => {
    const fixture = await make(t, { config: { max_ack_pending: 1 } });
    await fixture.publish(numbered(3));
    const [a, b, c] = await Promise.all([fixture.consumer(), fixture.consumer(), fixture.consumer()]);
    const held = await fetchAll(a, 1);
    const waiting = b.fetch({ max: 100, waitMs: 10_000, signal: NEVER });
    await waitUntil('the pull to wait at the server', async () => (await fixture.info()).num_waiting === 1);
    // The server answers this one's no_wait with 408 Requests Pending.
    const startedAt = performance.now();
    assert.deepEqual(await c.fetch({ max: 100, waitMs: 300, signal: NEVER }), []);
    assert.ok(performance.now() - startedAt >= 290);
    await a.ack(held);
    assert.deepEqual(texts(await waiting), ['m1']);
  });

  test('lag counts what nobody has got', async (t) => {
    const fixture = await make(t);
    const consumer = await fixture.consumer();
    await fixture.publish(numbered(7));
    await fetchAll(consumer, 3);
    assert.deepEqual(await consumer.lag?.(), new Map([['', 4]]));
  });

  test('a missing consumer is made when that is asked for', async (t) => {
    const fixture = await make(t, { ackWaitMs: 0 });
    await fixture.publish(['other'], 'other.1');
    await fixture.publish(['mine'], 'mine.1');
    const create = { filterSubjects: [`${fixture.stream}.mine.*`], maxDeliver: 7, maxAckPending: 11 };
    const consumers = await Promise.all([1, 2].map(() => fixture.consumer({ create, leaseMs: 3_000 })));
    const batches = await Promise.all(consumers.map((consumer) => consumer.fetch({ max: 5, waitMs: 200, signal: NEVER })));
    assert.deepEqual(batches.flatMap(texts), ['mine']);
    // The fields named are the server's.
    const { config } = (await fixture.info()) as unknown as { config: Record<string, unknown> };
    assert.deepEqual(
      [config.ack_policy, config.ack_wait, config.max_deliver, config.max_ack_pending, config.filter_subject],
      ['explicit', 3_000_000_000, 7, 11, `${fixture.stream}.mine.*`],
    );
  });

  test('an exclusive consumer has one lane in the order of the stream, also after a release', async (t) => {
    const fixture = await make(t);
    await fixture.publish(numbered(9));
    const consumer = await fixture.consumer({ exclusive: true });
    const first = await fetchAll(consumer, 5);
    assert.deepEqual(new Set(first.map(({ lane }) => lane)), new Set([fixture.stream]));
    await consumer.ack(first.slice(0, 2));
    const next = consumer.fetch({ max: 1, waitMs: 2_000, signal: NEVER });
    const held = [...first.slice(2), ...(await next)];
    assert.deepEqual(texts(held), ['m2', 'm3', 'm4', 'm5']);
    // Out of order on purpose: the adapter sorts.
    assert.deepEqual(await consumer.release?.([...held].reverse(), { delayMs: 200 }), { failed: [] });
    const startedAt = performance.now();
    const again: string[] = [];
    while (again.length < 7) again.push(...texts(await consumer.fetch({ max: 3, waitMs: 2_000, signal: NEVER })));
    assert.deepEqual(again, ['m2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8']);
    assert.ok(performance.now() - startedAt >= 190);
  });
}

function settlement(make: Make): void {
  test('an ack holds on a new connection after the lease', async (t) => {
    const fixture = await make(t, { ackWaitMs: LEASE_MS });
    await fixture.publish(numbered(20));
    const consumer = await fixture.consumer({ leaseMs: LEASE_MS });
    const messages = await fetchAll(consumer, 20);
    const { confirmed, recorded, failed } = await consumer.ack(messages);
    assert.equal(confirmed, messages, 'the usual case is answered with the very array');
    assert.deepEqual([recorded, failed], [[], []]);
    await consumer.close({ signal: AbortSignal.timeout(5_000) });
    const next = await fixture.consumer({ leaseMs: LEASE_MS });
    assert.deepEqual(await next.fetch({ max: 20, waitMs: LEASE_MS * 1.5, signal: NEVER }), []);
  });

  for (const confirm of ['batch', 'message'] as const) {
    test(`what is confirmed (${confirm}) has been done by the server, in 1,000 random batches`, async (t) => {
      const fixture = await make(t, { config: { max_ack_pending: -1 } });
      await fixture.publish(numbered(6_000));
      const consumer = await fixture.consumer({ confirm });
      const held = await fetchAll(consumer, 6_000);
      let left = held.length;
      for (let round = 0; round < 1_000; round += 1) {
        const batch = Array.from({ length: 1 + Math.floor(Math.random() * 10) }, () => {
          const at = Math.floor(Math.random() * held.length);
          const [message] = held.splice(at, 1);
          return message;
        }).filter((message) => message !== undefined);
        if (batch.length === 0) break;
        const { confirmed } = await consumer.ack(batch);
        assert.equal(confirmed.length, batch.length);
        left -= batch.length;
        assert.equal((await fixture.info()).num_ack_pending, left, `round ${round}`);
      }
    });
  }

  test("with confirm 'none' acks are recorded, and flush sees to it that the server has read them", async (t) => {
    const fixture = await make(t);
    await fixture.publish(numbered(500));
    const consumer = await fixture.consumer({ confirm: 'none' });
    const messages = await fetchAll(consumer, 500);
    const { confirmed, recorded } = await consumer.ack(messages);
    assert.deepEqual([confirmed.length, recorded], [0, messages]);
    assert.deepEqual(await consumer.ack(messages), { confirmed: [], recorded: messages, failed: [] });
    assert.deepEqual(await consumer.flush?.({ signal: NEVER }), { confirmed: [], recorded: [], failed: [] });
    await waitUntil('the acks to be worked off', async () => (await fixture.info()).num_ack_pending === 0);
    assert.deepEqual(await consumer.close({ signal: AbortSignal.timeout(5_000) }), { unconfirmed: [], clean: true });
  });

  test('a release redelivers at once, with the attempt one higher; a delay is a floor', async (t) => {
    const fixture = await make(t);
    await fixture.publish(numbered(4));
    const consumer = await fixture.consumer();
    const [a, b, c, d] = await fetchAll(consumer, 4);
    assert.ok(a && b && c && d);
    const startedAt = performance.now();
    assert.deepEqual(await consumer.release?.([a, b]), { failed: [] });
    assert.deepEqual(await consumer.release?.([c], { delayMs: 400 }), { failed: [] });
    const now = await fetchAll(consumer, 2);
    assert.deepEqual(texts(now), ['m0', 'm1']);
    assert.deepEqual(
      now.map(({ attempt }) => attempt),
      [2, 2],
    );
    assert.notEqual(now[0]?.delivery, a.delivery);
    assert.equal(now[0]?.id, a.id);
    const [later] = await fetchAll(consumer, 1);
    assert.equal(later?.id, c.id);
    assert.ok(performance.now() - startedAt >= 400);
    // Idempotent, and harmless for what is settled.
    await consumer.ack([d]);
    assert.deepEqual(await consumer.release?.([a, b, c, d]), { failed: [] });
    assert.deepEqual(await consumer.fetch({ max: 5, waitMs: 200, signal: NEVER }), []);
    await assert.rejects(Promise.resolve(consumer.release?.([d], { delayMs: -1 })), coded('INVALID_ARGUMENT', /delayMs/));
  });

  test('a lapse redelivers; the old delivery can be settled no more, the new one can', async (t) => {
    const fixture = await make(t, { ackWaitMs: LEASE_MS });
    await fixture.publish(['m']);
    const [old] = await fetchAll(await fixture.consumer({ leaseMs: LEASE_MS }), 1);
    assert.ok(old);
    const consumer = await fixture.consumer({ leaseMs: LEASE_MS });
    const [fresh] = await fetchAll(consumer, 1);
    assert.ok(fresh);
    assert.equal(fresh.id, old.id);
    assert.equal(fresh.attempt, 2);
    assert.equal((await consumer.ack([fresh])).confirmed.length, 1);
    assert.equal((await fixture.info()).num_ack_pending, 0);
  });

  test('an ack after the lease fails with LEASE_LOST and has no effect; the others count', async (t) => {
    const fixture = await make(t, { ackWaitMs: LEASE_MS });
    const consumer = await fixture.consumer({ leaseMs: LEASE_MS });
    await fixture.publish(['old']);
    const [old] = await fetchAll(consumer, 1);
    assert.ok(old?.lease);
    await sleep(Math.max(0, old.lease.until - performance.now()) + 30);
    await fixture.publish(['new']);
    const both = await fetchAll(consumer, 2);
    const again = both.find(({ id }) => id === old.id);
    const other = both.find(({ id }) => id !== old.id);
    assert.ok(again && other);
    const { confirmed, failed } = await consumer.ack([old, other]);
    assert.deepEqual(confirmed, [other]);
    assert.deepEqual(
      failed.map(({ message, error }) => [message, error.code]),
      [[old, 'LEASE_LOST']],
    );
    assert.equal((await fixture.info()).num_ack_pending, 1, 'the redelivery is still pending');
    const extended = await consumer.extend?.([old]);
    assert.deepEqual(
      extended?.failed.map(({ error }) => error.code),
      ['LEASE_LOST'],
    );
    assert.deepEqual(await consumer.release?.([old]), { failed: [] });
    assert.equal((await consumer.ack([again])).confirmed.length, 1);
    assert.equal((await fixture.info()).num_ack_pending, 0);
  });

  test('extending holds a message beyond its lease', async (t) => {
    const fixture = await make(t, { ackWaitMs: LEASE_MS });
    await fixture.publish(numbered(3));
    const consumer = await fixture.consumer({ leaseMs: LEASE_MS });
    const messages = await fetchAll(consumer, 3);
    const startedAt = performance.now();
    while (performance.now() - startedAt < LEASE_MS * 2) {
      await sleep(LEASE_MS / 5);
      assert.deepEqual(await consumer.extend?.(messages), { failed: [] });
    }
    const { num_ack_pending, num_redelivered } = await fixture.info();
    assert.deepEqual([num_ack_pending, num_redelivered], [3, 0]);
    assert.equal((await consumer.ack(messages)).confirmed.length, 3);
    await assert.rejects(
      Promise.resolve(consumer.extend?.(messages, { leaseMs: LEASE_MS + 1 })),
      coded('INVALID_ARGUMENT', /leaseMs.*2000/),
    );
  });

  test('a second ack is answered as the first; what was released or is foreign is not acked', async (t) => {
    const fixture = await make(t);
    await fixture.publish(numbered(5));
    const consumer = await fixture.consumer();
    const other = await fixture.consumer();
    const [a, b, c] = await fetchAll(consumer, 3);
    const [foreign] = await fetchAll(other, 1);
    assert.ok(a && b && c && foreign);
    assert.deepEqual((await consumer.ack([a])).confirmed, [a]);
    assert.deepEqual((await consumer.ack([a])).confirmed, [a]);
    const twice = await Promise.all([consumer.ack([b]), consumer.ack([b, b])]);
    assert.deepEqual(
      twice.map(({ confirmed }) => confirmed),
      [[b], [b, b]],
    );
    await consumer.release?.([c]);
    const { confirmed, failed } = await consumer.ack([a, c, foreign]);
    assert.deepEqual(confirmed, [a]);
    assert.deepEqual(
      failed.map(({ error }) => error.code),
      ['LEASE_LOST', 'INVALID_ARGUMENT'],
    );
    assert.deepEqual((await consumer.ack([])).confirmed, []);
  });

  test('what is not declared is refused', async (t) => {
    const fixture = await make(t);
    const consumer = await fixture.consumer();
    await assert.rejects(Promise.resolve(consumer.flush?.({ signal: NEVER })), coded('UNSUPPORTED'));
    assert.deepEqual(
      [consumer.deadLetter, consumer.watch, consumer.pause, consumer.resume, consumer.seek],
      [undefined, undefined, undefined, undefined, undefined],
    );
  });

  test('after max_deliver a message comes no more', async (t) => {
    const fixture = await make(t, { ackWaitMs: LEASE_MS, config: { max_deliver: 2 } });
    await fixture.publish(['poison']);
    const consumer = await fixture.consumer({ leaseMs: LEASE_MS });
    for (const attempt of [1, 2]) {
      const messages = await fetchAll(consumer, 1);
      assert.equal(messages[0]?.attempt, attempt);
      await consumer.release?.(messages);
    }
    assert.deepEqual(await consumer.fetch({ max: 1, waitMs: LEASE_MS * 1.5, signal: NEVER }), []);
  });
}

function closing(make: Make): void {
  test('close gives back what is held and what came late, but nothing that runs', async (t) => {
    const fixture = await make(t);
    await fixture.publish(numbered(10));
    const consumer = await fixture.consumer();
    const messages = await fetchAll(consumer, 8);
    await consumer.ack(messages.slice(0, 3));
    const running = messages.slice(3, 5);
    const next = await fixture.consumer();
    assert.deepEqual(await consumer.close({ signal: AbortSignal.timeout(5_000), running }), { unconfirmed: [], clean: true });
    // At once: `fetchAll` does not wait for the end of a lease.
    const free = await fetchAll(next, 5);
    assert.deepEqual(texts(free).sort(), ['m5', 'm6', 'm7', 'm8', 'm9']);
    await next.ack(free);
    const { num_ack_pending, num_pending } = await fixture.info();
    assert.deepEqual([num_ack_pending, num_pending], [2, 0], 'what runs is held still');
  });

  test('close is idempotent, and everything after it is refused and has no effect', async (t) => {
    const fixture = await make(t);
    await fixture.publish(numbered(2));
    const consumer = await fixture.consumer();
    const messages = await fetchAll(consumer, 2);
    const options = { signal: AbortSignal.timeout(5_000), running: messages };
    const [first, second] = await Promise.all([consumer.close(options), consumer.close(options)]);
    assert.equal(first, second);
    assert.deepEqual(await consumer.close(options), { unconfirmed: [], clean: true });
    await assert.rejects(consumer.ack(messages), coded('CLOSED'));
    await assert.rejects(consumer.fetch({ max: 1, waitMs: 0, signal: NEVER }), coded('CLOSED'));
    await assert.rejects(Promise.resolve(consumer.release?.(messages)), coded('CLOSED'));
    await assert.rejects(Promise.resolve(consumer.extend?.(messages)), coded('CLOSED'));
    await assert.rejects(Promise.resolve(consumer.lag?.()), coded('CLOSED'));
    assert.equal((await fixture.info()).num_ack_pending, 2);
  });

  test('close ends a fetch under way, which could have waited for longer', async (t) => {
    const fixture = await make(t);
    const consumer = await fixture.consumer();
    const waiting = consumer.fetch({ max: 5, waitMs: LONG_MS, signal: NEVER });
    await waitUntil('the pull to wait at the server', async () => (await fixture.info()).num_waiting === 1);
    assert.deepEqual(await consumer.close({ signal: AbortSignal.timeout(5_000) }), { unconfirmed: [], clean: true });
    assert.deepEqual(await early('the fetch', waiting), []);
    await waitUntil('the pull to be gone', async () => (await fixture.info()).num_waiting === 0);
  });

  test('close waits for acks under way', async (t) => {
    const fixture = await make(t);
    await fixture.publish(numbered(300));
    const consumer = await fixture.consumer();
    const messages = await fetchAll(consumer, 300);
    const acks = Promise.all([0, 100, 200].map((from) => consumer.ack(messages.slice(from, from + 100))));
    assert.equal((await consumer.close({ signal: AbortSignal.timeout(5_000) })).clean, true);
    assert.deepEqual(
      (await acks).map(({ confirmed }) => confirmed.length),
      [100, 100, 100],
    );
    const { num_ack_pending, num_redelivered } = await fixture.info();
    assert.deepEqual([num_ack_pending, num_redelivered], [0, 0]);
  });

  test('a connection that was handed in stays open and clean; one that was made is closed', async (t) => {
    const fixture = await make(t);
    const mine = await fixture.connect();
    const consumer = fixture.consumerOn(mine);
    await consumer.fetch({ max: 1, waitMs: 0, signal: NEVER });
    await consumer.close({ signal: AbortSignal.timeout(5_000) });
    assert.equal(mine.isClosed(), false);
    assert.equal((await mine.request(`$JS.API.STREAM.INFO.${fixture.stream}`, undefined, { timeout: 5_000 })).data.length > 0, true);
    const theirs = await fixture.connect();
    const owner = fixture.consumerOn(() => Promise.resolve(theirs));
    await owner.fetch({ max: 1, waitMs: 0, signal: NEVER });
    await owner.close({ signal: AbortSignal.timeout(5_000) });
    assert.equal(theirs.isClosed(), true);
  });

  test('closing what was never used does nothing', async (t) => {
    const fixture = await make(t);
    const consumer = fixture.consumerOn(() => assert.fail('it must not connect'));
    assert.deepEqual(await consumer.close({ signal: AbortSignal.timeout(5_000) }), { unconfirmed: [], clean: true });
  });
}

function refusals(make: Make): void {
  const fetchOne = { max: 1, waitMs: 100, signal: NEVER };

  test('a missing stream or consumer is NOT_FOUND, and found once it is there', async (t) => {
    const fixture = await make(t, { ackWaitMs: 0 });
    const nowhere = natsConsumer(fixture.probe, { stream: 'nowhere', durable: 'd' });
    await assert.rejects(nowhere.fetch(fetchOne), coded('NOT_FOUND', /stream not found/));
    await nowhere.close({ signal: AbortSignal.timeout(1_000) });
    const consumer = await fixture.consumer();
    await assert.rejects(consumer.fetch(fetchOne), coded('NOT_FOUND', /consumer not found/));
    await fixture.createConsumer({});
    await fixture.publish(['m']);
    assert.deepEqual(texts(await consumer.fetch(fetchOne)), ['m']);
  });

  test('a consumer deleted during a fetch is NOT_FOUND', async (t) => {
    const fixture = await make(t);
    const consumer = await fixture.consumer();
    const waiting = consumer.fetch({ max: 1, waitMs: 20_000, signal: NEVER });
    await waitUntil('the pull to wait at the server', async () => (await fixture.info()).num_waiting === 1);
    await Promise.all([
      assert.rejects(waiting, coded('NOT_FOUND', /Consumer Deleted/)),
      fixture.api(`CONSUMER.DELETE.${fixture.stream}.${fixture.durable}`),
    ]);
    await assert.rejects(consumer.fetch(fetchOne), coded('NOT_FOUND'));
  });

  test('a consumer deleted between two fetches is NOT_FOUND, and acks of it do not hang', async (t) => {
    const fixture = await make(t);
    await fixture.publish(['m']);
    const consumer = await fixture.consumer();
    const messages = await fetchAll(consumer, 1);
    await fixture.api(`CONSUMER.DELETE.${fixture.stream}.${fixture.durable}`);
    await assert.rejects(consumer.ack(messages), coded('UNAVAILABLE', /consumer is gone/));
    await assert.rejects(consumer.fetch(fetchOne), coded('NOT_FOUND', /consumer not found/));
  });

  const unsupported: readonly [string, Record<string, unknown>, RegExp][] = [
    ['a push consumer', { deliver_subject: 'push.here' }, /push consumer/],
    ['ack_policy none', { ack_policy: 'none' }, /ack_policy 'none'/],
    ['priority groups', { priority_groups: ['g'], priority_policy: 'overflow' }, /priority_groups/],
  ];
  for (const [what, config, text] of unsupported) {
    test(`${what} is refused`, async (t) => {
      const fixture = await make(t, { config });
      const consumer = await fixture.consumer();
      await assert.rejects(consumer.fetch(fetchOne), coded('UNSUPPORTED', text));
    });
  }

  test('options that contradict the consumer are refused, naming both sides', async (t) => {
    const fixture = await make(t, { ackWaitMs: 7_000 });
    await assert.rejects((await fixture.consumer()).fetch(fetchOne), coded('INVALID_ARGUMENT', /7000 ms.*30000 ms/));
    const cursor = await fixture.consumer({ leaseMs: 7_000, ackPolicy: 'all', exclusive: true });
    await assert.rejects(cursor.fetch(fetchOne), coded('INVALID_ARGUMENT', /'explicit'.*'all'/));
  });

  test('the limits of the consumer for one pull are kept', async (t) => {
    const fixture = await make(t, { config: { max_batch: 4, max_expires: 200_000_000 } });
    const consumer = await fixture.consumer();
    const startedAt = performance.now();
    assert.deepEqual(await consumer.fetch({ max: 100, waitMs: 700, signal: NEVER }), []);
    assert.ok(performance.now() - startedAt >= 690);
    await fixture.publish(numbered(6));
    assert.equal((await consumer.fetch({ max: 100, waitMs: 1_000, signal: NEVER })).length, 4);
  });

  test('an aborted fetch resolves, also when it would have failed', async (t) => {
    const fixture = await make(t, { ackWaitMs: 0 });
    const consumer = await fixture.consumer();
    const abort = new AbortController();
    const waiting = consumer.fetch({ max: 1, waitMs: 1_000, signal: abort.signal });
    abort.abort();
    assert.deepEqual(await waiting, []);
  });
}
