import { integer, invalid, known, oneOf, text } from '../../src/options.js';
import { MAX_LEASE_MS } from './capabilities.js';
import { failure } from './errors.js';
const NAMES = [
    'queue',
    'account',
    'leaseMs',
    'maxPollMs',
    'maxPolls',
    'maxDeletes',
    'bodyEncoding',
    'keyAttribute',
    'answerMs',
];
const SECOND_MS = 1_000;
export function settings(options) {
    if (options === undefined)
        throw invalid('sqs options', options, 'an object with queue');
    const given = known('sqs', options, NAMES);
    const { queue, queueUrl } = queueOf(text('queue', given.queue));
    const { account } = given;
    if (account !== undefined && !/^\d{12}$/.test(text('account', account)))
        throw invalid('account', account, 'an account of 12 digits');
    if (account !== undefined && queueUrl !== undefined)
        throw failure('INVALID_ARGUMENT', 'account: the queue URL names one already');
    const maxPollMs = seconds('maxPollMs', integer('maxPollMs', given.maxPollMs, 1_000, { min: SECOND_MS, max: 20_000, unit: 'ms' }));
    const leaseMs = seconds('leaseMs', integer('leaseMs', given.leaseMs, 30_000, { min: SECOND_MS, max: MAX_LEASE_MS, unit: 'ms' }));
    if (leaseMs < maxPollMs * 2) {
        throw failure('INVALID_ARGUMENT', `leaseMs: expected at least twice maxPollMs, ${maxPollMs * 2} ms, got ${leaseMs}`);
    }
    return Object.freeze({
        queue,
        queueUrl,
        account,
        fifo: queue.endsWith('.fifo'),
        leaseMs,
        maxPollMs,
        maxPolls: integer('maxPolls', given.maxPolls, 4, { min: 1, max: 10, unit: 'receives' }),
        maxDeletes: integer('maxDeletes', given.maxDeletes, 8, { min: 1, max: 50, unit: 'calls' }),
        bodyEncoding: oneOf('bodyEncoding', given.bodyEncoding, 'utf8', ['utf8', 'base64']),
        keyAttribute: given.keyAttribute === undefined ? undefined : text('keyAttribute', given.keyAttribute),
        answerMs: integer('answerMs', given.answerMs, 5_000, { min: 100, max: 600_000, unit: 'ms' }),
    });
}
function seconds(option, ms) {
    if (ms % SECOND_MS !== 0)
        throw invalid(option, ms, 'whole seconds in ms, which is what SQS counts in');
    return ms;
}
function queueOf(given) {
    const isUrl = /^https?:\/\//.test(given);
    if (isUrl && !URL.canParse(given))
        throw failure('INVALID_ARGUMENT', 'queue: it is not a URL');
    if (isUrl && new URL(given).username !== '')
        throw failure('INVALID_ARGUMENT', 'queue: a queue URL holds no credentials');
    const queue = isUrl ? (new URL(given).pathname.split('/').at(-1) ?? '') : given;
    if (!/^[\w-]{1,80}$/.test(queue.replace(/\.fifo$/, '')) || queue.length > 80) {
        throw invalid('queue', given, 'a queue URL, or a name of up to 80 letters, digits, - and _, with .fifo at the end of a FIFO queue');
    }
    return { queue, queueUrl: isUrl ? given : undefined };
}
const NUMBERS = ['leaseMs', 'maxPollMs', 'maxPolls', 'maxDeletes', 'answerMs'];
const TEXTS = ['bodyEncoding', 'keyAttribute', 'endpoint'];
const PARAMETERS = [...NUMBERS, ...TEXTS];
/** `sqs://[key:secret@]REGION/[ACCOUNT/]QUEUE?…`. Never repeats credentials. `given` are options of the call, which win. */
export function parseUrl(url, given) {
    if (url.protocol !== 'sqs:' || !/^[a-z]{2}[a-z0-9-]*-\d+$/.test(url.hostname) || url.port !== '') {
        throw failure('INVALID_ARGUMENT', 'url: expected sqs://REGION/QUEUE, such as sqs://eu-west-1/orders; a server of your own is ?endpoint=');
    }
    if (`${url.pathname}${url.hash}`.includes('@')) {
        throw failure('INVALID_ARGUMENT', 'url: each of / ? # @ : % in a key or secret has to be percent-encoded');
    }
    const path = url.pathname
        .split('/')
        .filter((part) => part !== '')
        .map(decode);
    if (path.length !== 1 && path.length !== 2) {
        throw failure('INVALID_ARGUMENT', `url: expected sqs://REGION/QUEUE or sqs://REGION/ACCOUNT/QUEUE, got a path of ${path.length} parts`);
    }
    if ((url.username === '') !== (url.password === '')) {
        throw failure('INVALID_ARGUMENT', 'url: an access key and its secret go together; left out, the SDK finds its own');
    }
    const { endpoint, ...parameters } = readParameters(url.searchParams);
    const account = path.length === 2 ? { account: path[0] } : {};
    return {
        region: url.hostname,
        endpoint,
        credentials: url.username === '' ? undefined : { accessKeyId: decode(url.username), secretAccessKey: decode(url.password) },
        options: { queue: path.at(-1), ...account, ...parameters, ...given },
    };
}
function decode(part) {
    try {
        return decodeURIComponent(part);
    }
    catch {
        // The part may be a secret: it is not shown.
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
        const value = values[0];
        if (value === undefined)
            continue;
        if (NUMBERS.includes(key) && !/^\d{1,15}$/.test(value))
            throw invalid(`url parameter ${key}`, value, 'a whole number');
        read[key] = NUMBERS.includes(key) ? Number(value) : value;
    }
    const { endpoint } = read;
    if (endpoint !== undefined && !(URL.canParse(String(endpoint)) && /^https?:\/\/[^@]*$/.test(String(endpoint)))) {
        throw failure('INVALID_ARGUMENT', 'url: the parameter endpoint has to be an http or https URL without credentials');
    }
    // Each value is checked against its option by `settings`.
    return read;
}
