import { type Capabilities, Drainer, Message, type Order, type StreamConsumer } from 'tailrace';

/*
 * One case in a process of its own: `raw` or `ours`, order, concurrency, messages, batch, `sync` or `async`. Prints ns a message.
 * The consumer hands out new messages at once and confirms every ack: what is left is the loop around the handler.
 */

const [side = 'raw', order = 'none', concurrencyText = '1', countText = '1000000', batchText = '1000', kind = 'async'] =
  process.argv.slice(2);
const concurrency = Number(concurrencyText);
const count = Number(countText);
const batch = Number(batchText);

const capabilities: Capabilities = {
  settlement: 'lease',
  ordered: true,
  maxBatch: batch,
  abort: 'safe',
  stopLatencyMs: 0,
  ackConfirmed: true,
  attempts: 'exact',
  closeReleases: 'free',
  release: { scope: 'message', maxDelayMs: 0, costsAttempt: false },
  lease: { ms: 30_000, extend: 'message', maxMs: Number.POSITIVE_INFINITY, lossKnownBy: 'clock' },
  flush: false,
  deadLetter: false,
  pause: false,
  seek: false,
  lag: false,
  transactions: false,
  revoke: 'none',
  rebalance: undefined,
};

const body = new Uint8Array(100);
const keys = Array.from({ length: 1_000 }, (_, at) => `key-${at}`);
let made = 0;
let acked = 0;
let handled = 0;
let finished: () => void = () => undefined;
const done = new Promise<void>((resolve) => {
  finished = resolve;
});

function nextBatch(max: number): Message[] {
  const size = Math.min(batch, max, count - made);
  const messages = new Array<Message>(size);
  for (let at = 0; at < size; at += 1) {
    messages[at] = new Message({
      id: 'm',
      delivery: made,
      body,
      raw: undefined,
      key: keys[made % 1_000],
      lane: 'lane',
      position: made,
      attempt: 1,
    });
    made += 1;
  }
  return messages;
}

const settled = Promise.resolve({ failed: [] });
const consumer: StreamConsumer = {
  adapter: 'null',
  source: 'null://',
  capabilities,
  fetch: ({ max, signal }) =>
    made < count ? Promise.resolve(nextBatch(max)) : new Promise((resolve) => signal.addEventListener('abort', () => resolve([]))),
  ack: (messages) => {
    acked += messages.length;
    if (acked >= count) finished();
    return Promise.resolve({ confirmed: messages, recorded: [], failed: [] });
  },
  release: () => settled,
  extend: () => settled,
  close: () => Promise.resolve({ unconfirmed: [], clean: true }),
};

const handler =
  kind === 'sync'
    ? () => {
        handled += 1;
      }
    : async () => {
        handled += 1;
      };

const begin = process.hrtime.bigint();
if (side === 'raw') {
  while (made < count) {
    const messages = nextBatch(batch);
    for (const _ of messages) {
      const result = handler();
      if (result !== undefined) await result;
    }
    await consumer.ack(messages);
  }
} else {
  const drainer = new Drainer(consumer, handler, {
    concurrency,
    // By the caller's word; the constructor checks it.
    order: order as Order,
    window: Math.max(Number(process.env.W ?? 2) * batch, concurrency),
  });
  void drainer.run();
  await done;
  const ns = Number(process.hrtime.bigint() - begin) / count;
  const receipt = await drainer.drain();
  if (receipt.outcome !== 'clean' || handled !== count || receipt.totals.confirmed !== count) throw new Error(JSON.stringify(receipt));
  console.log(ns);
  process.exit(0);
}
console.log(Number(process.hrtime.bigint() - begin) / count);
