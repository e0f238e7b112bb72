import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { ROOT, runProgram } from '../support/run.js';
const page = readFileSync(join(ROOT, 'docs/adapter-tutorial.md'), 'utf8');
// Where the package is found by its name.
const folder = mkdtempSync(join(ROOT, 'dist', 'tutorial-'));
after(() => rmSync(folder, { recursive: true, force: true }));
function program(name) {
    const [, text] = new RegExp(`^\`\`\`js ${name}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page) ?? [];
    assert.ok(text !== undefined, `the page has no ${name}`);
    return text;
}
async function conformance(adapter) {
    writeFileSync(join(folder, 'spool.mjs'), adapter);
    writeFileSync(join(folder, 'harness.mjs'), program('harness.mjs'));
    return runProgram(process.execPath, [join(ROOT, 'dist/src/cli/main.js'), 'conformance', '--adapter', join(folder, 'harness.mjs')]);
}
describe('the tutorial', () => {
    const adapter = program('spool.mjs');
    it('ends with a green matrix', async () => {
        const { code, stdout } = await conformance(adapter);
        assert.equal(code, 0, stdout);
        assert.match(stdout, /0 required ones fail/);
        assert.match(stdout, /stop +\d+ pass/);
    });
    for (const [what, right, wrong] of [
        ['drops a batch when the signal has aborted', 'return batch;\n        await', 'return signal.aborted ? [] : batch;\n        await'],
        ['does nothing in release', '    for (const message of messages) await this.#giveBack(message);\n    // Who', '    // Who'],
        [
            'acks after the end of a lease',
            'return message.lease.until > performance.now() ? this.#held.get(message.delivery) : undefined;',
            'return this.#held.get(message.delivery);',
        ],
    ]) {
        it(`is red when the adapter ${what}`, async () => {
            assert.ok(adapter.includes(right), right);
            const { code, stdout } = await conformance(adapter.replace(right, wrong));
            assert.equal(code, 1, stdout);
        });
    }
});
