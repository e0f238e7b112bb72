import { StreamError } from '../../src/errors.js';
import type {
  KafkaBrokerLike,
  KafkaDecodedRecord,
  KafkaExchange,
  KafkaFetchAnswer,
  KafkaFetchedRecord,
  KafkaFetchPartition,
  KafkaFetchQuestion,
  KafkaLookup,
  KafkaMessage,
  KafkaReach,
} from './client.js';
import { failure } from './errors.js';
import { type Chunk, chunkOf, laneName } from './lane.js';
import { batchAt, batchesIn, isCompressed, lastOffset, type RecordBatch, type Span, startsIn } from './record-batches.js';

/** Numbers of requests in Kafka's protocol. */
const FETCH = 1;
const HEARTBEAT = 12;
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
  readonly messages: readonly KafkaFetchedRecord[];
}

/** What it hands out for all records of an answer about one partition, which go with it. */
interface Bundle extends KafkaFetchedRecord {
  readonly batches: readonly Chunk<KafkaMessage>[];
}

/** What is told of a client's exchanges with its brokers. */
export interface Exchanges {
  /** What it was answered, before it hands out any of it. */
  answered(answer: Answer): void;
  /** It is about to send a heartbeat. */
  beats(): void;
}

const mended: WeakSet<KafkaLookup> = new WeakSet();

/**
 * Mends what a client of kafkajs takes from the answers of its brokers, before it hands out any of it.
 *
 * Batches without records. It goes on behind the last record of an answer, so that where an answer has none it asks for the same
 * again, for ever, and as fast as it can: where compaction has left of the segment that is read, or of as many bytes as an answer takes,
 * nothing but the last batches of idempotent producers, which are kept without their records. Kafka's own client goes on behind the last
 * batch. So its end is added to the records, as a marker of a transaction would be: kafkajs goes on behind it and hands it to nobody. It
 * is read from the same bytes as the records are, so that no record can be passed by it.
 *
 * Aborted records. Of the aborted transactions that an answer names kafkajs begins one with a record, in the order in which they
 * ended: where they overlap it hands out records of some. So those are taken out before.
 *
 * Reading each record. It makes an object of every record of an answer as soon as that comes, with arithmetic on text, and then looks at
 * each three times more. So it is given an answer without batches, and one record for all, which those go with; they are read here, as
 * they are handed out. It still reads what is compressed, by the codecs that it was given, and formats before Kafka 0.11.
 */
export function mendAnswers({ cluster }: KafkaReach, told: Exchanges): void {
  const findBroker = cluster.findBroker.bind(cluster);
  // The cluster is this one consumer's; each request is made of a broker that was asked for just before.
  cluster.findBroker = async (node) => {
    const broker = await findBroker(node);
    mend(broker, told);
    return broker;
  };
}

/** What a batch that a client hands out stands for. */
export function chunksOf(messages: readonly KafkaMessage[]): readonly Chunk<KafkaMessage>[] {
  const [first] = messages;
  if (first !== undefined && 'batches' in first) return (first as unknown as Bundle).batches;
  return [chunkOf(messages)];
}

/** Connecting gives a broker another look-up, of the versions that it speaks. */
function mend(broker: KafkaBrokerLike, told: Exchanges): void {
  const { lookupRequest } = broker;
  if (mended.has(lookupRequest)) return;
  broker.lookupRequest = (apiKey, definition) => {
    const ask = lookupRequest(apiKey, definition);
    if (apiKey === HEARTBEAT) told.beats();
    return apiKey === FETCH ? (question) => withMendedAnswer(ask(question), question, told) : ask;
  };
  mended.add(broker.lookupRequest);
}

function withMendedAnswer(exchange: KafkaExchange, question: KafkaFetchQuestion, told: Exchanges): KafkaExchange {
  const { request, response } = exchange;
  const { apiVersion } = request;
  if (apiVersion < FIRST_VERSION || apiVersion > LAST_VERSION) return exchange;
  const read = async (bytes: Buffer): Promise<KafkaFetchAnswer> => {
    const sets = batchesIn(bytes, apiVersion).map((span): BatchSet => new BatchSet(bytes, span));
    const answer = await response.decode(withoutRead(bytes, sets));
    const asked = offsetsOf(question);
    for (const { topicName: topic, partitions } of answer.responses) {
      for (const each of partitions) {
        const { partition, errorCode } = each;
        const offset = asked.get(laneName(topic, partition));
        if (offset === undefined) throw failure('INTERNAL', `an answer about ${laneName(topic, partition)}, which was not asked for`);
        bundle(each, BigInt(offset), sets.shift());
        told.answered({ topic, partition, asked: offset, errorCode, messages: each.messages });
      }
    }
    return answer;
  };
  // kafkajs would ask for the same again and again, for twice the rebalance timeout, and without heartbeats.
  const decode = (bytes: Buffer): Promise<KafkaFetchAnswer> =>
    read(bytes).catch((error: unknown) => {
      throw StreamError.is(error) ? Object.assign(error, { retriable: false }) : error;
    });
  return { ...exchange, response: { ...response, decode } };
}

/** By lane. */
function offsetsOf({ topics }: KafkaFetchQuestion): ReadonlyMap<string, string> {
  return new Map(
    topics.flatMap(({ topic, partitions }) => partitions.map((each) => [laneName(topic, each.partition), each.fetchOffset] as const)),
  );
}

/** What an answer holds of one partition. */
class BatchSet {
  readonly span: Span;
  /** The last offset of the last whole batch. */
  readonly end: bigint | undefined;
  /** Undefined: kafkajs has to read them. */
  readonly batches: readonly RecordBatch[] | undefined;

  constructor(bytes: Buffer, span: Span) {
    const starts = startsIn(bytes, span);
    const last = starts.at(-1);
    this.span = span;
    this.end = last === undefined ? undefined : lastOffset(bytes, last);
    if (last !== undefined && !starts.some((at) => isCompressed(bytes, at))) this.batches = starts.map((at) => batchAt(bytes, at));
  }
}

const NO_SIZE = Buffer.alloc(4);

/** The answer, but for the batches that are read here. */
function withoutRead(bytes: Buffer, sets: readonly BatchSet[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { span, batches } of sets) {
    if (batches === undefined) continue;
    parts.push(bytes.subarray(at, span.from - NO_SIZE.length), NO_SIZE);
    at = span.to;
  }
  return at === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(at)]);
}

function bundle(partition: KafkaFetchPartition, asked: bigint, set: BatchSet | undefined): void {
  const { end, batches = batchesOf(partition.messages) } = set ?? {};
  // There is no whole batch. Where all are before what was asked for, kafkajs goes on by itself, as long as it is given something.
  if (end === undefined) return;
  const visible = visibleOf(batches, partition.abortedTransactions, asked);
  const record: Bundle = { offset: String(end), isControlRecord: visible.length === 0, batches: visible };
  partition.abortedTransactions = [];
  // kafkajs goes on behind it.
  partition.messages = [record];
}

/** What kafkajs has read. */
function batchesOf(fetched: readonly KafkaFetchedRecord[]): RecordBatch[] {
  const messages = fetched as readonly KafkaDecodedRecord[];
  const batches: RecordBatch[] = [];
  let from = 0;
  for (let at = 1; at <= messages.length; at += 1) {
    const { batchContext } = messages[from] as KafkaDecodedRecord;
    if (messages[at]?.batchContext === batchContext) continue;
    const { firstOffset, producerId, inTransaction, isControlBatch } = batchContext;
    const records = chunkOf(messages.slice(from, at));
    batches.push({ firstOffset: BigInt(firstOffset), producerId, inTransaction, isControlBatch, ...records });
    from = at;
  }
  return batches;
}

type Aborted = KafkaFetchPartition['abortedTransactions'];

/**
 * What a consumer may see of these from an offset on. Of aborted transactions Java's way: one begins with any batch behind its first
 * offset, in the order of those, and ends with its marker.
 */
function visibleOf(batches: readonly RecordBatch[], abortedTransactions: Aborted, asked: bigint): Chunk<KafkaMessage>[] {
  const begins = abortedTransactions.map(({ producerId, firstOffset }) => ({ producerId, from: BigInt(firstOffset) }));
  begins.sort((one, other) => (one.from < other.from ? -1 : 1));
  const aborted = new Set<string>();
  const visible: Chunk<KafkaMessage>[] = [];
  for (const batch of batches) {
    const { firstOffset, producerId, inTransaction, isControlBatch } = batch;
    for (let next = begins[0]; next !== undefined && next.from <= firstOffset; next = begins[0]) {
      aborted.add(next.producerId);
      begins.shift();
    }
    if (isControlBatch) aborted.delete(producerId);
    if (isControlBatch || (inTransaction && aborted.has(producerId))) continue;
    const chunk = firstOffset < asked ? behind(batch, asked) : batch;
    if (chunk.count > 0) visible.push(chunk);
  }
  return visible;
}

/** What is asked for may stand within a batch. Where that cannot be read, whoever takes it is told. */
function behind(batch: RecordBatch, asked: bigint): Chunk<KafkaMessage> {
  try {
    return chunkOf(batch.read().filter(({ offset }) => BigInt(offset) >= asked));
  } catch {
    return { count: batch.count, firstOffset: asked, read: batch.read };
  }
}
