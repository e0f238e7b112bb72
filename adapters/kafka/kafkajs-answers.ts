import { endsOf } from './batch-ends.js';
import type {
  KafkaBrokerLike,
  KafkaDecodedRecord,
  KafkaExchange,
  KafkaFetchAnswer,
  KafkaFetchPartition,
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
 * Mends what a client of kafkajs takes from the answers of its brokers, before it hands out any of it, and tells each to `answered`.
 *
 * Batches without records. It goes on behind the last record of an answer, so that where an answer has none it asks for the same
 * again, for ever, and as fast as it can: where compaction has left of the segment that is read, or of as many bytes as an answer takes,
 * nothing but the last batches of idempotent producers, which are kept without their records. Kafka's own client goes on behind the last
 * batch. So its end is added to the records, as a marker of a transaction would be: kafkajs goes on behind it and hands it to nobody. It
 * is read from the same bytes as the records are, so that no record can be passed by it.
 *
 * Aborted records. Of the aborted transactions that an answer names kafkajs begins one with a record, in the order in which they
 * ended: where they overlap it hands out records of some. So those are hidden before.
 */
export function mendAnswers({ cluster }: KafkaReach, answered: (answer: Answer) => void): void {
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
    return apiKey === FETCH ? (question) => withMendedAnswer(ask(question), question, answered) : ask;
  };
  mended.add(broker.lookupRequest);
}

function withMendedAnswer(exchange: KafkaExchange, question: KafkaFetchQuestion, answered: (answer: Answer) => void): KafkaExchange {
  const { request, response } = exchange;
  const { apiVersion } = request;
  if (apiVersion < FIRST_VERSION || apiVersion > LAST_VERSION) return exchange;
  const decode = async (bytes: Buffer): Promise<KafkaFetchAnswer> => {
    const answer = await response.decode(bytes);
    for (const { partitions } of answer.responses) for (const each of partitions) hideAborted(each);
    const ends = endsOf(bytes, apiVersion);
    for (const [at, each] of answersOf(answer, question).entries()) {
      addEnd(each, ends[at]);
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

/** Java's way: a transaction begins with any record behind its first offset, in the order of those, and ends with its marker. */
function hideAborted(partition: KafkaFetchPartition): void {
  // One alone kafkajs hides by itself.
  if (partition.abortedTransactions.length < 2) return;
  const begins = partition.abortedTransactions.map(({ producerId, firstOffset }) => ({ producerId, from: BigInt(firstOffset) }));
  begins.sort((one, other) => (one.from < other.from ? -1 : 1));
  partition.abortedTransactions = [];
  const aborted = new Set<string>();
  let at = 0;
  for (const message of partition.messages) {
    const offset = BigInt(message.offset);
    for (let next = begins[at]; next !== undefined && next.from <= offset; next = begins[at]) {
      aborted.add(next.producerId);
      at += 1;
    }
    const { producerId = '', inTransaction = false } = message.batchContext;
    if (message.isControlRecord) aborted.delete(producerId);
    else if (inTransaction && aborted.has(producerId)) message.isControlRecord = true;
  }
}

function addEnd({ asked, messages }: Answer, end: bigint | undefined): void {
  const last = messages.at(-1)?.offset;
  if (end === undefined || (last !== undefined && BigInt(last) >= end)) return;
  // Not what was asked for: kafkajs would go on behind what was.
  if (end < BigInt(asked)) return;
  messages.push({ offset: String(end), key: null, value: null, headers: {}, isControlRecord: true, batchContext: {} });
}
