import type { Admin, Kafka, Producer } from 'kafkajs';
import { openConsumer, type StreamConsumer } from '../../src/index.js';
import { waitUntil } from '../brokers/process.js';
import type { Channel, ChannelState, Outgoing } from '../harness.js';
import { createTopic, ONCE } from './kafka-topics.js';

const ANSWER_MS = 10_000;
/** Records of one request. */
const PRODUCE = 2_000;

/**
 * With connections of its own: a client of kafkajs that was told of a topic fails at everything once that topic is gone. And with
 * new ones after a failure: an admin client goes on asking a leader that is none any more.
 */
export class KafkaChannel implements Channel {
  readonly name: string;
  readonly url: string;
  readonly openOptions: Readonly<Record<string, unknown>>;
  readonly #groupId: string;
  readonly #kafka: Kafka;
  #admin: Promise<Admin> | undefined;
  #producer: Promise<Producer> | undefined;
  #deleted = false;

  constructor(kafka: Kafka, topic: string, groupId: string, url: string, openOptions: Readonly<Record<string, unknown>>) {
    this.openOptions = openOptions;
    this.name = topic;
    this.url = url;
    this.#groupId = groupId;
    this.#kafka = kafka;
  }

  async create(lanes: number): Promise<void> {
    await createTopic(await this.#asked(), { topic: this.name, numPartitions: lanes });
  }

  open(): Promise<StreamConsumer> {
    return openConsumer(this.url, this.openOptions);
  }

  #asked(): Promise<Admin> {
    this.#admin ??= connected(this.#kafka.admin());
    return this.#admin;
  }

  #producing(): Promise<Producer> {
    this.#producer ??= connected(this.#kafka.producer(ONCE));
    return this.#producer;
  }

  async publish(messages: readonly Outgoing[]): Promise<void> {
    try {
      const producer = await this.#producing();
      const lanes = new Map<number | undefined, Outgoing[]>();
      for (const message of messages) {
        const of = lanes.get(message.lane);
        if (of === undefined) lanes.set(message.lane, [message]);
        else of.push(message);
      }
      // Each by itself: where a leader has changed, kafkajs leaves out of its second try what the node that leads now has in the first.
      await Promise.all([...lanes.values()].map((of) => this.#send(producer, of)));
    } catch (error) {
      // The next messages must not have the numbers of these, which may be there.
      const failed = this.#producer;
      this.#producer = undefined;
      await disconnected(failed);
      throw error;
    }
  }

  async #send(producer: Producer, messages: readonly Outgoing[]): Promise<void> {
    for (let at = 0; at < messages.length; at += PRODUCE) {
      await producer.send({
        topic: this.name,
        acks: -1,
        messages: messages.slice(at, at + PRODUCE).map(({ body, key, headers, lane }) => ({
          value: Buffer.from(body),
          ...(key === undefined ? {} : { key }),
          ...(headers === undefined ? {} : { headers }),
          ...(lane === undefined ? {} : { partition: lane }),
        })),
      });
    }
  }

  /** An aborted transaction: the record that nobody reads, and its marker. */
  async leaveHole(lane: number): Promise<void> {
    const admin = await this.#asked();
    const end = async (): Promise<number> =>
      Number((await admin.fetchTopicOffsets(this.name)).find(({ partition }) => partition === lane)?.offset);
    const before = await end();
    const producer = this.#kafka.producer({ ...ONCE, transactionalId: `hole-${this.name}` });
    await producer.connect();
    try {
      const transaction = await producer.transaction();
      await transaction.send({ topic: this.name, messages: [{ value: 'aborted', partition: lane }] });
      await transaction.abort();
      // The marker is written after the answer: what is published next could come before it.
      await waitUntil('the marker of the transaction', async () => (await end()) >= before + 2);
    } finally {
      await producer.disconnect();
    }
  }

  async state(): Promise<ChannelState> {
    try {
      return await this.#state();
    } catch {
      // It may have asked who leads no more: a client that knows nothing yet looks.
      const failed = this.#admin;
      this.#admin = undefined;
      await disconnected(failed);
      return this.#state();
    }
  }

  async #state(): Promise<ChannelState> {
    const admin = await this.#asked();
    const [ends, committed] = await Promise.all([
      admin.fetchTopicOffsets(this.name),
      admin.fetchOffsets({ groupId: this.#groupId, topics: [this.name] }),
    ]);
    const places = new Map(committed[0]?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    let pending = 0;
    for (const { partition, offset, low } of ends) pending += Number(offset) - Math.max(places.get(partition) ?? -1, Number(low));
    return { pending, inFlight: undefined, deadLetters: undefined };
  }

  async delete(): Promise<void> {
    if (this.#deleted) return;
    const admin = await this.#asked();
    await admin.deleteTopics({ topics: [this.name], timeout: ANSWER_MS });
    this.#deleted = true;
    await disconnected(this.#admin);
    await disconnected(this.#producer);
  }
}

async function connected<T extends Admin | Producer>(client: T): Promise<T> {
  await client.connect();
  return client;
}

/** One that could not connect, or whose server is gone, has nothing to take leave of. */
async function disconnected(client: Promise<Admin | Producer> | undefined): Promise<void> {
  await client?.then((each) => each.disconnect()).catch(() => undefined);
}
