import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Drainer, openConsumer } from 'tailrace';
import { startNats } from '../../conformance/brokers/nats.js';
import { ROOT, runProgram } from '../support/run.js';
import { until } from '../support/until.js';
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const contributing = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
/** Code blocks by what stands behind their three backticks. */
function blocks(text, info) {
    return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].filter(([, tag]) => tag === info).map(([, , code]) => code);
}
/** Inside the package, so that it finds `tailrace` as an installed program would. */
async function runCode(code) {
    const folder = mkdtempSync(join(ROOT, 'dist', 'readme-'));
    try {
        const file = join(folder, 'program.mjs');
        writeFileSync(file, code);
        return await runProgram(process.execPath, [file], { timeoutMs: 60_000 });
    }
    finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
function demoCounts(stdout) {
    return Object.fromEntries([...stdout.matchAll(/^(published|handled|duplicates|lost) +([\d,]+)$/gm)].map(([, name, count]) => [name, count]));
}
const NONE_LOST = { published: '200,000', handled: '200,000', duplicates: '0', lost: '0' };
describe('the README', () => {
    it('has no command but those tested here', () => {
        assert.deepEqual(blocks(readme, 'sh').map((block) => block.trim()), ['npm ci && npm run demo', 'npm run demo -- --broker nats', 'npm ci && npm test']);
        assert.deepEqual(blocks(contributing, 'sh').map((block) => block.trim()), ['npm ci\nnpm run test:quick']);
    });
    it('names the test command that CI runs after npm ci', () => {
        const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8');
        assert.match(ci, /^npm ci\b/m);
        assert.match(ci, /^npm test$/m);
    });
    it('npm run demo: 200,000 messages, none lost, none twice', async () => {
        const { code, stdout, stderr } = await runProgram('npm', ['run', '-s', 'demo']);
        assert.equal(code, 0, stderr);
        assert.deepEqual(demoCounts(stdout), NONE_LOST);
        assert.match(stdout, /2, 2 of them clean/);
        assert.match(stdout, /never-started +released/);
    });
    it('npm run demo -- --json: plain data and nothing else', async () => {
        const { code, stdout, stderr } = await runProgram('npm', ['run', '-s', 'demo', '--', '--json', '--messages', '20000']);
        assert.equal(code, 0, stderr);
        const { drains, ...counts } = JSON.parse(stdout);
        assert.deepEqual(counts, { published: 20_000, handled: 20_000, duplicates: 0, lost: 0 });
        assert.deepEqual(drains.map(({ outcome, version }) => [outcome, version]), [
            ['clean', 1],
            ['clean', 1],
        ]);
    });
    it('npm run demo with arguments that are wrong: says so, exits with 2', async () => {
        for (const args of [['--broker', 'rabbit'], ['--messages', '5'], ['--nonsense']]) {
            const { code, stderr } = await runProgram('npm', ['run', '-s', 'demo', '--', ...args]);
            assert.equal(code, 2);
            assert.match(stderr, /Usage: npm run demo/);
        }
    });
    it('npm run demo -- --broker nats: nine clean drains of real processes, none lost, none twice', async () => {
        const { code, stdout, stderr } = await runProgram('npm', ['run', '-s', 'demo', '--', '--broker', 'nats'], { timeoutMs: 600_000 });
        assert.equal(code, 0, stderr);
        assert.deepEqual(demoCounts(stdout), NONE_LOST);
        assert.match(stdout, /9, 9 of them clean/);
        const held = [...stdout.matchAll(/held (\d+), /g)].map(([, count]) => Number(count));
        assert.equal(held.length, 6);
        assert.ok(held.every((count) => count > 0), `each of the six was drained under load, but they held ${held.join(', ')}`);
    });
    it('the first program: handles, is stopped by SIGTERM, and exits with 0', async () => {
        const [program = ''] = blocks(readme, 'js first-program');
        assert.ok(program.trim().split('\n').length <= 25);
        const { code, stdout, stderr } = await runCode(program);
        assert.equal(code, 0, stderr);
        const [, handled, confirmed, left] = /(\d+) handled, (\d+) confirmed, (\d+) still in the queue/.exec(stdout) ?? [];
        assert.equal(handled, confirmed);
        assert.equal(Number(handled) + Number(left), 1_000);
        assert.match(stdout, /SIGTERM/);
    });
    it('the first program on NATS: with its one line changed', async () => {
        const [program = ''] = blocks(readme, 'js first-program');
        const [line = ''] = blocks(readme, 'js first-program-nats');
        const server = await startNats();
        const connection = await connect({ servers: server.url });
        try {
            const manager = await jetstreamManager(connection);
            await manager.streams.add({ name: 'ORDERS', subjects: ['orders'] });
            await manager.consumers.add('ORDERS', { durable_name: 'billing', ack_policy: 'explicit' });
            const client = jetstream(connection);
            await Promise.all(Array.from({ length: 1_000 }, (_, at) => client.publish('orders', `order ${at + 1}`)));
            const onNats = program
                .replace('import { Drainer,', 'import { openConsumer, Drainer,')
                .replace(/^const drainer/m, `${line.replace('nats://127.0.0.1:4222', server.url)}const drainer`)
                .replace("broker.consumer({ queue: 'orders' })", 'consumer');
            const { code, stdout, stderr } = await runCode(onNats);
            assert.equal(code, 0, stderr);
            const [, handled, confirmed] = /(\d+) handled, (\d+) confirmed/.exec(stdout) ?? [];
            assert.equal(handled, confirmed);
            // All that was not handled is there for the next one at once, long before the server's ack_wait of 30 s.
            const rest = new Set();
            const next = new Drainer(await openConsumer(`${server.url}/ORDERS/billing`), ({ id }) => rest.add(id));
            const running = next.run();
            await until(() => rest.size === 1_000 - Number(handled), 'the rest was handled', 20_000);
            await next.drain();
            await running;
            const { num_pending, num_ack_pending } = await manager.consumers.info('ORDERS', 'billing');
            assert.deepEqual([num_pending, num_ack_pending], [0, 0]);
        }
        finally {
            await connection.close();
            await server.stop();
        }
    });
});
