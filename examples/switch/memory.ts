import { readFileSync, writeFileSync } from 'node:fs';
import { memoryBroker } from 'tailrace/memory';

/*
 * The memory broker lives in the service's own process, so something in there has to fill it. Loaded before the service, by
 * `node --import ./memory.js`, this does, from EVENTS_FILE, one event a line; what is not acked at exit is written back.
 */

const path = process.env.EVENTS_FILE ?? 'events.txt';
const bodies = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => line !== '');

const broker = memoryBroker('shop');
const queue = broker.createQueue('orders', { leaseMs: 30_000 });
const ids = broker.publish(
  'orders',
  bodies.map((body) => ({ body })),
);

process.on('exit', () => {
  const { ready, delayed, leased } = queue;
  const left = new Set([...ready.ids, ...delayed.ids, ...leased.ids]);
  writeFileSync(path, bodies.filter((_, at) => left.has(ids[at] ?? '')).join('\n'));
});
