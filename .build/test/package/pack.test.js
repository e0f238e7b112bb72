import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT, runProgram } from '../support/run.js';
import { NODE_MAJORS, nodeForTest } from './node-versions.js';
import { pack } from './packed.js';
import { tool } from './tool.js';
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const NAMES = Object.keys(manifest.exports)
    .filter((path) => path !== './package.json')
    .map((path) => `tailrace${path.slice(1)}`);
/** What may be in the package: what runs, its types, and what people read. */
const MAY_HOLD = /^(dist\/(src|adapters|conformance)\/.+\.(js|d\.ts)|adapters\/[^/]+\/README\.md|docs\/[^/]+\.(md|svg)|(README|CHANGELOG|CONTRIBUTING)\.md|LICENSE|package\.json)$/;
const STRICT = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false, noEmit: true };
const TYPESCRIPT_7 = tool('typescript', 'tsc');
const TYPESCRIPT_6 = tool('typescript', 'tsc', 'tools/docs');
/** Projects of users: how they resolve modules, and where they have `AbortSignal` from, Node's types or the browser's. */
const PROJECTS = [
    {
        name: 'an ESM project with TypeScript 7',
        compiler: TYPESCRIPT_7,
        type: 'module',
        types: ['node'],
        compilerOptions: { module: 'nodenext', lib: ['es2022'] },
    },
    {
        name: 'a CommonJS project with TypeScript 7',
        compiler: TYPESCRIPT_7,
        type: 'commonjs',
        types: ['node'],
        compilerOptions: { module: 'nodenext', lib: ['es2022'] },
    },
    {
        name: 'a bundled project with TypeScript 6, without the types of Node',
        compiler: TYPESCRIPT_6,
        type: 'module',
        types: [],
        compilerOptions: { module: 'esnext', moduleResolution: 'bundler', target: 'es2022', lib: ['es2022', 'dom'] },
    },
];
/** The specifiers that a module written by tsc names outside of functions, `export … from` included. */
function staticImports(code) {
    return [...code.matchAll(/^(?:import|export)\b(?:[^;'"]*\bfrom)? *['"]([^'"]+)['"]/gm)].map(([, specifier]) => specifier);
}
describe('the packed package', () => {
    let packed;
    before(async () => {
        packed = await pack();
    });
    after(() => packed?.remove());
    const read = (file) => readFileSync(join(packed.folder, file), 'utf8');
    const inProject = (node, args) => runProgram(node, args, { cwd: packed.project, timeoutMs: 60_000 });
    it('holds what runs, its types and its documents, and nothing else', (t) => {
        const kB = (bytes) => `${(bytes / 1_000).toFixed(1)} kB`;
        t.diagnostic(`${kB(packed.tarballBytes)} packed, ${kB(packed.unpackedBytes)} unpacked, ${packed.files.length} files`);
        assert.deepEqual(packed.files.filter((file) => !MAY_HOLD.test(file)), []);
        for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md'])
            assert.ok(packed.files.includes(file), file);
        for (const file of packed.files.filter((name) => name.endsWith('.js'))) {
            assert.ok(packed.files.includes(file.replace(/\.js$/, '.d.ts')), `${file} has no types`);
            assert.ok(existsSync(join(ROOT, file.replace('dist/', '').replace(/\.js$/, '.ts'))), `${file} has no source`);
        }
    });
    it('links from its documents to nothing that it leaves out', () => {
        for (const file of packed.files.filter((name) => name.endsWith('.md'))) {
            for (const [, target = ''] of read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
                const path = posix.join(posix.dirname(file), target);
                assert.ok(packed.files.includes(path), `${file} links to ${target}`);
            }
        }
    });
    it('depends on nothing at run time but @opentelemetry/api, and imports nothing else', () => {
        const dependencies = Object.keys(manifest.dependencies ?? {});
        assert.deepEqual(dependencies.filter((name) => name !== '@opentelemetry/api'), []);
        assert.match(readme, dependencies.length === 0 ? /There is no run-time dependency\./ : /no run-time dependency but `@opentelemetry\/api`\./);
        for (const field of ['optionalDependencies', 'bundleDependencies', 'peerDependencies'])
            assert.equal(manifest[field], undefined);
        let seen = 0;
        const imported = new Set();
        for (const file of packed.files.filter((name) => name.endsWith('.js') || name.endsWith('.d.ts'))) {
            for (const specifier of staticImports(read(file))) {
                seen += 1;
                // A harness of the suite is written with the client, loaded only for its adapter.
                if (!specifier.startsWith('.') && !file.startsWith('dist/conformance/harnesses/'))
                    imported.add(specifier);
                else if (specifier.startsWith('.'))
                    assert.ok(packed.files.includes(posix.join(posix.dirname(file), specifier)), `${file} imports ${specifier}`);
            }
        }
        assert.ok(seen > 100, `only ${seen} imports were found`);
        assert.deepEqual([...imported].filter((name) => !name.startsWith('node:') && !dependencies.includes(name)), []);
    });
    it('satisfies publint', async () => {
        const { code, stdout, stderr } = await inProject(process.execPath, [tool('publint'), 'run', '--strict', packed.tarball]);
        assert.equal(code, 0, stdout + stderr);
        assert.match(stdout, /All good!/);
    });
    it('has types that agree with what runs, by attw', async () => {
        const args = [tool('@arethetypeswrong/cli', 'attw'), '--profile', 'esm-only', '--format', 'ascii', packed.tarball];
        const { code, stdout, stderr } = await inProject(process.execPath, args);
        assert.equal(code, 0, stdout + stderr);
        for (const name of NAMES)
            assert.ok(stdout.includes(`"${name}"`), `${name} was not looked at:\n${stdout}`);
    });
    for (const major of NODE_MAJORS) {
        it(`runs the README's first program on Node ${major}`, async (t) => {
            const node = await nodeForTest(t, major);
            if (node === undefined)
                return;
            const [, program = ''] = /^```js first-program\n([\s\S]*?)^```$/m.exec(readme) ?? [];
            writeFileSync(join(packed.project, 'program.mjs'), program);
            const { code, stdout, stderr } = await inProject(node, ['program.mjs']);
            assert.deepEqual([code, stderr], [0, '']);
            const [, handled, confirmed, left] = /(\d+) handled, (\d+) confirmed, (\d+) still in the queue/.exec(stdout) ?? [];
            assert.equal(handled, confirmed);
            assert.equal(Number(handled) + Number(left), 1_000);
        });
        it(`does nothing when it is imported or required on Node ${major}`, async (t) => {
            const node = await nodeForTest(t, major);
            if (node === undefined)
                return;
            // A turn later, when the loader itself has ended what it began.
            const look = `setImmediate(() => console.log(process.getActiveResourcesInfo().join(), process.eventNames().join(), Object.keys(globalThis).join()));`;
            const imports = NAMES.map((name) => `await import('${name}');`).join(' ');
            const requires = NAMES.map((name) => `require('${name}');`).join(' ');
            for (const [kind, code] of [
                ['module', imports],
                ['commonjs', requires],
            ]) {
                // Node's own assert, which the suite has, looks for a terminal.
                const assertion = kind === 'module' ? `await import('node:assert');` : `require('node:assert');`;
                const nothing = await inProject(node, [`--input-type=${kind}`, '--eval', `${assertion} ${look}`]);
                const loaded = await inProject(node, [`--input-type=${kind}`, '--eval', `${code} ${look}`]);
                assert.deepEqual(loaded, nothing, kind);
                assert.deepEqual([loaded.code, loaded.stderr], [0, '']);
            }
        });
    }
    for (const { name, types, compilerOptions, type, compiler } of PROJECTS) {
        it(`compiles ${name}, without skipLibCheck`, async () => {
            const folder = join(packed.project, `typed-${name.replaceAll(/\W+/g, '-')}`);
            mkdirSync(folder);
            writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
            copyFileSync(join(ROOT, 'test', 'package', 'consumer-program.ts'), join(folder, 'program.ts'));
            const tsconfig = {
                compilerOptions: { ...STRICT, ...compilerOptions, types, typeRoots: [join(ROOT, 'node_modules', '@types')] },
                files: ['program.ts'],
            };
            writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
            const { code, stdout, stderr } = await inProject(process.execPath, [compiler, '-p', folder]);
            assert.equal(code, 0, stdout + stderr);
        });
    }
});
