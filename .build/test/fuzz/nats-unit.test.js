import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { apiError, connectError, isNoResponders, nativeError, pullStatusError, refusedSubject } from '../../adapters/nats/errors.js';
import { natsConsumer, open } from '../../adapters/nats/index.js';
import { check } from '../../adapters/nats/look.js';
import { AckSubject, Messages } from '../../adapters/nats/message.js';
import { settings } from '../../adapters/nats/options.js';
import { openConsumer } from '../../src/index.js';
import { Lease } from '../../src/message.js';
import { anyValue, assertTyped, chance, ODD_ERRORS, SEED, typed } from './support.js';
/** The parts of the NATS adapter that read what a server or a client sent, each with anything. */
const NAMES = { stream: 'S', durable: 'D' };
const ANY = chance(2_000, 200_000);
/** Tokens of subjects: numbers of every size, and what is none. */
const token = fc.oneof(fc.nat().map(String), fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String), fc.constantFrom('', '0', '-1', '1e3', ' 1', '1.5', '٣', 'NaN', '9'.repeat(400), '1795409354450497985', '$JS', 'ACK', '*', '>', '_'), fc.string());
describe(`nats: what a server sends, seed ${SEED}`, () => {
    test('an ack subject is read as it was written', () => {
        const position = fc.integer({ min: 1, max: 2 ** 53 - 1 });
        const name = fc.stringMatching(/^[^\s.*>]{1,20}$/);
        const written = fc.record({
            start: fc.oneof(fc.tuple(name, name), fc.tuple(name, name, name, name)),
            numbers: fc.tuple(position, position, position),
            ms: fc.integer({ min: 1, max: 2 ** 43 }),
            pending: fc.nat(),
            end: fc.option(name, { nil: undefined }),
        });
        fc.assert(fc.property(written, ({ start, numbers, ms, pending, end }) => {
            const reader = new AckSubject();
            const last = start.length === 2 || end === undefined ? [] : [end];
            const subject = ['$JS.ACK', ...start, ...numbers, `${ms}497985`, pending, ...last].join('.');
            assert.equal(reader.read(subject), true, subject);
            assert.deepEqual([reader.delivered, reader.streamSequence, reader.consumerSequence, reader.timestampMs(subject)], [...numbers, ms]);
        }), ANY);
    });
    test('any other subject is refused, or gives numbers that are some', () => {
        const subject = fc.oneof(fc.array(token, { maxLength: 14 }).map((tokens) => tokens.join('.')), fc.array(token, { maxLength: 12 }).map((tokens) => ['$JS.ACK', ...tokens].join('.')));
        fc.assert(fc.property(subject, (text) => {
            const reader = new AckSubject();
            if (!reader.read(text))
                return;
            const { delivered, streamSequence, consumerSequence } = reader;
            const timestampMs = reader.timestampMs(text);
            for (const number of [delivered, streamSequence, consumerSequence])
                assert.ok(Number.isSafeInteger(number) && number > 0, text);
            assert.ok(timestampMs === undefined || (Number.isFinite(timestampMs) && timestampMs > 0), text);
        }), ANY);
    });
    test('headers of any name and number', () => {
        const messages = new Messages('S', undefined);
        const names = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'Nats-Msg-Id', ''));
        const headers = fc.array(fc.tuple(names, fc.array(fc.string(), { maxLength: 3 })), { maxLength: 8 });
        fc.assert(fc.property(headers, (given) => {
            const native = { subject: 's', data: new Uint8Array(0), headers: given, respond: () => true };
            // What the adapter reads of headers is their iterator.
            const made = messages.make(native, '$JS.ACK.S.D.1.2.3.1795409354450497985.0', new Lease(0));
            const last = new Map(given);
            assert.deepEqual(Object.keys(made.headers).sort(), [...last.keys()].sort());
            for (const [name, values] of last) {
                assert.deepEqual(Object.getOwnPropertyDescriptor(made.headers, name)?.value, values.length === 1 ? values[0] : values);
            }
            assert.equal(Object.getPrototypeOf(made.headers), Object.prototype);
        }), ANY);
    });
    test('statuses, answers of the API and errors of clients', () => {
        const number = fc.oneof(fc.integer(), fc.constantFrom(0, 100, 404, 408, 409, 412, 423, 503, 10008, Number.NaN));
        const text = fc.oneof(fc.string(), fc.constantFrom('Consumer Deleted', 'Exceeded MaxWaiting', 'Message Size Exceeds MaxBytes', '__proto__'));
        fc.assert(fc.property(number, text, anyValue(), (code, description, odd) => {
            assertTyped(pullStatusError(code, description, 'pulling'));
            assertTyped(apiError({ code, err_code: code, description }, 'looking'));
            for (const value of [odd, { code: odd, name: odd, cause: odd }, { code: description, name: description }, { code: String(code) }]) {
                assertTyped(nativeError(value, 'doing'));
                assertTyped(connectError(value));
                isNoResponders(value);
                if (typeof value === 'object' && value !== null)
                    refusedSubject(value);
            }
        }), ANY);
        for (const odd of ODD_ERRORS) {
            assertTyped(nativeError(odd(), 'doing'));
            assertTyped(connectError(odd()));
            isNoResponders(odd());
        }
    });
    test("a consumer's description", async () => {
        const good = {
            config: { ack_wait: 30e9, ack_policy: 'explicit' },
            delivered: { consumer_seq: 1, stream_seq: 1 },
            num_ack_pending: 0,
            num_pending: 0,
        };
        const paths = [
            ['config'],
            ['delivered'],
            ['num_ack_pending'],
            ['num_pending'],
            ['cluster'],
            ['config', 'ack_wait'],
            ['config', 'ack_policy'],
        ];
        paths.push(['config', 'backoff'], ['config', 'max_batch'], ['config', 'max_expires'], ['config', 'deliver_subject'], ['config', 'priority_groups']);
        paths.push(['delivered', 'consumer_seq']);
        const changes = fc.array(fc.tuple(fc.constantFrom(...paths), anyValue()), { minLength: 1, maxLength: 3 });
        await fc.assert(fc.asyncProperty(changes, async (changed) => {
            const info = structuredClone(good);
            for (const [[first = '', second], value] of changed) {
                if (second === undefined)
                    info[first] = value;
                else if (typeof info[first] === 'object' && info[first] !== null)
                    info[first][second] = value;
            }
            await typed(() => {
                const seen = check(info, settings(NAMES), 'consumer S/D');
                for (const count of [seen.ackPending, seen.pending, seen.delivered])
                    assert.ok(count >= 0);
                assert.ok(seen.maxBatch > 0 && seen.maxExpiresMs > 0 && seen.leaseMs === 30_000);
            }, ['INTERNAL', 'UNSUPPORTED', 'INVALID_ARGUMENT']);
        }), ANY);
    });
});
describe(`URLs of every kind, seed ${SEED}`, () => {
    const part = fc.oneof(fc.string({ maxLength: 8 }), fc.webPath(), fc.constantFrom('S', 'D', '%', '%zz', '%00', '..', 'a b', 'a.b', '>', '', '\u0000', '漢'));
    const key = fc.constantFrom('leaseMs', 'confirm', 'create', 'filter', 'exclusive', 'domain', 'group', 'partitions', 'ordered', 'member', '__proto__', 'x');
    const value = fc.oneof(part, fc.constantFrom('1', '-1', '1e9', '9'.repeat(30), 'true', 'TRUE', 'batch', 'all', '0x10'));
    const url = fc
        .record({
        scheme: fc.constantFrom('nats', 'nats+tls', 'tls', 'memory', 'NATS', 'kafka', 'file', 'http', 'javascript', 'data', 'nats+', '+'),
        host: fc.oneof(fc.constantFrom('127.0.0.1:1', 'h', '', '[::1]:1', 'u:p@h', 'h:99999', 'a b'), part),
        path: fc.array(part, { maxLength: 4 }),
        query: fc.array(fc.tuple(key, value), { maxLength: 4 }),
    })
        .map(({ scheme, host, path, query }) => `${scheme}://${host}/${path.join('/')}${query.length > 0 ? '?' : ''}${query.map((pair) => pair.join('=')).join('&')}`);
    test('each is refused, or opens a consumer that closes', async () => {
        let memory = 0;
        await fc.assert(fc.asyncProperty(fc.oneof({ arbitrary: url, weight: 5 }, { arbitrary: anyValue(), weight: 1 }), async (given) => {
            // Brokers of this process stay, so each run has one of its own.
            memory += 1;
            const text = typeof given === 'string' ? given.replace('memory://', `memory://b${memory}`) : given;
            await typed(async () => {
                const consumer = await openConsumer(text);
                assert.equal((await consumer.close({ signal: new AbortController().signal })).clean, true);
            }, ['INVALID_ARGUMENT', 'UNSUPPORTED', 'NOT_FOUND']);
        }), chance(1_000, 50_000));
    });
    test('with options of any kind', async () => {
        const client = fc.oneof(fc.constant({}), anyValue());
        const given = fc.oneof(anyValue(), fc.record({ client, leaseMs: anyValue(), adapters: anyValue(), broker: anyValue() }, { requiredKeys: [] }));
        for (const each of ['nats://127.0.0.1:1/S/D', 'memory://odd/q']) {
            await fc.assert(fc.asyncProperty(given, async (options) => {
                await typed(() => openConsumer(each, options), ['INVALID_ARGUMENT', 'UNSUPPORTED', 'NOT_FOUND']);
                await typed(() => open(new URL(each), options), ['INVALID_ARGUMENT', 'UNSUPPORTED']);
            }), chance(500, 20_000));
        }
    });
});
describe(`nats: clients that break their contract, seed ${SEED}`, () => {
    /** A connection whose every member may answer anything. */
    function connection(odd) {
        const queue = { async *[Symbol.asyncIterator]() { }, stop() { } };
        return {
            info: { server_id: 's', client_id: 1 },
            publish: odd,
            subscribe: odd,
            request: odd,
            flush: odd,
            status: () => queue,
            isClosed: () => false,
            close: odd,
        };
    }
    test('a connection, or a function that makes one, that answers, throws or rejects with anything', async () => {
        const signal = AbortSignal.timeout(60_000);
        const answers = [
            ...ODD_ERRORS.flatMap((error) => [
                error,
                () => {
                    throw error();
                },
                () => Promise.reject(error()),
            ]),
            () => ({ data: new Uint8Array(0) }),
            () => ({ data: new TextEncoder().encode('[]') }),
            () => ({ data: new TextEncoder().encode('{"error":null}') }),
            () => ({ data: new TextEncoder().encode('{"error":{"code":"x"}}') }),
            () => ({ data: new TextEncoder().encode('{}') }),
        ];
        for (const answer of answers) {
            for (const source of [connection(answer), async () => connection(answer), answer]) {
                const consumer = natsConsumer(source, { ...NAMES, answerMs: 100 });
                const error = await typed(() => consumer.fetch({ max: 1, waitMs: 0, signal }));
                assert.ok(error !== undefined, 'nothing of this brings messages');
                await typed(() => consumer.lag?.());
                await typed(() => consumer.close({ signal: AbortSignal.timeout(100) }), []);
            }
        }
    });
});
