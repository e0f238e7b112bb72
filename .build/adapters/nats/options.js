import { StreamError } from '../../src/errors.js';
import { boolean, integer, invalid, known, oneOf, text } from '../../src/options.js';
import { ADAPTER, failure } from './errors.js';
const DEFAULTS = Object.freeze({ leaseMs: 30_000, answerMs: 5_000, api: '$JS.API', inbox: '_INBOX' });
const NAMES = [
    'stream',
    'durable',
    'leaseMs',
    'confirm',
    'ackPolicy',
    'exclusive',
    'create',
    'domain',
    'apiPrefix',
    'inboxPrefix',
    'answerMs',
];
/** What people pass who mean a plain subscription. */
const CORE_NATS = ['subject', 'subjects', 'queue'];
export function settings(options) {
    if (typeof options === 'object' && options !== null && CORE_NATS.some((name) => Object.hasOwn(options, name))) {
        throw failure('UNSUPPORTED', 'core NATS subscriptions keep nothing: what arrives in a stop is lost. Put the subject into a JetStream stream and name { stream, durable }');
    }
    if (options === undefined)
        throw invalid('nats options', options, 'an object with stream and durable');
    const given = known('nats', options, NAMES);
    const confirm = oneOf('confirm', given.confirm, 'batch', ['batch', 'message', 'none']);
    const cursor = oneOf('ackPolicy', given.ackPolicy, 'explicit', ['explicit', 'all']) === 'all';
    const exclusive = boolean('exclusive', given.exclusive, false);
    if (cursor && !exclusive) {
        throw failure('INVALID_ARGUMENT', "ackPolicy 'all' needs exclusive: true: with several members one's ack would also ack what others have not finished");
    }
    if (cursor && confirm === 'none') {
        throw failure('INVALID_ARGUMENT', "ackPolicy 'all' commits a position, which is always confirmed: confirm 'none' contradicts it");
    }
    return Object.freeze({
        stream: name('stream', given.stream),
        durable: name('durable', given.durable),
        leaseMs: integer('leaseMs', given.leaseMs, DEFAULTS.leaseMs, { min: 100, unit: 'ms' }),
        confirm,
        confirmChosen: given.confirm !== undefined,
        cursor,
        exclusive,
        create: createOptions(given.create),
        api: apiPrefix(given),
        inbox: given.inboxPrefix === undefined ? DEFAULTS.inbox : prefix('inboxPrefix', given.inboxPrefix),
        answerMs: integer('answerMs', given.answerMs, DEFAULTS.answerMs, { min: 100, max: 600_000, unit: 'ms' }),
    });
}
/** A name that can be one token of a subject. */
function name(option, value) {
    const given = text(option, value);
    if (/[\s.*>/\\]/.test(given))
        throw invalid(option, value, 'a name without spaces, dots, *, > and slashes');
    return given;
}
function prefix(option, value) {
    const given = text(option, value);
    if (!/^[^\s.*>]+(\.[^\s.*>]+)*$/.test(given))
        throw invalid(option, value, 'a subject without wildcards and without a dot at its end');
    return given;
}
function apiPrefix(given) {
    if (given.domain !== undefined && given.apiPrefix !== undefined) {
        throw failure('INVALID_ARGUMENT', 'domain and apiPrefix exclude each other: the domain is a prefix');
    }
    if (given.domain !== undefined)
        return `$JS.${name('domain', given.domain)}.API`;
    return given.apiPrefix === undefined ? DEFAULTS.api : prefix('apiPrefix', given.apiPrefix);
}
function createOptions(create) {
    if (create === undefined || create === false)
        return undefined;
    if (create === true)
        return {};
    const given = known('create', create, ['filterSubjects', 'deliverPolicy', 'maxDeliver', 'maxAckPending']);
    const { filterSubjects } = given;
    if (filterSubjects !== undefined) {
        const right = Array.isArray(filterSubjects) && filterSubjects.length > 0;
        if (!right || !filterSubjects.every((subject) => typeof subject === 'string' && /^\S+$/.test(subject))) {
            throw invalid('create.filterSubjects', filterSubjects, 'an array of subjects, at least one');
        }
    }
    if (given.deliverPolicy !== undefined)
        oneOf('create.deliverPolicy', given.deliverPolicy, 'all', ['all', 'new', 'last']);
    if (given.maxDeliver !== undefined)
        integer('create.maxDeliver', given.maxDeliver, 1, { min: 1, unit: 'deliveries' });
    if (given.maxAckPending !== undefined)
        integer('create.maxAckPending', given.maxAckPending, 1, { min: 1, unit: 'messages' });
    return given;
}
const FLAGS = ['exclusive', 'create'];
const NUMBERS = ['leaseMs', 'answerMs', 'maxDeliver', 'maxAckPending'];
const TEXTS = ['confirm', 'ackPolicy', 'domain', 'apiPrefix', 'inboxPrefix', 'deliver'];
const PARAMETERS = [...TEXTS, ...NUMBERS, ...FLAGS, 'filter'];
/** Those that only say how to create. */
const OF_CREATE = ['filter', 'deliver', 'maxDeliver', 'maxAckPending'];
/**
 * `nats://[user:pass@|token@]host[:port]/STREAM/DURABLE?…`, or `nats+tls://`. Never repeats credentials. `given` are options
 * of the call; they win over the URL's.
 */
export function parseUrl(url, given) {
    if (!['nats:', 'nats+tls:', 'tls:'].includes(url.protocol) || url.hostname === '') {
        throw failure('INVALID_ARGUMENT', `url: expected nats://host:4222/STREAM/DURABLE, got one with the scheme '${url.protocol.slice(0, -1)}'`);
    }
    // What follows the first / or ? of a password is no credential to a URL any more, and must not be quoted as something else.
    if (`${url.pathname}${url.search}${url.hash}`.includes('@')) {
        throw failure('INVALID_ARGUMENT', 'url: an @ after the host has to be percent-encoded, and so has each of / ? # @ : % in a user, password or token');
    }
    const path = url.pathname.split('/').filter((part) => part !== '');
    if (path.length !== 2) {
        throw failure('INVALID_ARGUMENT', `url: expected nats://host:4222/STREAM/DURABLE, got a path of ${path.length} parts; subjects of core NATS are not supported`);
    }
    const parameters = readParameters(url.searchParams);
    const [stream, durable] = path.map(decode);
    const token = url.username !== '' && url.password === '' ? decode(url.username) : undefined;
    return {
        servers: `${url.hostname}:${url.port === '' ? '4222' : url.port}`,
        tls: url.protocol !== 'nats:',
        user: token === undefined && url.username !== '' ? decode(url.username) : undefined,
        pass: url.password === '' ? undefined : decode(url.password),
        token,
        options: { stream, durable, ...parameters, ...given },
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
        throw new StreamError('INVALID_ARGUMENT', `url: no parameter ${unknown.map((key) => `'${key}'`).join(', ')}; there are ${PARAMETERS.join(', ')}`, {
            adapter: ADAPTER,
        });
    }
    const read = {};
    for (const key of [...TEXTS, ...NUMBERS, ...FLAGS]) {
        const values = search.getAll(key);
        if (values.length > 1)
            throw failure('INVALID_ARGUMENT', `url: the parameter '${key}' is there ${values.length} times`);
        const value = values[0];
        if (value === undefined)
            continue;
        read[key] = NUMBERS.includes(key) ? wholeNumber(key, value) : FLAGS.includes(key) ? flag(key, value) : value;
    }
    const { deliver, maxDeliver, maxAckPending, create, ...rest } = read;
    const filters = search.getAll('filter');
    if (create !== true) {
        const stray = OF_CREATE.find((key) => search.has(key));
        if (stray !== undefined)
            throw failure('INVALID_ARGUMENT', `url: the parameter '${stray}' says how to create, and needs create=true`);
        // Each value is checked against its option by `settings`.
        return rest;
    }
    const how = { deliverPolicy: deliver, maxDeliver, maxAckPending, ...(filters.length > 0 ? { filterSubjects: filters } : {}) };
    // As above; undefined ones are left out, as JSON would.
    return { ...rest, create: Object.fromEntries(Object.entries(how).filter(([, value]) => value !== undefined)) };
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
