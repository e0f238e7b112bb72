import { boolean, integer, invalid, known, oneOf, text } from '../../src/options.js';
import { failure } from './errors.js';
const DEFAULTS = Object.freeze({
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 60_000,
    heartbeatMs: 3_000,
    maxWaitMs: 100,
    minBytes: 1,
    maxBytes: 10 * 1_024 * 1_024,
    maxBytesPerPartition: 1_024 * 1_024,
    metadataMaxAgeMs: 300_000,
    answerMs: 5_000,
});
const NAMES = [
    'topics',
    'groupId',
    'startAt',
    'sessionTimeoutMs',
    'rebalanceTimeoutMs',
    'heartbeatMs',
    'maxWaitMs',
    'minBytes',
    'maxBytes',
    'maxBytesPerPartition',
    'metadataMaxAgeMs',
    'readUncommitted',
    'answerMs',
    'assigner',
];
const CONFLUENT_NAMES = [
    ...NAMES.filter((name) => name !== 'assigner'),
    'instanceId',
    'groupProtocol',
];
const MAX_MS = 86_400_000;
const MAX_BYTES = 2 ** 31 - 1;
export function settings(options) {
    if (options === undefined)
        throw invalid('kafka options', options, 'an object with topics and groupId');
    const given = known('kafka', options, NAMES);
    const ms = (option, min, max = MAX_MS) => integer(option, given[option], DEFAULTS[option], { min, max, unit: 'ms' });
    const bytes = (option, min) => integer(option, given[option], DEFAULTS[option], { min, max: MAX_BYTES, unit: 'bytes' });
    const sessionTimeoutMs = ms('sessionTimeoutMs', 1_000);
    const third = Math.floor(sessionTimeoutMs / 3);
    if (given.assigner !== undefined && typeof given.assigner !== 'function') {
        throw invalid('assigner', given.assigner, 'a function, such as one of PartitionAssigners of kafkajs');
    }
    return Object.freeze({
        topics: topicNames(given.topics),
        groupId: text('groupId', given.groupId),
        fromBeginning: oneOf('startAt', given.startAt, 'earliest', ['earliest', 'latest']) === 'earliest',
        sessionTimeoutMs,
        rebalanceTimeoutMs: ms('rebalanceTimeoutMs', 1_000),
        heartbeatMs: integer('heartbeatMs', given.heartbeatMs, Math.min(DEFAULTS.heartbeatMs, third), { min: 50, max: third, unit: 'ms' }),
        maxWaitMs: ms('maxWaitMs', 10, 5_000),
        minBytes: bytes('minBytes', 1),
        maxBytes: bytes('maxBytes', 1_024),
        maxBytesPerPartition: bytes('maxBytesPerPartition', 1_024),
        metadataMaxAgeMs: ms('metadataMaxAgeMs', 1_000),
        readUncommitted: boolean('readUncommitted', given.readUncommitted, false),
        answerMs: ms('answerMs', 100, 600_000),
        assigner: given.assigner,
    });
}
export function confluentSettings(options) {
    if (options === undefined)
        throw invalid('kafka options', options, 'an object with topics and groupId');
    const given = known('kafka', options, CONFLUENT_NAMES);
    const { instanceId, groupProtocol, ...rest } = given;
    const { assigner: _, ...checked } = settings(rest);
    return Object.freeze({
        ...checked,
        instanceId: instanceId === undefined ? undefined : text('instanceId', instanceId),
        groupProtocol: oneOf('groupProtocol', groupProtocol, 'classic', ['classic', 'consumer']),
    });
}
function topicNames(given) {
    const names = typeof given === 'string' ? [given] : given;
    if (!Array.isArray(names) || names.length === 0)
        throw invalid('topics', given, 'the name of a topic, or an array of at least one');
    for (const name of names) {
        if (typeof name !== 'string' || !/^[A-Za-z0-9._-]{1,249}$/.test(name)) {
            throw invalid('topics', name, 'names of letters, digits, dots, _ and -, 249 at most');
        }
    }
    return Object.freeze([...new Set(names)]);
}
const FLAGS = ['readUncommitted'];
const NUMBERS = NAMES.filter((name) => name.endsWith('Ms') || name.toLowerCase().includes('bytes'));
const CLIENTS = ['kafkajs', 'confluent'];
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'];
const TEXTS = ['group', 'client', 'clientId', 'mechanism', 'startAt', 'brokers', 'instanceId', 'groupProtocol'];
const PARAMETERS = [...TEXTS, ...NUMBERS, ...FLAGS];
const FORM = 'kafka://host:9092/TOPIC?group=GROUP';
/** Never repeats credentials. `given` are options of the call; they win over the URL's. */
export function parseUrl(url, given) {
    if (!['kafka:', 'kafka+tls:'].includes(url.protocol) || url.hostname === '') {
        throw failure('INVALID_ARGUMENT', `url: expected ${FORM}, got one with the scheme '${url.protocol.slice(0, -1)}'`);
    }
    // What follows the first / or ? of a password is no credential to a URL any more, and must not be quoted as something else.
    if (`${url.pathname}${url.search}${url.hash}`.includes('@')) {
        throw failure('INVALID_ARGUMENT', 'url: an @ after the host has to be percent-encoded, and so has each of / ? # @ : % in a user or password');
    }
    const path = url.pathname.split('/').filter((part) => part !== '');
    if (path.length !== 1)
        throw failure('INVALID_ARGUMENT', `url: expected ${FORM}, got a path of ${path.length} parts`);
    const { group, client, clientId = 'tailrace', mechanism, brokers = '', ...rest } = readParameters(url.searchParams);
    const port = url.port === '' ? '9092' : url.port;
    return {
        brokers: [
            `${url.hostname}:${port}`,
            ...String(brokers)
                .split(',')
                .filter((each) => each !== ''),
        ],
        tls: url.protocol === 'kafka+tls:',
        user: url.username === '' ? undefined : decode(url.username),
        pass: url.password === '' ? undefined : decode(url.password),
        mechanism: oneOf('url parameter mechanism', mechanism, 'plain', MECHANISMS),
        clientId: String(clientId),
        client: oneOf('url parameter client', client, 'kafkajs', CLIENTS),
        options: {
            topics: decode(path[0]).split(','), // There is one.
            // Checked by `settings`, as is the rest.
            ...(group === undefined ? {} : { groupId: group }),
            ...rest,
            ...given,
        },
    };
}
function decode(part) {
    try {
        return decodeURIComponent(part);
    }
    catch {
        // The part may be a password: it is not shown.
        throw failure('INVALID_ARGUMENT', 'url: a part of it is not valid percent-encoding');
    }
}
function readParameters(search) {
    const unknown = [...new Set(search.keys())].filter((key) => !PARAMETERS.includes(key));
    if (unknown.length > 0) {
        const names = unknown.map((key) => `'${key}'`).join(', ');
        throw failure('INVALID_ARGUMENT', `url: no parameter ${names}; there are ${PARAMETERS.join(', ')}`);
    }
    const read = {};
    for (const key of PARAMETERS) {
        const values = search.getAll(key);
        if (values.length > 1)
            throw failure('INVALID_ARGUMENT', `url: the parameter '${key}' is there ${values.length} times`);
        const [value] = values;
        if (value === undefined)
            continue;
        read[key] = NUMBERS.includes(key) ? wholeNumber(key, value) : FLAGS.includes(key) ? flag(key, value) : value;
    }
    return read;
}
function wholeNumber(key, value) {
    if (!/^\d{1,15}$/.test(value))
        throw invalid(`url parameter ${key}`, value, 'a whole number');
    return Number(value);
}
function flag(key, value) {
    if (value !== 'true' && value !== 'false')
        throw invalid(`url parameter ${key}`, value, "'true' or 'false'");
    return value === 'true';
}
