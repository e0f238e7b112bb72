import type { SQS } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';
import { Drainer } from 'tailrace';
import { sqsConsumer } from 'tailrace/sqs';
import { median } from './median.js';

/** How long a stop takes, ms, from the call until everything is given back. */
export interface StopResult {
  /** In a long poll of an empty queue, at the poll length given. */
  readonly idleMs: number;
  /** While messages are handled, each in a few ms. */
  readonly busyMs: number;
}

const HANDLER_MS = 5;
const CONCURRENCY = 10;

export interface Stoppable {
  readonly started: () => number;
  stop(): Promise<void>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function startOurs(sqs: () => SQS, queue: string): Stoppable {
  let started = 0;
  const consumer = sqsConsumer(sqs, { queue, leaseMs: 600_000 });
  const drainer = new Drainer(
    consumer,
    async () => {
      started += 1;
      await pause(HANDLER_MS);
    },
    { order: 'none', concurrency: CONCURRENCY },
  );
  void drainer.run();
  return {
    started: () => started,
    stop: async () => {
      const { outcome } = await drainer.drain();
      if (outcome !== 'clean') throw new Error(`a drain ended ${outcome}`);
    },
  };
}

/** Waits in its stop for the poll that is out, as ours does: by default it says that it has stopped at once, and the poll strands what it brings. */
export function startPeer(sqs: SQS, queueUrl: string, waitTimeSeconds: number): Stoppable {
  let started = 0;
  const consumer = Consumer.create({
    queueUrl,
    sqs,
    batchSize: 10,
    visibilityTimeout: 600,
    waitTimeSeconds,
    handleMessage: async (message) => {
      started += 1;
      await pause(HANDLER_MS);
      return message;
    },
    pollingCompleteWaitTimeMs: 25_000,
  });
  consumer.on('error', (error) => console.error(error.message));
  consumer.start();
  return {
    started: () => started,
    stop: () =>
      new Promise((resolve) => {
        consumer.once('stopped', () => resolve());
        consumer.stop();
      }),
  };
}

/** Stops this often, each after so many ms, and says the median. */
export async function stopTimes(start: () => Stoppable, busy: boolean, stops: number): Promise<number> {
  const times: number[] = [];
  for (let stop = 0; stop < stops; stop += 1) {
    const running = start();
    if (busy) while (running.started() < CONCURRENCY) await pause(1);
    else await pause(100);
    const begin = performance.now();
    await running.stop();
    times.push(performance.now() - begin);
  }
  return Math.round(median(times));
}
