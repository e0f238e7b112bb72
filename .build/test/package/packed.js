import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from '../support/run.js';
import { npm } from './node-versions.js';
/** Not part of a clean checkout. */
const NOT_COPIED = new Set(['.git', '.cache', 'dist', 'docs-html', 'node_modules']);
export async function pack() {
    const work = await realpath(await mkdtemp(join(tmpdir(), 'tailrace-pack-')));
    const remove = () => rm(work, { recursive: true, force: true });
    try {
        const checkout = join(work, 'checkout');
        await cp(ROOT, checkout, {
            recursive: true,
            filter: (from) => !relative(ROOT, from)
                .split(/[\\/]/)
                .some((name) => NOT_COPIED.has(name)),
        });
        await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'), 'junction');
        await npm(['pack', '--pack-destination', work], checkout);
        const name = (await readdir(work)).find((file) => file.endsWith('.tgz'));
        if (name === undefined)
            throw new Error('npm pack made no tarball');
        const tarball = join(work, name);
        const project = join(work, 'project');
        await mkdir(project);
        await writeFile(join(project, 'package.json'), '{"private": true}\n');
        await npm(['install', '--no-audit', '--no-fund', tarball], project);
        const folder = join(project, 'node_modules', 'tailrace');
        const entries = await readdir(folder, { recursive: true, withFileTypes: true });
        const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
        const contents = await Promise.all([tarball, ...paths].map((path) => readFile(path)));
        const [tarballBytes = 0, ...sizes] = contents.map(({ length }) => length);
        return {
            tarball,
            tarballBytes,
            unpackedBytes: sizes.reduce((sum, size) => sum + size, 0),
            files: paths.map((path) => relative(folder, path).replaceAll('\\', '/')).sort(),
            folder,
            project,
            remove,
        };
    }
    catch (error) {
        await remove();
        throw error;
    }
}
