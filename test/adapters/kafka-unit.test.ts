import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import kafkajs from 'kafkajs';
import { roundRobin } from '../../adapters/kafka/assigner.js';
import { CAPABILITIES } from '../../adapters/kafka/capabilities.js';
import type { KafkaMessage } from '../../adapters/kafka/client.js';
import { Commits } from '../../adapters/kafka/commits.js';
import { makeConfluentMessage } from '../../adapters/kafka/confluent-message.js';
import { KafkaConsumer } from '../../adapters/kafka/consumer.js';
import { CoordinatorWatch } from '../../adapters/kafka/coordinator.js';
import { confluentError, nativeError } from '../../adapters/kafka/errors.js';
import { confluentConsumer, kafkaConsumer, open } from '../../adapters/kafka/index.js';
import { chunkOf, Lane } from '../../adapters/kafka/lane.js';
import type { Member } from '../../adapters/kafka/member.js';
import { makeMessage } from '../../adapters/kafka/message.js';
import { confluentSettings, parseUrl, settings } from '../../adapters/kafka/options.js';
import type { Message } from '../../src/index.js';
import { Gate, until } from '../support/until.js';

const kafka = new kafkajs.Kafka({ brokers: ['127.0.0.1:1'], logLevel: kafkajs.logLevel.NOTHING });

describe('options', () => {
  it('fills in defaults', () => {
    const { topics, fromBeginning, heartbeatMs, sessionTimeoutMs } = settings({ topics: 'orders', groupId: 'g' });
    assert.deepEqual([topics, fromBeginning, heartbeatMs, sessionTimeoutMs], [['orders'], true, 3_000, 30_000]);
    assert.equal(settings({ topics: 'orders', groupId: 'g', sessionTimeoutMs: 3_000 }).heartbeatMs, 1_000);
  });

  for (const [wrong, names] of [
    [{}, /topics/],
    [{ topics: [], groupId: 'g' }, /topics/],
    [{ topics: 'a b', groupId: 'g' }, /topics/],
    [{ topics: 'a' }, /groupId/],
    [{ topics: 'a', groupId: 'g', startAt: 'now' }, /startAt/],
    [{ topics: 'a', groupId: 'g', sessionTimeoutMs: 500 }, /sessionTimeoutMs/],
    [{ topics: 'a', groupId: 'g', sessionTimeoutMs: 3_000, heartbeatMs: 2_000 }, /heartbeatMs/],
    [{ topics: 'a', groupId: 'g', assigner: 'range' }, /assigner/],
    [{ topics: 'a', groupId: 'g', fromBeginning: true }, /no option 'fromBeginning'/],
  ] as const) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      // Wrong on purpose.
      assert.throws(() => kafkaConsumer(kafka, wrong as never), { code: 'INVALID_ARGUMENT', message: names });
    });
  }

  it('refuses what is no client', () => {
    for (const wrong of [undefined, null, {}, 'kafka']) {
      assert.throws(() => kafkaConsumer(wrong as never, { topics: 'a', groupId: 'g' }), { code: 'INVALID_ARGUMENT' });
    }
  });
});

describe('URLs', () => {
  it('say everything', () => {
    const url =
      'kafka+tls://me:p%40ss@one:9093/orders,payments?group=billing&brokers=two:9094,three:9095&mechanism=scram-sha-512&maxWaitMs=50';
    const { options, ...client } = parseUrl(new URL(url), { startAt: 'latest' });
    assert.deepEqual(client, {
      brokers: ['one:9093', 'two:9094', 'three:9095'],
      tls: true,
      user: 'me',
      pass: 'p@ss',
      mechanism: 'scram-sha-512',
      clientId: 'tailrace',
      client: 'kafkajs',
    });
    assert.deepEqual(options, { topics: ['orders', 'payments'], groupId: 'billing', maxWaitMs: 50, startAt: 'latest' });
  });

  it('say where further brokers are, by default at the port of Kafka', () => {
    const { brokers } = parseUrl(new URL('kafka://[::1]/orders?group=g&client=confluent&brokers=two,[::2]:9093,[::3]'), {});
    assert.deepEqual(brokers, ['[::1]:9092', 'two:9092', '[::2]:9093', '[::3]:9092']);
  });

  for (const [url, names] of [
    ['kafka://host/orders', /groupId/],
    ['kafka://host/?group=g', /path of 0 parts/],
    ['kafka://host/a/b?group=g', /path of 2 parts/],
    ['kafka://host/orders?group=g&fetch=1', /no parameter 'fetch'/],
    ['kafka://host/orders?group=g&maxWaitMs=soon', /maxWaitMs/],
    ['kafka://host/orders?group=g&group=h', /'group' is there 2 times/],
    ['kafka://host/orders?group=g&mechanism=magic', /mechanism/],
    ['kafka://[::1]:9092/orders?group=g', /IPv6/],
    ['kafka://host/orders?group=g&brokers=[::1]:9092', /IPv6/],
    ['nats://host/orders?group=g', /scheme 'nats'/],
  ] as const) {
    it(`refuse ${url}`, async () => {
      await assert.rejects(open(url), { code: 'INVALID_ARGUMENT', message: names });
    });
  }
});

describe('messages', () => {
  const raw = {
    key: Buffer.from('k'),
    value: Buffer.from('body'),
    timestamp: '1700000000000',
    offset: '41',
    headers: { text: Buffer.from('Grüße'), bytes: Buffer.from([0xff, 0xfe]), many: [Buffer.from('a'), Buffer.from('b')], none: undefined },
  };

  it('carry what the record has', () => {
    const message = makeMessage(raw, 7, 'orders/3', 2);
    assert.deepEqual(
      [message.id, message.delivery, message.lane, message.assignment, message.position, message.key, message.publishedAt],
      ['orders/3:41', 7, 'orders/3', 2, 41, 'k', 1_700_000_000_000],
    );
    assert.deepEqual(message.headers, { text: 'Grüße', bytes: raw.headers.bytes, many: ['a', 'b'] });
    assert.equal(message.attempt, undefined);
  });

  it('carry a header of any name', () => {
    const message = makeMessage({ ...raw, headers: Object.fromEntries([['__proto__', Buffer.from('a')]]) }, 1, 'orders/0', 1);
    assert.deepEqual(Object.entries(message.headers), [['__proto__', 'a']]);
  });

  it('carry headers without a value as empty text', () => {
    // The client's types know none, but it hands them over.
    const without = null as unknown as Buffer;
    const message = makeMessage({ ...raw, headers: { none: without, some: [Buffer.from('a'), without] } }, 1, 'orders/0', 1);
    assert.deepEqual(message.headers, { none: '', some: ['a', ''] });
  });

  it('are empty where the record is a tombstone', () => {
    const { body, key, raw: native } = makeMessage({ ...raw, key: null, value: null }, 1, 'orders/0', 1);
    assert.deepEqual([body.length, key, native.value], [0, undefined, null]);
  });
});

describe('errors', () => {
  const wrapped = (name: string, cause: Error) => Object.assign(new Error('outer', { cause }), { name });
  for (const [thrown, code, retryable] of [
    [Object.assign(new Error('x'), { type: 'UNKNOWN_TOPIC_OR_PARTITION' }), 'NOT_FOUND', false],
    [Object.assign(new Error('x'), { type: 'GROUP_AUTHORIZATION_FAILED' }), 'PERMISSION_DENIED', false],
    [Object.assign(new Error('x'), { name: 'KafkaJSSASLAuthenticationError' }), 'UNAUTHENTICATED', false],
    [Object.assign(new Error('x'), { type: 'ILLEGAL_GENERATION' }), 'LEASE_LOST', false],
    [Object.assign(new Error('x'), { type: 'INCONSISTENT_GROUP_PROTOCOL' }), 'INVALID_ARGUMENT', false],
    [Object.assign(new Error('x'), { type: 'NOT_COORDINATOR_FOR_GROUP' }), 'UNAVAILABLE', true],
    [Object.assign(new Error('x'), { name: 'KafkaJSNotImplemented' }), 'UNSUPPORTED', false],
    [Object.assign(new Error('x'), { name: 'KafkaJSConnectionError', code: 'ECONNREFUSED' }), 'UNAVAILABLE', true],
    [
      wrapped('KafkaJSNumberOfRetriesExceeded', Object.assign(new Error('x'), { type: 'TOPIC_AUTHORIZATION_FAILED' })),
      'PERMISSION_DENIED',
      false,
    ],
    [Object.assign(new Error('x'), { name: 'KafkaJSProtocolError', type: 'SOMETHING_NEW', retriable: true }), 'UNAVAILABLE', true],
    ['a string', 'UNKNOWN', false],
  ] as const) {
    it(`${String(thrown)} of ${JSON.stringify(Object(thrown))} is ${code}`, () => {
      const error = nativeError('doing', thrown);
      assert.deepEqual([error.code, error.retryable, error.adapter], [code, retryable, 'kafka']);
    });
  }
});

describe('the assigner', () => {
  it("shares out as kafkajs's own does, in its format", async () => {
    const partitions: Record<string, number[]> = { a: [0, 1, 2], b: [0, 1] };
    const cluster = { findTopicPartitionMetadata: (topic: string) => (partitions[topic] ?? []).map((partitionId) => ({ partitionId })) };
    // The cluster is all that either of them asks for.
    const theirs = kafkajs.PartitionAssigners.roundRobin({ cluster } as never);
    const ours = roundRobin({ cluster });
    assert.deepEqual([ours.name, ours.version], [theirs.name, theirs.version]);
    const subscription = { topics: ['a', 'b'] };
    assert.deepEqual(ours.protocol(subscription), theirs.protocol(subscription));
    const members = ['z', 'x', 'y'].map((memberId) => ({ memberId, memberMetadata: Buffer.alloc(0) }));
    const sorted = (each: { memberId: string; memberAssignment: Uint8Array }[]) =>
      each.toSorted((one, other) => one.memberId.localeCompare(other.memberId));
    const group = { members, topics: ['a', 'b'] };
    assert.deepEqual(sorted(await ours.assign(group)), sorted(await theirs.assign(group as never)));
  });
});

describe('librdkafka', () => {
  it('has options of its own, and none that only kafkajs has', () => {
    const { instanceId, groupProtocol, fromBeginning } = confluentSettings({ topics: 'orders', groupId: 'g', instanceId: 'one' });
    assert.deepEqual([instanceId, groupProtocol, fromBeginning], ['one', 'classic', true]);
    const wrong = [
      { groupProtocol: 'newest' },
      { instanceId: '' },
      { assigner: () => undefined },
      // More than librdkafka takes.
      { sessionTimeoutMs: 3_600_001 },
      { metadataMaxAgeMs: 3_600_001 },
      { minBytes: 100_000_001 },
      { maxBytes: 2_147_483_136 },
      { maxBytesPerPartition: 1_000_000_001 },
    ];
    for (const each of wrong) {
      // Wrong on purpose.
      assert.throws(() => confluentSettings({ topics: 'orders', groupId: 'g', ...each } as never), { code: 'INVALID_ARGUMENT' });
    }
  });

  it('is chosen by URL, and said to be missing where it is', async () => {
    const url = 'kafka://host/orders?group=g&client=confluent&instanceId=one&groupProtocol=consumer';
    const { client, options } = parseUrl(new URL(url), {});
    assert.deepEqual([client, options.instanceId, options.groupProtocol], ['confluent', 'one', 'consumer']);
    await assert.rejects(open(url, { clientPackage: 'not-installed-here' }), {
      code: 'INVALID_ARGUMENT',
      message: /npm install not-installed-here/,
    });
    await assert.rejects(open('kafka://host/orders?group=g&instanceId=one'), { code: 'INVALID_ARGUMENT', message: /instanceId/ });
  });

  it('says what is wrong with settings of the client itself by the first fetch', async () => {
    const refuse = (): never => {
      throw new Error('No such configuration property: "no.such"');
    };
    const consumer = confluentConsumer(refuse, { topics: 'orders', groupId: 'g' });
    const { signal } = new AbortController();
    await assert.rejects(consumer.fetch({ max: 1, waitMs: 0, signal }), { code: 'INVALID_ARGUMENT', message: /no\.such/ });
    assert.ok((await consumer.close({ signal })).clean);
  });

  it('tells headers in order, repeated ones together', () => {
    const raw = {
      topic: 'orders',
      partition: 0,
      offset: 7,
      value: null,
      headers: [{ a: Buffer.from('1') }, { b: Buffer.from([0xff]) }, { a: Buffer.from('2') }],
    };
    const message = makeConfluentMessage(raw, 1, 'orders/0', 1);
    assert.deepEqual(message.headers, { a: ['1', '2'], b: Buffer.from([0xff]) });
    assert.deepEqual([message.id, message.position, message.body.length, message.key], ['orders/0:7', 7, 0, undefined]);
  });

  for (const [native, code, retryable] of [
    [3, 'NOT_FOUND', false],
    [30, 'PERMISSION_DENIED', false],
    [82, 'LEASE_LOST', false],
    [-142, 'LEASE_LOST', false],
    [-195, 'UNAVAILABLE', true],
    [-185, 'TIMEOUT', true],
    [9_999, 'UNKNOWN', false],
  ] as const) {
    it(`error ${native} is ${code}`, () => {
      const error = confluentError('doing', { code: native, message: 'text' });
      assert.deepEqual([error.code, error.retryable, error.message], [code, retryable, 'doing: text']);
    });
  }
});

describe('the watch of a coordinator', () => {
  const closed = Object.assign(new Error('Closed connection'), { name: 'KafkaJSConnectionClosedError' });
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('knows another one when the group has one that answers and the own one goes on failing', async () => {
    const asked: (() => void)[] = [];
    const watch = new CoordinatorWatch(() => new Promise<void>((resolve) => asked.push(resolve)));
    for (let at = 0; at < 5; at += 1) assert.equal(watch.failed(closed, performance.now()), false, 'nobody has answered');
    assert.equal(asked.length, 1, 'one question at a time');
    asked[0]?.();
    const before = performance.now();
    await turn();
    assert.equal(watch.failed(closed, before - 1), false, 'it was begun before');
    const verdicts = [1, 2, 3].map(() => watch.failed(closed, performance.now()));
    assert.deepEqual(verdicts, [false, false, true]);
    watch.answered();
    assert.equal(watch.failed(closed, performance.now()), false, 'it is there again');
    assert.equal(asked.length, 2);
  });

  it('asks again when nobody could be asked, and does not for what the coordinator itself has refused', async () => {
    let asked = 0;
    const watch = new CoordinatorWatch(() => {
      asked += 1;
      return Promise.reject(new Error('nobody'));
    });
    watch.failed(Object.assign(new Error('no member'), { name: 'KafkaJSProtocolError', type: 'UNKNOWN_MEMBER_ID' }), performance.now());
    assert.equal(asked, 0);
    watch.failed(closed, performance.now());
    await turn();
    watch.failed(closed, performance.now());
    assert.equal(asked, 2);
  });
});

describe('commits', () => {
  const record = (offset: number): KafkaMessage => ({ key: null, value: null, timestamp: '0', offset: String(offset) });
  const laneOf = (partition: number): [Lane<KafkaMessage>, Message<KafkaMessage>] => {
    const lane = new Lane<KafkaMessage>('t', partition, partition + 1, makeMessage);
    lane.arrived([chunkOf([record(0)])]);
    const out: Message<KafkaMessage>[] = [];
    lane.take(out, 1, partition + 1);
    const [message] = out;
    assert.ok(message !== undefined);
    return [lane, message];
  };
  /** A client whose answers the test gives. */
  const slow = () => {
    const gates: Gate[] = [];
    const commit = (): Promise<void> => {
      const gate = new Gate();
      gates.push(gate);
      return gate.opened;
    };
    return { gates, commit, ask: () => Promise.resolve() };
  };

  it('an ack whose lane leaves while it waits for its turn is lost, not recorded', async () => {
    const member = slow();
    const commits = new Commits(5_000);
    const [one, first] = laneOf(0);
    const [other, second] = laneOf(1);
    one.mark.finish(first);
    const before = commits.settle(member, [one], [first], []);
    other.mark.finish(second);
    const waiting = commits.settle(member, [other], [second], []);
    other.gone = true;
    member.gates[0]?.open();
    assert.deepEqual((await before).confirmed, [first]);
    const { recorded, failed } = await waiting;
    assert.deepEqual([recorded, failed.map(({ error }) => error.code)], [[], ['LEASE_LOST']]);
  });

  it('one that has no answer is not overtaken by a newer one, and counts once it is answered', async () => {
    const member = slow();
    const commits = new Commits(1);
    const [lane, first] = laneOf(0);
    lane.arrived([chunkOf([record(1)])]);
    const out: Message<KafkaMessage>[] = [];
    lane.take(out, 1, 2);
    const [second] = out;
    assert.ok(second !== undefined);
    for (const message of [first, second]) {
      lane.mark.finish(message);
      const { failed } = await commits.settle(member, [lane], [message], []);
      assert.deepEqual(
        failed.map(({ error }) => error.code),
        ['TIMEOUT'],
      );
    }
    assert.equal(member.gates.length, 1);
    member.gates[0]?.open();
    await until(() => lane.mark.isSettled(first), 'the first is settled');
    assert.ok(!lane.mark.isSettled(second));
    const last = new Commits(5_000).settle(member, [lane], [second], []);
    member.gates[1]?.open();
    assert.deepEqual((await last).confirmed, [second]);
  });

  it('an ack whose lane is sought while its commit is under way is lost, not recorded', async () => {
    const member = slow();
    const [lane, message] = laneOf(0);
    lane.mark.finish(message);
    const waiting = new Commits(5_000).settle(member, [lane], [message], []);
    lane.mark.truncate();
    member.gates[0]?.open();
    const { recorded, failed } = await waiting;
    assert.deepEqual([recorded, failed.map(({ error }) => error.code)], [[], ['LEASE_LOST']]);
  });

  it('a flush ends with its signal, whatever the broker does', async () => {
    const [lane, first] = laneOf(0);
    lane.arrived([chunkOf([record(1)])]);
    const client = slow();
    const member: Member<KafkaMessage> = {
      ...client,
      lanes: new Map([[lane.lane, lane]]),
      waiting: 1,
      isReady: true,
      start: () => undefined,
      checkSession: () => undefined,
      taken: () => undefined,
      rewind: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      lag: () => Promise.resolve(new Map()),
      stop: () => Promise.resolve(),
    };
    const consumer = new KafkaConsumer({ topics: ['t'], groupId: 'g', answerMs: 600_000 }, CAPABILITIES, () => member);
    const { signal } = new AbortController();
    // The first one joins.
    await consumer.fetch({ max: 1, waitMs: 0, signal });
    const messages = await consumer.fetch({ max: 1, waitMs: 0, signal });
    const acking = consumer.ack([first, ...messages]);
    const stop = new AbortController();
    const flushing = consumer.flush({ signal: stop.signal });
    stop.abort();
    assert.deepEqual((await flushing).confirmed, []);
    client.gates[0]?.open();
    assert.equal((await acking).confirmed.length, 2);
  });
});
