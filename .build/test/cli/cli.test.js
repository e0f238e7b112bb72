import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { MemoryBroker } from '../../adapters/memory/index.js';
import { Drainer } from '../../src/index.js';
import { ROOT } from '../support/run.js';
const MAIN = join(ROOT, 'dist/src/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'tailrace-cli-'));
after(() => rmSync(folder, { recursive: true, force: true }));
function tailrace(...args) {
    return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', timeout: 120_000 });
}
describe('tailrace', () => {
    it('tells its commands, and refuses what it does not know', () => {
        assert.equal(tailrace('--help').status, 0);
        assert.match(tailrace('--help').stdout, /conformance/);
        const unknown = tailrace('nope');
        assert.equal(unknown.status, 2);
        assert.match(unknown.stderr, /no command 'nope'/);
        assert.equal(tailrace().status, 2);
        for (const command of ['conformance', 'chaos', 'brokers', 'timeline']) {
            assert.match(tailrace(command, '--help').stdout, new RegExp(`Usage: tailrace ${command}`), command);
        }
    });
});
describe('tailrace conformance', () => {
    it('runs cases against an adapter, and writes its reports', () => {
        const [json, html, markdown] = ['r.json', 'r.html', 'r.md'].map((name) => join(folder, name));
        const { status, stdout } = tailrace(...['conformance', '--adapter', 'memory', '--only', 'delivery/body', '--json', json, '--html', html, '--markdown', markdown]);
        assert.equal(status, 0, stdout);
        const reports = JSON.parse(readFileSync(json, 'utf8'));
        assert.deepEqual(reports.map(({ adapter }) => adapter), ['memory/queue', 'memory/ordered', 'memory/topic', 'memory/eager']);
        assert.equal(reports[0].cases[0].behaviour, 'pass');
        assert.match(readFileSync(html, 'utf8'), /body of 64 kib/);
        assert.match(readFileSync(markdown, 'utf8'), /body-of-64-kib/);
    });
    it('takes a harness by the path of its module, fails for what fails there, and for known failures that pass', () => {
        const broken = join(folder, 'broken.mjs');
        const mutate = join(ROOT, 'dist/conformance/mutants/mutate.js');
        const memory = join(ROOT, 'dist/conformance/harnesses/memory.js');
        writeFileSync(broken, `import { alteredHarness } from ${JSON.stringify(mutate)};
       import { startMemoryHarness } from ${JSON.stringify(memory)};
       export const startHarness = async () => alteredHarness(await startMemoryHarness(), () => ({ release: async () => ({ failed: [] }) }));`);
        const only = ['--only', 'settlement/release-redelivers-at-once'];
        const failing = tailrace('conformance', '--adapter', broken, ...only);
        assert.equal(failing.status, 1);
        assert.match(failing.stdout, /settlement\/release-redelivers-at-once \(REQUIRED\)/);
        const known = join(folder, 'known.json');
        writeFileSync(known, '{"memory/queue": [{"id": "settlement/release-redelivers-at-once", "reason": "it is broken on purpose"}]}');
        assert.equal(tailrace('conformance', '--adapter', broken, ...only, '--known', known).status, 0);
        assert.equal(tailrace('conformance', '--adapter', broken, ...only, '--known', known, '--release').status, 1);
        const passes = tailrace('conformance', '--adapter', 'memory/queue', ...only, '--known', known);
        assert.equal(passes.status, 1);
        assert.match(passes.stdout, /take it off the list/);
    });
    it('lists cases, and refuses arguments that it does not understand', () => {
        assert.match(tailrace('conformance', '--list', '--only', 'stop/close').stdout, /REQUIRED +stop\/close-twice/);
        for (const args of [[], ['--adapter', 'nope'], ['--adapter', 'memory', '--only', 'nope'], ['--level', 'some'], ['--nope']]) {
            assert.equal(tailrace('conformance', ...args).status, 2, args.join(' '));
        }
    });
});
describe('tailrace timeline', () => {
    it('draws a receipt, and refuses what is none', async () => {
        const broker = new MemoryBroker();
        broker.createQueue('q');
        const drainer = new Drainer(broker.consumer({ queue: 'q' }), () => undefined);
        void drainer.run();
        const path = join(folder, 'receipt.json');
        writeFileSync(path, JSON.stringify(await drainer.drain()));
        assert.match(tailrace('timeline', path).stdout, /clean/);
        const html = join(folder, 'receipt.html');
        assert.equal(tailrace('timeline', path, '--html', html).status, 0);
        assert.match(readFileSync(html, 'utf8'), /<!doctype html>/);
        writeFileSync(path, '{}');
        assert.equal(tailrace('timeline', path).status, 2);
        assert.equal(tailrace('timeline', join(folder, 'none.json')).status, 2);
    });
});
describe('tailrace brokers', () => {
    it('lists them, and refuses what it does not know', () => {
        assert.match(tailrace('brokers', 'list').stdout, /nats +TAILRACE_NATS/);
        for (const args of [['start'], ['start', 'nope'], ['nope']])
            assert.equal(tailrace('brokers', ...args).status, 2, args.join(' '));
    });
    it('starts one, tells its address, and ends it when told', async (context) => {
        const child = spawn(process.execPath, [MAIN, 'brokers', 'start', 'nats'], { stdio: ['ignore', 'pipe', 'pipe'] });
        context.after(() => child.kill('SIGKILL'));
        let said = '';
        child.stdout?.on('data', (chunk) => {
            said += String(chunk);
        });
        const ended = once(child, 'exit');
        // Its version follows when it is ready, on the other stream.
        let errors = '';
        await new Promise((resolve) => {
            child.stderr?.on('data', (chunk) => {
                errors += String(chunk);
                if (/^nats \d/m.test(errors))
                    resolve();
            });
            child.once('exit', () => resolve());
        });
        if (child.exitCode !== null && process.env.CI !== 'true')
            return context.skip(`NATS IS NOT TESTED: ${errors}`);
        assert.match(said, /^TAILRACE_NATS=nats:\/\/127\.0\.0\.1:\d+$/m);
        child.kill('SIGTERM');
        const [code] = await ended;
        assert.equal(code, 0);
        return undefined;
    });
});
