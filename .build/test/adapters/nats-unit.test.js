import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { apiError, nativeError, pullStatusError } from '../../adapters/nats/errors.js';
import { natsConsumer, open } from '../../adapters/nats/index.js';
import { check } from '../../adapters/nats/look.js';
import { AckSubject } from '../../adapters/nats/message.js';
import { parseUrl, settings } from '../../adapters/nats/options.js';
import { Pull } from '../../adapters/nats/pull.js';
import { coded } from '../support/nats.js';
const NAMES = { stream: 'S', durable: 'D' };
const factory = () => Promise.reject(new Error('must not be called'));
describe('nats: ack subjects', () => {
    test('of nine, eleven and twelve tokens, in any sequence', () => {
        const subject = new AckSubject();
        const numbers = '3.1234567890123.77.1795409354450497985.9';
        for (const start of ['$JS.ACK.S.D', '$JS.ACK.hub.hash.S.D']) {
            for (const end of start === '$JS.ACK.S.D' ? [''] : ['', '.r4nd0m']) {
                assert.equal(subject.read(`${start}.${numbers}${end}`), true, start + end);
                assert.equal(subject.delivered, 3);
                assert.equal(subject.streamSequence, 1234567890123);
                assert.equal(subject.consumerSequence, 77);
                assert.equal(subject.timestampMs(`${start}.${numbers}${end}`), 1795409354450);
            }
        }
    });
    test('anything else is refused', () => {
        for (const text of [
            '',
            'x',
            '_INBOX.a.b',
            '$JS.ACK.S.D',
            '$JS.ACK.S.D.1.2.x.4.5',
            '$JS.ACK.S.D.0.2.3.4.5',
            '$JS.ACK.S.D.1.2.3.4.5',
            '$JS.ACK.S.D.1..3.1795409354450497985.9',
        ]) {
            assert.equal(new AckSubject().read(text), false, text);
        }
    });
});
describe('nats: options', () => {
    const refused = [
        ['no options', undefined, /object/],
        ['no stream', { durable: 'D' }, /stream/],
        ['empty durable', { stream: 'S', durable: '' }, /durable/],
        ['a wildcard in a name', { stream: 'S.>', durable: 'D' }, /stream/],
        ['an unknown option', { ...NAMES, ackwait: 1 }, /no option 'ackwait'/],
        ['a lease of the wrong type', { ...NAMES, leaseMs: '30' }, /leaseMs/],
        ['a lease out of range', { ...NAMES, leaseMs: 10 }, /leaseMs.*100/],
        ['a wrong confirm', { ...NAMES, confirm: 'yes' }, /confirm.*'batch'/],
        ["ackPolicy 'all' without exclusive", { ...NAMES, ackPolicy: 'all' }, /exclusive/],
        ["ackPolicy 'all' with confirm 'none'", { ...NAMES, ackPolicy: 'all', exclusive: true, confirm: 'none' }, /confirm/],
        ['domain with apiPrefix', { ...NAMES, domain: 'a', apiPrefix: 'b' }, /exclude/],
        ['an inbox prefix with a wildcard', { ...NAMES, inboxPrefix: 'a.*' }, /inboxPrefix/],
        ['create of the wrong type', { ...NAMES, create: 1 }, /create/],
        ['create without subjects', { ...NAMES, create: { filterSubjects: [] } }, /filterSubjects/],
        ['create with an unknown option', { ...NAMES, create: { filter: 'a' } }, /filter/],
    ];
    for (const [what, options, text] of refused) {
        test(`${what} is refused`, () => {
            // Wrong on purpose.
            assert.throws(() => natsConsumer(factory, options), coded('INVALID_ARGUMENT', text));
        });
    }
    test('a core NATS subscription is refused, and told what to do', () => {
        // Wrong on purpose.
        const options = { subject: 'orders.*' };
        assert.throws(() => natsConsumer(factory, options), coded('UNSUPPORTED', /JetStream stream/));
    });
    test('something that is no connection is refused', () => {
        // Wrong on purpose.
        assert.throws(() => natsConsumer({}, NAMES), coded('INVALID_ARGUMENT', /connection/));
    });
    test('capabilities follow the options', () => {
        const plain = natsConsumer(factory, NAMES).capabilities;
        assert.deepEqual([plain.settlement, plain.ordered, plain.ackConfirmed, plain.flush], ['lease', false, true, false]);
        assert.deepEqual(plain.release, { scope: 'message', maxDelayMs: 2_592_000_000, costsAttempt: true });
        assert.deepEqual(plain.lease, { ms: 30_000, extend: 'message', maxMs: Infinity, lossKnownBy: 'clock' });
        const cursor = natsConsumer(factory, { ...NAMES, ackPolicy: 'all', exclusive: true, leaseMs: 500 }).capabilities;
        assert.deepEqual([cursor.settlement, cursor.ordered, cursor.ackConfirmed, cursor.flush], ['cursor', true, true, true]);
        assert.deepEqual(cursor.release, { scope: 'tail', maxDelayMs: 2_592_000_000, costsAttempt: true });
        assert.deepEqual(cursor.lease, { ms: 500, extend: 'message', maxMs: Infinity, lossKnownBy: 'clock' });
        assert.equal(natsConsumer(factory, { ...NAMES, confirm: 'none' }).capabilities.ackConfirmed, false);
    });
});
describe('nats: URLs', () => {
    test('every part is read', () => {
        const parsed = parseUrl(new URL('nats+tls://us%40er:p%2Fw@host:5222/ORDERS/billing?leaseMs=2000&confirm=message&create=true&filter=a.%3E&filter=b&maxDeliver=3&domain=hub'), {});
        assert.deepEqual({ ...parsed, options: settings(parsed.options) }, {
            servers: 'host:5222',
            tls: true,
            user: 'us@er',
            pass: 'p/w',
            token: undefined,
            options: settings({
                stream: 'ORDERS',
                durable: 'billing',
                leaseMs: 2000,
                confirm: 'message',
                create: { filterSubjects: ['a.>', 'b'], maxDeliver: 3 },
                domain: 'hub',
            }),
        });
        const short = parseUrl(new URL('nats://t0ken@host/S/D'), { leaseMs: 700 });
        assert.deepEqual([short.servers, short.token, short.user, short.options.leaseMs], ['host:4222', 't0ken', undefined, 700]);
    });
    const wrong = [
        ['nats://u:secret@h/S', /path of 1/],
        ['nats://u:secret@h/S/D/x', /path of 3/],
        ['http://u:secret@h/S/D', /scheme 'http'/],
        ['nats://u:secret@h/S/D?colour=red&taste=sour', /'colour', 'taste'/],
        ['nats://u:secret@h/S/D?leaseMs=soon', /leaseMs/],
        ['nats://u:secret@h/S/D?exclusive=1', /exclusive/],
        ['nats://u:secret@h/S/D?confirm=none&confirm=batch', /2 times/],
        ['nats://u:secret@h/S/D?filter=a', /create=true/],
        ['nats://u:sec%ret@h/S/D', /percent/],
    ];
    for (const [url, text] of wrong) {
        test(`${url} is refused without its password`, async () => {
            await assert.rejects(open(url), (error) => !error.message.includes('secret') && coded('INVALID_ARGUMENT', text)(error));
        });
    }
    test('opening connects to nothing, and the source names no credentials', async () => {
        const consumer = await open('nats://u:secret@127.0.0.1:1/S/D');
        assert.equal(consumer.source, 'nats://S/D');
        assert.deepEqual(await consumer.close({ signal: AbortSignal.timeout(1_000) }), { unconfirmed: [], clean: true });
    });
});
describe('nats: errors', () => {
    const native = (properties) => Object.assign(new Error('text'), properties);
    const cases = [
        ['a 2.x timeout', { code: 'TIMEOUT' }, 'TIMEOUT'],
        ['a 3.x timeout', { name: 'TimeoutError' }, 'TIMEOUT'],
        ['2.x: no responders', { code: '503' }, 'UNAVAILABLE'],
        ['3.x: no responders', { name: 'RequestError', cause: native({ name: 'NoResponders' }) }, 'UNAVAILABLE'],
        ['3.x: a wrapped permission', { name: 'RequestError', cause: native({ name: 'PermissionViolationError' }) }, 'PERMISSION_DENIED'],
        ['3.x: a wrapped socket error', { name: 'ConnectionError', cause: native({ code: 'ECONNREFUSED' }) }, 'UNAVAILABLE'],
        ['2.x: authorization', { code: 'AUTHORIZATION_VIOLATION' }, 'UNAUTHENTICATED'],
        ['3.x: authorization', { name: 'AuthorizationError' }, 'UNAUTHENTICATED'],
        ['something else', {}, 'UNKNOWN'],
    ];
    for (const [what, properties, code] of cases) {
        test(what, () => assert.equal(nativeError(native(properties), 'testing').code, code));
    }
    test('credentials in a native text are cut out', () => {
        const error = nativeError(new Error('no route to nats://user:secret@host:4222'), 'connecting');
        assert.equal(error.message, 'connecting: no route to nats://host:4222');
        assert.ok(!JSON.stringify(error).includes('secret'));
    });
    test('API errors go by err_code, then by code', () => {
        assert.equal(apiError({ code: 404, err_code: 10014, description: 'consumer not found' }, 'x').code, 'NOT_FOUND');
        assert.equal(apiError({ code: 503, err_code: 10023 }, 'x').code, 'RESOURCE_EXHAUSTED');
        assert.equal(apiError({ code: 400, err_code: 1 }, 'x').code, 'INVALID_ARGUMENT');
        assert.equal(apiError({ code: 299 }, 'x').code, 'UNKNOWN');
    });
    test('statuses of a pull', () => {
        assert.equal(pullStatusError(409, 'Consumer Deleted', 'x').code, 'NOT_FOUND');
        assert.equal(pullStatusError(409, 'Exceeded MaxWaiting', 'x').code, 'RESOURCE_EXHAUSTED');
        assert.equal(pullStatusError(409, 'Exceeded MaxRequestBatch of 5', 'x').code, 'INVALID_ARGUMENT');
        assert.equal(pullStatusError(409, 'Leadership Change', 'x').retryable, true);
        assert.equal(pullStatusError(777, '', 'x').code, 'INTERNAL');
    });
});
describe('nats: what the server says of a consumer', () => {
    const config = { ack_policy: 'explicit', ack_wait: 30_000_000_000 };
    const info = { config, delivered: { consumer_seq: 4 }, num_ack_pending: 1, num_pending: 2 };
    const told = settings(NAMES);
    test('is read', () => {
        assert.deepEqual(check(info, told, 'x'), {
            leaseMs: 30_000,
            replicated: false,
            maxBatch: Infinity,
            maxExpiresMs: Infinity,
            ackPending: 1,
            pending: 2,
            delivered: 4,
        });
        const limited = { ...info, config: { ...config, max_batch: 10, max_expires: 2_000_000_000 }, cluster: { replicas: [{}] } };
        const seen = check(limited, told, 'x');
        assert.deepEqual([seen.maxBatch, seen.maxExpiresMs, seen.replicated], [10, 2_000, true]);
    });
    test('the shortest backoff is the lease', () => {
        const backoff = { ...info, config: { ...config, backoff: [5_000_000_000, 1_000_000_000] } };
        assert.throws(() => check(backoff, told, 'x'), coded('INVALID_ARGUMENT', /shortest backoff of 1000 ms.*30000 ms/));
        assert.equal(check(backoff, settings({ ...NAMES, leaseMs: 1_000 }), 'x').leaseMs, 1_000);
    });
    test('nonsense is an INTERNAL error', () => {
        for (const nonsense of [
            {},
            { ...info, config: 7 },
            { ...info, config: { ack_policy: 'explicit' } },
            { ...info, config: { ack_policy: 'explicit', ack_wait: 'long' } },
            { ...info, delivered: null },
            { ...info, num_ack_pending: -1 },
            { ...info, num_pending: 'many' },
        ]) {
            assert.throws(() => check(nonsense, told, 'x'), coded('INTERNAL'));
        }
    });
});
describe('nats: a pull of several requests', () => {
    const NEVER = new AbortController().signal;
    function make() {
        const sentAfter = [];
        const ends = [];
        const pull = new Pull({ heartbeatMs: 0, sentAfter: (at, quiet) => quiet || sentAfter.push(at), over: (end) => ends.push(end) });
        return { pull, sentAfter, ends };
    }
    function arrive(pull, count) {
        for (let index = 0; index < count; index += 1)
            pull.arrived();
    }
    test('a lease begins with a later request only for what no earlier one can have brought', async () => {
        const { pull, sentAfter, ends } = make();
        pull.request('a', 10, 1_000);
        assert.equal(sentAfter.length, 1);
        const waiting = pull.wait(4, NEVER);
        arrive(pull, 4);
        await waiting;
        assert.ok(pull.flowing);
        pull.request('b', 4, 1_000);
        assert.equal(pull.missing, 10);
        arrive(pull, 5);
        assert.equal(sentAfter.length, 1, 'nine of the first ten');
        arrive(pull, 1);
        assert.equal(sentAfter.length, 2);
        arrive(pull, 4);
        assert.deepEqual(ends, ['ended']);
    });
    test('what the server does not send of one request is not waited for, the other goes on', async () => {
        const { pull, sentAfter, ends } = make();
        pull.request('a', 10, 1_000);
        pull.request('b', 5, 1_000);
        assert.ok(pull.has('a') && pull.has('b') && !pull.has('c'));
        arrive(pull, 4);
        const waiting = pull.wait(8, NEVER);
        arrive(pull, 1);
        pull.requestEnded('a', 7);
        await waiting;
        assert.ok(!pull.has('a') && !pull.flowing);
        assert.deepEqual([pull.missing, sentAfter.length], [3, 2]);
        pull.request('c', 6, 1_000);
        pull.requestEnded('c', undefined);
        assert.equal(pull.missing, 3);
        pull.requestEnded('b', 3);
        assert.deepEqual(ends, ['ended']);
    });
    test('an aborted wait leaves all of it', async () => {
        const { pull, ends } = make();
        const abort = new AbortController();
        pull.request('a', 10, 1_000);
        pull.request('b', 10, 1_000);
        const waiting = pull.wait(8, abort.signal);
        abort.abort();
        await waiting;
        assert.deepEqual(ends, ['left']);
    });
});
