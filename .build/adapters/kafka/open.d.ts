import type { StreamConsumer } from '../../src/consumer.js';
import type { KafkaMessage } from './client.js';
import type { ConfluentMessage } from './confluent-client.js';
import { type ConfluentOptions, type KafkaOptions } from './options.js';
export interface KafkaOpenOptions extends Partial<KafkaOptions>, Pick<ConfluentOptions, 'instanceId' | 'groupProtocol'> {
    /**
     * Passed on as they are, and win over the URL's: to `new Kafka(…)` of kafkajs (`ssl`, `sasl`, `logLevel`, `retry`, …), or, with
     * `client=confluent`, as settings of librdkafka (`ssl.ca.location`, …).
     */
    readonly client?: Readonly<Record<string, unknown>>;
    /** What to load the client from, where its package is not installed beside this one: a `file:` URL. Default: the package's name. */
    readonly clientPackage?: string;
}
/**
 * A consumer for `kafka://[user:password@]host[:9092]/TOPIC[,TOPIC…]?group=GROUP`, or `kafka+tls://…` for connections over TLS.
 *
 * Parameters: `group`; `client`, `kafkajs` (default) or `confluent` (`@confluentinc/kafka-javascript`, librdkafka); `brokers`, further addresses by commas; `mechanism`, how user and password are presented (`plain`,
 * `scram-sha-256`, `scram-sha-512`; default `plain`); `clientId` (default `tailrace`); and the options of `kafkaConsumer` by their
 * names: `startAt`, `sessionTimeoutMs`, `rebalanceTimeoutMs`, `heartbeatMs`, `maxWaitMs`, `minBytes`, `maxBytes`,
 * `maxBytesPerPartition`, `metadataMaxAgeMs`, `readUncommitted`, `answerMs`; with librdkafka also `instanceId` and `groupProtocol`.
 * `options` are the same and win.
 *
 * Loads `kafkajs`, and connects at the first fetch. The client logs errors only, to the standard error; `client: { logLevel }`
 * changes that. Rejects with INVALID_ARGUMENT for what is wrong or unknown in the URL, and when the package is not installed.
 */
export declare function open(url: URL | string, options?: KafkaOpenOptions): Promise<StreamConsumer<KafkaMessage> | StreamConsumer<ConfluentMessage>>;
