import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../support/run.js';
import { NODE_MAJORS, nodeForTest } from './node-versions.js';
const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
/** What needs no server and no client package: the core, and the memory broker with its conformance. */
const CORE = ['unit', 'adapters/memory', 'conformance/memory'];
for (const major of NODE_MAJORS.filter((each) => !process.versions.node.startsWith(`${each}.`))) {
    test(`the tests of the core pass on Node ${major}`, async (t) => {
        const node = await nodeForTest(t, major);
        if (node === undefined)
            return;
        const { code, stdout, stderr } = await runProgram(node, [MAIN, ...CORE]);
        const totals = stdout.trimEnd().split('\n').at(-1) ?? '';
        t.diagnostic(totals);
        assert.equal(code, 0, `${stdout.slice(-4_000)}${stderr}`);
        assert.match(totals, /^[1-9]\d{2,} passed, 0 failed, 0 skipped$/);
    });
}
