import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { open } from '../../adapters/nats/index.js';
import { type NatsServer, type NatsServerOptions, startNats } from '../../conformance/brokers/nats.js';
import { run, waitUntil } from '../../conformance/brokers/process.js';
import { startToxiproxy } from '../../conformance/brokers/toxiproxy.js';
import { StreamError } from '../../src/errors.js';
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

const AUTH = `
accounts { APP { jetstream: enabled, users: [
  { user: boss, password: s3cret }
  { user: reader, password: s3cret, permissions: { publish: { deny: ["$JS.API.CONSUMER.INFO.>"] } } }
  { user: mute, password: s3cret, permissions: { publish: { deny: ["$JS.API.CONSUMER.MSG.NEXT.>"] } } }
] } }
`;

// It tells whether a server can be had at all; faults get servers of their own.
const server = await serverForTests({ config: AUTH });
const FILE = { storage: 'file' };
const SOON = 5_000;

/** A fixture on a server of its own. */
async function own(
  t: TestContext,
  family: Family,
  options: FixtureOptions = {},
  serverOptions: NatsServerOptions = {},
): Promise<[Fixture, NatsServer]> {
  const started = await startNats(serverOptions);
  return [await Fixture.make(t, started, family, { ...options, stopServer: true }), started];
}

/** Fetches and acks like a drainer, which tries again what may be tried again, until the signal is aborted. */
async function consume(consumer: Awaited<ReturnType<Fixture['consumer']>>, seen: Map<string, number>, signal: AbortSignal): Promise<void> {
  let unacked: Awaited<ReturnType<typeof fetchAll>> = [];
  while (!signal.aborted) {
    try {
      const batch = await consumer.fetch({ max: 100, waitMs: 200, signal });
      for (const message of batch) seen.set(message.text(), (seen.get(message.text()) ?? 0) + 1);
      unacked.push(...batch);
      await consumer.ack(unacked);
      unacked = [];
    } catch (error) {
      if (!StreamError.is(error) || !error.retryable) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

for (const family of server === undefined ? [] : FAMILIES) {
  describe(`nats faults, ${family.name}`, { concurrency: 3 }, () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      test(`the server restarts (${signal}) while messages are consumed: none is lost`, async (t) => {
        const [fixture, mine] = await own(t, family, { stream: FILE, ackWaitMs: 1_500, config: { max_ack_pending: -1 } });
        await fixture.publish(numbered(5_000));
        const consumer = await fixture.consumer({ leaseMs: 1_500 });
        const seen = new Map<string, number>();
        const stop = new AbortController();
        const work = consume(consumer, seen, stop.signal);
        await waitUntil('some to be handled', () => seen.size > 1_000);
        await mine.restart({ signal });
        // A killed server has forgotten acks that it had confirmed, and delivers those again.
        await waitUntil('the server to have nothing left', async () => {
          const { num_ack_pending, num_pending } = await fixture.info();
          return num_ack_pending === 0 && num_pending === 0;
        });
        stop.abort();
        await work;
        assert.equal(seen.size, 5_000);
        assert.equal((await consumer.close({ signal: AbortSignal.timeout(SOON) })).clean, true);
      });
    }

    test('a server that goes away fails what waits for it at once, with errors to retry', async (t) => {
      const [fixture, mine] = await own(t, family, { stream: FILE });
      await fixture.publish(['m']);
      const consumer = await fixture.consumer();
      const messages = await fetchAll(consumer, 1);
      const waiting = consumer.fetch({ max: 1, waitMs: LONG_MS, signal: NEVER });
      await waitUntil('the pull to wait at the server', async () => (await fixture.info()).num_waiting === 1);
      await Promise.all([assert.rejects(early('the fetch', waiting), coded('UNAVAILABLE')), mine.kill()]);
      await waitUntil('the client to notice', async () => {
        const error = await consumer.ack(messages).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        return StreamError.is(error) && error.code === 'UNAVAILABLE' && error.retryable;
      });
      await assert.rejects(early('a fetch', consumer.fetch({ max: 1, waitMs: LONG_MS, signal: NEVER })), coded('UNAVAILABLE'));
      // Nothing more can be done; nor does it take time to find out.
      assert.deepEqual(await early('the close', consumer.close({ signal: NEVER })), { unconfirmed: [], clean: false });
    });

    test('a connection that breaks fails the requests under way, however long they might have waited', async (t) => {
      const [fixture, mine] = await own(t, family, { stream: FILE });
      const consumer = await fixture.consumer({ answerMs: LONG_MS });
      await fixture.publish(['m']);
      await fetchAll(consumer, 1);
      await mine.pause();
      const asked = early('the request', consumer.lag?.() ?? assert.fail());
      await Promise.all([assert.rejects(asked, coded('UNAVAILABLE', /broke/)), mine.kill()]);
    });

    test('an extension that the server reads when the lease is over is none, though the server says yes', async (t) => {
      const [fixture] = await own(t, family, { stream: FILE, ackWaitMs: 2_000 });
      const proxy = await startToxiproxy();
      t.after(() => proxy.stop());
      const link = await proxy.link(new URL(fixture.server.url).host);
      const far = await fixture.connect({ servers: `nats://${link.host}:${link.port}` });
      const slow = fixture.consumerOn(far, { leaseMs: 2_000 });
      const near = await fixture.consumer({ leaseMs: 2_000 });
      await fixture.publish(['m']);
      const [mine] = await fetchAll(slow, 1);
      assert.ok(mine?.lease !== undefined);
      await link.slow({ latencyMs: 600 });
      const waiting = fetchAll(near, 1);
      // Sent while the lease is good; it is over before that arrives.
      await delay(mine.lease.until - performance.now() - 200);
      const extended = await slow.extend?.([mine]);
      const [theirs] = await waiting;
      assert.equal(theirs?.attempt, 2);
      assert.deepEqual(
        extended?.failed.map(({ message, error }) => [message, error.code]),
        [[mine, 'LEASE_LOST']],
      );
      assert.deepEqual(
        (await slow.ack([mine])).failed.map(({ error }) => error.code),
        ['LEASE_LOST'],
      );
      assert.equal((await near.ack([theirs])).confirmed.length, 1);
    });

    test('a server that is frozen: fetch and ack time out, close keeps to its signal', async (t) => {
      const [fixture, mine] = await own(t, family, { stream: FILE });
      await fixture.publish(numbered(2));
      const consumer = await fixture.consumer({ answerMs: 300 });
      const [first, second] = await fetchAll(consumer, 2);
      assert.ok(first && second);
      await mine.pause();
      try {
        await assert.rejects(consumer.fetch({ max: 1, waitMs: 100, signal: NEVER }), coded('TIMEOUT'));
        await assert.rejects(consumer.ack([first]), coded('TIMEOUT', /300 ms/));
      } finally {
        mine.resume();
      }
      // Nothing was known of it, so it may be tried again.
      assert.equal((await consumer.ack([first])).confirmed.length, 1);
      await mine.pause();
      try {
        assert.equal((await early('the close', consumer.close({ signal: AbortSignal.timeout(200) }))).clean, false);
      } finally {
        mine.resume();
      }
    });

    test('an owned connection that ended for good is made anew by the next fetch; one that was handed in is not', async (t) => {
      assert.ok(server);
      const [fixture, mine] = await own(t, family, { stream: FILE });
      await fixture.publish(numbered(2));
      const owner = fixture.consumerOn(() => fixture.connect({ reconnect: false }));
      const guest = fixture.consumerOn(await fixture.connect({ reconnect: false }));
      assert.equal((await fetchAll(owner, 1)).length, 1);
      assert.equal((await fetchAll(guest, 1)).length, 1);
      await mine.restart();
      const retryable = await waitUntil('the handed-in one to have ended', async () => {
        const error = await guest.fetch({ max: 1, waitMs: 0, signal: NEVER }).catch((reason: unknown) => reason);
        return StreamError.is(error) && error.code === 'UNAVAILABLE' && !error.retryable ? 'no' : undefined;
      });
      assert.equal(retryable, 'no');
      await waitUntil('the owned one to be back', async () => {
        try {
          return (await owner.fetch({ max: 1, waitMs: 0, signal: NEVER })).length === 0;
        } catch (error) {
          assert.ok(StreamError.is(error) && error.retryable);
          return false;
        }
      });
    });

    test('credentials: a wrong password, a missing permission, and no trace of either in errors', async (t) => {
      assert.ok(server);
      const boss = { ...server, url: server.url.replace('//', '//boss:s3cret@') };
      const authorized = {
        ...family,
        connect: (options: { servers: string }) => family.connect({ ...options, servers: server.url, user: 'boss', pass: 's3cret' }),
      };
      const fixture = await Fixture.make(t, boss, authorized);
      const address = server.url.replace('nats://', '');
      const cases: readonly [string, string][] = [
        ['boss:wr0ng', 'UNAUTHENTICATED'],
        ['reader:s3cret', 'PERMISSION_DENIED'],
      ];
      for (const [who, code] of cases) {
        const consumer = await open(`nats://${who}@${address}/${fixture.stream}/${fixture.durable}`);
        const error = await consumer.fetch({ max: 1, waitMs: 0, signal: NEVER }).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        await consumer.close({ signal: AbortSignal.timeout(SOON) });
        assert.ok(StreamError.is(error));
        assert.equal(error.code, code, error.message);
        assert.equal(error.retryable, false);
        for (const secret of ['s3cret', 'wr0ng']) assert.ok(!`${error.stack}${JSON.stringify(error)}${consumer.source}`.includes(secret));
      }
    });

    test('a pull that may not be published is refused, and not waited for in vain for ever', async (t) => {
      assert.ok(server);
      const authorized = (user: string) => ({
        ...family,
        connect: (options: { servers: string }) => family.connect({ ...options, user, pass: 's3cret' }),
      });
      const fixture = await Fixture.make(t, server, authorized('boss'));
      const consumer = fixture.consumerOn(() => authorized('mute').connect({ servers: server.url }));
      await assert.rejects(consumer.fetch({ max: 1, waitMs: 100, signal: NEVER }), coded('PERMISSION_DENIED', /MSG\.NEXT/));
    });

    test('ack subjects of the new form, with domain and account, are read and acked', async (t) => {
      const [fixture] = await own(t, family, {}, { jetstream: 'domain: hub', config: 'feature_flags { js_ack_fc_v2: true }' });
      await fixture.publish(['m']);
      const consumer = await fixture.consumer();
      const messages = await fetchAll(consumer, 1);
      assert.match(String(messages[0]?.delivery), /^\$JS\.ACK\.hub\./);
      assert.deepEqual([messages[0]?.id, messages[0]?.attempt, messages[0]?.position], [`${fixture.stream}:1`, 1, 1]);
      assert.equal((await consumer.ack(messages)).confirmed.length, 1);
      assert.equal((await fixture.info()).num_ack_pending, 0);
    });

    test('a JetStream domain is reached by name, and a wrong one says so', async (t) => {
      const [fixture] = await own(t, family, {}, { jetstream: 'domain: hub' });
      await fixture.publish(['m']);
      const consumer = await fixture.consumer({ domain: 'hub' });
      const messages = await fetchAll(consumer, 1);
      assert.deepEqual(texts(messages), ['m']);
      assert.equal((await consumer.ack(messages)).confirmed.length, 1);
      const lost = await fixture.consumer({ domain: 'nowhere', answerMs: 300 });
      await assert.rejects(lost.fetch({ max: 1, waitMs: 0, signal: NEVER }), coded('UNAVAILABLE', /JetStream.*domain/));
    });
  });
}

if (server !== undefined) {
  const FAMILY = FAMILIES[1];
  assert.ok(FAMILY);

  test('a consumer opened by URL consumes and closes its connection', async (t) => {
    const [fixture, mine] = await own(t, FAMILY, { ackWaitMs: 0 });
    await fixture.publish(numbered(3));
    const consumer = await open(`${mine.url}/${fixture.stream}/${fixture.durable}?create=true&leaseMs=5000`, {
      client: { name: 'opened' },
    });
    assert.deepEqual(texts(await fetchAll(consumer, 3)), numbered(3));
    const connections = async (): Promise<string[]> => {
      const answer = await fetch(`${mine.monitorUrl}/connz`);
      // The server's own list.
      const { connections } = (await answer.json()) as { connections: { name?: string }[] };
      return connections.map(({ name }) => name ?? '');
    };
    assert.ok((await connections()).includes('opened'));
    assert.deepEqual(await consumer.close({ signal: AbortSignal.timeout(SOON) }), { unconfirmed: [], clean: true });
    await waitUntil('the connection to be gone', async () => !(await connections()).includes('opened'));
  });

  test('without a client package, opening says what to install; with only the old one, it is used', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'tailrace-noclient-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const built = fileURLToPath(new URL('../../', import.meta.url));
    await cp(join(built, 'src'), join(folder, 'src'), { recursive: true });
    await cp(join(built, 'adapters', 'nats'), join(folder, 'adapters', 'nats'), { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const program = `
      const { open } = await import('./adapters/nats/index.js');
      const error = await open('nats://u:secret@127.0.0.1:1/S/D').then(() => undefined, (reason) => reason);
      console.log(JSON.stringify(error ?? 'opened'));`;
    await writeFile(join(folder, 'program.js'), program);
    const without = JSON.parse(await run(process.execPath, ['program.js'], { cwd: folder }));
    assert.equal(without.code, 'INVALID_ARGUMENT');
    assert.match(without.message, /npm install @nats-io\/transport-node/);
    assert.ok(!without.message.includes('secret'));

    await mkdir(join(folder, 'node_modules'));
    await symlink(fileURLToPath(new URL('.', import.meta.resolve('nats/package.json'))), join(folder, 'node_modules', 'nats'));
    assert.equal(JSON.parse(await run(process.execPath, ['program.js'], { cwd: folder })), 'opened');
  });

  after(() => server.stop());
}
