import { setTimeout as delay } from 'node:timers/promises';
import { Drainer, drainOnSignals, type Message, openConsumer, StreamError } from 'tailrace';

/*
 * A service that handles the events of whatever EVENTS_URL names, and drains on SIGTERM. Which system that is stands nowhere in
 * this file. What the service asks of it is checked against what it declares, before anything is fetched.
 */

async function handle(event: Message): Promise<void> {
  await delay(20);
  console.log(`handled ${event.text()}`);
}

const { EVENTS_URL = '', EVENTS_IN_ORDER } = process.env;

try {
  const consumer = await openConsumer(EVENTS_URL);
  const { ordered } = consumer.capabilities;
  const drainer = new Drainer(consumer, handle, {
    concurrency: 8,
    // In order where there is an order to keep, else one event of a key at a time. Demanded of a system that has none, it is refused here.
    order: ordered || EVENTS_IN_ORDER === 'yes' ? 'lane' : 'key',
  });
  drainOnSignals(drainer);
  const receipt = await drainer.run();
  console.log(JSON.stringify(receipt));
} catch (error) {
  if (!StreamError.is(error)) throw error;
  console.error(JSON.stringify(error));
  process.exitCode = 1;
}
