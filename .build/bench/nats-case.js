import { getHeapStatistics } from 'node:v8';
import { jetstream } from '@nats-io/jetstream';
import { connect as connect3 } from '@nats-io/transport-node';
import { connect as connect2 } from 'nats';
import { Drainer } from 'tailrace';
import { natsConsumer } from 'tailrace/nats';
const ENCODER = new TextEncoder();
const ACK = ENCODER.encode('+ACK');
const EXPIRES_MS = 5_000;
/** How many are handled before the clocks start. */
const UNCOUNTED_SHARE = 0.1;
let handled = 0;
let bytes = 0;
let uncounted = 0;
let start = 0;
let cpu = process.cpuUsage();
/** The body is looked at, as any handler does. */
async function handle({ length }) {
    handled += 1;
    bytes += length;
    if (handled !== uncounted)
        return;
    start = performance.now();
    cpu = process.cpuUsage();
}
async function open({ family, servers }) {
    if (family === 'nats') {
        const connection = await connect2({ servers });
        return { connection, consumer: (stream, durable) => connection.jetstream().consumers.get(stream, durable) };
    }
    const connection = await connect3({ servers });
    return { connection, consumer: (stream, durable) => jetstream(connection).consumers.get(stream, durable) };
}
async function consume(consumer, { count, window }) {
    const messages = await consumer.consume({ max_messages: window });
    for await (const message of messages) {
        await handle(message.data);
        message.ack();
        if (handled === count)
            break;
    }
}
async function callback(consumer, { count, window }) {
    await new Promise((resolve, reject) => {
        const each = (message) => {
            handle(message.data).then(() => {
                message.ack();
                acked += 1;
                if (acked === count)
                    resolve();
            }, reject);
        };
        let acked = 0;
        consumer.consume({ max_messages: window, callback: each }).catch(reject);
    });
}
async function fetchAll(consumer, { side, count, window }) {
    while (handled < count) {
        const batch = [];
        const handlers = [];
        for await (const message of await consumer.fetch({ max_messages: window, expires: EXPIRES_MS })) {
            batch.push(message);
            handlers.push(handle(message.data));
        }
        await Promise.all(handlers);
        if (side === 'fetch-confirmed')
            await Promise.all(batch.map((message) => message.ackAck()));
        else {
            const last = side === 'fetch-last-confirmed' ? batch.pop() : undefined;
            for (const message of batch)
                message.ack();
            await last?.ackAck();
        }
    }
}
/** The protocol by hand, over the connection: as little as can be done. */
async function pull(connection, { side, stream, durable, count, window }) {
    const inbox = `_INBOX.bench.${process.pid}`;
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`;
    const request = ENCODER.encode(JSON.stringify({ batch: window, expires: EXPIRES_MS * 1e6 }));
    let batch = [];
    let full = () => { };
    const subscription = connection.subscribe(inbox, {
        callback: (error, message) => {
            if (error !== null)
                throw error;
            batch.push(message);
            if (batch.length === window)
                full();
        },
    });
    while (handled < count) {
        await new Promise((resolve) => {
            full = resolve;
            connection.publish(subject, request, { reply: inbox });
        });
        const messages = batch;
        batch = [];
        await Promise.all(messages.map(({ data }) => handle(data)));
        const last = side === 'pull-confirmed' ? messages.pop() : undefined;
        for (const message of messages)
            message.respond(ACK);
        if (last?.reply !== undefined)
            await connection.request(last.reply, ACK, { timeout: EXPIRES_MS });
    }
    subscription.unsubscribe();
}
async function ours(connection, side, { stream, durable, count, window }) {
    const confirm = side === 'message' || side === 'none' ? side : 'batch';
    const consumer = natsConsumer(connection, { stream, durable, confirm, exclusive: side === 'lane' });
    let finished = () => { };
    const done = new Promise((resolve) => {
        finished = resolve;
    });
    const each = async ({ body }) => {
        await handle(body);
        if (handled === count)
            finished();
    };
    const all = async (messages) => {
        for (const { body } of messages)
            await handle(body);
        if (handled === count)
            finished();
    };
    const drainer = side === 'batch-handler'
        ? new Drainer(consumer, { batch: all, maxBatch: window }, { concurrency: 1 })
        : new Drainer(consumer, each, { concurrency: window });
    void drainer.run();
    await done;
    checkReceipt(await drainer.drain(), count);
}
function checkReceipt({ outcome, totals }, count) {
    if (outcome !== 'clean' || totals.confirmed + totals.sent !== count)
        throw new Error(`${outcome}: ${JSON.stringify(totals)}`);
}
async function measure(given) {
    const { side, stream, durable, count } = given;
    const client = await open(given);
    const native = await client.consumer(stream, durable);
    let heap = 0;
    const sampler = setInterval(() => {
        heap = Math.max(heap, getHeapStatistics().used_heap_size);
    }, 10);
    uncounted = Math.ceil(count * UNCOUNTED_SHARE);
    if (side === 'consume')
        await consume(native, given);
    else if (side === 'callback')
        await callback(native, given);
    else if (side.startsWith('fetch'))
        await fetchAll(native, given);
    else if (side.startsWith('pull'))
        await pull(client.connection, given);
    else
        await ours(client.connection, side, given);
    await client.connection.flush();
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    clearInterval(sampler);
    if (handled !== count || bytes === 0)
        throw new Error(`handled ${handled} of ${count} messages`);
    await client.connection.close();
    return { messages: count - uncounted, ms, cpuMs: (user + system) / 1_000, heapMb: heap / 1e6 };
}
const [text] = process.argv.slice(2);
// What it is given comes from the benchmark that starts it.
if (text !== undefined)
    console.log(JSON.stringify(await measure(JSON.parse(text))));
