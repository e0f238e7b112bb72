import type { StreamError } from '../../src/errors.js';
import type { Message } from '../../src/message.js';
import { outcome, PER_CALL } from './batches.js';
import { bounded } from './bounded.js';
import type { SqsMessage } from './client.js';
import type { Errors } from './ledger.js';
import type { Settings } from './options.js';
import type { Connected } from './poller.js';

type Native = Message<SqsMessage>;

/**
 * Sets how long these are hidden. In a FIFO queue the last of a group first, and one call after another: what is still hidden at the
 * head of a group holds up the rest of it, so nothing overtakes. Never rejects.
 */
export async function setVisibility(
  connected: () => Connected,
  settings: Settings,
  messages: readonly Native[],
  seconds: number,
): Promise<Errors> {
  const { fifo, queue, answerMs } = settings;
  const errors = new Map<Native, StreamError>();
  const call = async (batch: readonly Native[]): Promise<void> => {
    const outcomes = await outcome(
      (entries) => {
        const { control, queueUrl } = connected();
        const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: seconds }));
        return bounded(answerMs, (options) => control.changeMessageVisibilityBatch({ QueueUrl: queueUrl, Entries }, options));
      },
      batch,
      `changing the visibility in ${queue}`,
    );
    for (const [index, error] of outcomes.entries()) if (error !== undefined) errors.set(batch[index] as Native, error);
  };
  const ordered = fifo ? [...messages].sort(byPosition).reverse() : messages;
  const batches: (readonly Native[])[] = [];
  for (let at = 0; at < ordered.length; at += PER_CALL) batches.push(ordered.slice(at, at + PER_CALL));
  if (fifo) for (const batch of batches) await call(batch);
  else await Promise.all(batches.map(call));
  return errors;
}

/** Sequence numbers are decimal, and too long for a number. */
function byPosition({ position: a = '' }: Native, { position: b = '' }: Native): number {
  const [one, other] = [String(a), String(b)];
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}
