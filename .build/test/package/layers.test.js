import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT, runProgram } from '../support/run.js';
import { tool } from './tool.js';
/** A file, what it imports, and the rule that refuses it. */
const REFUSED = [
    ['src/a.ts', '../adapters/memory/index.js'],
    ['src/b.ts', '../conformance/harness.js'],
    ['src/c.ts', '../test/support/until.js'],
    ['src/d.ts', 'tailrace/memory'],
    ['src/e.ts', 'tailrace'],
    ['src/f.ts', '@nats-io/transport-node'],
    ['src/g.ts', 'a-package-that-nobody-thought-of'],
    ['src/h.ts', '@scope/name/deep/path.js'],
    ['src/drainables/a.ts', '../../adapters/memory/index.js'],
    ['src/cli/a.ts', '../../adapters/memory/index.js'],
    ['src/cli/b.ts', '../../conformance/index.js'],
    ['src/cli/c.ts', 'commander'],
    ['adapters/one/a.ts', '../two/index.js'],
    ['adapters/one/b.ts', '../../conformance/harness.js'],
    ['adapters/one/c.ts', '../../test/support/until.js'],
    ['adapters/one/d.ts', 'nats'],
    ['adapters/one/e.ts', 'tailrace'],
    ['conformance/a.ts', '../adapters/memory/index.js'],
    ['conformance/b.ts', '../test/support/until.js'],
    ['conformance/cases/c.ts', '../../adapters/memory/index.js'],
    ['conformance/cases/d.ts', 'nats'],
    ['conformance/harnesses/a.ts', '../../test/support/until.js'],
    ['conformance/mutants/a.ts', '../../test/support/until.js'],
    ['conformance/brokers/a.ts', '../harness.js'],
    ['conformance/brokers/b.ts', '../../src/index.js'],
    ['conformance/brokers/c.ts', 'nats'],
    ['examples/a.ts', '../src/index.js'],
    ['examples/demo/b.ts', '../../adapters/memory/index.js'],
];
const ALLOWED = [
    ['src/ok-a.ts', './c.js'],
    ['src/ok-b.ts', 'node:fs/promises'],
    ['src/drainables/ok-a.ts', '../c.js'],
    ['src/cli/ok-a.ts', '../c.js'],
    ['src/cli/ok-b.ts', 'tailrace/conformance'],
    ['adapters/one/ok-a.ts', './c.js'],
    ['adapters/one/ok-b.ts', '../../src/c.js'],
    ['adapters/one/ok-c.ts', 'node:timers'],
    ['conformance/ok-a.ts', '../src/index.js'],
    ['conformance/cases/ok-a.ts', '../harness.js'],
    ['conformance/ok-b.ts', 'tailrace'],
    ['conformance/harnesses/ok-a.ts', '../../adapters/memory/index.js'],
    ['conformance/mutants/ok-a.ts', '../../adapters/memory/index.js'],
    ['conformance/brokers/ok-a.ts', './c.js'],
    ['conformance/brokers/ok-b.ts', 'node:net'],
    ['examples/ok-a.ts', 'tailrace/memory'],
];
const CYCLE = {
    'src/one.ts': "import { two } from './two.js';\nexport const one = (): unknown => two;\n",
    'src/two.ts': "import { one } from './one.js';\nexport const two = (): unknown => one;\n",
};
describe('biome.json', () => {
    let folder;
    let found;
    before(async () => {
        folder = realpathSync(mkdtempSync(join(tmpdir(), 'tailrace-layers-')));
        copyFileSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
        const program = ([file, specifier]) => [file, `export * from '${specifier}';\n`];
        for (const [file, text] of [...REFUSED.map(program), ...ALLOWED.map(program), ...Object.entries(CYCLE)]) {
            mkdirSync(dirname(join(folder, file)), { recursive: true });
            writeFileSync(join(folder, file), text);
        }
        const args = [tool('@biomejs/biome', 'biome'), 'lint', '--reporter=json', '--max-diagnostics=none', '--error-on-warnings', folder];
        const { code, stdout, stderr } = await runProgram(process.execPath, args, { cwd: folder });
        assert.equal(code, 1, stderr);
        const { diagnostics } = JSON.parse(stdout);
        found = new Set(diagnostics.map(({ category, location }) => `${location.path.replaceAll('\\', '/').replace(/^.*tailrace-layers-[^/]*\//, '')} ${category}`));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));
    for (const [file, specifier] of REFUSED) {
        it(`refuses '${specifier}' in ${dirname(file)}`, () => {
            assert.ok(found.has(`${file} lint/style/noRestrictedImports`), [...found].join('\n'));
        });
    }
    for (const [file, specifier] of ALLOWED) {
        it(`allows '${specifier}' in ${dirname(file)}`, () => {
            assert.ok(!found.has(`${file} lint/style/noRestrictedImports`));
        });
    }
    it('refuses import cycles', () => {
        for (const file of Object.keys(CYCLE))
            assert.ok(found.has(`${file} lint/suspicious/noImportCycles`), [...found].join('\n'));
    });
});
