import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { connect as connect3 } from '@nats-io/transport-node';
import { connect as connect2 } from 'nats';
import { natsConsumer } from '../../adapters/nats/index.js';
import { startNats } from '../../conformance/brokers/nats.js';
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();
const NS_PER_MS = 1_000_000;
/** A signal that is never aborted. */
export const NEVER = new AbortController().signal;
export const FAMILIES = [
    { name: 'nats 2', connect: (options) => connect2({ ...options }) },
    { name: '@nats-io 3', connect: (options) => connect3({ ...options }) },
];
/**
 * A server for a test file, or undefined where none can be had: then it has registered a test that says why, which is
 * skipped on a developer's machine and fails in CI. With options it is one of the file's own, never that of TAILRACE_NATS.
 */
export async function serverForTests(options) {
    if (options !== undefined && process.env.TAILRACE_NATS) {
        test('faults of a nats-server', {
            skip: 'NOT TESTED: TAILRACE_NATS names a server that is not ours to configure and restart',
        }, () => { });
        return undefined;
    }
    try {
        return await startNats(options);
    }
    catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const inCi = process.env.CI === 'true';
        test('a nats-server', inCi ? {} : { skip: `NATS IS NOT TESTED: ${reason}` }, () => assert.fail(reason));
        return undefined;
    }
}
/** A stream of its own with one consumer, and a probe connection beside the adapter's. Cleaned up with its test. */
export class Fixture {
    stream = `T${randomBytes(6).toString('hex')}`;
    durable = 'worker';
    family;
    server;
    probe;
    #opened = [];
    #consumers = [];
    /** Makes stream and consumer; the latter not with `ackWaitMs: 0`. */
    static async make(t, server, family, options = {}) {
        const probe = await family.connect({ servers: server.url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
        const fixture = new Fixture(server, family, probe);
        t.after(async () => {
            try {
                await fixture.#clean();
            }
            finally {
                if (options.stopServer === true)
                    await server.stop();
            }
        });
        await fixture.api(`STREAM.CREATE.${fixture.stream}`, {
            name: fixture.stream,
            subjects: [`${fixture.stream}.>`],
            storage: 'memory',
            ...options.stream,
        });
        if (options.ackWaitMs !== 0)
            await fixture.createConsumer(options);
        return fixture;
    }
    constructor(server, family, probe) {
        this.server = server;
        this.family = family;
        this.probe = probe;
    }
    async createConsumer({ ackWaitMs = 30_000, config = {} }) {
        await this.api(`CONSUMER.DURABLE.CREATE.${this.stream}.${this.durable}`, {
            stream_name: this.stream,
            config: { durable_name: this.durable, ack_policy: 'explicit', ack_wait: ackWaitMs * NS_PER_MS, ...config },
        });
    }
    async connect(options = {}) {
        const connection = await this.family.connect({ servers: this.server.url, reconnectTimeWait: 50, maxReconnectAttempts: -1, ...options });
        this.#opened.push(connection);
        return connection;
    }
    /** A consumer on a connection of its own. */
    async consumer(options = {}) {
        return this.consumerOn(await this.connect(), options);
    }
    consumerOn(connection, options = {}) {
        const consumer = natsConsumer(connection, { stream: this.stream, durable: this.durable, ...options });
        this.#consumers.push(consumer);
        return consumer;
    }
    async api(subject, body) {
        const payload = body === undefined ? undefined : ENCODER.encode(JSON.stringify(body));
        const answer = await this.probe.request(`$JS.API.${subject}`, payload, { timeout: 2_000 });
        // Answers of the API are objects.
        const parsed = JSON.parse(DECODER.decode(answer.data));
        if (parsed.error !== undefined)
            throw new Error(`${subject}: ${JSON.stringify(parsed.error)}`);
        return parsed;
    }
    /** The server's own view. */
    async info() {
        // The fields named are the server's.
        return (await this.api(`CONSUMER.INFO.${this.stream}.${this.durable}`));
    }
    /** Publishes texts, and resolves when the stream has all of them. */
    async publish(bodies, subject = 'a') {
        const before = await this.#count();
        for (const body of bodies)
            this.probe.publish(`${this.stream}.${subject}`, ENCODER.encode(body));
        await this.probe.flush();
        const end = performance.now() + 10_000;
        while ((await this.#count()) < before + bodies.length) {
            assert.ok(performance.now() < end, 'the stream has not taken what was published');
        }
    }
    async #count() {
        const { state } = await this.api(`STREAM.INFO.${this.stream}`);
        // The server's name for the last sequence, which counts what was ever published.
        return state.last_seq;
    }
    async #clean() {
        for (const consumer of this.#consumers)
            await consumer.close({ signal: AbortSignal.timeout(1_000) });
        await this.probe.request(`$JS.API.STREAM.DELETE.${this.stream}`, undefined, { timeout: 2_000 }).catch(() => {
            // The server of this test may be down by now, and its store goes with it.
        });
        for (const connection of [...this.#opened, this.probe])
            await connection.close();
    }
}
/** Fetches until `count` messages have come; fails if they do not within `timeoutMs`. */
export async function fetchAll(consumer, count, timeoutMs = 10_000) {
    const got = [];
    const end = performance.now() + timeoutMs;
    while (got.length < count) {
        assert.ok(performance.now() < end, `only ${got.length} of ${count} messages came`);
        got.push(...(await consumer.fetch({ max: count - got.length, waitMs: 500, signal: NEVER })));
    }
    return got;
}
export function texts(messages) {
    return messages.map((message) => message.text());
}
export function numbered(count, from = 0) {
    return Array.from({ length: count }, (_, index) => `m${index + from}`);
}
/** For `assert.rejects`: a StreamError with this code and adapter. */
export function coded(code, text) {
    return (error) => {
        const { code: got, message, adapter } = error;
        assert.equal(got, code, message);
        if (text !== undefined)
            assert.match(message ?? '', text);
        return adapter === undefined || adapter === 'nats';
    };
}
