import { openSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Drainer, drainOnSignals, openConsumer } from 'tailrace';
/*
 * One worker process: consumes from the URL in its first argument and appends the numbers it has handled to the file in its
 * second. The file is its output, so it is written before the messages are acked: `beforeCommit` sees to that.
 */
const [url = '', outputPath = ''] = process.argv.slice(2);
const output = openSync(outputPath, 'a');
let lines = [];
const drainer = new Drainer(await openConsumer(url), async (message) => {
    const number = message.text();
    await delay(5 + (Number(number) % 10));
    lines.push(number);
}, {
    concurrency: 64,
    beforeCommit: () => {
        if (lines.length > 0)
            writeSync(output, `${lines.join('\n')}\n`);
        lines = [];
    },
});
drainOnSignals(drainer, { exit: false });
process.send?.({ ready: true });
const receipt = await drainer.run();
process.send?.({ receipt });
process.disconnect?.();
