import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { after, before, describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import kafkajs, { type AclResourceTypes } from 'kafkajs';
import { nativeError } from '../../adapters/kafka/errors.js';
import { type KafkaCluster, startKafka, startKafkaCluster } from '../../conformance/brokers/kafka.js';
import type { StreamConsumer } from '../../src/index.js';
import {
  ackAll,
  CLIENTS,
  type ClientName,
  close,
  createTopic,
  failureOf,
  itBy,
  KafkaBench,
  KafkaServer,
  nameOf,
  type Skipped,
  take,
  values,
  WAIT_MS,
  whyNotEither,
} from '../support/kafka.js';
import { until } from '../support/until.js';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes: On, ResourcePatternTypes } = kafkajs;

let skipped: Skipped;

/** What the broker says, by a real one, for each client that can be had. */
function real(name: string, clients: readonly ClientName[], test: (client: ClientName) => Promise<void>): void {
  itBy(name, clients, () => skipped, test);
}

before(async () => {
  skipped = await whyNotEither(async () => (await startKafka()).stop());
});

describe('kafka errors: topics, groups and records', () => {
  let bench: KafkaServer;

  before(async () => {
    if (skipped.kafkajs === undefined) bench = await KafkaServer.start();
  });
  after(() => bench?.stop());

  real('an unknown topic, and it may be there the next time', CLIENTS, async (client) => {
    const topic = nameOf('t');
    const consumer = await bench.open(topic, { client });
    const error = await failureOf(consumer);
    assert.deepEqual([error.code, error.retryable, error.adapter], ['NOT_FOUND', false, 'kafka']);
    await createTopic(bench.admin, { topic, numPartitions: 1 });
    await bench.publish(topic, [{ value: 'one' }]);
    assert.equal((await take(consumer, 1))[0]?.text(), 'one');
    assert.ok((await close(consumer)).clean);
  });

  real('one unknown topic of several', CLIENTS, async (client) => {
    const consumer = await bench.open(`${await bench.topic(1)},${nameOf('t')}`, { client });
    assert.equal((await failureOf(consumer)).code, 'NOT_FOUND');
    await close(consumer);
  });

  real('a session that the broker does not allow', CLIENTS, async (client) => {
    const topic = await bench.topic(1);
    const consumer = await bench.open(topic, { client, parameters: { sessionTimeoutMs: 3_600_000, rebalanceTimeoutMs: 3_600_000 } });
    const error = await failureOf(consumer);
    assert.deepEqual([error.code, error.retryable], ['INVALID_ARGUMENT', false]);
    await close(consumer);
    assert.equal(await bench.members(topic), 0);
  });

  real('a group whose members share out in another way', CLIENTS, async (client) => {
    const topic = await bench.topic(1);
    await bench.publish(topic, [{ value: 'one' }]);
    const other: ClientName = client === 'kafkajs' ? 'confluent' : 'kafkajs';
    const first = await bench.open(topic, { client: other });
    await take(first, 1);
    const consumer = await bench.open(topic, { client });
    const error = await failureOf(consumer);
    assert.deepEqual([error.code, error.retryable], ['INVALID_ARGUMENT', false]);
    await Promise.all([close(first), close(consumer)]);
  });

  real('an instance that another one of its name has fenced', ['confluent'], async (client) => {
    const topic = await bench.topic(1);
    await bench.publish(
      topic,
      values(4).map((value) => ({ value })),
    );
    const first = await bench.open(topic, { client, parameters: { instanceId: 'one' } });
    const held = await take(first, 4);
    assert.equal((await first.ack(held.slice(0, 1))).confirmed.length, 1);
    const second = await bench.open(topic, { client, parameters: { instanceId: 'one' } });
    assert.equal((await take(second, 3)).length, 3);
    const error = await failureOf(first);
    assert.deepEqual([error.code, error.retryable], ['LEASE_LOST', false], `${error.message} ${String(Object(error.cause).code)}`);
    assert.deepEqual(
      (await first.ack(held.slice(1))).failed.map((each) => each.error.code),
      ['LEASE_LOST', 'LEASE_LOST', 'LEASE_LOST'],
    );
    assert.equal((await bench.committed(topic))[0], 1);
    await close(first);
    assert.equal(await bench.members(topic), 1, 'the fenced one takes nothing with it');
    await close(second);
  });

  real('a record that is larger than the topic takes is refused to its sender', ['kafkajs'], async () => {
    const topic = await bench.topic(1, [{ name: 'max.message.bytes', value: '1024' }]);
    const refused = await bench.publish(topic, [{ value: 'x'.repeat(5_000) }]).catch((error: unknown) => nativeError('sending', error));
    assert.equal(refused?.code, 'RESOURCE_EXHAUSTED');
  });

  real('a record that is larger than what is asked for comes all the same', CLIENTS, async (client) => {
    const topic = await bench.topic(1);
    await bench.publish(topic, [{ value: 'x'.repeat(900_000) }, { value: 'small' }]);
    const consumer = await bench.open(topic, { client, parameters: { maxBytes: 1_024, maxBytesPerPartition: 1_024 } });
    const [large, small] = await take(consumer, 2);
    assert.deepEqual([large?.body.length, small?.text()], [900_000, 'small']);
    await close(consumer);
  });
});

describe('kafka errors: a broker that is not there', () => {
  let bench: KafkaServer;

  before(async () => {
    if (skipped.kafkajs === undefined) bench = await KafkaServer.start();
  });
  after(() => bench?.stop());

  real('at the start is UNAVAILABLE, and the same consumer finds it once it is there', CLIENTS, async (client) => {
    const topic = await bench.topic(1);
    await bench.publish(topic, [{ value: 'one' }]);
    const consumer = await bench.open(topic, { client });
    await bench.broker.kill();
    const error = await failureOf(consumer);
    assert.ok(['UNAVAILABLE', 'TIMEOUT'].includes(error.code), error.code);
    assert.equal(error.retryable, true);
    await bench.broker.restart();
    const messages = await take(consumer, 1);
    assert.equal((await consumer.ack(messages)).confirmed.length, 1);
    assert.ok((await close(consumer)).clean);
  });

  real('in the end is said by a close, also of a member that has no lane', CLIENTS, async (client) => {
    const topic = await bench.topic(1);
    const both = [await bench.open(topic, { client }), await bench.open(topic, { client })];
    const { signal } = new AbortController();
    let reader: StreamConsumer | undefined;
    await until(
      async () => {
        await Promise.all(both.map((consumer) => consumer.fetch({ max: 1, waitMs: 100, signal })));
        const lags = await Promise.all(both.map((consumer) => consumer.lag?.()));
        reader = both.find((_, index) => (lags[index]?.size ?? 0) > 0);
        return reader !== undefined && (await bench.members(topic)) === 2;
      },
      'both have joined, and one has the lane',
      WAIT_MS,
    );
    await bench.broker.kill();
    if (client === 'confluent') await assert.rejects(async () => reader?.lag?.(), { code: 'TIMEOUT' });
    const closed = await Promise.all(both.map(close));
    assert.deepEqual(
      closed.map(({ clean }) => clean),
      [false, false],
    );
    await bench.broker.restart();
  });
});

describe('kafka errors: users and their rights', () => {
  const ADMIN = { user: 'admin', password: 'adminsecret' };
  const READER = { user: 'reader', password: 'readersecret' };
  let bench: KafkaServer;

  before(async () => {
    if (skipped.kafkajs !== undefined) return;
    bench = await KafkaServer.start({ users: { [ADMIN.user]: ADMIN.password, [READER.user]: READER.password } }, ADMIN);
  });
  after(() => bench?.stop());

  const acl = (resourceType: AclResourceTypes, resourceName: string, operation = AclOperationTypes.READ) => ({
    resourceType,
    resourceName,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: `User:${READER.user}`,
    host: '*',
    operation,
    permissionType: AclPermissionTypes.ALLOW,
  });
  const topicRight = (topic: string) => acl(On.TOPIC, topic);
  const groupRight = (topic: string, operation = AclOperationTypes.READ) => acl(On.GROUP, `g-${topic}`, operation);

  /** What is answered is in the log of the cluster, and comes to the broker a moment later. */
  async function isThere(right: ReturnType<typeof acl>): Promise<boolean> {
    return (await bench.admin.describeAcls(right)).resources.length > 0;
  }

  async function grant(rights: readonly ReturnType<typeof acl>[]): Promise<void> {
    await bench.admin.createAcls({ acl: [...rights] });
    for (const right of rights) await until(() => isThere(right), 'the right is there', WAIT_MS);
  }

  async function refused(consumer: StreamConsumer, code: string): Promise<void> {
    const error = await failureOf(consumer);
    assert.deepEqual([error.code, error.retryable], [code, false]);
    assert.doesNotMatch(`${error.message} ${JSON.stringify(error)} ${String(error.cause)} ${consumer.source}`, /secret/);
    await close(consumer);
  }

  real('a wrong password', CLIENTS, async (client) => {
    const topic = await bench.topic(1);
    await refused(await bench.open(topic, { client, login: { ...READER, password: 'nosecret' } }), 'UNAUTHENTICATED');
  });

  real('a topic that may not be read', CLIENTS, async (client) => {
    const topic = await bench.topic(1);
    await grant([groupRight(topic)]);
    await refused(await bench.open(topic, { client, login: READER }), 'PERMISSION_DENIED');
  });

  real('a group that may not be joined', CLIENTS, async (client) => {
    const topic = await bench.topic(1);
    await grant([topicRight(topic), groupRight(topic, AclOperationTypes.DESCRIBE)]);
    await refused(await bench.open(topic, { client, login: READER }), 'PERMISSION_DENIED');
  });

  real('a group that may not even be described', CLIENTS, async (client) => {
    const topic = await bench.topic(1);
    await grant([topicRight(topic)]);
    const consumer = await bench.open(topic, { client, login: READER });
    const error = await failureOf(consumer);
    // kafkajs keeps the broker's answer to itself: to it there is no coordinator.
    assert.equal(error.code, client === 'kafkajs' ? 'UNAVAILABLE' : 'PERMISSION_DENIED');
    assert.match(error.message, client === 'kafkajs' ? /no right to describe the group/ : /authorization/i);
    await close(consumer);
  });

  real('who has the rights reads and commits, until they are taken away', CLIENTS, async (client) => {
    const topic = await bench.topic(1);
    await bench.publish(
      topic,
      values(4).map((value) => ({ value })),
    );
    await grant([topicRight(topic), groupRight(topic)]);
    const consumer = await bench.open(topic, { client, login: READER });
    const held = await take(consumer, 4);
    assert.equal((await consumer.ack(held.slice(0, 2))).confirmed.length, 2);
    await bench.admin.deleteAcls({ filters: [groupRight(topic)] });
    await until(async () => !(await isThere(groupRight(topic))), 'the right is gone', WAIT_MS);
    const { failed } = await consumer.ack(held.slice(2));
    // A heartbeat may have been refused before, which has taken the lane away.
    assert.ok(
      failed.every(({ error }) => ['PERMISSION_DENIED', 'LEASE_LOST'].includes(error.code)),
      String(failed[0]?.error),
    );
    assert.equal(failed.length, 2);
    assert.equal((await bench.committed(topic))[0], 2);
    await refused(consumer, 'PERMISSION_DENIED');
  });
});

describe('kafka errors: a coordinator that moves', () => {
  let cluster: KafkaCluster | undefined;
  let bench: KafkaBench;

  before(async () => {
    if (skipped.kafkajs !== undefined) return;
    cluster = await startKafkaCluster(3, { properties: { 'broker.session.timeout.ms': 3_000, 'broker.heartbeat.interval.ms': 500 } });
    bench = new KafkaBench(cluster);
    await bench.admin.connect();
  });
  after(async () => {
    await bench?.stop();
    await cluster?.stop();
  });

  /** Who leads the one partition of the offsets coordinates all groups. */
  async function coordinator(): Promise<number> {
    const { topics } = await bench.admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] });
    return topics[0]?.partitions[0]?.leader ?? -1;
  }

  async function inSync(): Promise<number> {
    const { topics } = await bench.admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] });
    return topics[0]?.partitions[0]?.isr.length ?? 0;
  }

  real('is found again when its node has died, though nothing else was on that', ['kafkajs'], async (client) => {
    const dead = await coordinator();
    const replicas = [1, 2, 3].filter((node) => node !== dead);
    const topic = `t-dead-${dead}-${Date.now()}`;
    await createTopic(bench.admin, { topic, replicaAssignment: [{ partition: 0, replicas }] });
    await bench.publish(
      topic,
      values(20).map((value) => ({ value })),
    );
    const consumer = await bench.open(topic, { client });
    const held = await take(consumer, 20);
    assert.equal((await consumer.ack(held.slice(0, 5))).confirmed.length, 5);
    const node = cluster?.nodes[dead - 1];
    await node?.kill();
    // As long as the node is away: kafkajs goes on asking it until it joins again.
    await assert.rejects(ackAll(consumer, held.slice(5)), { code: 'LEASE_LOST' });
    const again = await take(consumer, 15);
    assert.deepEqual(
      again.map(({ position }) => position),
      held.slice(5).map(({ position }) => position),
    );
    await ackAll(consumer, again);
    await close(consumer);
    await node?.restart();
    assert.equal((await bench.committed(topic))[0], 20);
    await until(async () => (await inSync()) === 3, 'all three are in step again', WAIT_MS);
  });

  real('and nodes that change do not make a close hang', ['kafkajs'], async () => {
    const coordinates = await coordinator();
    const [reads = 0, dies = 0] = [1, 2, 3].filter((node) => node !== coordinates);
    const topic = `t-close-${dies}-${Date.now()}`;
    // One partition is full, whose batch waits for room; the other is empty, and led by another node.
    const replicaAssignment = [
      { partition: 0, replicas: [reads, coordinates] },
      { partition: 1, replicas: [coordinates, reads] },
    ];
    await createTopic(bench.admin, { topic, replicaAssignment });
    await bench.publish(
      topic,
      values(1_000).map((value) => ({ value, partition: 0 })),
    );
    const child = fork(fileURLToPath(new URL('../fixtures/kafka-close.js', import.meta.url)), [bench.broker.url, topic]);
    const said: unknown[] = [];
    child.on('message', (message) => said.push(message));
    try {
      await until(() => said.includes('reading'), 'it reads', WAIT_MS);
      await cluster?.nodes[dies - 1]?.kill();
      await until(() => said.includes('waiting'), 'its client waits for the batch', WAIT_MS);
      await until(() => child.exitCode !== null, 'it has closed and ended', WAIT_MS);
      assert.deepEqual(said, ['reading', 'waiting', 'clean']);
    } finally {
      child.kill('SIGKILL');
      await cluster?.nodes[dies - 1]?.restart();
    }
    await until(async () => (await inSync()) === 3, 'all three are in step again', WAIT_MS);
  });

  real('costs errors that may be tried again, or a redelivery, and nothing is lost', CLIENTS, async (client) => {
    const topic = await bench.topic(1);
    await bench.publish(
      topic,
      values(20).map((value) => ({ value })),
    );
    const consumer = await bench.open(topic, { client });
    // Nobody waits for the handlers of a rebalance in vain: this one would for ever.
    const lost: string[] = [];
    consumer.watch?.({
      assigned: () => undefined,
      lost: (lanes) => void lost.push(...lanes.map(({ lane }) => lane)),
      ended: () => undefined,
      revoking: () => new Promise(() => undefined),
    });
    const held = await take(consumer, 20);
    assert.equal((await consumer.ack(held.slice(0, 5))).confirmed.length, 5);
    const before = await coordinator();
    const replicas = [1, 2, 3].filter((node) => node !== before);
    await bench.admin.alterPartitionReassignments({
      topics: [{ topic: '__consumer_offsets', partitionAssignment: [{ partition: 0, replicas }] }],
    });
    await until(async () => ![before, -1].includes(await coordinator()), 'the coordinator has moved', WAIT_MS);
    if (client === 'kafkajs') {
      // It commits to the old coordinator until it has joined again, so what it holds comes again.
      await assert.rejects(ackAll(consumer, held.slice(5)), { code: 'LEASE_LOST' });
      const again = await take(consumer, 15);
      assert.deepEqual(
        again.map(({ position }) => position),
        held.slice(5).map(({ position }) => position),
      );
      assert.deepEqual(lost, [`${topic}/0`]);
      await ackAll(consumer, again);
    } else {
      for (const { code } of await ackAll(consumer, held.slice(5))) assert.ok(['UNAVAILABLE', 'TIMEOUT'].includes(code), code);
    }
    assert.equal((await bench.committed(topic))[0], 20);
    await bench.publish(topic, [{ value: 'after' }]);
    assert.equal((await take(consumer, 1))[0]?.text(), 'after');
    await close(consumer);
    // Back to three, for whoever comes next.
    await bench.admin.alterPartitionReassignments({
      topics: [{ topic: '__consumer_offsets', partitionAssignment: [{ partition: 0, replicas: [1, 2, 3] }] }],
    });
    await until(async () => (await inSync()) === 3, 'all three are in step again', WAIT_MS);
  });
});
