import { integer, invalid, known, oneOf, text } from '../../src/options.js';
import { MAX_LEASE_MS } from './capabilities.js';
import { failure } from './errors.js';

export interface SqsOptions {
  /** The queue's name, or its whole URL as SQS tells it. A name that ends in `.fifo` is a FIFO queue's. */
  readonly queue: string;
  /** The account that owns the queue, 12 digits, where that is another one; only with a name. Default: the credentials' own. */
  readonly account?: string;
  /**
   * The visibility timeout that each receive asks for, whatever the queue's own, ms: whole seconds, up to 12 hours, and at least
   * twice `maxPollMs`, since it is counted from the start of the poll. Default 30,000.
   */
  readonly leaseMs?: number;
  /**
   * The longest that one receive waits at the server, ms: whole seconds, 1,000 to 20,000. A poll is never cancelled, so `close`
   * may take that long; an idle consumer pays for one receive each time. A drainer's own `maxPollMs`, 10,000 by default, bounds it
   * too. Default 1,000.
   */
  readonly maxPollMs?: number;
  /** The most receives that are out at once, 1 to 10; more than one only while messages come faster than that. Default 4. */
  readonly maxPolls?: number;
  /** The most deletes that are out at once, each of up to ten messages, 1 to 50. Default 8. */
  readonly maxDeletes?: number;
  /** How bodies carry bytes: as they are, or base64, which SQS needs for what is not text. Default `utf8`. */
  readonly bodyEncoding?: 'utf8' | 'base64';
  /** The message attribute (of type String) that is `Message.key`. Default: the message group, if there is one. */
  readonly keyAttribute?: string;
  /**
   * System attributes to ask for by SQS's names, such as `SenderId`, or `All`, beside those that a message is made of and
   * `AWSTraceHeader`. They are in `raw.Attributes`; what nobody asks for costs no time to send and to read. Default none.
   */
  readonly systemAttributes?: readonly string[];
  /** How long to wait for an answer, ms, 100 or more; of a receive beyond twice its own wait. Default 5,000. */
  readonly answerMs?: number;
}

export interface Settings {
  readonly queue: string;
  /** Known when the queue was given by it. */
  readonly queueUrl: string | undefined;
  readonly account: string | undefined;
  readonly fifo: boolean;
  readonly leaseMs: number;
  readonly maxPollMs: number;
  readonly maxPolls: number;
  readonly maxDeletes: number;
  readonly bodyEncoding: 'utf8' | 'base64';
  readonly keyAttribute: string | undefined;
  /** All that are asked for. */
  readonly systemAttributes: readonly string[];
  readonly answerMs: number;
}

const NAMES: readonly (keyof SqsOptions)[] = [
  'queue',
  'account',
  'leaseMs',
  'maxPollMs',
  'maxPolls',
  'maxDeletes',
  'bodyEncoding',
  'keyAttribute',
  'systemAttributes',
  'answerMs',
];
/** What `Message` tells, and what traces are joined by. */
const ATTRIBUTES = ['ApproximateReceiveCount', 'SentTimestamp', 'MessageGroupId', 'AWSTraceHeader'];
const SECOND_MS = 1_000;

export function settings(options: SqsOptions): Settings {
  if (options === undefined) throw invalid('sqs options', options, 'an object with queue');
  const given = known('sqs', options, NAMES);
  const { queue, queueUrl } = queueOf(text('queue', given.queue));
  const { account } = given;
  if (account !== undefined && !/^\d{12}$/.test(text('account', account))) throw invalid('account', account, 'an account of 12 digits');
  if (account !== undefined && queueUrl !== undefined) throw failure('INVALID_ARGUMENT', 'account: the queue URL names one already');
  const maxPollMs = seconds('maxPollMs', integer('maxPollMs', given.maxPollMs, 1_000, { min: SECOND_MS, max: 20_000, unit: 'ms' }));
  const leaseMs = seconds('leaseMs', integer('leaseMs', given.leaseMs, 30_000, { min: SECOND_MS, max: MAX_LEASE_MS, unit: 'ms' }));
  if (leaseMs < maxPollMs * 2) {
    throw failure('INVALID_ARGUMENT', `leaseMs: expected at least twice maxPollMs, ${maxPollMs * 2} ms, got ${leaseMs}`);
  }
  const fifo = queue.endsWith('.fifo');
  return Object.freeze({
    queue,
    queueUrl,
    account,
    fifo,
    leaseMs,
    maxPollMs,
    maxPolls: integer('maxPolls', given.maxPolls, 4, { min: 1, max: 10, unit: 'receives' }),
    maxDeletes: integer('maxDeletes', given.maxDeletes, 8, { min: 1, max: 50, unit: 'calls' }),
    bodyEncoding: oneOf('bodyEncoding', given.bodyEncoding, 'utf8', ['utf8', 'base64']),
    keyAttribute: given.keyAttribute === undefined ? undefined : text('keyAttribute', given.keyAttribute),
    systemAttributes: attributes(given.systemAttributes ?? [], fifo),
    answerMs: integer('answerMs', given.answerMs, 5_000, { min: 100, max: 600_000, unit: 'ms' }),
  });
}

function attributes(given: readonly string[], fifo: boolean): readonly string[] {
  if (!Array.isArray(given)) throw invalid('systemAttributes', given, 'an array of names');
  for (const name of given) {
    // The server would refuse each receive.
    if (!/^[A-Za-z]{1,80}$/.test(text('systemAttributes', name))) throw invalid('systemAttributes', name, 'names such as SenderId, or All');
  }
  if (given.includes('All')) return ['All'];
  return [...new Set([...ATTRIBUTES, ...(fifo ? ['SequenceNumber'] : []), ...given])];
}

function seconds(option: string, ms: number): number {
  if (ms % SECOND_MS !== 0) throw invalid(option, ms, 'whole seconds in ms, which is what SQS counts in');
  return ms;
}

function queueOf(given: string): { readonly queue: string; readonly queueUrl: string | undefined } {
  // What is before it may be a secret, which is not shown.
  if (given.includes('@')) throw failure('INVALID_ARGUMENT', 'queue: a queue name or URL has no @, and holds no credentials');
  const isUrl = /^https?:\/\//.test(given);
  if (isUrl && !URL.canParse(given)) throw failure('INVALID_ARGUMENT', 'queue: it is not a URL');
  const queue = isUrl ? (new URL(given).pathname.split('/').at(-1) ?? '') : given;
  if (!/^[\w-]{1,80}$/.test(queue.replace(/\.fifo$/, '')) || queue.length > 80) {
    throw invalid('queue', given, 'a queue URL, or a name of up to 80 letters, digits, - and _, with .fifo at the end of a FIFO queue');
  }
  return { queue, queueUrl: isUrl ? given : undefined };
}

/** What a URL says: the client's configuration, and options. */
export interface ParsedUrl {
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  readonly options: SqsOptions;
}

const NUMBERS = ['leaseMs', 'maxPollMs', 'maxPolls', 'maxDeletes', 'answerMs'];
const TEXTS = ['bodyEncoding', 'keyAttribute', 'endpoint'];
const PARAMETERS: readonly string[] = [...NUMBERS, ...TEXTS];

/** `sqs://[key:secret@]REGION/[ACCOUNT/]QUEUE?…`. Never repeats credentials. `given` are options of the call, which win. */
export function parseUrl(url: URL, given: Partial<SqsOptions>): ParsedUrl {
  if (url.protocol !== 'sqs:' || !/^[a-z]{2}[a-z0-9-]*-\d+$/.test(url.hostname) || url.port !== '') {
    throw failure(
      'INVALID_ARGUMENT',
      'url: expected sqs://REGION/QUEUE, such as sqs://eu-west-1/orders; a server of your own is ?endpoint=',
    );
  }
  if (`${url.pathname}${url.hash}`.includes('@')) {
    throw failure('INVALID_ARGUMENT', 'url: each of / ? # @ : % in a key or secret has to be percent-encoded');
  }
  if (url.hash !== '') throw failure('INVALID_ARGUMENT', 'url: it has a part after #, which would be ignored');
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
  const account = path.length === 2 ? { account: path[0] as string } : {};
  return {
    region: url.hostname,
    endpoint,
    credentials: url.username === '' ? undefined : { accessKeyId: decode(url.username), secretAccessKey: decode(url.password) },
    options: { queue: path.at(-1) as string, ...account, ...parameters, ...given },
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // The part may be a secret: it is not shown.
    throw failure('INVALID_ARGUMENT', 'url: a part of it is not valid percent-encoding');
  }
}

function readParameters(search: URLSearchParams): Partial<SqsOptions> & { readonly endpoint?: string } {
  const unknown = [...new Set(search.keys())].filter((key) => !PARAMETERS.includes(key));
  if (unknown.length > 0) {
    const names = unknown.map((key) => `'${key}'`).join(', ');
    throw failure('INVALID_ARGUMENT', `url: no parameter ${names}; there are ${PARAMETERS.join(', ')}`);
  }
  const read: Record<string, string | number> = {};
  for (const key of PARAMETERS) {
    const values = search.getAll(key);
    if (values.length > 1) throw failure('INVALID_ARGUMENT', `url: the parameter '${key}' is there ${values.length} times`);
    const value = values[0];
    if (value === undefined) continue;
    if (NUMBERS.includes(key) && !/^\d{1,15}$/.test(value)) throw invalid(`url parameter ${key}`, value, 'a whole number');
    read[key] = NUMBERS.includes(key) ? Number(value) : value;
  }
  const { endpoint } = read;
  if (endpoint !== undefined && !(URL.canParse(String(endpoint)) && /^https?:\/\/[^@]*$/.test(String(endpoint)))) {
    throw failure('INVALID_ARGUMENT', 'url: the parameter endpoint has to be an http or https URL without credentials');
  }
  // Each value is checked against its option by `settings`.
  return read as Partial<SqsOptions> & { readonly endpoint?: string };
}
