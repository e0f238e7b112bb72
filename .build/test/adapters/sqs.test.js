import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { SQS } from '@aws-sdk/client-sqs';
import { sqsConsumer } from '../../adapters/sqs/index.js';
import { startElasticMq } from '../../conformance/brokers/elasticmq.js';
import { waitUntil } from '../../conformance/brokers/process.js';
const { signal: NEVER } = new AbortController();
const server = await startElasticMq();
const own = server.pid !== undefined;
const config = {
    endpoint: server.url,
    region: process.env.AWS_REGION ?? 'us-east-1',
    ...(own ? { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } } : {}),
};
const probe = new SQS(config);
const made = [];
after(async () => {
    for (const QueueUrl of made)
        await probe.deleteQueue({ QueueUrl }).catch(() => undefined);
    probe.destroy();
    await server.stop();
});
async function queue(attributes = {}, suffix = '') {
    const name = `t${randomBytes(6).toString('hex')}${suffix}`;
    const { QueueUrl: url = '' } = await probe.createQueue({ QueueName: name, Attributes: attributes });
    made.push(url);
    return { name, url };
}
/** What waits and what is hidden, by the queue itself. */
async function counts(QueueUrl) {
    const { Attributes = {} } = await probe.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
    return [Number(Attributes.ApproximateNumberOfMessages), Number(Attributes.ApproximateNumberOfMessagesNotVisible)];
}
describe('on a real server', () => {
    it('a queue that is deleted while it is read is NOT_FOUND', async () => {
        const { name, url } = await queue();
        const consumer = sqsConsumer(() => new SQS(config), { queue: name });
        assert.deepEqual(await consumer.fetch({ max: 1, waitMs: 0, signal: NEVER }), []);
        await probe.deleteQueue({ QueueUrl: url });
        await assert.rejects(consumer.fetch({ max: 1, waitMs: 0, signal: NEVER }), { code: 'NOT_FOUND', retryable: false });
        assert.equal((await consumer.close({ signal: NEVER })).clean, true);
    });
    it("a poll in whose wait the consumer closes brings nothing away with it; a caller's client stays usable", async () => {
        const { name, url } = await queue();
        const client = new SQS({ ...config, md5: false });
        const consumer = sqsConsumer(client, { queue: name, maxPollMs: 2_000 });
        const stop = new AbortController();
        const fetched = consumer.fetch({ max: 10, waitMs: 2_000, signal: stop.signal });
        stop.abort();
        assert.deepEqual(await fetched, []);
        const closed = consumer.close({ signal: NEVER });
        await probe.sendMessage({ QueueUrl: url, MessageBody: 'late' });
        assert.equal((await closed).clean, true);
        await waitUntil('the message to be there for others', async () => (await counts(url)).join() === '1,0');
        const { Messages } = await client.receiveMessage({ QueueUrl: url });
        assert.equal(Messages?.length, 1);
        client.destroy();
    });
    it('a hundred stops in the middle of polls strand nothing', { timeout: 300_000 }, async () => {
        const stops = 100;
        const { name, url } = await queue({ VisibilityTimeout: '600' });
        const texts = Array.from({ length: 10 }, (_, index) => `m${index}`);
        await probe.sendMessageBatch({ QueueUrl: url, Entries: texts.map((MessageBody, index) => ({ Id: String(index), MessageBody })) });
        for (let stop = 0; stop < stops; stop += 1) {
            const consumer = sqsConsumer(() => new SQS({ ...config, md5: false }), { queue: name, leaseMs: 600_000 });
            const controller = new AbortController();
            const fetched = consumer.fetch({ max: 1 + (stop % 30), waitMs: 1_000, signal: controller.signal });
            for (let turn = 0; turn < stop % 7; turn += 1)
                await new Promise((resolve) => setImmediate(resolve));
            controller.abort();
            await fetched;
            assert.equal((await consumer.close({ signal: NEVER })).clean, true);
        }
        assert.deepEqual(await counts(url), [10, 0]);
    });
    it('lag is what waits; what the redrive policy takes away comes no more', async () => {
        const dead = await queue();
        const { Attributes } = await probe.getQueueAttributes({ QueueUrl: dead.url, AttributeNames: ['QueueArn'] });
        const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 2 });
        const { name, url } = await queue({ RedrivePolicy });
        await probe.sendMessage({ QueueUrl: url, MessageBody: 'bad' });
        const consumer = sqsConsumer(() => new SQS(config), { queue: name });
        assert.deepEqual([...((await consumer.lag?.()) ?? [])], [['', 1]]);
        for (const attempt of [1, 2]) {
            const got = await consumer.fetch({ max: 10, waitMs: 5_000, signal: NEVER });
            assert.deepEqual(got.map((message) => [message.text(), message.attempt]), [['bad', attempt]]);
            assert.deepEqual(await consumer.release?.(got), { failed: [] });
        }
        assert.deepEqual(await consumer.fetch({ max: 10, waitMs: 0, signal: NEVER }), []);
        await waitUntil('it to be among the dead letters', async () => (await counts(dead.url))[0] === 1);
        await consumer.close({ signal: NEVER });
    });
    it('a failed message holds its group, and no other', async () => {
        const { name, url } = await queue({ FifoQueue: 'true' }, '.fifo');
        for (const [index, MessageGroupId] of ['a', 'a', 'b'].entries()) {
            await probe.sendMessage({
                QueueUrl: url,
                MessageBody: `${MessageGroupId}${index}`,
                MessageGroupId,
                MessageDeduplicationId: String(index),
            });
        }
        const consumer = sqsConsumer(() => new SQS(config), { queue: name });
        const first = await consumer.fetch({ max: 10, waitMs: 1_000, signal: NEVER });
        assert.deepEqual(first.map((message) => message.text()).sort(), ['a0', 'a1', 'b2']);
        await consumer.release?.(first.filter(({ lane }) => lane === 'a'), { delayMs: 2_000 });
        assert.equal((await consumer.ack(first.filter(({ lane }) => lane === 'b'))).confirmed.length, 1);
        await probe.sendMessage({ QueueUrl: url, MessageBody: 'a3', MessageGroupId: 'a', MessageDeduplicationId: '3' });
        await probe.sendMessage({ QueueUrl: url, MessageBody: 'b4', MessageGroupId: 'b', MessageDeduplicationId: '4' });
        const texts = [];
        while (texts.length < 4) {
            const [message] = await consumer.fetch({ max: 1, waitMs: 1_000, signal: NEVER });
            if (message === undefined)
                continue;
            texts.push(message.text());
            await consumer.ack([message]);
        }
        assert.deepEqual(texts, ['b4', 'a0', 'a1', 'a3']);
        await consumer.close({ signal: NEVER });
    });
});
