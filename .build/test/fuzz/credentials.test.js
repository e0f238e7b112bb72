import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { connect as connect3 } from '@nats-io/transport-node';
import fc from 'fast-check';
import { connect as connect2 } from 'nats';
import { natsConsumer } from '../../adapters/nats/index.js';
import { freePort } from '../../conformance/brokers/process.js';
import { Drainer, openConsumer, renderTimeline, renderTimelineHtml, renderTimelineSvg, StreamError, } from '../../src/index.js';
import { serverForTests } from '../support/nats.js';
import { chance, SEED } from './support.js';
/** Whatever fails, no error, receipt, status or description of a consumer holds what was secret. */
const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
const ODD = [...'!$&\'()*+,;=:@/?#[]%{}|\\^`"<> äß漢🔑'];
/** Long enough not to be found by accident; with everything that a password may have. */
const secret = fc
    .tuple(fc.array(fc.constantFrom(...LETTERS), { minLength: 12, maxLength: 12 }), fc.array(fc.constantFrom(...LETTERS, ...ODD), { maxLength: 12 }), fc.array(fc.constantFrom(...LETTERS), { minLength: 12, maxLength: 12 }))
    .map((parts) => parts.flat().join(''));
const credentials = fc.record({ user: secret, pass: secret, token: secret });
/** Every form in which it could show: as it is, encoded for a URL, as JSON, as base64, and each of its halves. */
function forms({ user, pass, token }) {
    return [user, pass, token].flatMap((each) => {
        const url = new URL('x://h');
        url.username = each;
        const whole = [
            each,
            encodeURIComponent(each),
            encodeURI(each),
            url.username,
            JSON.stringify(each).slice(1, -1),
            Buffer.from(each).toString('base64'),
        ];
        return [...whole, each.slice(0, 12), each.slice(-12)];
    });
}
/** Everything that a log could make of a value. */
function told(value) {
    const shown = [inspect(value, { depth: 20, showHidden: true, getters: true }), JSON.stringify(value), String(value)];
    for (let at = value, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth += 1) {
        shown.push(at.message, at.stack ?? '', inspect(at, { depth: 20, showHidden: true }), JSON.stringify(at), JSON.stringify(Object.entries(at)));
    }
    return shown.join('\n');
}
function assertSilent(value, secrets, what) {
    // A scheme or a host may have become lower case.
    const text = told(value).toLowerCase();
    const leaked = forms(secrets).find((form) => text.includes(form.toLowerCase()));
    if (leaked !== undefined) {
        const at = text.indexOf(leaked.toLowerCase());
        assert.fail(`${what} tells '${leaked}': …${text.slice(Math.max(0, at - 200), at + 100)}…`);
    }
}
/** The error of a call, which has to be a typed one. */
async function failureOf(work) {
    try {
        await work();
        return undefined;
    }
    catch (error) {
        assert.ok(StreamError.is(error), `no StreamError: ${inspect(error)}`);
        return error;
    }
}
const NEVER = new AbortController().signal;
/** Fetches once, drains a drainer over it, closes it: nothing of what any of that says holds a secret. */
async function assertConsumerSilent(make, secrets) {
    const consumer = await make();
    assertSilent(consumer, secrets, 'the consumer');
    assertSilent(consumer.source, secrets, 'its source');
    const error = await failureOf(() => consumer.fetch({ max: 1, waitMs: 0, signal: NEVER }));
    assertSilent(error, secrets, 'the error of fetch');
    assertSilent(await failureOf(() => consumer.close({ signal: AbortSignal.timeout(1_000) })), secrets, 'the error of close');
    const errors = [];
    const drained = await make();
    const drainer = new Drainer(drained, () => undefined, {
        onError: (each, context) => errors.push(each, context),
        budget: { totalMs: 1_000 },
    });
    const ran = drainer.run().then(() => undefined, (fatal) => fatal);
    while (errors.length === 0)
        await new Promise((resolve) => setTimeout(resolve, 2));
    const receipt = await drainer.drain();
    for (const each of [await ran, ...errors, receipt, drainer, drainer.status()])
        assertSilent(each, secrets, 'the drainer');
    for (const render of [renderTimeline, renderTimelineHtml, renderTimelineSvg])
        assertSilent(render(receipt), secrets, 'a timeline');
    return error;
}
const encoded = encodeURIComponent;
describe(`credentials in URLs, seed ${SEED}`, () => {
    /** What people write, right and wrong; nothing of it is connected to. */
    const urls = [
        ({ user, pass }) => `nats://${encoded(user)}:${encoded(pass)}@127.0.0.1:1/S/D`,
        ({ token }) => `nats://${encoded(token)}@127.0.0.1:1/S/D`,
        ({ user, pass }) => `nats+tls://${encoded(user)}:${encoded(pass)}@127.0.0.1:1/S`,
        ({ user, pass }) => `nats://${user}:${pass}@127.0.0.1:1/S/D`,
        ({ token }) => `nats://${token}@127.0.0.1:1/S/D`,
        ({ user, pass }) => `nats:${encoded(user)}:${encoded(pass)}@127.0.0.1/S/D`,
        ({ user, pass }) => `nats://${encoded(user)}:%zz${encoded(pass)}@127.0.0.1:1/S/D`,
        ({ user, pass }) => `nats://127.0.0.1/S/D?user=${encoded(user)}&pass=${encoded(pass)}`,
        ({ token }) => `nats://127.0.0.1/S/D?token=${encoded(token)}&leaseMs=1`,
        ({ user, pass }) => `nats://${encoded(user)}:${encoded(pass)}@127.0.0.1:1/S/D?leaseMs=x&confirm=y`,
        ({ user, pass }) => `memory://${encoded(user)}:${encoded(pass)}@default/q`,
        ({ token }) => `memory://default/q?token=${encoded(token)}`,
        ({ user, pass }) => `nosuch://${encoded(user)}:${encoded(pass)}@host/q`,
        ({ user, pass }) => `kafka://${encoded(user)}:${encoded(pass)}@127.0.0.1:1/q?group=g`,
        ({ user, pass }) => `${user}:${pass}@host/S/D`,
        ({ token }) => `${token}:@host/S/D`,
        ({ pass }) => `//user:${pass}@host`,
        ({ pass }) => pass,
    ];
    for (const [index, url] of urls.entries()) {
        test(`form ${index}: ${url({ user: 'user', pass: 'pass', token: 'token' })}`, async () => {
            await fc.assert(fc.asyncProperty(credentials, async (secrets) => {
                const given = url(secrets);
                let consumer;
                const error = await failureOf(async () => {
                    consumer = await openConsumer(given);
                });
                assertSilent(error, secrets, 'the error');
                assertSilent(consumer, secrets, 'the consumer');
                if (error !== undefined)
                    assert.ok(['INVALID_ARGUMENT', 'UNSUPPORTED'].includes(error.code), error.message);
                await consumer?.close({ signal: NEVER });
            }), chance(100, 5_000));
        });
    }
});
describe(`credentials at a port where nobody listens, seed ${SEED}`, () => {
    test('by URL and by client options', async () => {
        const port = await freePort();
        await fc.assert(fc.asyncProperty(credentials, async (secrets) => {
            const { user, pass, token } = secrets;
            const url = `nats://${encoded(user)}:${encoded(pass)}@127.0.0.1:${port}/S/D`;
            const once = { reconnect: false, maxReconnectAttempts: 0, timeout: 1_000 };
            const plain = `nats://127.0.0.1:${port}/S/D`;
            const server = `nats://${encoded(user)}:${encoded(pass)}@127.0.0.1:${port}`;
            const ways = [
                () => openConsumer(url, { client: once }),
                () => openConsumer(plain, { client: { ...once, user, pass } }),
                () => openConsumer(plain, { client: { ...once, token } }),
                () => openConsumer(plain, { client: { ...once, servers: [server] } }),
                () => natsConsumer(() => connect2({ ...once, servers: server, user, pass }), { stream: 'S', durable: 'D' }),
                () => natsConsumer(() => connect3({ ...once, servers: server, token }), { stream: 'S', durable: 'D' }),
                // A client of the user's own, whose errors tell everything.
                () => natsConsumer(() => Promise.reject(Object.assign(new Error(`cannot reach ${server}`, { cause: { user, pass } }), { url: server, token })), {
                    stream: 'S',
                    durable: 'D',
                }),
            ];
            for (const make of ways) {
                const error = await assertConsumerSilent(make, secrets);
                assert.ok(error !== undefined);
            }
        }), chance(4, 200));
    });
});
const WRONG = { user: 'wrong', pass: 'wrong' };
/** Runs `work` for random credentials that a real server refuses, with both clients. */
async function refusedBy(context, url) {
    const { host } = new URL(url);
    for (const [name, connect] of Object.entries({ 'nats 2': connect2, '@nats-io 3': connect3 })) {
        await context.test(name, async () => {
            await fc.assert(fc.asyncProperty(credentials, async (secrets) => {
                const { user, pass, token } = secrets;
                const names = { stream: 'S', durable: 'D' };
                const ways = [
                    () => natsConsumer(() => connect({ servers: host, user, pass, reconnect: false }), names),
                    () => natsConsumer(() => connect({ servers: host, token, reconnect: false }), names),
                    () => openConsumer(`nats://${encoded(user)}:${encoded(pass)}@${host}/S/D`, { client: { reconnect: false } }),
                    () => openConsumer(`nats://${encoded(token)}@${host}/S/D`, { client: { reconnect: false } }),
                    () => openConsumer(`nats://${host}/S/D`, { client: { reconnect: false, ...WRONG, pass } }),
                ];
                for (const make of ways) {
                    const error = await assertConsumerSilent(make, secrets);
                    assert.equal(error?.code, 'UNAUTHENTICATED', error?.message);
                }
            }), chance(3, 100));
        });
    }
}
const USERS = 'accounts { APP { jetstream: enabled, users: [ { user: boss, password: "s3cret" } ] } }';
const byPassword = await serverForTests({ config: USERS });
const byToken = byPassword === undefined ? undefined : await serverForTests({ config: 'authorization { token: "s3cret" }' });
if (byPassword !== undefined && byToken !== undefined) {
    describe(`credentials that a server refuses, seed ${SEED}`, () => {
        test('one with users', (context) => refusedBy(context, byPassword.url));
        test('one with a token', (context) => refusedBy(context, byToken.url));
        test('servers stop', async () => {
            await byPassword.stop();
            await byToken.stop();
        });
    });
}
