import { boolean, integer, invalid, known, oneOf, text } from '../../src/options.js';
import type { KafkaAssigner } from './client.js';
import { failure } from './errors.js';

export interface KafkaOptions {
  /** Topics to read, one at least. They have to exist. */
  readonly topics: string | readonly string[];
  /** The consumer group. */
  readonly groupId: string;
  /**
   * Where a partition is read from of which the group has committed nothing, or something that is no longer there. Default
   * `earliest`: with `latest`, as is Kafka's own default, what arrives before the first commit can be lost by a restart.
   */
  readonly startAt?: 'earliest' | 'latest';
  /**
   * After how long without a heartbeat the group gives this member's partitions away, ms, 1,000 or more, within the broker's
   * `group.min.session.timeout.ms` (6,000) and `group.max.session.timeout.ms`. Default 30,000, as kafkajs's.
   */
  readonly sessionTimeoutMs?: number;
  /** How long the group waits for this member in a rebalance, ms, 1,000 or more: what handlers have to end in. Default 60,000, as kafkajs's. */
  readonly rebalanceTimeoutMs?: number;
  /** Between heartbeats, ms, at least 50 and at most a third of the session timeout. Default 3,000, or less with a short session. */
  readonly heartbeatMs?: number;
  /**
   * How long the broker holds a request for records when there are none, ms, 10 to 5,000: what a close waits for, and what an idle
   * consumer costs. Default 100.
   */
  readonly maxWaitMs?: number;
  /** The least that the broker collects before it answers, bytes, unless `maxWaitMs` is over. Default 1. */
  readonly minBytes?: number;
  /** The most records of one answer, bytes. One record that is larger comes all the same. Default 10 MiB, as kafkajs's. */
  readonly maxBytes?: number;
  /** The most records of one partition in one answer, bytes, likewise. Default 1 MiB, as kafkajs's. */
  readonly maxBytesPerPartition?: number;
  /** How long it may take until new partitions of a topic are noticed, ms, 1,000 or more. Default 300,000, as kafkajs's. */
  readonly metadataMaxAgeMs?: number;
  /** Delivers records of transactions that are open or were aborted. Default false. */
  readonly readUncommitted?: boolean;
  /** How long to wait for the broker's answer to a commit, ms, 100 or more. Default 5,000. */
  readonly answerMs?: number;
  /** How partitions are shared out: an assigner as kafkajs takes it. Default: by turns, as kafkajs's `roundRobin`, with which it mixes. */
  readonly assigner?: KafkaAssigner;
}

/** Options of a member by librdkafka: those of kafkajs, but for `assigner`, and what only librdkafka can. */
export interface ConfluentOptions extends Omit<KafkaOptions, 'assigner'> {
  /**
   * Makes this a static member: a restart within `sessionTimeoutMs` finds its partitions again, without a rebalance. A second
   * member of that name fences the first. Default: none.
   */
  readonly instanceId?: string;
  /** `consumer` is the protocol of KIP-848: the broker shares out, and keeps the session. Default `classic`. */
  readonly groupProtocol?: 'classic' | 'consumer';
}

export interface ConfluentSettings extends Omit<Settings, 'assigner'> {
  readonly instanceId: string | undefined;
  readonly groupProtocol: 'classic' | 'consumer';
}

export interface Settings {
  readonly topics: readonly string[];
  readonly groupId: string;
  readonly fromBeginning: boolean;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
  readonly metadataMaxAgeMs: number;
  readonly readUncommitted: boolean;
  readonly answerMs: number;
  readonly assigner: KafkaAssigner | undefined;
}

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

const NAMES: readonly (keyof KafkaOptions)[] = [
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

const CONFLUENT_NAMES: readonly (keyof ConfluentOptions)[] = [
  ...NAMES.filter((name) => name !== 'assigner'),
  'instanceId',
  'groupProtocol',
];

/** What librdkafka allows is less. */
const CONFLUENT_MOST = [
  ['sessionTimeoutMs', 3_600_000],
  ['metadataMaxAgeMs', 3_600_000],
  ['minBytes', 100_000_000],
  ['maxBytes', 2_147_483_135],
  ['maxBytesPerPartition', 1_000_000_000],
] as const;

const MAX_MS = 86_400_000;
const MAX_BYTES = 2 ** 31 - 1;

export function settings(options: KafkaOptions): Settings {
  if (options === undefined) throw invalid('kafka options', options, 'an object with topics and groupId');
  const given = known('kafka', options, NAMES);
  const ms = (option: keyof typeof DEFAULTS & keyof KafkaOptions, min: number, max: number = MAX_MS): number =>
    integer(option, given[option], DEFAULTS[option], { min, max, unit: 'ms' });
  const bytes = (option: keyof typeof DEFAULTS & keyof KafkaOptions, min: number): number =>
    integer(option, given[option], DEFAULTS[option], { min, max: MAX_BYTES, unit: 'bytes' });
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

export function confluentSettings(options: ConfluentOptions): ConfluentSettings {
  if (options === undefined) throw invalid('kafka options', options, 'an object with topics and groupId');
  const given = known('kafka', options, CONFLUENT_NAMES);
  const { instanceId, groupProtocol, ...rest } = given;
  const { assigner: _, ...checked } = settings(rest);
  for (const [option, max] of CONFLUENT_MOST)
    integer(option, checked[option], 0, { min: 0, max, unit: option.endsWith('Ms') ? 'ms' : 'bytes' });
  return Object.freeze({
    ...checked,
    instanceId: instanceId === undefined ? undefined : text('instanceId', instanceId),
    groupProtocol: oneOf('groupProtocol', groupProtocol, 'classic', ['classic', 'consumer']),
  });
}

function topicNames(given: unknown): readonly string[] {
  const names = typeof given === 'string' ? [given] : given;
  if (!Array.isArray(names) || names.length === 0) throw invalid('topics', given, 'the name of a topic, or an array of at least one');
  for (const name of names) {
    if (typeof name !== 'string' || !/^[A-Za-z0-9._-]{1,249}$/.test(name)) {
      throw invalid('topics', name, 'names of letters, digits, dots, _ and -, 249 at most');
    }
  }
  return Object.freeze([...new Set<string>(names)]);
}

/** Everything a URL can say. */
export interface ParsedUrl {
  readonly brokers: readonly string[];
  readonly tls: boolean;
  readonly user: string | undefined;
  readonly pass: string | undefined;
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly clientId: string;
  readonly client: 'kafkajs' | 'confluent';
  readonly options: KafkaOptions & ConfluentOptions;
}

const FLAGS: readonly string[] = ['readUncommitted'];
const NUMBERS: readonly string[] = NAMES.filter((name) => name.endsWith('Ms') || name.toLowerCase().includes('bytes'));
const CLIENTS = ['kafkajs', 'confluent'] as const;
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const TEXTS: readonly string[] = ['group', 'client', 'clientId', 'mechanism', 'startAt', 'brokers', 'instanceId', 'groupProtocol'];
const PARAMETERS: readonly string[] = [...TEXTS, ...NUMBERS, ...FLAGS];
const DEFAULT_PORT = '9092';
const FORM = 'kafka://host:9092/TOPIC?group=GROUP';

/** Never repeats credentials. `given` are options of the call; they win over the URL's. */
export function parseUrl(url: URL, given: Partial<KafkaOptions & ConfluentOptions>): ParsedUrl {
  if (!['kafka:', 'kafka+tls:'].includes(url.protocol) || url.hostname === '') {
    throw failure('INVALID_ARGUMENT', `url: expected ${FORM}, got one with the scheme '${url.protocol.slice(0, -1)}'`);
  }
  // What follows the first / or ? of a password is no credential to a URL any more, and must not be quoted as something else.
  if (`${url.pathname}${url.search}${url.hash}`.includes('@')) {
    throw failure(
      'INVALID_ARGUMENT',
      'url: an @ after the host has to be percent-encoded, and so has each of / ? # @ : % in a user or password',
    );
  }
  const path = url.pathname.split('/').filter((part) => part !== '');
  if (path.length !== 1) throw failure('INVALID_ARGUMENT', `url: expected ${FORM}, got a path of ${path.length} parts`);
  const { group, client, clientId = 'tailrace', mechanism, brokers = '', ...rest } = readParameters(url.searchParams);
  const chosen = oneOf('url parameter client', client, 'kafkajs', CLIENTS);
  if (chosen === 'kafkajs' && `${url.hostname},${brokers}`.includes('[')) {
    throw failure('INVALID_ARGUMENT', 'url: kafkajs takes no IPv6 address, only names of hosts and IPv4; client=confluent does');
  }
  const port = url.port === '' ? DEFAULT_PORT : url.port;
  return {
    brokers: [
      `${url.hostname}:${port}`,
      ...String(brokers)
        .split(',')
        .filter((each) => each !== '')
        .map((each) => (/:\d+$/.test(each) ? each : `${each}:${DEFAULT_PORT}`)),
    ],
    tls: url.protocol === 'kafka+tls:',
    user: url.username === '' ? undefined : decode(url.username),
    pass: url.password === '' ? undefined : decode(url.password),
    mechanism: oneOf('url parameter mechanism', mechanism, 'plain', MECHANISMS),
    clientId: String(clientId),
    client: chosen,
    options: {
      topics: decode(path[0] as string).split(','), // There is one.
      // Checked by `settings`, as is the rest.
      ...(group === undefined ? {} : { groupId: group }),
      ...rest,
      ...given,
    } as KafkaOptions & ConfluentOptions,
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // The part may be a password: it is not shown.
    throw failure('INVALID_ARGUMENT', 'url: a part of it is not valid percent-encoding');
  }
}

function readParameters(search: URLSearchParams): Record<string, string | number | boolean> {
  const unknown = [...new Set(search.keys())].filter((key) => !PARAMETERS.includes(key));
  if (unknown.length > 0) {
    const names = unknown.map((key) => `'${key}'`).join(', ');
    throw failure('INVALID_ARGUMENT', `url: no parameter ${names}; there are ${PARAMETERS.join(', ')}`);
  }
  const read: Record<string, string | number | boolean> = {};
  for (const key of PARAMETERS) {
    const values = search.getAll(key);
    if (values.length > 1) throw failure('INVALID_ARGUMENT', `url: the parameter '${key}' is there ${values.length} times`);
    const [value] = values;
    if (value === undefined) continue;
    read[key] = NUMBERS.includes(key) ? wholeNumber(key, value) : FLAGS.includes(key) ? flag(key, value) : value;
  }
  return read;
}

function wholeNumber(key: string, value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw invalid(`url parameter ${key}`, value, 'a whole number');
  return Number(value);
}

function flag(key: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw invalid(`url parameter ${key}`, value, "'true' or 'false'");
  return value === 'true';
}
