import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { after, before, describe, it } from 'node:test';
import kafkajs from 'kafkajs';
import { type KafkaLike, kafkaConsumer } from '../../adapters/kafka/index.js';
import type { AssignmentListener, Message, StreamConsumer } from '../../src/index.js';
import {
  ackAll,
  CLIENTS,
  type ClientName,
  changing,
  close,
  failureOf,
  HEARTBEAT,
  itBy,
  JOIN_GROUP,
  KafkaServer,
  type Skipped,
  SYNC_GROUP,
  take,
  values,
  WAIT_MS,
  whyNotEither,
} from '../support/kafka.js';
import { until } from '../support/until.js';

/** Seek, release, pause and resume, where the log or the group has moved. */

let skipped: Skipped;
let bench: KafkaServer;

before(async () => {
  skipped = await whyNotEither(async () => {
    bench = await KafkaServer.start();
  });
});
after(() => bench?.stop());

function real(name: string, test: (client: ClientName) => Promise<void>, clients = CLIENTS): void {
  itBy(name, clients, () => skipped, test);
}

const at = ({ lane, position }: Message): string => `${lane?.split('/')[1]}:${position}`;

/** A topic with so many records in each partition. */
async function topicWith(count: number, partitions = 1): Promise<string> {
  const topic = await bench.topic(partitions);
  for (let partition = 0; partition < partitions; partition += 1) {
    await bench.publish(
      topic,
      values(count).map((value) => ({ value, partition })),
    );
  }
  return topic;
}

/** Fetches, over and over, onto `taken`, until what it returns is called. */
function fetching(consumer: StreamConsumer, taken: Message[] = []): () => Promise<void> {
  const stop = new AbortController();
  const over = (async () => {
    while (!stop.signal.aborted) taken.push(...(await consumer.fetch({ max: 100, waitMs: 200, signal: stop.signal })));
  })();
  return () => {
    stop.abort();
    return over;
  };
}

/** Follows which lanes a consumer has. */
function lanesOf(consumer: StreamConsumer, revoking: AssignmentListener['revoking'] = () => Promise.resolve()): Set<string> {
  const lanes = new Set<string>();
  const without = (gone: readonly { lane: string }[]): void => {
    for (const { lane } of gone) lanes.delete(lane);
  };
  consumer.watch?.({
    assigned: (came) => {
      for (const { lane } of came) lanes.add(lane);
    },
    revoking: async (revocation) => {
      await revoking(revocation);
      without(revocation.lanes);
    },
    lost: without,
    ended: () => undefined,
  });
  return lanes;
}

/** What a broker says when it does not do as it was asked, as kafkajs throws it. */
function refusal(type: string): Error {
  return Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type, retriable: true });
}

/** Each of these requests is refused once, in this order, from when `begin` is called. */
function refusing(...refusals: [apiKey: number, type: string][]) {
  let begun = false;
  return {
    left: refusals,
    begin: () => {
      begun = true;
    },
    assigner: changing((apiKey, exchange) => {
      const [next] = refusals;
      if (!begun || next === undefined || next[0] !== apiKey) return exchange;
      refusals.shift();
      // It is not sent.
      return { ...exchange, request: Object.assign({}, exchange.request, { encode: () => Promise.reject(refusal(next[1])) }) };
    }),
  };
}

describe('kafka: a join that fails', () => {
  const cases: [name: string, heartbeat: string, apiKey: number, why: RegExp][] = [
    // As when a coordinator takes a group over, and is not ready for it yet: the next heartbeat finds the group as it was.
    ['after a coordinator that has moved', 'NOT_COORDINATOR_FOR_GROUP', JOIN_GROUP, /goes on as before/],
    // There is a new generation, and it has a part in it that it does not know.
    ['half way', 'NOT_COORDINATOR_FOR_GROUP', SYNC_GROUP, /goes on as before/],
    // The client forgets its member id, and sends no heartbeats without one.
    ['after it was expelled', 'UNKNOWN_MEMBER_ID', JOIN_GROUP, /goes on without a member id/],
  ];
  for (const [name, heartbeat, apiKey, why] of cases) {
    real(`does not keep what is not done from coming again: ${name}`, async () => {
      const topic = await topicWith(20);
      const { assigner, begin, left } = refusing([HEARTBEAT, heartbeat], [apiKey, 'GROUP_LOAD_IN_PROGRESS']);
      const settings = { topics: topic, groupId: `g-${topic}`, sessionTimeoutMs: 6_000, heartbeatMs: 200, assigner };
      const consumer = kafkaConsumer(bench.kafka, settings);
      const lanes = lanesOf(consumer);
      const held = await take(consumer, 20);
      await ackAll(consumer, held.slice(0, 5));
      begin();
      await until(() => lanes.size === 0, 'the lane has left', WAIT_MS);
      const error = await failureOf(consumer);
      assert.match(error.message, why);
      assert.deepEqual([error.code, error.retryable, left.length], ['UNAVAILABLE', true, 0]);
      const again = await take(consumer, 15);
      assert.deepEqual(again.map(at), held.slice(5).map(at));
      await ackAll(consumer, again);
      assert.ok((await close(consumer)).clean);
    }, ['kafkajs']);
  }

  real('is noticed by a member without lanes too', async () => {
    const topic = await topicWith(1);
    const members = [1, 2].map(() => {
      const { assigner, ...fault } = refusing([HEARTBEAT, 'UNKNOWN_MEMBER_ID'], [JOIN_GROUP, 'GROUP_LOAD_IN_PROGRESS']);
      const settings = { topics: topic, groupId: `g-${topic}`, sessionTimeoutMs: 6_000, heartbeatMs: 200, assigner };
      const consumer = kafkaConsumer(bench.kafka, settings);
      const lanes = lanesOf(consumer);
      return { ...fault, consumer, lanes };
    });
    const stops = members.map(({ consumer }) => fetching(consumer));
    const group = async () => (await bench.admin.describeGroups([`g-${topic}`])).groups[0];
    await until(
      async () => {
        const found = await group();
        return found?.state === 'Stable' && found.members.length === 2;
      },
      'both have joined',
      WAIT_MS,
    );
    await until(() => members.some(({ lanes }) => lanes.size === 1), 'one has the lane', WAIT_MS);
    for (const stop of stops) await stop();
    const idle = members.find(({ lanes }) => lanes.size === 0);
    assert.ok(idle);
    idle.begin();
    const error = await failureOf(idle.consumer);
    assert.match(error.message, /goes on without a member id/);
    assert.equal(idle.left.length, 0);
    for (const { consumer } of members) await close(consumer);
  }, ['kafkajs']);
});

describe('kafka: where the log begins later', () => {
  const cut = (topic: string) => bench.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '5' }] });

  real('a seek to 0 reads from its begin', async (client) => {
    const topic = await topicWith(10);
    await cut(topic);
    const consumer = await bench.open(topic, { client });
    await take(consumer, 5);
    await consumer.seek?.(`${topic}/0`, 0);
    assert.deepEqual((await take(consumer, 5)).map(at), ['0:5', '0:6', '0:7', '0:8', '0:9']);
    assert.ok((await close(consumer)).clean);
  });

  real('what is released comes again from its begin on', async (client) => {
    const topic = await topicWith(10);
    const consumer = await bench.open(topic, { client });
    const held = await take(consumer, 10);
    await cut(topic);
    await consumer.release?.(held);
    assert.deepEqual((await take(consumer, 5)).map(at), ['0:5', '0:6', '0:7', '0:8', '0:9']);
    assert.ok((await close(consumer)).clean);
  });
});

describe('kafka: while lanes move', () => {
  real('a lane that was resumed while it was away is read when it is back', async (client) => {
    const topic = await bench.topic(2);
    const names = [`${topic}/0`, `${topic}/1`];
    const one = await bench.open(topic, { client });
    const lanes = lanesOf(one);
    const stopOne = fetching(one);
    await until(() => lanes.size === 2, 'the first has both lanes', WAIT_MS);
    one.pause?.(names);
    const other = await bench.open(topic, { client });
    const others = lanesOf(other);
    const stopOther = fetching(other);
    await until(() => lanes.size === 1 && others.size === 1, 'each has a lane', WAIT_MS);
    one.resume?.(names);
    await stopOther();
    await close(other);
    await until(() => lanes.size === 2, 'the first has both again', WAIT_MS);
    await stopOne();
    for (const partition of [0, 1]) await bench.publish(topic, [{ value: 'x', partition }]);
    assert.deepEqual((await take(one, 2)).map(at).sort(), ['0:0', '1:0']);
    await close(one);
  });

  real('a release of what is being revoked reads nothing of it again, and moves no position', async (client) => {
    const topic = await topicWith(10, 2);
    const consumer = await bench.open(topic, { client });
    const came: Message[] = [];
    let held: Message[] = [];
    let wasRevoked = false;
    const lanes = lanesOf(consumer, async (revocation) => {
      if (wasRevoked) return;
      wasRevoked = true;
      for (const { lane } of revocation.lanes) {
        const own = held.filter((message) => message.lane === lane);
        // Three are done, two are not, the rest is given back.
        await consumer.ack(own.slice(0, 3));
        await consumer.release?.(own.slice(5));
      }
      if (client === 'kafkajs') return;
      // The lane that stays is read on meanwhile, and this one, if it were.
      const stays = revocation.lanes[0]?.lane === `${topic}/0` ? 1 : 0;
      await bench.publish(topic, [{ value: 'x', partition: stays }]);
      await until(() => came.length > 0, 'something comes', WAIT_MS);
      assert.deepEqual(came.map(at), [`${stays}:10`]);
    });
    held = await take(consumer, 20);
    const other = await bench.open(topic, { client });
    const others = lanesOf(other);
    const stop = fetching(consumer, came);
    const fromOther: Message[] = [];
    const stopOther = fetching(other, fromOther);
    await until(() => wasRevoked && others.size === 1 && lanes.size === 1, 'each has a lane', WAIT_MS);
    const read = client === 'kafkajs' ? [came, fromOther] : [fromOther];
    await until(() => read.every(({ length }) => length > 0), 'what has moved is read', WAIT_MS);
    for (const messages of read) assert.equal(messages[0]?.position, 3);
    await stopOther();
    await stop();
    await close(other);
    await close(consumer);
  });

  real('a seek that the client has not come to before a rebalance moves no position after it', async () => {
    const topic = await topicWith(10, 3);
    const consumer = await bench.open(topic, { client: 'kafkajs' });
    // Records of the third lane wait for room: the client fetches nothing.
    await take(consumer, 1);
    for (const partition of [0, 1]) await consumer.seek?.(`${topic}/${partition}`, 5);
    let wasRevoked = false;
    const lanes = lanesOf(consumer, async () => {
      wasRevoked = true;
    });
    const other = await bench.open(topic, { client: 'kafkajs' });
    const others = lanesOf(other);
    const stopOther = fetching(other);
    await until(() => wasRevoked && others.size > 0, 'the other has joined', WAIT_MS);
    await stopOther();
    await close(other);
    const came: Message[] = [];
    while (new Set(came.map(({ lane }) => lane)).size < 3) {
      try {
        came.push(...(await consumer.fetch({ max: 100, waitMs: 200, signal: new AbortController().signal })));
      } catch (error) {
        assert.equal(Object(error).code, 'UNAVAILABLE');
      }
    }
    assert.equal(lanes.size, 3);
    for (const partition of [0, 1])
      assert.equal(
        came.map(at).find((each) => each.startsWith(`${partition}:`)),
        `${partition}:0`,
      );
    await close(consumer);
  }, ['kafkajs']);
});

describe('kafka: a close', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;

  real('during a revocation names all that was recorded, and leaves no timer behind', async (client) => {
    const topic = await topicWith(2, 2);
    const before = timers();
    const consumer = await bench.open(topic, { client });
    let isRevoking = false;
    lanesOf(consumer, () => {
      isRevoking = true;
      return new Promise(() => undefined);
    });
    const held = await take(consumer, 4);
    const other = await bench.open(topic, { client });
    const stopOther = fetching(other);
    const stop = fetching(consumer);
    await until(() => isRevoking, 'lanes are revoked', WAIT_MS);
    await stop();
    const { recorded } = await consumer.ack(held.filter(({ position }) => position === 1));
    assert.equal(recorded.length, 2);
    const { unconfirmed } = await close(consumer);
    assert.deepEqual(unconfirmed.map(at).sort(), ['0:1', '1:1']);
    await stopOther();
    await close(other);
    await until(() => timers() <= before, 'no timer is left');
  });

  real('is not clean after a member that was given up, which no fetch has told', async () => {
    const topic = await topicWith(1);
    const consumer = kafkaConsumer(bench.kafka, { topics: topic, groupId: `g-${topic}`, sessionTimeoutMs: 1_000 });
    const lanes = lanesOf(consumer);
    await take(consumer, 1);
    assert.equal(lanes.size, 1);
    // The process stands still for longer than the session.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
    await until(() => lanes.size === 0, 'the member is given up', WAIT_MS);
    assert.equal((await close(consumer)).clean, false);
  }, ['kafkajs']);

  real('disconnects what an earlier member was asked for its lag by', async () => {
    const topic = await topicWith(1);
    let connected = 0;
    const kafka: KafkaLike = {
      consumer: (config) => bench.kafka.consumer(config),
      admin: () => {
        const admin = bench.kafka.admin();
        return {
          connect: async () => {
            await admin.connect();
            connected += 1;
          },
          disconnect: async () => {
            await admin.disconnect();
            connected -= 1;
          },
          fetchTopicMetadata: (options) => admin.fetchTopicMetadata(options),
          fetchTopicOffsets: (name) => admin.fetchTopicOffsets(name),
          fetchOffsets: (options) => admin.fetchOffsets(options),
        };
      },
    };
    const consumer = kafkaConsumer(kafka, { topics: topic, groupId: `g-${topic}`, sessionTimeoutMs: 1_000 });
    await take(consumer, 1);
    await consumer.lag?.();
    assert.equal(connected, 1);
    // The process stands still for longer than the session: the member is given up.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
    assert.equal((await failureOf(consumer)).code, 'UNAVAILABLE');
    await until(() => connected === 0, 'its connection is closed');
    await close(consumer);
  }, ['kafkajs']);

  it('leaves no listener at a signal that several share', async () => {
    const { signal } = new AbortController();
    const kafka = new kafkajs.Kafka({ brokers: ['127.0.0.1:1'] });
    await kafkaConsumer(kafka, { topics: 't', groupId: 'g' }).close({ signal });
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });
});
