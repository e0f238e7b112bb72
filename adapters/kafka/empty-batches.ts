import type {
  KafkaBrokerLike,
  KafkaDecodedRecord,
  KafkaExchange,
  KafkaFetchAnswer,
  KafkaFetchQuestion,
  KafkaLookup,
  KafkaReach,
} from './client.js';
import { failure } from './errors.js';
import { laneName } from './lane.js';

/** The number of the Fetch request in Kafka's protocol. */
const FETCH = 1;
/** From here on answers carry batches; those before carry single records, of which none can be without one. */
const FIRST_VERSION = 4;
/** The newest layout that is known here, and kafkajs's newest. */
const LAST_VERSION = 11;
/** The format of batches that may be without records. */
const MAGIC = 2;
/** Of a batch: where its length, its format and its last offset stand, and how long its head is; bytes. */
const LENGTH_AT = 8;
const MAGIC_AT = 16;
const LAST_DELTA_AT = 23;
const HEAD = 61;

/** What a client was answered about one partition. */
export interface Answer {
  readonly topic: string;
  readonly partition: number;
  /** The offset that it asked for. */
  readonly asked: string;
  readonly errorCode: number;
  /** What it will hand out, beside what it hands to nobody. */
  readonly messages: KafkaDecodedRecord[];
}

const mended: WeakSet<KafkaLookup> = new WeakSet();

/**
 * Makes a client of kafkajs pass batches without records. It goes on behind the last record of an answer, so that where an answer has
 * none it asks for the same again, for ever, and as fast as it can: where compaction has left of the segment that is read, or of as
 * many bytes as an answer takes, nothing but the last batches of idempotent producers, which are kept without their records. Kafka's own
 * client goes on behind the last batch. So its end is added to the records, as a marker of a transaction would be: kafkajs goes on
 * behind it and hands it to nobody. It is read from the same bytes as the records are, so that no record can be passed by it. Each
 * answer is told to `answered` before anything of it is handed out.
 */
export function passEmptyBatches({ cluster }: KafkaReach, answered: (answer: Answer) => void): void {
  const findBroker = cluster.findBroker.bind(cluster);
  // The cluster is this one consumer's; each request is made of a broker that was asked for just before.
  cluster.findBroker = async (node) => {
    const broker = await findBroker(node);
    mend(broker, answered);
    return broker;
  };
}

/** Connecting gives a broker another look-up, of the versions that it speaks. */
function mend(broker: KafkaBrokerLike, answered: (answer: Answer) => void): void {
  const { lookupRequest } = broker;
  if (mended.has(lookupRequest)) return;
  broker.lookupRequest = (apiKey, definition) => {
    const ask = lookupRequest(apiKey, definition);
    return apiKey === FETCH ? (question) => withEnds(ask(question), question, answered) : ask;
  };
  mended.add(broker.lookupRequest);
}

function withEnds(exchange: KafkaExchange, question: KafkaFetchQuestion, answered: (answer: Answer) => void): KafkaExchange {
  const { request, response } = exchange;
  const { apiVersion } = request;
  if (apiVersion < FIRST_VERSION || apiVersion > LAST_VERSION) return exchange;
  const decode = async (bytes: Buffer): Promise<KafkaFetchAnswer> => {
    const answer = await response.decode(bytes);
    const ends = endsOf(bytes, apiVersion);
    for (const each of answersOf(answer, question)) {
      addEnd(each, ends.shift());
      answered(each);
    }
    return answer;
  };
  return { ...exchange, response: { ...response, decode } };
}

function answersOf({ responses }: KafkaFetchAnswer, { topics }: KafkaFetchQuestion): Answer[] {
  const asked = new Map(
    topics.flatMap(({ topic, partitions }) => partitions.map((each) => [laneName(topic, each.partition), each.fetchOffset] as const)),
  );
  return responses.flatMap(({ topicName: topic, partitions }) =>
    partitions.map(({ partition, errorCode, messages }) => {
      const offset = asked.get(laneName(topic, partition));
      if (offset === undefined) throw failure('INTERNAL', `an answer about ${laneName(topic, partition)}, which was not asked for`);
      return { topic, partition, asked: offset, errorCode, messages };
    }),
  );
}

function addEnd({ asked, messages }: Answer, end: bigint | undefined): void {
  const last = messages.at(-1)?.offset;
  if (end === undefined || (last !== undefined && BigInt(last) >= end)) return;
  // Not what was asked for: kafkajs would go on behind what was.
  if (end < BigInt(asked)) return;
  messages.push({ offset: String(end), key: null, value: null, headers: {}, isControlRecord: true, batchContext: {} });
}

/** The last offset of the last whole batch of each partition, in the order of the answer. */
function endsOf(bytes: Buffer, version: number): (bigint | undefined)[] {
  const ends: (bigint | undefined)[] = [];
  // The time to throttle; an error and a session.
  let at = version >= 7 ? 10 : 4;
  const count = (): number => {
    at += 4;
    return bytes.readInt32BE(at - 4);
  };
  for (let topics = count(); topics > 0; topics -= 1) {
    at += 2 + bytes.readInt16BE(at);
    for (let partitions = count(); partitions > 0; partitions -= 1) {
      // Number, error, high watermark, last stable offset; the log's start.
      at += version >= 5 ? 30 : 22;
      const aborted = count();
      // Of each a producer and an offset; the replica that is to be read from.
      at += Math.max(0, aborted) * 16 + (version >= 11 ? 4 : 0);
      const size = Math.max(0, count());
      ends.push(endOf(bytes, at, at + size));
      at += size;
    }
  }
  return ends;
}

function endOf(bytes: Buffer, from: number, to: number): bigint | undefined {
  let last: number | undefined;
  for (let at = from; to - at >= HEAD; ) {
    const next = at + LENGTH_AT + 4 + bytes.readInt32BE(at + LENGTH_AT);
    // An answer may end within a batch.
    if (next > to || bytes[at + MAGIC_AT] !== MAGIC) break;
    last = at;
    at = next;
  }
  return last === undefined ? undefined : bytes.readBigInt64BE(last) + BigInt(bytes.readInt32BE(last + LAST_DELTA_AT));
}
