import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startNats } from '../../conformance/brokers/nats.js';
import { freePort, waitUntil } from '../../conformance/brokers/process.js';
import { FAMILIES, Fixture, fetchAll, numbered, serverForTests } from '../support/nats.js';
import { alive } from '../support/run.js';

const [FAMILY] = FAMILIES;
assert.ok(FAMILY);
const server = await serverForTests({});

if (server !== undefined) {
  test('a server keeps its address and its data over restarts, and leaves nothing behind', async (t) => {
    const mine = await startNats();
    const { url, pid } = mine;
    const fixture = await Fixture.make(t, mine, FAMILY, { stream: { storage: 'file' }, stopServer: true });
    await fixture.publish(numbered(5));
    await mine.restart();
    await mine.restart({ signal: 'SIGKILL' });
    assert.equal(mine.url, url);
    assert.notEqual(mine.pid, pid);
    await waitUntil('the probe to be back', () => fixture.info().then(() => true));
    assert.equal((await fetchAll(await fixture.consumer(), 5)).length, 5);
    await mine.stop();
    await mine.stop();
    assert.ok(mine.pid !== undefined && !alive(mine.pid));
    await assert.rejects(fetch(`${mine.monitorUrl}/healthz`));
  });

  test('a port that is taken is refused where it was asked for', async () => {
    const port = Number(new URL(server.url).port);
    await assert.rejects(startNats({ port }), /a port was taken/);
    const free = await freePort();
    const mine = await startNats({ port: free });
    assert.equal(mine.url, `nats://127.0.0.1:${free}`);
    await mine.stop();
  });

  test('a configuration that the server refuses fails with what it says', async () => {
    await assert.rejects(startNats({ config: 'no_such_option: 1' }), /no_such_option/);
  });

  test('a store that was handed in is kept', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'tailrace-store-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const mine = await startNats({ storeDir: folder });
    await mine.stop();
    await access(join(folder, 'jetstream'));
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    test(`a server dies with the process that started it (${signal})`, async (t) => {
      const program = `
        const { startNats } = await import(${JSON.stringify(new URL('../../conformance/brokers/nats.js', import.meta.url).href)});
        console.log((await startNats()).pid);
        setInterval(() => {}, 1000);`;
      const folder = await mkdtemp(join(tmpdir(), 'tailrace-parent-'));
      const env = { ...process.env, TMPDIR: folder };
      const parent: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env,
      });
      t.after(async () => {
        parent.kill('SIGKILL');
        await rm(folder, { recursive: true, force: true });
      });
      let text = '';
      parent.stdout?.on('data', (data: Buffer) => {
        text += data.toString();
      });
      const pid = await waitUntil('the server to run', () => (text.endsWith('\n') ? Number(text) : undefined));
      assert.ok(alive(pid));
      parent.kill(signal);
      await waitUntil('the server to be gone', () => !alive(pid));
      await waitUntil('its folder to be gone', async () => (await readdir(folder)).length === 0);
    });
  }

  after(() => server.stop());
}
