import { setTimeout as delay } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { now } from './records.js';

/*
 * Publishes at a steady rate until it is told to stop, then says how much that was in each whole second. One request every 20 ms, and
 * one at a time: what a slow answer has delayed comes with the next request. The producer is idempotent: where one partition fails,
 * kafkajs sends the whole request again, and what would be there twice then would look like something that was handled twice. One at
 * a time, because a later request would take the sequence numbers of one that is sent again.
 */

export interface PublisherTask {
  readonly brokers: string;
  readonly topic: string;
  readonly partitions: number;
  readonly rate: number;
}

export interface Published {
  readonly published: number;
  /** Records that were acknowledged in each whole second. */
  readonly seconds: readonly number[];
}

const TICK_MS = 20;
const BODY = Buffer.alloc(100, 'x');

// Comes from whoever started it.
const { brokers, topic, partitions, rate } = JSON.parse(process.argv[2] ?? '') as PublisherTask;
const kafka = new kafkajs.Kafka({ clientId: 'publisher', brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 });
await producer.connect();

let stopped = false;
process.once('message', () => {
  stopped = true;
});
process.once('disconnect', () => process.exit(1));

let sent = 0;
let published = 0;
const seconds: number[] = [];
const start = now();

async function send(count: number): Promise<void> {
  const messages = Array.from({ length: count }, (_, at) => ({ value: BODY, partition: (sent + at) % partitions }));
  sent += count;
  await producer.send({ topic, acks: -1, messages });
  published += count;
  const second = Math.floor((now() - start) / 1_000);
  while (seconds.length <= second) seconds.push(0);
  seconds[second] = (seconds[second] ?? 0) + count;
}

process.send?.({ began: true });
while (!stopped) {
  const due = Math.floor(((now() - start) / 1_000) * rate) - sent;
  // Never more than a second's worth at a time, however long this process stood still. A request that fails ends the process: without
  // a load nothing is shown.
  await Promise.all([delay(TICK_MS), due > 0 ? send(Math.min(due, rate)) : undefined]);
}
await producer.disconnect();
const result: Published = { published, seconds: seconds.slice(0, -1) };
process.send?.(result, () => process.exit(0));
