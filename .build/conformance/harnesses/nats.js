import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { jetstream } from '@nats-io/jetstream';
import { connect, headers as natsHeaders } from '@nats-io/transport-node';
import { openConsumer } from '../../src/index.js';
import { startNats } from '../brokers/nats.js';
import { waitUntil } from '../brokers/process.js';
import { startToxiproxy } from '../brokers/toxiproxy.js';
const CLIENT = '@nats-io/transport-node';
/** Longer than any case. */
const LEASE_MS = 30_000;
/** The server takes less; but a lease begins when its pull was sent, and one of 100 ms is over before a redelivery arrives. */
const SHORTEST_LEASE_MS = 1_000;
const ANSWER_MS = 10_000;
/** A request that falls between two connections is never answered; it is made again after this. */
const AGAIN_MS = 250;
const NS_PER_MS = 1_000_000;
/** Publications that wait for their answer at a time. */
const PIPELINE = 1_000;
/** A harness on a nats-server of its own, or on the one that `TAILRACE_NATS` names, which is not restarted. */
export async function startNatsHarness(options = {}) {
    const { proxy = true, mode = 'shared' } = options;
    const server = await startNats();
    let toxiproxy;
    try {
        toxiproxy = proxy ? await startToxiproxy() : undefined;
        const link = await toxiproxy?.link(new URL(server.url).host);
        const probe = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50, reconnectJitter: 0 });
        const harness = new NatsHarness(server, toxiproxy, link, probe, mode);
        await harness.start();
        return harness;
    }
    catch (error) {
        await toxiproxy?.stop();
        await server.stop();
        throw error;
    }
}
class NatsHarness {
    adapter = 'nats';
    variant;
    client;
    server;
    minimum;
    timing = {
        answerMs: ANSWER_MS,
        shortestLeaseMs: SHORTEST_LEASE_MS,
        leaseGranularityMs: 1_000,
        rebalanceMs: 0,
        takeoverMs: LEASE_MS,
    };
    faults;
    #server;
    #toxiproxy;
    #probe;
    #kept = `K${randomBytes(6).toString('hex')}`;
    #mode;
    /** Where consumers connect to. */
    #url;
    constructor(server, toxiproxy, link, probe, mode) {
        this.#server = server;
        this.#toxiproxy = toxiproxy;
        this.#probe = probe;
        this.#mode = mode;
        if (mode !== 'shared')
            this.variant = mode;
        this.#url = link === undefined ? server.url : `nats://${link.host}:${link.port}`;
        this.client = `${CLIENT} ${clientVersion()}`;
        this.server = `nats-server ${probe.info?.version ?? server.version}`;
        this.minimum = {
            settlement: 'lease',
            ordered: mode === 'exclusive',
            abort: 'staged',
            ackConfirmed: true,
            attempts: 'exact',
            closeReleases: 'costs-attempt',
            lag: true,
        };
        if (link !== undefined && server.pid !== undefined)
            this.faults = this.#faults(link);
    }
    /**
     * There is always one stream: one that is made while the last one is being deleted may fail (500, "error creating store for
     * stream", seen with nats-server 2.15.1).
     */
    async start() {
        await this.#api(`STREAM.CREATE.${this.#kept}`, { name: this.#kept, subjects: [this.#kept], storage: 'file' });
    }
    /** No `crash`: killed right after 5,000 confirmed acks, one server had forgotten 3,000, also with `sync_interval: always`. */
    #faults(link) {
        return {
            restart: async () => {
                await this.#server.restart();
                // The probe has to find back as well, or the next call would fail for a reason that is not its own.
                await waitUntil('JetStream to answer after the restart', async () => (await this.#api('INFO', undefined, AGAIN_MS)) !== undefined);
            },
            cut: () => link.cut(),
            slow: (slow) => link.slow(slow),
            heal: () => link.heal(),
        };
    }
    async create(options = {}) {
        const { maxDeliveries } = options;
        const leaseMs = Math.max(SHORTEST_LEASE_MS, Math.ceil(options.leaseMs ?? LEASE_MS));
        const stream = `T${randomBytes(6).toString('hex')}`;
        const durable = 'worker';
        await this.#api(`STREAM.CREATE.${stream}`, { name: stream, subjects: [stream, `${stream}.>`], storage: 'file' });
        await this.#api(`CONSUMER.DURABLE.CREATE.${stream}.${durable}`, {
            stream_name: stream,
            config: {
                durable_name: durable,
                ack_policy: 'explicit',
                ack_wait: leaseMs * NS_PER_MS,
                max_ack_pending: 100_000,
                ...(maxDeliveries === undefined ? {} : { max_deliver: maxDeliveries }),
            },
        });
        const url = `${this.#url}/${stream}/${durable}?leaseMs=${leaseMs}${this.#mode === 'exclusive' ? '&exclusive=true' : ''}`;
        return {
            name: stream,
            url,
            publish: (messages) => this.#publish(stream, messages),
            open: () => openConsumer(url),
            state: () => this.#state(stream, durable),
            delete: () => this.#delete(stream),
        };
    }
    openMissing() {
        return openConsumer(`${this.#url}/T${randomBytes(6).toString('hex')}/worker`);
    }
    /** Keys are subjects. One connection, so they are stored in this order. */
    async #publish(stream, messages) {
        const client = jetstream(this.#probe, { timeout: ANSWER_MS });
        for (let at = 0; at < messages.length; at += PIPELINE) {
            const answers = messages.slice(at, at + PIPELINE).map(({ body, key, headers }) => {
                const subject = key === undefined ? stream : `${stream}.${key}`;
                if (headers === undefined)
                    return client.publish(subject, body);
                const native = natsHeaders();
                for (const [name, value] of Object.entries(headers))
                    native.append(name, value);
                return client.publish(subject, body, { headers: native });
            });
            const failed = (await Promise.allSettled(answers)).find((answer) => answer.status === 'rejected');
            if (failed !== undefined)
                throw failed.reason;
        }
    }
    async #state(stream, durable) {
        // The fields named are the server's.
        const info = (await this.#api(`CONSUMER.INFO.${stream}.${durable}`));
        return { pending: info.num_pending + info.num_ack_pending, inFlight: info.num_ack_pending, deadLetters: undefined };
    }
    async #delete(stream) {
        try {
            await this.#api(`STREAM.DELETE.${stream}`);
        }
        catch (error) {
            if (!(error instanceof ApiError) || error.code !== 404)
                throw error;
        }
    }
    async #api(subject, body, timeoutMs = ANSWER_MS) {
        const payload = body === undefined ? undefined : JSON.stringify(body);
        const answer = await this.#probe.request(`$JS.API.${subject}`, payload, { timeout: timeoutMs });
        // Answers of the API are objects; errors have this form.
        const parsed = answer.json();
        if (parsed.error !== undefined)
            throw new ApiError(subject, parsed.error.code, parsed.error.description);
        return parsed;
    }
    async stop() {
        // A server that is gone has taken it along.
        if (!this.#probe.isClosed())
            await this.#delete(this.#kept).catch(() => undefined);
        await this.#probe.close();
        await this.#toxiproxy?.stop();
        await this.#server.stop();
    }
}
class ApiError extends Error {
    code;
    constructor(subject, code, description) {
        super(`$JS.API.${subject}: ${code} ${description}`);
        this.code = code;
    }
}
function clientVersion() {
    // Its package.json is the one place that tells.
    const { version } = createRequire(import.meta.url)(`${CLIENT}/package.json`);
    return version;
}
