import { invalid, text } from '../../src/options.js';
import { CAPABILITIES, COOPERATIVE } from './capabilities.js';
import { ConfluentMember } from './confluent-member.js';
import { KafkaConsumer } from './consumer.js';
import { failure } from './errors.js';
import { KafkajsMember } from './kafkajs-member.js';
import { confluentSettings, parseUrl, settings } from './options.js';
const CLIENT = 'kafkajs';
const CONFLUENT = '@confluentinc/kafka-javascript';
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
export async function open(url, options = {}) {
    if (typeof url === 'string' && !URL.canParse(url))
        throw failure('INVALID_ARGUMENT', 'url: it is not a URL');
    if (typeof options !== 'object' || options === null)
        throw invalid('kafka options', options, 'an object');
    const { client = {}, clientPackage, ...given } = options;
    if (typeof client !== 'object' || client === null)
        throw invalid('client', client, "an object with options of the client's constructor");
    if (clientPackage !== undefined)
        text('clientPackage', clientPackage);
    const parsed = parseUrl(new URL(url), given);
    if (parsed.client === 'confluent')
        return openConfluent(parsed, client, clientPackage ?? CONFLUENT);
    const checked = settings(parsed.options);
    const Kafka = await loadKafka(clientPackage ?? CLIENT);
    const kafka = new Kafka({ ...clientOptions(parsed), ...client });
    return new KafkaConsumer(checked, CAPABILITIES, (owner) => new KafkajsMember(kafka, checked, owner));
}
async function openConfluent(parsed, client, name) {
    const checked = confluentSettings(parsed.options);
    const { KafkaConsumer: Native } = await load(name);
    if (typeof Native !== 'function')
        throw failure('INVALID_ARGUMENT', `the package ${name} exports no KafkaConsumer`);
    const own = { ...confluentClientOptions(parsed), ...client };
    // What it makes is checked by its use; its type by a test.
    const Constructor = Native;
    const make = (config, topicConfig) => new Constructor({ ...config, ...own }, topicConfig);
    return new KafkaConsumer(checked, COOPERATIVE, (owner) => new ConfluentMember(make, checked, owner));
}
function confluentClientOptions({ brokers, tls, user, pass, mechanism, clientId }) {
    const protocol = `${user === undefined ? '' : 'sasl_'}${tls ? 'ssl' : 'plaintext'}`;
    return {
        'bootstrap.servers': brokers.join(','),
        'client.id': clientId,
        'security.protocol': protocol,
        ...(user === undefined ? {} : { 'sasl.mechanisms': mechanism.toUpperCase(), 'sasl.username': user, 'sasl.password': pass ?? '' }),
        // What it would tell is in the errors.
        log_level: 0,
    };
}
/** kafkajs's own `logLevel.NOTHING`: what it would tell is in the errors. */
const LOG_NOTHING = 0;
function clientOptions({ brokers, tls, user, pass, mechanism, clientId }) {
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
async function loadKafka(name) {
    const { Kafka } = await load(name);
    if (typeof Kafka !== 'function')
        throw failure('INVALID_ARGUMENT', `the package ${name} exports no Kafka`);
    // What it makes is checked by its use; its type by a test.
    return Kafka;
}
/** What a package exports; one in CommonJS may do so as its default. */
async function load(name) {
    try {
        // Computed, so that neither a bundler nor the type checker takes the client for a dependency.
        const module = await import(name);
        return { ...Object(module.default), ...module };
    }
    catch (error) {
        if (!isMissing(error))
            throw error;
        throw failure('INVALID_ARGUMENT', `the package ${name} is not installed: npm install ${name}`, error);
    }
}
function isMissing(error) {
    return error instanceof Error && 'code' in error && (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND');
}
