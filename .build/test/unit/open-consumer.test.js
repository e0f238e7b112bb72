import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { StreamError } from '../../src/errors.js';
import { openConsumer } from '../../src/open-consumer.js';
const fixture = (name) => new URL(`../fixtures/${name}.js`, import.meta.url).href;
const adapters = {
    acme: fixture('adapter'),
    broken: fixture('adapter-that-throws'),
    bare: fixture('adapter-without-client'),
    closed: fixture('adapter-without-open'),
    empty: fixture('adapter-without-consumer'),
    absent: 'a-package-that-is-not-installed',
    nowhere: fixture('no-such-file'),
};
const refused = (url, options, code, message) => assert.rejects(openConsumer(url, options), (error) => {
    assert.ok(StreamError.is(error), String(error.stack));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
});
test('the scheme selects the adapter, which gets the URL and the other options', async () => {
    const seen = async (url) => JSON.parse((await openConsumer(url, { adapters, maxPollMs: 500, name: 'billing' })).source);
    const expected = { host: 'host:9092', path: '/orders', user: 'me', options: { maxPollMs: 500, name: 'billing' } };
    assert.deepEqual(await seen('acme://me:pw@host:9092/orders?group=billing'), expected);
    assert.deepEqual(await seen(new URL('acme+tls://me:pw@host:9092/orders')), expected);
    assert.deepEqual(await seen('ACME://me@host:9092/orders'), expected);
});
test("the caller's map wins over the package's own adapters", async () => {
    const consumer = await openConsumer('memory://x/y', { adapters: { memory: fixture('adapter') } });
    assert.equal(consumer.adapter, 'fixture');
});
test('a package name works: this one names itself', async () => {
    await refused('self://x', { adapters: { self: 'tailrace/package.json' } }, 'INTERNAL', /'self', tailrace\/package\.json, failed while loading/);
});
test('what is not a URL is refused without showing it', async () => {
    for (const text of ['', 'orders', 'me:secret@host/orders', 'kafka://me:secret@host:port/orders']) {
        await assert.rejects(openConsumer(text), (error) => {
            assert.equal(error.code, 'INVALID_ARGUMENT');
            assert.doesNotMatch(error.message, /secret|port|me:/);
            assert.equal(error.cause, undefined);
            return true;
        });
    }
    await refused(undefined, undefined, 'INVALID_ARGUMENT', /^url: /);
});
test('an unknown scheme is refused with those that exist, and without the credentials', async () => {
    for (const url of ['rabbit://me:secret@host/q', 'constructor://x', 'conformance://x', 'package.json://x']) {
        await refused(url, { adapters: { acme: fixture('adapter') } }, 'INVALID_ARGUMENT', /^url: no adapter for the scheme '[^']+'; there are memory.*acme\./);
    }
    await refused('rabbit://me:secret@host/q', undefined, 'INVALID_ARGUMENT', /^((?!secret).)*$/);
    // What stands where a scheme should may be a user, or a token.
    for (const url of ['C:/orders', 'token:secret@host/q'])
        await refused(url, undefined, 'INVALID_ARGUMENT', /^url: [^']* got one without \/\/$/);
});
test('what cannot be loaded says what to install', async () => {
    await refused('absent://x', { adapters }, 'INVALID_ARGUMENT', /'absent', a-package-that-is-not-installed.*npm install a-package-that-is-not-installed$/s);
    await refused('bare://x', { adapters }, 'INVALID_ARGUMENT', /npm install a-client-that-is-not-installed$/);
    await refused('nowhere://x', { adapters }, 'INVALID_ARGUMENT', /cannot be loaded: .*no-such-file\.js/);
    await refused('broken://x', { adapters }, 'INTERNAL', /failed while loading: no native build for this platform/);
});
test('a module that opens nothing is refused', async () => {
    await refused('closed://x', { adapters }, 'INVALID_ARGUMENT', /exports no function 'open\(url, options\)'/);
    await refused('empty://x', { adapters }, 'INTERNAL', /did not return a consumer/);
});
test("the adapter's own errors pass through", async () => {
    await assert.rejects(openConsumer('acme://x/?refuse', { adapters }), { message: 'refused by the adapter' });
});
test('bad options are refused', async () => {
    await refused('acme://x', [], 'INVALID_ARGUMENT', /^openConsumer options: /);
    await refused('acme://x', { adapters: 'x' }, 'INVALID_ARGUMENT', /^adapters: /);
    await refused('acme://x', { adapters: { 'acme:': 'x' } }, 'INVALID_ARGUMENT', /^adapters: .*"acme:"/);
    await refused('acme://x', { adapters: { 'acme+tls': 'x' } }, 'INVALID_ARGUMENT', /^adapters: /);
    for (const specifier of ['./adapter.js', '../adapter.js', '/adapter.js', '']) {
        await refused('acme://x', { adapters: { acme: specifier } }, 'INVALID_ARGUMENT', /^adapters\.acme: .*import\.meta\.resolve/);
    }
});
test('every adapter that the package exports can be opened by its name', async () => {
    const manifest = JSON.parse(readFileSync(new URL(import.meta.resolve('tailrace/package.json')), 'utf8'));
    const schemes = Object.entries(manifest.exports)
        .filter(([, target]) => target.default?.startsWith('./dist/adapters/'))
        .map(([path]) => path.slice('./'.length));
    assert.ok(schemes.includes('memory'));
    const { message } = await openConsumer('none://x').then(() => assert.fail('opened'), (error) => error);
    for (const scheme of schemes) {
        assert.match(message, new RegExp(`\\b${scheme}\\b`));
        assert.ok(existsSync(new URL(import.meta.resolve(`tailrace/${scheme}`))), `${scheme} is exported and not built`);
    }
});
