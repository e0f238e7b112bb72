import { Consumer } from 'sqs-consumer';
import { Drainer } from 'tailrace';
import { sqsConsumer } from 'tailrace/sqs';
import { median } from './median.js';
const HANDLER_MS = 5;
const CONCURRENCY = 10;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export function startOurs(sqs, queue) {
    let started = 0;
    const consumer = sqsConsumer(sqs, { queue, leaseMs: 600_000 });
    const drainer = new Drainer(consumer, async () => {
        started += 1;
        await pause(HANDLER_MS);
    }, { order: 'none', concurrency: CONCURRENCY });
    void drainer.run();
    return {
        started: () => started,
        stop: async () => {
            const { outcome } = await drainer.drain();
            if (outcome !== 'clean')
                throw new Error(`a drain ended ${outcome}`);
        },
    };
}
export function startPeer(sqs, queueUrl, abort) {
    let started = 0;
    const consumer = Consumer.create({
        queueUrl,
        sqs,
        batchSize: 10,
        visibilityTimeout: 600,
        waitTimeSeconds: 20,
        handleMessage: async (message) => {
            started += 1;
            await pause(HANDLER_MS);
            return message;
        },
        pollingCompleteWaitTimeMs: 25_000,
    });
    // An aborted call is an error there.
    consumer.on('error', () => undefined);
    consumer.start();
    return {
        started: () => started,
        stop: () => new Promise((resolve) => {
            consumer.once('stopped', () => resolve());
            consumer.stop({ abort });
        }),
    };
}
/** Stops this often, each after so many ms, and says the median. */
export async function stopTimes(start, busy, stops) {
    const times = [];
    for (let stop = 0; stop < stops; stop += 1) {
        const running = start();
        if (busy)
            while (running.started() < CONCURRENCY)
                await pause(1);
        else
            await pause(100);
        const begin = performance.now();
        await running.stop();
        times.push(performance.now() - begin);
    }
    return Math.round(median(times));
}
