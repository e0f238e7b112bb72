import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT, runProgram } from '../support/run.js';
import { tool } from './tool.js';
const API = join(ROOT, 'docs', 'api');
/** The files of a folder by name. */
function texts(folder) {
    return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}
async function withFolder(use) {
    const folder = mkdtempSync(join(tmpdir(), 'tailrace-tools-'));
    try {
        await use(folder);
    }
    finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
describe('the checkout', () => {
    it('has a public API that is the one in docs/api: npm run api writes it anew', () => withFolder(async (folder) => {
        const { code, stderr } = await runProgram(process.execPath, [join(ROOT, 'tools', 'docs', 'api.js'), folder]);
        assert.equal(code, 0, stderr);
        const written = texts(folder);
        assert.ok('tailrace.d.ts' in written);
        const kept = texts(API);
        const changed = [...new Set([...Object.keys(written), ...Object.keys(kept)])].filter((file) => written[file] !== kept[file]);
        assert.deepEqual(changed, [], 'run npm run api, and look at what changed');
    }));
    it('has nothing that is not used, by knip', async () => {
        const { code, stdout, stderr } = await runProgram(process.execPath, [tool('knip'), '--no-progress']);
        assert.equal(code, 0, stdout + stderr);
    });
    it('has documentation without warnings, by TypeDoc', () => withFolder(async (folder) => {
        const { code, stdout, stderr } = await runProgram(process.execPath, [tool('typedoc', 'typedoc', 'tools/docs'), '--out', folder], {
            cwd: join(ROOT, 'tools', 'docs'),
        });
        assert.equal(code, 0, stdout + stderr);
        assert.doesNotMatch(stdout + stderr, /warning/i);
        for (const page of ['index.html', 'modules/tailrace.html', 'classes/tailrace.Drainer.html', 'modules/tailrace_memory.html']) {
            assert.ok(readFileSync(join(folder, page)).length > 1_000, page);
        }
    }));
});
