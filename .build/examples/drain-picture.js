import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Drainer, renderTimelineSvg } from 'tailrace';
import { MemoryBroker } from 'tailrace/memory';
/* Draws docs/drain.svg from a real drain: `node dist/examples/drain-picture.js docs/drain.svg`. */
const broker = new MemoryBroker();
broker.createQueue('orders', { leaseMs: 30_000 });
for (let number = 0; number < 400; number += 1)
    broker.publish('orders', { body: String(number) });
let handled = 0;
const drainer = new Drainer(broker.consumer({ queue: 'orders' }), async (message) => {
    await delay(100 + ((Number(message.text()) * 37) % 600));
    handled += 1;
}, {
    concurrency: 24,
    window: 60,
    beforeCommit: async (_, { reason }) => {
        await delay(reason === 'drain' ? 90 : 15);
    },
    budget: { totalMs: 1_600, softMs: 1_000, commitMs: 200, closeMs: 100 },
});
const running = drainer.run();
while (handled < 100)
    await delay(10);
const receipt = await drainer.drain({ reason: 'SIGTERM' });
await running;
writeFileSync(process.argv[2] ?? 'drain.svg', renderTimelineSvg(receipt));
