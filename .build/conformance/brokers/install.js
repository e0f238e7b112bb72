import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, run } from './process.js';
/**
 * A folder of the cache, filled by `fill` where it is not there yet. Processes that race fill side by side; the first to
 * finish counts. `name` holds the version, so that a newer one gets a folder of its own.
 */
async function installed(name, fill) {
    const target = join(cacheFolder(), name);
    if (await isThere(target))
        return target;
    await mkdir(cacheFolder(), { recursive: true });
    const work = await mkdtemp(`${target}-`);
    try {
        await fill(work);
        await rename(work, target).catch(async (error) => {
            if (!(await isThere(target)))
                throw error;
        });
        return target;
    }
    finally {
        await rm(work, { recursive: true, force: true });
    }
}
async function isThere(path) {
    try {
        await access(path, constants.R_OK);
        return true;
    }
    catch {
        return false;
    }
}
/** The jars of these artifacts and of all they need, by Maven: the class path of a Java program. */
export async function installJars(name, artifacts) {
    const folder = await installed(name, async (work) => {
        const dependencies = artifacts.map((each) => `<dependency><groupId>${each.group}</groupId><artifactId>${each.name}</artifactId><version>${each.version}</version></dependency>`);
        await writeFile(join(work, 'pom.xml'), `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>tailrace</groupId><artifactId>${name}</artifactId><version>1</version><dependencies>${dependencies.join('')}</dependencies></project>`);
        await run('mvn', [
            '-q',
            '-B',
            '-f',
            join(work, 'pom.xml'),
            'dependency:copy-dependencies',
            '-DincludeScope=runtime',
            `-DoutputDirectory=${join(work, 'lib')}`,
        ], {
            timeoutMs: 600_000,
        });
        const jars = await readdir(join(work, 'lib'));
        if (jars.length === 0)
            throw new Error(`Maven brought no jar for ${name}`);
    });
    return join(folder, 'lib', '*');
}
/** The folder of a distribution (`tar.gz`, classifier `bin`) that Maven brings, unpacked. */
export async function installDistribution({ group, name, version }) {
    return installed(`${name}-${version}`, async (work) => {
        const options = { cwd: work, timeoutMs: 600_000 };
        const artifact = `${group}:${name}:${version}:tar.gz:bin`;
        await run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${work}`], options);
        const archive = join(work, `${name}-${version}-bin.tar.gz`);
        // Maven's own unpacking cuts off long names.
        await run('tar', ['-xzf', archive, '--strip-components=1'], options);
        await rm(archive);
    });
}
/** The folder of an npm package and of all it needs, without its install scripts. */
export async function installNpm(name, version) {
    const folder = await installed(`${name}-${version}`, async (work) => {
        await writeFile(join(work, 'package.json'), '{"private": true}');
        await run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`], {
            cwd: work,
            timeoutMs: 600_000,
        });
    });
    return join(folder, 'node_modules', name);
}
/**
 * The folder of an npm package with a native part, and of all it needs. `env` is for its install script, where the package is built
 * rather than brought.
 */
export async function installNative(name, version, env) {
    const folder = await installed(`${name.replaceAll('/', '-')}-${version}-node-${process.versions.modules}`, async (work) => {
        await writeFile(join(work, 'package.json'), '{"private": true}');
        const install = (added) => run('npm', ['install', '--no-audit', '--no-fund', '--foreground-scripts', `${name}@${version}`], {
            cwd: work,
            timeoutMs: 900_000,
            env: { ...process.env, ...added },
        });
        // What is brought is quicker than what is built, and cannot be had everywhere.
        await install({}).catch(() => install(env));
    });
    return join(folder, 'node_modules', name);
}
/** The path of a Go program that is built from this source, with these modules. */
export async function installGo(name, source, modules) {
    const folder = await installed(`${name}-${process.platform}-${process.arch}`, async (work) => {
        await writeFile(join(work, 'main.go'), source);
        const options = { cwd: work, timeoutMs: 600_000 };
        await run('go', ['mod', 'init', 'server'], options);
        await run('go', ['get', ...modules], options);
        await run('go', ['mod', 'tidy'], options);
        await run('go', ['build', '-o', 'server', '.'], options);
    });
    return join(folder, 'server');
}
