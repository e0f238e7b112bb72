import { openConsumer } from '../../src/index.js';
import { waitUntil } from '../brokers/process.js';
const ANSWER_MS = 10_000;
/** Records of one request. */
const PRODUCE = 2_000;
/**
 * With connections of its own: a client of kafkajs that was told of a topic fails at everything once that topic is gone. And with
 * new ones after a failure: an admin client goes on asking a leader that is none any more.
 */
export class KafkaChannel {
    name;
    url;
    openOptions;
    #groupId;
    #kafka;
    #admin;
    #producer;
    #deleted = false;
    constructor(kafka, topic, groupId, url, openOptions) {
        this.openOptions = openOptions;
        this.name = topic;
        this.url = url;
        this.#groupId = groupId;
        this.#kafka = kafka;
    }
    async create(lanes) {
        const admin = await this.#asked();
        await admin.createTopics({ topics: [{ topic: this.name, numPartitions: lanes }], waitForLeaders: false, timeout: ANSWER_MS });
        // The topic is there when its creation is answered; that the broker has it as well comes a moment later.
        await waitUntil(`the topic ${this.name}`, async () => (await admin.fetchTopicOffsets(this.name)).length === lanes);
    }
    open() {
        return openConsumer(this.url, this.openOptions);
    }
    #asked() {
        this.#admin ??= connected(this.#kafka.admin());
        return this.#admin;
    }
    /** Idempotent, so that what the client sends again after a failure of its own is there once. */
    #producing() {
        this.#producer ??= connected(this.#kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 }));
        return this.#producer;
    }
    async publish(messages) {
        try {
            const producer = await this.#producing();
            for (let at = 0; at < messages.length; at += PRODUCE) {
                await producer.send({
                    topic: this.name,
                    acks: -1,
                    messages: messages.slice(at, at + PRODUCE).map(({ body, key, headers, lane }) => ({
                        value: Buffer.from(body),
                        ...(key === undefined ? {} : { key }),
                        ...(headers === undefined ? {} : { headers }),
                        ...(lane === undefined ? {} : { partition: lane }),
                    })),
                });
            }
        }
        catch (error) {
            // The next messages must not have the numbers of these, which may be there.
            const failed = this.#producer;
            this.#producer = undefined;
            await disconnected(failed);
            throw error;
        }
    }
    /** An aborted transaction: the record that nobody reads, and its marker. */
    async leaveHole(lane) {
        const admin = await this.#asked();
        const end = async () => Number((await admin.fetchTopicOffsets(this.name)).find(({ partition }) => partition === lane)?.offset);
        const before = await end();
        const producer = this.#kafka.producer({ transactionalId: `hole-${this.name}`, idempotent: true, maxInFlightRequests: 1 });
        await producer.connect();
        try {
            const transaction = await producer.transaction();
            await transaction.send({ topic: this.name, messages: [{ value: 'aborted', partition: lane }] });
            await transaction.abort();
            // The marker is written after the answer: what is published next could come before it.
            await waitUntil('the marker of the transaction', async () => (await end()) >= before + 2);
        }
        finally {
            await producer.disconnect();
        }
    }
    async state() {
        try {
            return await this.#state();
        }
        catch {
            // It may have asked who leads no more: a client that knows nothing yet looks.
            const failed = this.#admin;
            this.#admin = undefined;
            await disconnected(failed);
            return this.#state();
        }
    }
    async #state() {
        const admin = await this.#asked();
        const [ends, committed] = await Promise.all([
            admin.fetchTopicOffsets(this.name),
            admin.fetchOffsets({ groupId: this.#groupId, topics: [this.name] }),
        ]);
        const places = new Map(committed[0]?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
        let pending = 0;
        for (const { partition, offset, low } of ends)
            pending += Number(offset) - Math.max(places.get(partition) ?? -1, Number(low));
        return { pending, inFlight: undefined, deadLetters: undefined };
    }
    async delete() {
        if (this.#deleted)
            return;
        const admin = await this.#asked();
        await admin.deleteTopics({ topics: [this.name], timeout: ANSWER_MS });
        this.#deleted = true;
        await disconnected(this.#admin);
        await disconnected(this.#producer);
    }
}
async function connected(client) {
    await client.connect();
    return client;
}
/** One that could not connect, or whose server is gone, has nothing to take leave of. */
async function disconnected(client) {
    await client?.then((each) => each.disconnect()).catch(() => undefined);
}
