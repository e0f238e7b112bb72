import type { KafkaBatchEvent, KafkaConsumerLike, KafkaMessage } from './client.js';
import type { Answer } from './kafkajs-answers.js';
import { type Lane, laneName } from './lane.js';

/** Kafka's error: the log does not have that offset, any more or yet. */
const OFFSET_OUT_OF_RANGE = 1;

type Own = Lane<KafkaMessage>;

/**
 * Where lanes are to be read from that were sought elsewhere, until the client reads there. What it has fetched from elsewhere may come
 * after that, and would make it go on there. So a batch is taken only when it was asked for from where the lane is to be read; which
 * moves on behind what the client was answered from there and hands to nobody: markers, aborted records, batches without records.
 */
export class KafkajsSeeks {
  readonly #client: Pick<KafkaConsumerLike, 'seek'>;
  readonly #lanes: ReadonlyMap<string, Own>;
  /** Where the client was sent, by lane, until it has read from there. */
  readonly #pending: Map<string, string> = new Map();
  /** The first and the last offset of what the client was answered from there. */
  readonly #answers: WeakMap<Own, { readonly first: string | undefined; readonly last: string | undefined }> = new WeakMap();

  constructor(client: Pick<KafkaConsumerLike, 'seek'>, lanes: ReadonlyMap<string, Own>) {
    this.#client = client;
    this.#lanes = lanes;
  }

  seek(lane: Own, offset: string): void {
    lane.readFrom = offset;
    this.#answers.delete(lane);
    this.#pending.set(lane.lane, offset);
    this.#client.seek({ topic: lane.topic, partition: lane.partition, offset });
  }

  /**
   * Whether the client will read any of these from where it was sent in an earlier assignment, which it remembers over joins: beyond what
   * is not done. It cannot be made to forget.
   */
  outlive(partitions: Readonly<Record<string, readonly number[]>>): boolean {
    return Object.entries(partitions).some(([topic, numbers]) => numbers.some((each) => this.#pending.has(laneName(topic, each))));
  }

  /** Whether what was asked for from this offset on may be taken. Otherwise the client is sent again to where the lane is to be read. */
  arrives(lane: Own, asked: string | undefined): boolean {
    const { readFrom } = lane;
    if (readFrom !== undefined && asked !== undefined && asked !== readFrom) {
      this.seek(lane, readFrom);
      return false;
    }
    lane.readFrom = undefined;
    return true;
  }

  /** What the client was answered, before it hands out any of it. */
  answered({ topic, partition, asked, errorCode, messages }: Answer): void {
    const name = laneName(topic, partition);
    if (this.#pending.get(name) === asked) this.#pending.delete(name);
    const lane = this.#lanes.get(name);
    if (lane === undefined || lane.readFrom !== asked) return;
    // It goes on by `startAt`.
    if (errorCode === OFFSET_OUT_OF_RANGE) lane.readFrom = undefined;
    const first = messages.find(({ offset }) => BigInt(offset) >= BigInt(asked));
    this.#answers.set(lane, { first: first?.offset, last: messages.at(-1)?.offset });
  }

  /** The client is done with a batch, of which it may have handed out nothing. */
  passed({ payload }: KafkaBatchEvent): void {
    const { topic, partition, batchSize, firstOffset, lastOffset } = payload;
    if (batchSize > 0) return;
    const lane = this.#lanes.get(laneName(topic, partition));
    const answer = lane === undefined ? undefined : this.#answers.get(lane);
    // Another batch of none may have been asked for from elsewhere.
    if (lane?.readFrom === undefined || answer === undefined || answer.first !== firstOffset || answer.last !== lastOffset) return;
    lane.readFrom = String(BigInt(lastOffset) + 1n);
    this.#answers.delete(lane);
  }
}
