import { randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { QueueDoesNotExist, SQS } from '@aws-sdk/client-sqs';
import { openConsumer } from '../../src/index.js';
import { startElasticMq } from '../brokers/elasticmq.js';
import { waitUntil } from '../brokers/process.js';
import { startToxiproxy } from '../brokers/toxiproxy.js';
const CLIENT = '@aws-sdk/client-sqs';
/** Longer than any case. */
const LEASE_MS = 30_000;
/** Polls of 1 s count within the lease. */
const SHORTEST_LEASE_MS = 2_000;
const ANSWER_MS = 10_000;
const SECOND_MS = 1_000;
/** Of one call. */
const PER_CALL = 10;
/** Calls that publish at a time. */
const PIPELINE = 20;
const KEY_ATTRIBUTE = 'key';
/** Where the server is our own, any key will do. */
const OWN_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
/**
 * A harness on an ElasticMQ of its own, which keeps its messages on disk; or on the endpoint that `TAILRACE_SQS` names, AWS's among
 * them, which is left alone: the region is then `AWS_REGION`'s, the credentials what the SDK finds.
 */
export async function startSqsHarness({ proxy = true, mode = 'standard' } = {}) {
    const server = await startElasticMq({ persistent: true });
    let toxiproxy;
    try {
        const own = server.pid !== undefined;
        toxiproxy = proxy && own ? await startToxiproxy() : undefined;
        const link = await toxiproxy?.link(new URL(server.url).host);
        return new SqsHarness(server, toxiproxy, link, mode);
    }
    catch (error) {
        await toxiproxy?.stop();
        await server.stop();
        throw error;
    }
}
class SqsHarness {
    adapter = 'sqs';
    variant;
    client;
    server;
    minimum;
    timing = {
        answerMs: ANSWER_MS,
        shortestLeaseMs: SHORTEST_LEASE_MS,
        leaseGranularityMs: 1_500,
        rebalanceMs: 0,
        takeoverMs: LEASE_MS,
    };
    faults;
    #server;
    #toxiproxy;
    #fifo;
    #probe;
    /** Without the queue and its options. */
    #base;
    #endpoint;
    /** URLs of those created and not yet deleted. */
    #queues = new Set();
    constructor(server, toxiproxy, link, mode) {
        const own = server.pid !== undefined;
        const region = process.env.AWS_REGION ?? 'us-east-1';
        const { accessKeyId, secretAccessKey } = OWN_CREDENTIALS;
        this.#server = server;
        this.#toxiproxy = toxiproxy;
        this.#fifo = mode === 'fifo';
        if (this.#fifo)
            this.variant = mode;
        this.#probe = new SQS({ endpoint: server.url, region, ...(own ? { credentials: OWN_CREDENTIALS } : {}) });
        this.#base = `sqs://${own ? `${accessKeyId}:${secretAccessKey}@` : ''}${region}`;
        this.#endpoint = link === undefined ? server.url : `http://${link.host}:${link.port}`;
        this.client = `${CLIENT} ${clientVersion()}`;
        this.server = own ? `ElasticMQ ${server.version}` : `SQS at ${new URL(server.url).host}`;
        this.minimum = {
            settlement: 'lease',
            ordered: this.#fifo,
            abort: 'staged',
            ackConfirmed: true,
            attempts: 'hint',
            closeReleases: 'costs-attempt',
            lag: true,
        };
        if (link !== undefined)
            this.faults = this.#faults(link);
    }
    /** No `crash`: what its database keeps over a SIGKILL is not known. */
    #faults(link) {
        return {
            restart: () => this.#restart(link),
            cut: () => link.cut(),
            slow: (slow) => link.slow(slow),
            heal: () => link.heal(),
        };
    }
    async #restart(link) {
        const restarted = this.#server.restart();
        // The server answers before it has found its queues again, and says then that they do not exist: nobody comes in until it has.
        await link.cut();
        await restarted;
        for (const queueUrl of this.#queues)
            await waitUntil(`${queueUrl} after a restart`, () => this.#state(queueUrl));
        await link.heal();
    }
    async create(options = {}) {
        const { maxDeliveries } = options;
        const leaseMs = Math.max(SHORTEST_LEASE_MS, Math.ceil((options.leaseMs ?? LEASE_MS) / SECOND_MS) * SECOND_MS);
        const name = this.#name();
        const dead = maxDeliveries === undefined ? undefined : await this.#makeQueue(this.#name(), {});
        const redrive = dead === undefined
            ? {}
            : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: await this.#arn(dead), maxReceiveCount: maxDeliveries }) };
        const queueUrl = await this.#makeQueue(name, redrive);
        const url = `${this.#url(name)}&leaseMs=${leaseMs}`;
        return {
            name,
            url,
            publish: (messages) => this.#publish(queueUrl, messages),
            open: () => openConsumer(url),
            state: () => this.#state(queueUrl),
            delete: async () => {
                for (const each of dead === undefined ? [queueUrl] : [queueUrl, dead])
                    await this.#delete(each);
            },
        };
    }
    openMissing() {
        return openConsumer(this.#url(this.#name()));
    }
    #name() {
        return `T${randomBytes(6).toString('hex')}${this.#fifo ? '.fifo' : ''}`;
    }
    #url(name) {
        const endpoint = encodeURIComponent(this.#endpoint);
        return `${this.#base}/${name}?endpoint=${endpoint}&bodyEncoding=base64&keyAttribute=${KEY_ATTRIBUTE}`;
    }
    async #makeQueue(name, more) {
        const kind = this.#fifo ? { FifoQueue: 'true', ContentBasedDeduplication: 'false' } : {};
        const { QueueUrl } = await this.#probe.createQueue({ QueueName: name, Attributes: { ...kind, ...more } });
        if (QueueUrl === undefined)
            throw new Error(`no URL for the new queue ${name}`);
        this.#queues.add(QueueUrl);
        return QueueUrl;
    }
    async #arn(queueUrl) {
        const { Attributes } = await this.#probe.getQueueAttributes({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] });
        return Attributes?.QueueArn ?? '';
    }
    /** In a FIFO queue the lane, or else the key, is the message group; messages without are each a group of their own. */
    async #publish(queueUrl, messages) {
        const batches = [];
        for (let at = 0; at < messages.length; at += PER_CALL)
            batches.push(messages.slice(at, at + PER_CALL));
        // In order where there is one.
        const width = this.#fifo ? 1 : PIPELINE;
        for (let at = 0; at < batches.length; at += width) {
            await Promise.all(batches.slice(at, at + width).map((batch) => this.#send(queueUrl, batch)));
        }
    }
    async #send(queueUrl, messages) {
        const { Failed = [] } = await this.#probe.sendMessageBatch({
            QueueUrl: queueUrl,
            Entries: messages.map((message, index) => {
                const { body, key, headers = {} } = message;
                const attributes = {};
                for (const [name, value] of Object.entries(headers))
                    attributes[name] = { DataType: 'String', StringValue: value };
                if (key !== undefined)
                    attributes[KEY_ATTRIBUTE] = { DataType: 'String', StringValue: key };
                return {
                    Id: String(index),
                    // A body is not empty: `=` is base64 of nothing.
                    MessageBody: body.length === 0 ? '=' : Buffer.from(body).toString('base64'),
                    MessageAttributes: attributes,
                    ...(this.#fifo ? { MessageGroupId: groupOf(message), MessageDeduplicationId: randomUUID() } : {}),
                };
            }),
        });
        if (Failed.length > 0)
            throw new Error(`${Failed.length} were not published: ${Failed[0]?.Code} ${Failed[0]?.Message}`);
    }
    async #state(queueUrl) {
        const { Attributes = {} } = await this.#probe.getQueueAttributes({ QueueUrl: queueUrl, AttributeNames: ['All'] });
        const count = (name) => Number(Attributes[name] ?? 0);
        const inFlight = count('ApproximateNumberOfMessagesNotVisible');
        const waiting = count('ApproximateNumberOfMessages') + count('ApproximateNumberOfMessagesDelayed');
        return { pending: waiting + inFlight, inFlight, deadLetters: undefined };
    }
    async #delete(queueUrl) {
        this.#queues.delete(queueUrl);
        try {
            await this.#probe.deleteQueue({ QueueUrl: queueUrl });
        }
        catch (error) {
            if (!(error instanceof QueueDoesNotExist))
                throw error;
        }
    }
    async stop() {
        this.#probe.destroy();
        await this.#toxiproxy?.stop();
        await this.#server.stop();
    }
}
function groupOf({ lane, key }) {
    return lane === undefined ? (key ?? randomUUID()) : `lane${lane}`;
}
function clientVersion() {
    // Its package.json is the one place that tells.
    const { version } = createRequire(import.meta.url)(`${CLIENT}/package.json`);
    return version;
}
