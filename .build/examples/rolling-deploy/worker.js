import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Drainer, drainOnSignals, openConsumer } from 'tailrace';
import { now, RecordWriter } from './records.js';
/*
 * One worker: consumes from a URL, with handlers that end out of order, drains on SIGTERM, and writes down what it has handled. The
 * records are its output, so they are written before the offsets are committed: `beforeCommit` sees to that.
 */
// Comes from whoever started it.
const task = JSON.parse(process.argv[2] ?? '');
const records = new RecordWriter(task.records);
let works = false;
const drainer = new Drainer(await openConsumer(task.url, task.openOptions), async ({ lane = '', position, publishedAt = Number.NaN }) => {
    const offset = Number(position);
    await delay(2 + ((offset * 7) % 19));
    records.add(Number(lane.slice(lane.lastIndexOf('/') + 1)), offset, now(), Date.now() - publishedAt);
    if (works)
        return;
    works = true;
    process.send?.({ works });
}, { concurrency: 512, window: 4_096, order: 'none', beforeCommit: () => records.flush() });
drainOnSignals(drainer);
// Whoever started it is gone.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
const receipt = await drainer.run();
records.close();
writeFileSync(task.receipt, JSON.stringify(receipt));
