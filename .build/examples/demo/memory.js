import { setTimeout as delay } from 'node:timers/promises';
import { Drainer } from 'tailrace';
import { MemoryBroker } from 'tailrace/memory';
import { Tally } from './result.js';
const QUEUE = 'orders';
/** All of it in one process: publish, handle, drain in the middle under load, resume with a new consumer. */
export async function memoryDemo(count, progress) {
    const broker = new MemoryBroker();
    broker.createQueue(QUEUE, { leaseMs: 30_000 });
    for (let number = 0; number < count; number += 1)
        broker.publish(QUEUE, { body: String(number) });
    progress.say(`published ${count.toLocaleString('en')} messages`);
    const tally = new Tally(count);
    let handled = 0;
    const options = { concurrency: 64, window: 2_000 };
    const handle = async (message) => {
        // Some of the work takes time, as real work does.
        const number = Number(message.text());
        if (number % 100 === 0)
            await delay(1);
        tally.count(number);
        handled += 1;
        progress.update(() => `handled ${handled.toLocaleString('en')} of ${count.toLocaleString('en')}`);
    };
    const drains = [];
    const first = new Drainer(broker.consumer({ queue: QUEUE }), handle, options);
    const firstRun = first.run();
    while (handled < count / 2)
        await delay(1);
    progress.say(`draining with ${first.status().running} handlers running, ${first.status().unstarted} messages waiting`);
    drains.push(await first.drain({ reason: 'the middle of the demo' }));
    await firstRun;
    progress.say(`drained after ${handled.toLocaleString('en')}; a new consumer resumes`);
    const second = new Drainer(broker.consumer({ queue: QUEUE }), handle, options);
    const secondRun = second.run();
    while (broker.queue(QUEUE).acked.count < count)
        await delay(5);
    drains.push(await second.drain({ reason: 'the end of the demo' }));
    await secondRun;
    return tally.result(count, drains);
}
