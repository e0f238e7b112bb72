import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { startDynamoDb } from '../../conformance/brokers/dynamodb.js';
import { startElasticMq } from '../../conformance/brokers/elasticmq.js';
import { startKafka, startKafkaCluster } from '../../conformance/brokers/kafka.js';
import { startKinesalite, startKinesisMock } from '../../conformance/brokers/kinesis.js';
import { startNats } from '../../conformance/brokers/nats.js';
import { type Broker, freePort, run } from '../../conformance/brokers/process.js';
import { startPubSub } from '../../conformance/brokers/pubsub.js';
import { startPulsar } from '../../conformance/brokers/pulsar.js';
import { alive } from '../support/run.js';
import { startOrSkipIn } from '../support/start-or-skip.js';

/** Whether something listens at this address. */
function answers(url: string): Promise<boolean> {
  const [host = '', port = ''] = url.replace(/^.*\/\//, '').split(':');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

const SERVERS: readonly (readonly [string, string, () => Promise<Broker>])[] = [
  ['NATS', 'TAILRACE_NATS', startNats],
  ['Kafka', 'TAILRACE_KAFKA', startKafka],
  ['ElasticMQ', 'TAILRACE_SQS', startElasticMq],
  ['kinesis-mock', 'TAILRACE_KINESIS', startKinesisMock],
  ['kinesalite', 'TAILRACE_KINESIS', startKinesalite],
  ['DynamoDB Local', 'TAILRACE_DYNAMODB', startDynamoDb],
  ['Pulsar', 'TAILRACE_PULSAR', startPulsar],
  ['pstest', 'PUBSUB_EMULATOR_HOST', startPubSub],
];

for (const [name, variable, start] of SERVERS) {
  test(`${name} starts, keeps its address over a crash, knows a taken port, and leaves nothing behind`, async (t) => {
    if (process.env[variable]) {
      t.skip(`${variable} names a server that is not ours to restart`);
      return;
    }
    const broker = await startOrSkipIn(t, name, start);
    if (broker === undefined) return;
    t.after(() => broker.stop());
    const { url, pid } = broker;
    assert.ok(await answers(url));
    await broker.restart({ signal: 'SIGKILL' });
    assert.equal(broker.url, url);
    assert.notEqual(broker.pid, pid);
    assert.ok(await answers(url));
    const last = broker.pid;
    await broker.kill();
    const thief = createServer().listen(Number(url.split(':').at(-1)), '127.0.0.1');
    t.after(() => thief.close());
    await once(thief, 'listening');
    await assert.rejects(broker.restart(), /a port was taken/);
    thief.close();
    await broker.stop();
    await broker.stop();
    assert.ok(last !== undefined && !alive(last), 'its process has ended');
    assert.equal(await answers(url), false);
  });
}

test('ports are given to one process, also while nothing listens on them', async () => {
  const count = 150;
  const own = new Set<number>();
  for (let left = count; left > 0; left -= 1) own.add(await freePort());
  const module = new URL('../../conformance/brokers/process.js', import.meta.url).href;
  const program = `import { freePort } from '${module}'; for (let left = ${count}; left > 0; left -= 1) console.log(await freePort());`;
  const printed = await run(process.execPath, ['--input-type=module', '-e', program]);
  const others = new Set(printed.trim().split('\n').map(Number));
  assert.deepEqual([own.size, others.size], [count, count]);
  assert.ok([...own].every((port) => !others.has(port)));
});

test('a cluster of three Kafka nodes goes on without one, which comes back', async (t) => {
  const cluster = await startOrSkipIn(t, 'A KAFKA CLUSTER', () => startKafkaCluster(3));
  if (cluster === undefined) return;
  t.after(() => cluster.stop());
  const [first, ...others] = cluster.nodes;
  assert.ok(first !== undefined && others.length === 2);
  await first.kill();
  assert.equal(await answers(first.url), false);
  for (const other of others) assert.ok(await answers(other.url));
  // Ready means that groups have a coordinator, so that the others have taken over or taken it back in.
  await first.restart();
  assert.ok(await answers(first.url));
  const pids = cluster.nodes.map(({ pid }) => pid);
  await cluster.stop();
  for (const pid of pids) assert.ok(pid !== undefined && !alive(pid));
});

test('a server that is named by the environment is used, and left alone', async (t) => {
  const before = process.env.TAILRACE_KAFKA;
  process.env.TAILRACE_KAFKA = 'broker.example:9092';
  t.after(() => {
    if (before === undefined) delete process.env.TAILRACE_KAFKA;
    else process.env.TAILRACE_KAFKA = before;
  });
  const broker = await startKafka();
  assert.equal(broker.url, 'broker.example:9092');
  await assert.rejects(broker.restart(), /TAILRACE_KAFKA/);
  await broker.stop();
});
