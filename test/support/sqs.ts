import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { SqsClient, SqsMessage } from '../../adapters/sqs/index.js';

/** A message as SQS sends it: its body is its id. Another body in `more` is a corrupted one. */
export function message(id: string, more: SqsMessage = {}): SqsMessage {
  return { MessageId: id, ReceiptHandle: `handle of ${id}`, Body: id, MD5OfBody: createHash('md5').update(id).digest('hex'), ...more };
}

/** A client for what no server here does on demand: throttle, refuse credentials, corrupt a body, fail a part of a batch. */
export function client(answers: Partial<SqsClient>): SqsClient {
  return {
    receiveMessage: async () => ({}),
    deleteMessageBatch: async ({ Entries }) => ({ Successful: Entries }),
    changeMessageVisibilityBatch: async ({ Entries }) => ({ Successful: Entries }),
    getQueueUrl: async () => ({ QueueUrl: 'http://127.0.0.1/q' }),
    getQueueAttributes: async () => ({}),
    destroy: () => assert.fail('a client that was handed in is not ours to destroy'),
    ...answers,
  };
}

/** Once these, then nothing. */
export function bringing(...messages: SqsMessage[]): Pick<SqsClient, 'receiveMessage'> {
  return { receiveMessage: async () => ({ Messages: messages.splice(0) }) };
}
