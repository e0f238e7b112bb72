import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { SQS } from '@aws-sdk/client-sqs';
import { sqsConsumer } from '../../adapters/sqs/index.js';
import { message } from '../support/sqs.js';
import { until } from '../support/until.js';

/** A server that leaves chosen calls without an answer, which ElasticMQ does not do on demand. */

const { signal: NEVER } = new AbortController();
const NOW = { max: 10, waitMs: 0, signal: NEVER };

/** Each call that came, and where its answer goes. */
const calls: { readonly name: string; readonly response: ServerResponse }[] = [];
let hangs: (name: string) => boolean = () => false;
let bringing: string[] = [];

const server = createServer((request, response) => {
  const name = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
  let text = '';
  request.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  request.on('end', () => {
    calls.push({ name, response });
    if (hangs(name)) return;
    // What the client sends is of its types.
    const { Entries = [] } = JSON.parse(text) as { Entries?: { Id: string }[] };
    const answer = name === 'ReceiveMessage' ? { Messages: bringing.splice(0).map((id) => message(id)) } : { Successful: Entries };
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(answer));
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
// It listens on a port.
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(() => {
  server.closeAllConnections();
  server.close();
});

const client = (): SQS =>
  new SQS({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, md5: false });

describe('a call that has no answer', () => {
  it('is TIMEOUT, is cut and not sent again; calls before it, beside it and after it are not touched', async () => {
    const consumer = sqsConsumer(client, { queue: `${endpoint}/1/q`, answerMs: 300 });
    bringing = ['a', 'b', 'c'];
    hangs = () => false;
    const [a, b, c] = await consumer.fetch(NOW);
    assert.ok(a !== undefined && b !== undefined && c !== undefined);
    // Its bound was freed, and serves the next.
    assert.deepEqual((await consumer.ack([a])).confirmed, [a]);
    for (let round = 0; round < 3; round += 1) {
      hangs = (name) => name === 'DeleteMessageBatch';
      calls.length = 0;
      const acked = assert.rejects(consumer.ack([b]), { code: 'TIMEOUT', retryable: true });
      await until(() => calls.some(({ name }) => name === 'DeleteMessageBatch'), 'it is out');
      const hung = calls.find(({ name }) => name === 'DeleteMessageBatch');
      assert.ok(hung !== undefined);
      assert.deepEqual(await consumer.extend?.([c]), { failed: [] });
      const cut = once(hung.response, 'close');
      await acked;
      await cut;
      assert.equal(calls.filter(({ name }) => name === 'DeleteMessageBatch').length, 1);
      hangs = () => false;
      assert.deepEqual(await consumer.extend?.([b, c]), { failed: [] });
    }
    assert.deepEqual((await consumer.ack([b, c])).confirmed, [b, c]);
    assert.deepEqual(await consumer.close({ signal: NEVER }), { unconfirmed: [], clean: true });
  });

  it('a receive is cut too, and the next one is whole', async () => {
    const consumer = sqsConsumer(client, { queue: `${endpoint}/1/q`, answerMs: 300 });
    for (let round = 0; round < 3; round += 1) {
      hangs = () => true;
      calls.length = 0;
      const fetched = assert.rejects(consumer.fetch(NOW), { code: 'TIMEOUT', retryable: true });
      await until(() => calls.length > 0, 'it is out');
      const [hung] = calls;
      assert.ok(hung !== undefined);
      const cut = once(hung.response, 'close');
      await fetched;
      await cut;
      hangs = () => false;
      bringing = [`m${round}`];
      const got = await consumer.fetch(NOW);
      assert.deepEqual(
        got.map(({ id }) => id),
        [`m${round}`],
      );
      assert.deepEqual((await consumer.ack(got)).confirmed, got);
    }
    assert.equal((await consumer.close({ signal: NEVER })).clean, true);
  });
});
