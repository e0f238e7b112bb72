import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { drainOnSignals } from '../../src/signals.js';
const FIXTURE = fileURLToPath(new URL('../fixtures/signal-child.js', import.meta.url));
const BOUND_MS = 20_000;
class Child {
    process;
    ended;
    #lines = [];
    #changed = new EventEmitter();
    constructor(context, options, launcher = []) {
        const [command, ...args] = [...launcher, process.execPath, FIXTURE, JSON.stringify(options)];
        const child = spawn(command, args, { stdio: 'pipe' });
        context.after(() => child.kill('SIGKILL'));
        let stderr = '';
        child.stderr.on('data', (text) => {
            stderr += String(text);
        });
        createInterface({ input: child.stdout }).on('line', (line) => {
            this.#lines.push(line);
            this.#changed.emit('line');
        });
        this.process = child;
        this.ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stderr }));
    }
    /** The next line that is not read yet; fails when the process ends without one. */
    async line() {
        if (this.#lines.length === 0) {
            const next = once(this.#changed, 'line', { signal: AbortSignal.timeout(BOUND_MS) });
            await Promise.race([
                next,
                this.ended.then((end) => assert.ok(this.#lines.length > 0, `ended without a line: ${JSON.stringify(end)}`)),
            ]);
        }
        return this.#lines.shift(); // There is one: that is what was awaited.
    }
    async ready() {
        assert.match(await this.line(), /^ready/);
    }
    send(line) {
        this.process.stdin?.write(`${line}\n`);
    }
}
const options = { timeout: BOUND_MS * 2, skip: process.platform === 'win32' };
for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`${signal} drains with its name as the reason, and a clean end exits with 0`, options, async (context) => {
        const child = new Child(context, {});
        await child.ready();
        child.process.kill(signal);
        assert.equal(await child.line(), `drain ${signal}`);
        child.send('end clean');
        const { code, signal: by } = await child.ended;
        assert.deepEqual([code, by], [0, null]);
    });
}
for (const outcome of ['forced', 'failed']) {
    test(`outcome ${outcome} exits with 1`, options, async (context) => {
        const child = new Child(context, {});
        await child.ready();
        child.process.kill('SIGTERM');
        assert.equal(await child.line(), 'drain SIGTERM');
        child.send(`end ${outcome}`);
        assert.equal((await child.ended).code, 1);
    });
}
test('a second signal, also another one, escalates', options, async (context) => {
    const child = new Child(context, {});
    await child.ready();
    child.process.kill('SIGTERM');
    assert.equal(await child.line(), 'drain SIGTERM');
    child.process.kill('SIGINT');
    assert.equal(await child.line(), 'escalate');
    assert.equal((await child.ended).code, 1);
});
test('a drain that rejects is seen and exits with 1', options, async (context) => {
    const child = new Child(context, {});
    await child.ready();
    child.process.kill('SIGTERM');
    await child.line();
    child.send('fail');
    const { code, stderr } = await child.ended;
    assert.equal(code, 1);
    assert.match(stderr, /the commit failed/);
});
test('a program that swallows unhandled rejections still exits with 1', options, async (context) => {
    const child = new Child(context, { swallow: true });
    await child.ready();
    child.process.kill('SIGTERM');
    await child.line();
    child.send('fail');
    assert.equal(await child.line(), 'unhandled the commit failed');
    assert.equal((await child.ended).code, 1);
});
test('onError gets the error instead', options, async (context) => {
    const child = new Child(context, { onError: true });
    await child.ready();
    child.process.kill('SIGTERM');
    await child.line();
    child.send('fail');
    assert.equal(await child.line(), 'onError the commit failed');
    const { code, stderr } = await child.ended;
    assert.deepEqual([code, stderr], [1, '']);
});
test('output written before the end arrives whole', options, async (context) => {
    const length = 3_000_000;
    const child = new Child(context, { output: length });
    await child.ready();
    child.process.kill('SIGTERM');
    await child.line();
    child.send('end clean');
    assert.equal((await child.line()).length, length);
    assert.equal((await child.ended).code, 0);
});
test('exit: false leaves the process alone and sets its exit code', options, async (context) => {
    const child = new Child(context, { exit: false });
    await child.ready();
    child.process.kill('SIGTERM');
    await child.line();
    child.send('end forced');
    child.send('uninstall');
    assert.equal(await child.line(), 'uninstalled');
    child.process.stdin?.end();
    assert.equal((await child.ended).code, 1);
});
test('a process that runs out of work in mid-drain does not report success', options, async (context) => {
    const child = new Child(context, { idle: true });
    await child.ready();
    child.process.kill('SIGTERM');
    await child.line();
    assert.equal((await child.ended).code, 1);
});
test('only the signals asked for are caught', options, async (context) => {
    const child = new Child(context, { signals: ['SIGUSR2'] });
    await child.ready();
    child.process.kill('SIGTERM');
    assert.deepEqual(await child.ended, { code: null, signal: 'SIGTERM', stderr: '' });
});
test('uninstalled, a signal kills as it did before', options, async (context) => {
    const child = new Child(context, {});
    await child.ready();
    child.send('uninstall');
    assert.equal(await child.line(), 'uninstalled');
    child.process.kill('SIGTERM');
    assert.equal((await child.ended).signal, 'SIGTERM');
});
const UNSHARE = ['unshare', '--pid', '--fork', '--mount-proc'];
const namespaces = process.platform === 'linux' && spawnSync('unshare', [...UNSHARE.slice(1), 'true']).status === 0;
test('works as PID 1', { ...options, skip: namespaces ? false : 'needs the right to make PID namespaces' }, async (context) => {
    const child = new Child(context, {}, UNSHARE);
    assert.equal(await child.line(), 'ready 1');
    const launcher = child.process.pid;
    const pid = Number(readFileSync(`/proc/${launcher}/task/${launcher}/children`, 'utf8').trim());
    context.after(() => {
        // Killing unshare does not kill what it started; gone already in the usual case.
        try {
            process.kill(pid, 'SIGKILL');
        }
        catch (error) {
            assert.equal(error.code, 'ESRCH');
        }
    });
    process.kill(pid, 'SIGTERM');
    assert.equal(await child.line(), 'drain SIGTERM');
    child.send('end clean');
    assert.equal((await child.ended).code, 0);
});
class FakeProcess extends EventEmitter {
    platform;
    exitCode;
    exited;
    stdout;
    stderr;
    #exit = () => { };
    constructor(platform) {
        super();
        this.platform = platform;
        this.stdout = {
            destroyed: false,
            writableEnded: false,
            write: (_text, written) => {
                setImmediate(written);
                return true;
            },
        };
        this.stderr = { destroyed: true, writableEnded: false, write: () => assert.fail('wrote to a destroyed stream') };
        this.exited = new Promise((resolve) => {
            this.#exit = resolve;
        });
    }
    exit(code) {
        this.#exit(code);
        return undefined; // A process that is not ours does not end with this call.
    }
}
const target = { drain: () => Promise.resolve({ outcome: 'clean' }), escalate: () => { } };
test('on Windows SIGBREAK is added where the system knows it', () => {
    // Only Windows has it in os.constants.signals: elsewhere the validation speaks.
    const host = new FakeProcess('win32');
    if (process.platform === 'win32') {
        const uninstall = drainOnSignals(target, { process: host });
        assert.deepEqual(host.eventNames(), ['SIGTERM', 'SIGINT', 'SIGBREAK']);
        uninstall();
    }
    else {
        assert.throws(() => drainOnSignals(target, { process: host }), { code: 'INVALID_ARGUMENT', message: /SIGBREAK/ });
    }
    assert.deepEqual(host.eventNames(), []);
});
test('a second installation is refused until the first is uninstalled, and uninstalling is idempotent', () => {
    const host = new FakeProcess('linux');
    const first = drainOnSignals(target, { process: host });
    assert.deepEqual(host.eventNames(), ['SIGTERM', 'SIGINT']);
    assert.throws(() => drainOnSignals(target, { process: host }), { code: 'INVALID_ARGUMENT', message: /already installed/ });
    first();
    const second = drainOnSignals(target, { process: host });
    first();
    assert.equal(host.listenerCount('SIGTERM'), 1);
    second();
    assert.deepEqual(host.eventNames(), []);
});
test('an exit code that the program set is kept by a clean drain, and a stream that is gone is not written to', async () => {
    const host = new FakeProcess('linux');
    host.exitCode = 3;
    drainOnSignals(target, { process: host });
    host.emit('SIGTERM', 'SIGTERM');
    assert.equal(await host.exited, 3);
});
test('refuses what it cannot work with', () => {
    const wrong = (call, message) => assert.throws(call, { code: 'INVALID_ARGUMENT', message });
    wrong(() => drainOnSignals({}), /^target: .*drain\(\) and escalate\(\)/);
    wrong(() => drainOnSignals(target, { signals: [] }), /^signals: /);
    wrong(() => drainOnSignals(target, { signals: ['SIGTERM', 'SIGKILL'] }), /^signals\[1\]: .*"SIGKILL"/);
    wrong(() => drainOnSignals(target, { signals: ['TERM'] }), /^signals\[0\]: .*"TERM"/);
    wrong(() => drainOnSignals(target, { exit: 'yes' }), /^exit: /);
    wrong(() => drainOnSignals(target, { onError: 1 }), /^onError: /);
    wrong(() => drainOnSignals(target, { signal: 'SIGTERM' }), /no option 'signal'/);
    assert.deepEqual([process.listenerCount('SIGTERM'), process.listenerCount('SIGINT')], [0, 0]);
});
