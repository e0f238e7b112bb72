import { StreamError } from '../../src/errors.js';
import { invalid, known, withMethods } from '../../src/options.js';
import { MemoryBroker } from './broker.js';
import { resolveQueueOptions, resolveTopicConsumerOptions, } from './options.js';
import { MemoryQueue } from './queue.js';
import { MemoryTopic } from './topic.js';
const BROKERS = new Map();
/** The broker of this name in this process: the same one each time, made when first asked for. */
export function memoryBroker(name = 'default') {
    let broker = BROKERS.get(name);
    if (broker === undefined) {
        broker = new MemoryBroker({ name });
        BROKERS.set(name, broker);
    }
    return broker;
}
const QUEUE = {
    leaseMs: toNumber,
    maxAttempts: toNumber,
    deadLetterQueue: toText,
    ordered: toBoolean,
    releaseCostsAttempt: toBoolean,
};
const TOPIC = { partitions: toNumber, retainMessages: toNumber };
const MEMBER = {
    group: toText,
    member: toText,
    rebalance: toText,
    revokeMs: toNumber,
    from: toText,
    commitOnAck: toBoolean,
};
/**
 * A consumer from a URL: `memory://default/orders` for a queue, `memory://default/orders?group=billing&partitions=4` for a
 * topic. The host is the name of a broker in this process (empty: `default`), the path that of the queue or topic, which is
 * made if it does not exist, as is a dead-letter queue. The query takes the options of `createQueue`, or of `createTopic` and
 * of its consumers; with `group` it is a topic. What exists already must have been made with the same options.
 *
 * Throws `INVALID_ARGUMENT`, naming the parameter.
 */
export async function open(url, options) {
    const given = known('memory', options, ['broker']);
    if (url.port !== '' || url.username !== '' || url.password !== '' || url.hash !== '') {
        throw new StreamError('INVALID_ARGUMENT', 'url: memory:// takes no port, no credentials and no fragment', { adapter: 'memory' });
    }
    const name = decode(url.pathname.slice(1));
    if (name === '')
        throw invalid('url', url.pathname, 'a path that names a queue or topic');
    const broker = withMethods('broker', given.broker, ['find', 'createQueue', 'createTopic', 'consumer']) ??
        memoryBroker(decode(url.hostname) || 'default');
    const found = broker.find(name);
    const isTopic = found instanceof MemoryTopic || (found === undefined && url.searchParams.has('group'));
    return isTopic ? openTopic(broker, name, url.searchParams) : openQueue(broker, name, url.searchParams);
}
function openQueue(broker, name, query) {
    const options = parse(query, QUEUE, `queue ${name}`);
    // Checked first, so that nothing is made when something is wrong.
    resolveQueueOptions(options);
    const found = broker.find(name);
    if (found instanceof MemoryQueue) {
        agree(options, found.options, name);
    }
    else {
        const { deadLetterQueue } = options;
        if (deadLetterQueue !== undefined && deadLetterQueue !== name && broker.find(deadLetterQueue) === undefined) {
            broker.createQueue(deadLetterQueue);
        }
        broker.createQueue(name, options);
    }
    return broker.consumer({ queue: name });
}
function openTopic(broker, name, query) {
    const all = parse(query, { ...TOPIC, ...MEMBER }, `topic ${name}`);
    const topic = {};
    const member = {};
    for (const [key, value] of Object.entries(all))
        (key in TOPIC ? topic : member)[key] = value;
    const found = broker.find(name);
    if (found instanceof MemoryTopic)
        agree(topic, found.options, name);
    // The parameters were parsed by these names, and the options are checked where they are used.
    const consumer = { ...member, topic: name };
    resolveTopicConsumerOptions(consumer);
    if (found === undefined)
        broker.createTopic(name, topic);
    return broker.consumer(consumer);
}
function parse(query, parsers, owner) {
    const parsed = {};
    for (const [name, given] of query) {
        const parser = Object.hasOwn(parsers, name) ? parsers[name] : undefined;
        if (parser === undefined) {
            const text = `url: ${owner} has no parameter '${name}'; it has ${Object.keys(parsers).join(', ')}`;
            throw new StreamError('INVALID_ARGUMENT', text, { adapter: 'memory' });
        }
        if (Object.hasOwn(parsed, name))
            throw invalid(name, query.getAll(name), 'one value');
        parsed[name] = parser(name, given);
    }
    return parsed;
}
function agree(options, existing, name) {
    for (const [option, value] of Object.entries(options)) {
        const actual = Reflect.get(existing, option);
        if (actual !== value)
            throw invalid(option, value, `${String(actual)}, with which ${name} was made`);
    }
}
function toNumber(name, given) {
    if (!/^\d+$/.test(given))
        throw invalid(name, given, 'a whole number');
    return Number(given);
}
function toBoolean(name, given) {
    if (given !== 'true' && given !== 'false')
        throw invalid(name, given, 'true or false');
    return given === 'true';
}
function toText(_, given) {
    return given;
}
function decode(part) {
    try {
        return decodeURIComponent(part);
    }
    catch (cause) {
        throw new StreamError('INVALID_ARGUMENT', 'url: not percent-encoded as it should be', { adapter: 'memory', cause });
    }
}
