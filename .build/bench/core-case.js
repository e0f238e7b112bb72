import { Drainer } from 'tailrace';
import { nullConsumer, nullMessage } from './null-consumer.js';
/*
 * One case in a process of its own: `raw` or `ours`, order, concurrency, messages, batch, `sync` or `async`. Prints ns a message,
 * after a tenth of them that are not counted: what compiling costs is no part of it.
 */
const [side = 'raw', order = 'none', concurrencyText = '1', countText = '1000000', batchText = '1000', kind = 'async'] = process.argv.slice(2);
const concurrency = Number(concurrencyText);
const count = Number(countText);
const batch = Number(batchText);
const warmUp = Math.floor(count / 10 / batch) * batch;
let made = 0;
let acked = 0;
let handled = 0;
let begin = 0n;
let finished = () => undefined;
const done = new Promise((resolve) => {
    finished = resolve;
});
function next(max) {
    const size = Math.min(batch, max, count - made);
    const messages = new Array(size);
    for (let at = 0; at < size; at += 1) {
        messages[at] = nullMessage(made);
        made += 1;
    }
    if (made >= warmUp && begin === 0n)
        begin = process.hrtime.bigint();
    return messages;
}
const consumer = nullConsumer(next, (number) => {
    acked += number;
    if (acked >= count)
        finished();
});
const handler = kind === 'sync'
    ? () => {
        handled += 1;
    }
    : async () => {
        handled += 1;
    };
if (side === 'raw') {
    while (made < count) {
        const messages = next(batch);
        for (const _ of messages) {
            const result = handler();
            if (result !== undefined)
                await result;
        }
        await consumer.ack(messages);
    }
}
else {
    const drainer = new Drainer(consumer, handler, {
        concurrency,
        // By the caller's word; the constructor checks it.
        order: order,
        window: Math.max(2 * batch, 2 * concurrency),
        beforeCommit: () => undefined,
        onError: (error) => {
            throw error;
        },
    });
    void drainer.run();
    await done;
    console.log(Number(process.hrtime.bigint() - begin) / (count - warmUp));
    const receipt = await drainer.drain();
    if (receipt.outcome !== 'clean' || handled !== count || receipt.totals.confirmed !== count)
        throw new Error(JSON.stringify(receipt));
    process.exit(0);
}
console.log(Number(process.hrtime.bigint() - begin) / (count - warmUp));
