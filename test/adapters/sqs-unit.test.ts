import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { open, type SqsBatchResult, type SqsClient, type SqsMessage, type SqsOptions, sqsConsumer } from '../../adapters/sqs/index.js';
import type { SettleResult, StreamError } from '../../src/index.js';
import { bringing, client, message } from '../support/sqs.js';

const { signal: NEVER } = new AbortController();

function named(name: string, status: number = 400): Error {
  return Object.assign(new Error('said the server'), { name, $metadata: { httpStatusCode: status } });
}

describe('errors of SQS', () => {
  const rows: readonly (readonly [string, number, StreamError['code'], boolean])[] = [
    ['QueueDoesNotExist', 400, 'NOT_FOUND', false],
    ['AWS.SimpleQueueService.NonExistentQueue', 400, 'NOT_FOUND', false],
    ['QueueDeletedRecently', 400, 'NOT_FOUND', false],
    ['RequestThrottled', 400, 'RESOURCE_EXHAUSTED', true],
    ['ThrottlingException', 400, 'RESOURCE_EXHAUSTED', true],
    ['OverLimit', 403, 'RESOURCE_EXHAUSTED', true],
    ['KmsThrottled', 400, 'RESOURCE_EXHAUSTED', true],
    ['UnrecognizedClientException', 400, 'UNAUTHENTICATED', false],
    ['InvalidClientTokenId', 403, 'UNAUTHENTICATED', false],
    ['SignatureDoesNotMatch', 403, 'UNAUTHENTICATED', false],
    ['ExpiredToken', 403, 'UNAUTHENTICATED', false],
    ['CredentialsProviderError', 0, 'UNAUTHENTICATED', false],
    ['AccessDenied', 403, 'PERMISSION_DENIED', false],
    ['KmsAccessDenied', 400, 'PERMISSION_DENIED', false],
    ['InvalidParameterValue', 400, 'INVALID_ARGUMENT', false],
    ['ServiceUnavailable', 503, 'UNAVAILABLE', true],
    ['of another name', 500, 'UNAVAILABLE', true],
    ['of another name', 429, 'RESOURCE_EXHAUSTED', true],
    ['TimeoutError', 0, 'TIMEOUT', true],
    ['of another name', 418, 'UNKNOWN', false],
  ];
  for (const [name, status, code, retryable] of rows) {
    it(`${name} (${status}) is ${code}`, async () => {
      const refusing = client({ receiveMessage: () => Promise.reject(named(name, status)) });
      const consumer = sqsConsumer(refusing, { queue: 'q' });
      await assert.rejects(consumer.fetch({ max: 1, waitMs: 0, signal: NEVER }), { code, retryable, adapter: 'sqs' });
      assert.equal((await consumer.close({ signal: NEVER })).clean, true);
    });
  }

  it('a queue that is not there is NOT_FOUND, and looked for again', async () => {
    let calls = 0;
    const consumer = sqsConsumer(
      client({
        getQueueUrl: async () => {
          calls += 1;
          if (calls === 1) throw named('QueueDoesNotExist');
          return { QueueUrl: 'http://127.0.0.1/q' };
        },
        ...bringing(message('a')),
      }),
      { queue: 'q' },
    );
    await assert.rejects(consumer.fetch({ max: 1, waitMs: 0, signal: NEVER }), { code: 'NOT_FOUND' });
    assert.equal((await consumer.fetch({ max: 1, waitMs: 0, signal: NEVER })).length, 1);
    await consumer.close({ signal: NEVER });
  });
});

describe('messages of SQS', () => {
  it('a body that does not have its MD5 goes to nobody; the others of its batch do', async () => {
    const bad = { ...message('bad'), Body: 'corrupted' };
    const consumer = sqsConsumer(client(bringing(message('a'), bad, message('b'))), { queue: 'q' });
    const got = await consumer.fetch({ max: 10, waitMs: 0, signal: NEVER });
    assert.deepEqual(
      got.map(({ id }) => id),
      ['a', 'b'],
    );
    await consumer.close({ signal: NEVER });
  });

  it('a body that does not have its MD5 and comes alone is an INTERNAL error', async () => {
    const consumer = sqsConsumer(client(bringing({ ...message('bad'), Body: 'corrupted' })), { queue: 'q' });
    await assert.rejects(consumer.fetch({ max: 10, waitMs: 0, signal: NEVER }), { code: 'INTERNAL', message: /MD5/ });
    await consumer.close({ signal: NEVER });
  });

  it('attributes are headers, their bytes as bytes; a name cannot set the prototype', async () => {
    const MessageAttributes = Object.fromEntries([
      ['text', { DataType: 'String', StringValue: 'x' }],
      ['count', { DataType: 'Number', StringValue: '7' }],
      ['bytes', { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) }],
    ]);
    Object.defineProperty(MessageAttributes, '__proto__', { value: { DataType: 'String', StringValue: 'evil' }, enumerable: true });
    const raw: SqsMessage = {
      ...message('a'),
      MessageAttributes,
      Attributes: { ApproximateReceiveCount: '3', SentTimestamp: '1700000000000' },
    };
    const consumer = sqsConsumer(client(bringing(raw)), { queue: 'q', keyAttribute: 'text' });
    const [got] = await consumer.fetch({ max: 1, waitMs: 0, signal: NEVER });
    assert.deepEqual(Object.entries(got?.headers ?? {}), [
      ['text', 'x'],
      ['count', '7'],
      ['bytes', new Uint8Array([1, 2])],
      ['__proto__', 'evil'],
    ]);
    assert.equal(Object.getPrototypeOf(got?.headers), Object.prototype);
    assert.deepEqual([got?.key, got?.attempt, got?.publishedAt, got?.raw], ['x', 3, 1_700_000_000_000, raw]);
    await consumer.close({ signal: NEVER });
  });
});

describe('settling in batches', () => {
  const failing = (failed: SqsBatchResult): SqsClient =>
    client({ ...bringing(message('a'), message('b')), deleteMessageBatch: async () => failed });

  it('an entry that failed is told apart from the others of its call', async () => {
    const consumer = sqsConsumer(failing({ Successful: [{ Id: '0' }], Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] }), {
      queue: 'q',
    });
    const got = await consumer.fetch({ max: 10, waitMs: 0, signal: NEVER });
    const { confirmed, failed } = await consumer.ack(got);
    assert.deepEqual(confirmed, got.slice(0, 1));
    assert.deepEqual(
      failed.map(({ message: { id }, error: { code, retryable } }) => [id, code, retryable]),
      [['b', 'UNAVAILABLE', true]],
    );
    await consumer.close({ signal: NEVER });
  });

  it('what the answer does not name is not done, and may be tried again', async () => {
    const consumer = sqsConsumer(failing({ Successful: [{ Id: '0' }, { Id: '7' }] }), { queue: 'q' });
    const got = await consumer.fetch({ max: 10, waitMs: 0, signal: NEVER });
    const { confirmed, failed } = await consumer.ack(got);
    assert.deepEqual(confirmed, got.slice(0, 1));
    assert.deepEqual(
      failed.map(({ message: { id }, error: { code, retryable } }) => [id, code, retryable]),
      [['b', 'UNKNOWN', true]],
    );
    await consumer.close({ signal: NEVER });
  });

  it('a handle that has expired is a lost lease', async () => {
    const Message = 'Value x for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.';
    const consumer = sqsConsumer(
      failing({ Successful: [{ Id: '1' }], Failed: [{ Id: '0', Code: 'InvalidParameterValue', Message, SenderFault: true }] }),
      {
        queue: 'q',
      },
    );
    const { failed } = await consumer.ack(await consumer.fetch({ max: 10, waitMs: 0, signal: NEVER }));
    assert.deepEqual(
      failed.map(({ error }) => error.code),
      ['LEASE_LOST'],
    );
    await consumer.close({ signal: NEVER });
  });

  it('a call that failed as a whole rejects, and can be made again', async () => {
    let calls = 0;
    const consumer = sqsConsumer(
      client({
        ...bringing(message('a')),
        deleteMessageBatch: async ({ Entries }) => {
          calls += 1;
          if (calls === 1) throw named('RequestThrottled');
          return { Successful: Entries };
        },
      }),
      { queue: 'q' },
    );
    const got = await consumer.fetch({ max: 10, waitMs: 0, signal: NEVER });
    await assert.rejects(consumer.ack(got), { code: 'RESOURCE_EXHAUSTED' });
    assert.deepEqual((await consumer.ack(got)).confirmed, got);
    await consumer.close({ signal: NEVER });
  });

  it('what another consumer has fetched, settled or not, is not of this one', async () => {
    const other = sqsConsumer(client(bringing(message('a'), message('b'), message('c'))), { queue: 'q' });
    const consumer = sqsConsumer(client(bringing(message('d'))), { queue: 'q' });
    const got = await other.fetch({ max: 10, waitMs: 0, signal: NEVER });
    const own = await consumer.fetch({ max: 10, waitMs: 0, signal: NEVER });
    await other.ack(got.slice(0, 1));
    await other.release?.(got.slice(1, 2));
    const codes = ({ failed }: SettleResult): unknown[] => failed.map(({ message: { id }, error: { code } }) => [id, code]);
    const foreign = ['a', 'b', 'c'].map((id) => [id, 'INVALID_ARGUMENT']);
    const { confirmed, ...acked } = await consumer.ack([...got, ...own]);
    assert.deepEqual([confirmed, codes(acked)], [own, foreign]);
    assert.deepEqual(codes((await consumer.release?.([...got, ...own])) ?? { failed: [] }), foreign);
    assert.deepEqual(codes((await consumer.extend?.([...got, ...own])) ?? { failed: [] }), foreign);
    assert.deepEqual((await other.ack(got)).confirmed, [got[0], got[2]]);
    await consumer.close({ signal: NEVER });
    await other.close({ signal: NEVER });
  });

  it('acks of one turn share calls of ten', async () => {
    const sizes: number[] = [];
    const all = Array.from({ length: 10 }, (_, index) => message(`m${index}`));
    const consumer = sqsConsumer(
      client({
        ...bringing(...all),
        deleteMessageBatch: async ({ Entries }) => {
          sizes.push(Entries.length);
          return { Successful: Entries };
        },
      }),
      { queue: 'q' },
    );
    const got = await consumer.fetch({ max: 10, waitMs: 0, signal: NEVER });
    await Promise.all(got.map((one) => consumer.ack([one])));
    assert.deepEqual(sizes, [10]);
    await consumer.close({ signal: NEVER });
  });

  it('the tail of a group goes back last first', async () => {
    const handles: string[] = [];
    const all = ['9', '10', '11'].map((SequenceNumber) => ({
      ...message(SequenceNumber),
      Attributes: { SequenceNumber, MessageGroupId: 'g' },
    }));
    const consumer = sqsConsumer(
      client({
        ...bringing(...all),
        changeMessageVisibilityBatch: async ({ Entries }) => {
          handles.push(...Entries.map(({ ReceiptHandle }) => ReceiptHandle));
          return { Successful: Entries };
        },
      }),
      { queue: 'q.fifo' },
    );
    const got = await consumer.fetch({ max: 10, waitMs: 0, signal: NEVER });
    await consumer.release?.(got);
    assert.deepEqual(handles, ['handle of 11', 'handle of 10', 'handle of 9']);
    await consumer.close({ signal: NEVER });
  });
});

describe('a poll that is out', () => {
  it('outlives the abort of its fetch, and what it brings after close is given back', async () => {
    let answer: ((messages: SqsMessage[]) => void) | undefined;
    const released: unknown[] = [];
    const consumer = sqsConsumer(
      client({
        receiveMessage: () =>
          new Promise((resolve) => {
            answer = (Messages) => resolve({ Messages });
          }),
        changeMessageVisibilityBatch: async ({ Entries }) => {
          released.push(...Entries);
          return { Successful: Entries };
        },
      }),
      { queue: 'q' },
    );
    const stop = new AbortController();
    const fetched = consumer.fetch({ max: 5, waitMs: 20_000, signal: stop.signal });
    while (answer === undefined) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    assert.deepEqual(await fetched, []);
    const cut = new AbortController();
    cut.abort();
    assert.deepEqual(await consumer.close({ signal: cut.signal }), { unconfirmed: [], clean: false });
    answer([message('late')]);
    while (released.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(released, [{ Id: '0', ReceiptHandle: 'handle of late', VisibilityTimeout: 0 }]);
  });
});

describe('options and URLs', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['sqs://eu-west-1/q?leaseMs=1500', /whole seconds/],
    ['sqs://eu-west-1/q?maxPollMs=20000&leaseMs=30000', /twice maxPollMs/],
    ['sqs://eu-west-1/q?maxPolls=11', /maxPolls/],
    ['sqs://eu-west-1/q?leaseMS=1000', /no parameter 'leaseMS'/],
    ['sqs://eu-west-1/q?endpoint=ftp:%2F%2Fx', /endpoint/],
    ['sqs://eu-west-1/q?bodyEncoding=hex', /bodyEncoding/],
    ['sqs://eu-west-1/', /path of 0 parts/],
    ['sqs://eu-west-1/1234/q', /12 digits/],
    ['sqs://eu-west-1/a%20b', /queue/],
    ['sqs://127.0.0.1:9324/q', /REGION/],
    ['sqs://AKID@eu-west-1/q', /go together/],
  ];
  for (const [url, text] of wrong) {
    it(`${url} is refused`, async () => {
      await assert.rejects(open(url), { code: 'INVALID_ARGUMENT', message: text });
    });
  }

  it('a secret is never repeated', async () => {
    const consumer = await open('sqs://AKID:hunter2@eu-west-1/123456789012/orders.fifo');
    assert.equal(consumer.source, 'sqs://123456789012/orders.fifo');
    assert.equal(consumer.capabilities.ordered, true);
    await consumer.close({ signal: NEVER });
    await assert.rejects(open('sqs://AKID:hunter%2@eu-west-1/q'), (error: Error) => !error.message.includes('hunter'));
  });

  it('what is not a client is refused, and names that the server would refuse', () => {
    assert.throws(() => sqsConsumer({} as SqsClient, { queue: 'q' }), { code: 'INVALID_ARGUMENT' });
    for (const systemAttributes of [['Sender Id'], [''], 'All']) {
      const options = { queue: 'q', systemAttributes } as SqsOptions;
      assert.throws(() => sqsConsumer(client({}), options), { code: 'INVALID_ARGUMENT', message: /systemAttributes/ });
    }
  });
});
