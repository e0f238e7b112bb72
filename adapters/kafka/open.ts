import type { StreamConsumer } from '../../src/consumer.js';
import { invalid } from '../../src/options.js';
import { CAPABILITIES } from './capabilities.js';
import type { KafkaLike, KafkaMessage } from './client.js';
import { KafkaConsumer } from './consumer.js';
import { failure } from './errors.js';
import { KafkajsMember } from './kafkajs-member.js';
import { type KafkaOptions, type ParsedUrl, parseUrl, settings } from './options.js';

const CLIENT = 'kafkajs';

export interface KafkaOpenOptions extends Partial<KafkaOptions> {
  /** Passed on to `new Kafka(…)` as they are (`ssl`, `sasl`, `logLevel`, `retry`, …); they win over the URL's. */
  readonly client?: Readonly<Record<string, unknown>>;
}

/**
 * A consumer for `kafka://[user:password@]host[:9092]/TOPIC[,TOPIC…]?group=GROUP`, or `kafka+tls://…` for connections over TLS.
 *
 * Parameters: `group`; `brokers`, further addresses by commas; `mechanism`, how user and password are presented (`plain`,
 * `scram-sha-256`, `scram-sha-512`; default `plain`); `clientId` (default `tailrace`); and the options of `kafkaConsumer` by their
 * names: `startAt`, `sessionTimeoutMs`, `rebalanceTimeoutMs`, `heartbeatMs`, `maxWaitMs`, `minBytes`, `maxBytes`,
 * `maxBytesPerPartition`, `metadataMaxAgeMs`, `readUncommitted`, `answerMs`. `options` are the same and win.
 *
 * Loads `kafkajs`, and connects at the first fetch. The client logs errors only, to the standard error; `client: { logLevel }`
 * changes that. Rejects with INVALID_ARGUMENT for what is wrong or unknown in the URL, and when the package is not installed.
 */
export async function open(url: URL | string, options: KafkaOpenOptions = {}): Promise<StreamConsumer<KafkaMessage>> {
  if (typeof url === 'string' && !URL.canParse(url)) throw failure('INVALID_ARGUMENT', 'url: it is not a URL');
  if (typeof options !== 'object' || options === null) throw invalid('kafka options', options, 'an object');
  const { client = {}, ...given } = options;
  if (typeof client !== 'object' || client === null) throw invalid('client', client, "an object with options of the client's constructor");
  const parsed = parseUrl(new URL(url), given);
  const checked = settings(parsed.options);
  const Kafka = await loadKafka();
  const kafka = new Kafka({ ...clientOptions(parsed), ...client });
  return new KafkaConsumer(checked, CAPABILITIES, (owner) => new KafkajsMember(kafka, checked, owner));
}

/** kafkajs's own `logLevel.NOTHING`: what it would tell is in the errors. */
const LOG_NOTHING = 0;

function clientOptions({ brokers, tls, user, pass, mechanism, clientId }: ParsedUrl): Readonly<Record<string, unknown>> {
  return {
    clientId,
    brokers,
    logLevel: LOG_NOTHING,
    ...(tls ? { ssl: true } : {}),
    ...(user === undefined ? {} : { sasl: { mechanism, username: user, password: pass ?? '' } }),
    // A client that gives up sooner leaves its group by the end of its session, which costs more than the outage.
    retry: { initialRetryTime: 100, maxRetryTime: 500, multiplier: 1.5, factor: 0.2, retries: 20 },
  };
}

type KafkaConstructor = new (config: Readonly<Record<string, unknown>>) => KafkaLike;

async function loadKafka(): Promise<KafkaConstructor> {
  let module: { readonly Kafka?: unknown; readonly default?: { readonly Kafka?: unknown } };
  try {
    // Computed, so that neither a bundler nor the type checker takes the client for a dependency.
    module = await import(CLIENT as string);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw failure('INVALID_ARGUMENT', `the package ${CLIENT} is not installed: npm install ${CLIENT}`, error);
  }
  const Kafka = module.Kafka ?? module.default?.Kafka;
  if (typeof Kafka !== 'function') throw failure('INVALID_ARGUMENT', `the package ${CLIENT} exports no Kafka`);
  // What it makes is checked by its use; its type by a test.
  return Kafka as KafkaConstructor;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND');
}
