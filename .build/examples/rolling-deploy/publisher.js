import { setTimeout as delay } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { now } from './records.js';
const TICK_MS = 20;
const UNANSWERED = 50;
const BODY = Buffer.alloc(100, 'x');
// Comes from whoever started it.
const { brokers, topic, partitions, rate } = JSON.parse(process.argv[2] ?? '');
const kafka = new kafkajs.Kafka({ clientId: 'publisher', brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
const producer = kafka.producer({ allowAutoTopicCreation: false });
await producer.connect();
let stopped = false;
process.once('message', () => {
    stopped = true;
});
process.once('disconnect', () => process.exit(1));
let sent = 0;
let published = 0;
const seconds = [];
const unanswered = new Set();
const start = now();
async function send(count) {
    const messages = Array.from({ length: count }, (_, at) => ({ value: BODY, partition: (sent + at) % partitions }));
    sent += count;
    await producer.send({ topic, acks: -1, messages });
    published += count;
    const second = Math.floor((now() - start) / 1_000);
    while (seconds.length <= second)
        seconds.push(0);
    seconds[second] = (seconds[second] ?? 0) + count;
}
process.send?.({ began: true });
while (!stopped) {
    const due = Math.floor(((now() - start) / 1_000) * rate) - sent;
    if (due > 0 && unanswered.size < UNANSWERED) {
        // Never more than a second's worth at a time, however long this process stood still.
        const request = send(Math.min(due, rate));
        unanswered.add(request);
        // A request that fails ends the process: without a load nothing is shown.
        request.then(() => unanswered.delete(request), (error) => {
            console.error(error);
            process.exit(1);
        });
    }
    await delay(TICK_MS);
}
await Promise.all(unanswered);
await producer.disconnect();
const result = { published, seconds: seconds.slice(0, -1) };
process.send?.(result, () => process.exit(0));
