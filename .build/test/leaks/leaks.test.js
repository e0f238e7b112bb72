import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FAMILIES, Fixture, serverForTests } from '../support/nats.js';
import { runProgram } from '../support/run.js';
/**
 * Many drainers one after the other, ended in every way, in a process of their own: the heap stays flat, and nothing is left
 * behind. `TAILRACE_FUZZ_RUNS=full` runs 1,000 cycles of each kind.
 */
const PROGRAM = fileURLToPath(new URL('cycles.js', import.meta.url));
const FULL = process.env.TAILRACE_FUZZ_RUNS === 'full';
/** What the heap may grow by between the second and the last quarter of the samples, bytes a cycle. */
const PER_CYCLE = 1_000;
/** And whatever the cycles: the engine's own code and feedback settle late. */
const IN_ALL = 400_000;
function median(values) {
    const sorted = values.toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? Number.NaN;
}
async function cycles(context, args) {
    // An unhandled rejection ends it with an error, as anywhere.
    const { code, stdout, stderr } = await runProgram(process.execPath, ['--expose-gc', '--trace-warnings', PROGRAM, ...args]);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /MaxListenersExceeded/);
    // Its only line.
    const left = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    const quarter = left.heap.length >> 2;
    const early = median(left.heap.slice(quarter, 2 * quarter));
    const late = median(left.heap.slice(-quarter));
    context.diagnostic(`${left.cycles} cycles: heap ${Math.round(early / 1024)} KiB, then ${Math.round(late / 1024)} KiB`);
    assert.deepEqual(left.warnings, []);
    assert.ok(late - early < IN_ALL + (PER_CYCLE * left.cycles) / 2, `the heap grows: ${left.heap.join(' ')}`);
    assert.deepEqual(left.listenersAfter, left.listenersBefore);
    const count = (resources, name) => resources.filter((each) => each === name).length;
    for (const name of new Set(left.after)) {
        assert.ok(count(left.after, name) <= count(left.before, name), `left behind: ${left.after.join()}, there was ${left.before.join()}`);
    }
    for (const [kind, number] of Object.entries(left.watched))
        assert.ok(number > 0, `no ${kind} was looked at`);
    assert.deepEqual(left.retained, Object.fromEntries(Object.keys(left.watched).map((kind) => [kind, 0])), 'something still holds these');
    for (const [ended, number] of Object.entries(left.ends))
        assert.match(ended, /: (clean|forced|ended|failed, clean)$/, `${number} times`);
}
test('memory: nothing is left of drainers, streams, messages, timers, listeners', async (context) => {
    await cycles(context, ['memory', FULL ? '1000' : '300']);
});
const server = await serverForTests();
if (server !== undefined) {
    after(() => server.stop());
    test('nats: nothing is left of them on a real server', async (context) => {
        const [family] = FAMILIES;
        assert.ok(family !== undefined);
        const fixture = await Fixture.make(context, server, family, { ackWaitMs: 1_000 });
        await cycles(context, ['nats', FULL ? '1000' : '100', server.url, fixture.stream, fixture.durable]);
    });
}
