import assert from 'node:assert/strict';
import { type Faults, MemoryBroker } from '../../adapters/memory/index.js';
import {
  type DrainDeadlines,
  Drainer,
  type HandlerContext,
  type Message,
  type Receipt,
  type StreamConsumer,
  StreamError,
} from '../../src/index.js';
import { VirtualClock } from '../support/virtual-clock.js';

/**
 * One random life of a drainer on the memory broker, on a virtual clock: what happens is decided by `draw`, and what must
 * hold is checked against the broker's own state. Replayed by the same draws.
 */

/** A whole number from 0 to `max`, both included. */
export type Draw = (max: number) => number;

type Consumer = StreamConsumer & { readonly faults: Faults };
type Kind = 'queue' | 'ordered' | 'topic';

interface Setup {
  readonly kind: Kind;
  readonly count: number;
  readonly lanes: number;
  readonly costsAttempt: boolean;
  readonly commitOnAck: boolean;
  readonly leaseMs: number;
  readonly budget: Required<DrainDeadlines>;
  readonly concurrency: number;
  readonly order: 'lane' | 'key' | 'none';
  readonly batch: number | undefined;
  readonly attempts: number;
  readonly unstarted: 'release' | 'finish' | undefined;
  readonly failPercent: number;
  readonly commitFailPercent: number;
}

function setupFrom(draw: Draw): Setup {
  const kind = (['queue', 'ordered', 'topic'] as const)[draw(2)] as Kind;
  const orders = kind === 'queue' ? (['none', 'key'] as const) : (['lane', 'key', 'none'] as const);
  const costsAttempt = kind !== 'topic' && draw(3) === 0;
  const totalMs = 1_000 + draw(4_000);
  const commitMs = 100 + draw(200);
  const closeMs = 100 + draw(200);
  return {
    kind,
    count: 20 + draw(180),
    lanes: 1 + draw(7),
    costsAttempt,
    commitOnAck: draw(2) > 0,
    leaseMs: 300 + draw(3_000),
    budget: { totalMs, commitMs, closeMs, softMs: draw(totalMs - commitMs - closeMs) },
    concurrency: 1 + draw(15),
    order: orders[draw(orders.length - 1)] ?? 'none',
    batch: draw(4) === 0 ? 1 + draw(9) : undefined,
    attempts: 1 + draw(3),
    unstarted: costsAttempt ? undefined : ([undefined, 'release', 'finish'] as const)[draw(2)],
    failPercent: [0, 0, 10, 40][draw(3)] ?? 0,
    commitFailPercent: [0, 0, 0, 30][draw(3)] ?? 0,
  };
}

const GROUP = 'g';
const NAME = 'd';

/** What the handlers and hooks of one drainer did. */
class Watch {
  readonly running: Set<string> = new Set();
  readonly busyUnits: Set<string> = new Set();
  readonly succeeded: Map<string, number> = new Map();
  starts = 0;
  softReached = false;
  over = false;
}

export async function runScenario(draw: Draw): Promise<Receipt> {
  const setup = setupFrom(draw);
  const clock = new VirtualClock();
  const broker = new MemoryBroker({ clock, history: true });
  const topic = setup.kind === 'topic';
  if (topic) broker.createTopic(NAME, { partitions: setup.lanes });
  else broker.createQueue(NAME, { leaseMs: setup.leaseMs, ordered: setup.kind === 'ordered', releaseCostsAttempt: setup.costsAttempt });
  const all = new Set<string>();
  for (let number = 0; number < setup.count; number += 1) {
    const lane = draw(setup.lanes - 1);
    const where = topic ? { partition: lane } : setup.kind === 'ordered' ? { group: `g${lane}` } : {};
    const [id = ''] = broker.publish(NAME, { body: String(number), key: `k${draw(5)}`, ...where });
    all.add(id);
    if (topic && draw(9) === 0) broker.topic(NAME).skipOffsets(lane, 1 + draw(3));
  }
  const open = (): Consumer =>
    topic
      ? broker.consumer({ topic: NAME, group: GROUP, commitOnAck: setup.commitOnAck, rebalance: 'cooperative', revokeMs: 500 })
      : broker.consumer({ queue: NAME });

  const watch = new Watch();
  const consumer = open();
  const handled = new Set<string>();

  const work = async (messages: readonly Message[], { signal }: HandlerContext): Promise<void> => {
    const units = new Set<string>();
    for (const message of messages) {
      watch.starts += 1;
      assert.ok(!watch.softReached, `the handler of ${message.id} started after the soft deadline`);
      assert.ok(!watch.over, `the handler of ${message.id} started after the drain`);
      assert.ok(!watch.running.has(message.id), `two handlers of ${message.id} at once`);
      watch.running.add(message.id);
      const unit = setup.order === 'none' ? undefined : setup.order === 'lane' ? message.lane : message.key;
      if (unit !== undefined) units.add(unit);
    }
    for (const unit of units) {
      assert.ok(!watch.busyUnits.has(unit), `two handlers of ${setup.order} ${unit} at once`);
      watch.busyUnits.add(unit);
    }
    try {
      const how = draw(19);
      if (how > 12) await new Promise<void>((resolve) => void clock.setTimeout(resolve, draw(how > 17 ? 3_000 : 200)));
      else if (how > 6) await undefined;
      else if (how === 0 && draw(9) === 0) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      if (draw(99) < setup.failPercent) throw new Error('no luck');
      for (const { id } of messages) {
        watch.succeeded.set(id, (watch.succeeded.get(id) ?? 0) + 1);
        handled.add(id);
      }
    } finally {
      for (const { id } of messages) watch.running.delete(id);
      for (const unit of units) watch.busyUnits.delete(unit);
    }
  };

  const drainer: Drainer = new Drainer(
    consumer,
    setup.batch === undefined ? (message, context) => work([message], context) : { batch: work, maxBatch: setup.batch },
    {
      clock,
      concurrency: setup.concurrency,
      order: setup.order,
      ...(setup.costsAttempt ? {} : { window: setup.concurrency * (1 + draw(5)) * (setup.batch ?? 1) }),
      ...(setup.unstarted === undefined ? {} : { unstarted: setup.unstarted }),
      retry: { attempts: setup.attempts, minDelayMs: 1 + draw(300), maxDelayMs: 2_000, jitter: 0 },
      budget: setup.budget,
      beforeCommit: (messages) => {
        for (const { id } of messages) assert.ok(handled.has(id), `${id} is about to be acked and was not handled`);
        if (draw(99) < setup.commitFailPercent) throw new Error('the outputs are stuck');
      },
      onPhase: (phase, event) => {
        if (process.env.TAILRACE_MODEL_DEBUG) console.error(clock.now(), phase, event, drainer.status());
      },
    },
  );

  const running = drainer.run();
  let faults = 0;
  for (let step = draw(12); step > 0; step -= 1) {
    await clock.advance(draw(250));
    faults += await disturb(draw, broker, consumer, drainer, topic, open);
  }

  const softAt = setup.budget.softMs;
  const draining = draw(4) === 0 ? drainer.quiesce().then(() => drainer.close()) : drainer.drain({ reason: 'model' });
  const begun = clock.now();
  let ended = false;
  let receipt: Receipt | undefined;
  const settle = draining.then((result) => {
    ended = true;
    receipt = result;
  });
  const escalateAt = draw(5) === 0 ? draw(setup.budget.totalMs) : Infinity;
  while (!ended && clock.now() - begun <= setup.budget.totalMs + 1) {
    await clock.advance(Math.min(20, 1 + draw(30)));
    // A turn of the clock may pass the deadline by its own step: what starts in the very same step is allowed.
    if (clock.now() - begun > softAt + 40) watch.softReached = true;
    if (clock.now() - begun >= escalateAt) drainer.escalate();
  }
  if (process.env.TAILRACE_MODEL_DEBUG) console.error(setup, drainer.status());
  assert.ok(ended, `the drain was not over ${setup.budget.totalMs} ms after it began`);
  await settle;
  watch.over = true;
  await running;
  assert.ok(receipt !== undefined);

  if (process.env.TAILRACE_MODEL_DEBUG) console.error(JSON.stringify({ setup, receipt }, null, 1));
  checkReceipt(receipt, setup);
  checkBroker(broker, topic, all, handled);
  await finish(clock, broker, topic, setup, all, handled, open);
  assert.deepEqual(
    [...all].filter((id) => !handled.has(id)),
    [],
    `lost after ${faults} faults`,
  );
  return receipt;
}

/** Something that brokers, networks and operators do. */
async function disturb(
  draw: Draw,
  broker: MemoryBroker,
  consumer: Consumer,
  drainer: Drainer,
  topic: boolean,
  open: () => Consumer,
): Promise<number> {
  const unavailable = new StreamError('UNAVAILABLE', 'no');
  switch (draw(13)) {
    case 0:
      consumer.faults.fail('ack', unavailable, 1 + draw(2));
      return 1;
    case 1:
      consumer.faults.fail('fetch', unavailable, 1 + draw(2));
      return 1;
    case 2:
      consumer.faults.failSome('ack', () => draw(1) === 0, undefined, 1);
      return 1;
    case 3:
      consumer.faults.loseAnswer('ack', 1);
      return 1;
    case 4:
      consumer.faults.overfill(1 + draw(5), 1);
      return 1;
    case 5:
      consumer.faults.repeat(1);
      return 1;
    case 6:
      if (!topic) broker.queue(NAME).lapse();
      else broker.topic(NAME).rebalance(GROUP);
      return 1;
    case 7:
      if (topic) {
        const [member] = broker.topic(NAME).members(GROUP);
        if (member !== undefined) broker.topic(NAME).expel(GROUP, member.id);
      } else consumer.faults.fail('extend', unavailable, 1);
      return 1;
    case 8:
      consumer.faults.fail(topic ? 'flush' : 'release', unavailable, 1);
      return 1;
    case 9:
      drainer.concurrency = 1 + draw(9);
      return 0;
    case 10: {
      // Another member comes and goes: lanes are revoked and return.
      if (!topic) return 0;
      const other = open();
      await other.fetch({ max: 1, waitMs: 0, signal: new AbortController().signal });
      await other.close({ signal: new AbortController().signal });
      return 1;
    }
    default:
      return 0;
  }
}

function checkReceipt(receipt: Receipt, setup: Setup): void {
  const { held, totals } = receipt;
  assert.equal(
    held.groups.reduce((sum, { count }) => sum + count, 0),
    held.count,
    'each message held is in one group',
  );
  for (const group of held.groups) {
    if (group.ranges !== undefined) {
      assert.equal(
        group.ranges.reduce((sum, { count }) => sum + count, 0),
        group.count,
        'ranges count what their group counts',
      );
    } else if (group.count <= 1_000) assert.equal(group.ids?.length, group.count);
    const { handler, settlement } = group;
    if (handler !== 'succeeded') {
      assert.ok(settlement !== 'confirmed' && settlement !== 'sent' && settlement !== 'recorded', `${handler} was ${settlement}`);
    }
    if (handler === 'cut-off') assert.ok(settlement !== 'released' || setup.kind === 'topic', 'a running message was released');
  }
  // A delivery that takes the place of an older one settles with it, as one.
  const settled = totals.confirmed + totals.sent + totals.recorded + totals.released + totals.deadLettered + totals.lapsing + totals.lost;
  assert.ok(settled <= totals.delivered && settled >= totals.delivered - totals.adopted, `settled once each: ${JSON.stringify(totals)}`);
  assert.ok(receipt.durationMs <= setup.budget.totalMs + 1, `the drain took ${receipt.durationMs} ms of ${setup.budget.totalMs}`);
}

/** What the broker calls done was handled. */
function checkBroker(broker: MemoryBroker, topic: boolean, all: ReadonlySet<string>, handled: ReadonlySet<string>): void {
  if (!topic) {
    for (const id of broker.queue(NAME).acked.ids) assert.ok(handled.has(id), `${id} is acked and was not handled`);
    return;
  }
  const committed = broker.topic(NAME).committed(GROUP);
  broker.topic(NAME).partitions.forEach((_, partition) => {
    const mark = committed[partition] ?? 0;
    for (let offset = 0; offset < mark; offset += 1) {
      const id = `${partition}-${offset}`;
      // Offsets that were left out belong to no message.
      if (all.has(id)) assert.ok(handled.has(id), `${id} is committed and was not handled`);
    }
  });
}

/** A fresh consumer, without faults and failures, handles what is left; what the first one had confirmed must not come again. */
async function finish(
  clock: VirtualClock,
  broker: MemoryBroker,
  topic: boolean,
  setup: Setup,
  all: ReadonlySet<string>,
  handled: Set<string>,
  open: () => Consumer,
): Promise<void> {
  const done = new Set(topic ? [] : broker.queue(NAME).acked.ids);
  const consumer = open();
  const drainer = new Drainer(
    consumer,
    ({ id }) => {
      assert.ok(!done.has(id), `${id} was confirmed and came again`);
      handled.add(id);
    },
    { clock, concurrency: 8, order: setup.kind === 'queue' ? 'none' : 'lane' },
  );
  const running = drainer.run();
  for (let rounds = 0; rounds < 200 && handled.size < all.size; rounds += 1) await clock.advance(200);
  const draining = drainer.drain();
  while (drainer.state !== 'closed') await clock.advance(50);
  const receipt = await draining;
  await running;
  assert.equal(receipt.outcome, 'clean');
  await clock.advance(10_000);
  assert.equal(clock.timers, 0, 'no timer is left');
}
