import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { checkBudget, Drainer, drainBudget, drainOnSignals, type Order, openConsumer, StreamError } from 'tailrace';

/*
 * One service for every messaging system: which one it is, the URL in EVENTS_URL says. Appends each event to the file in
 * EVENTS_OUTPUT. EVENTS_ORDER is what it needs: `key` (default), `lane` or `none`.
 */

const { EVENTS_URL = '', EVENTS_OUTPUT = 'events.txt', EVENTS_ORDER = 'key' } = process.env;
const MAX_POLL_MS = 1_000;

let lines: string[] = [];

try {
  const consumer = await openConsumer(EVENTS_URL);
  const { lease, stopLatencyMs } = consumer.capabilities;

  // What this system cannot do, or not in time, is refused here, before anything is fetched.
  const budget = drainBudget();
  const leased = lease === false ? {} : { leaseMs: lease.ms, leaseExtended: lease.extend !== false };
  checkBudget(budget, { pollMs: MAX_POLL_MS, stopLatencyMs, ...leased });
  const drainer = new Drainer(
    consumer,
    async (message) => {
      await delay(10);
      lines.push(`${message.text()}\n`);
    },
    {
      concurrency: 16,
      // Any text: the drainer says which ones there are.
      order: EVENTS_ORDER as Order,
      maxPollMs: MAX_POLL_MS,
      budget,
      // The output is out before the broker is told that it is.
      beforeCommit: () => {
        const written = lines;
        lines = [];
        appendFileSync(EVENTS_OUTPUT, written.join(''));
      },
    },
  );

  drainOnSignals(drainer);
  const { outcome, totals } = await drainer.run();
  console.log(JSON.stringify({ outcome, ...totals }));
} catch (error) {
  if (!StreamError.is(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 2;
}
