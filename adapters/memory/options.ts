import { boolean, integer, invalid, known, oneOf, text } from '../../src/options.js';

/** The longest delay of a message or of a release, ms: some 24 days. */
export const MAX_DELAY_MS: number = 2 ** 31 - 1;
/** The most messages that one fetch returns. */
export const MAX_BATCH = 10_000;

export const DEFAULTS: {
  readonly leaseMs: number;
  readonly partitions: number;
  readonly revokeMs: number;
} = Object.freeze({ leaseMs: 30_000, partitions: 1, revokeMs: 30_000 });

export interface QueueOptions {
  /** How long a delivery is held before it is delivered again, ms. Default 30,000; at least 1. */
  readonly leaseMs?: number;
  /** Deliveries that count after which a message goes to the dead-letter queue. Needs `deadLetterQueue`. Default: no limit. */
  readonly maxAttempts?: number;
  /** The name of an existing queue. Without it the queue's consumers have no `deadLetter`. */
  readonly deadLetterQueue?: string;
  /**
   * Whether each message group is delivered in order: the next message of a group only when the one before it is settled, so
   * that a fetch brings at most one of a group. Default false.
   */
  readonly ordered?: boolean;
  /** Whether a release counts as a delivery towards `maxAttempts`; a lapse always does. Default false. */
  readonly releaseCostsAttempt?: boolean;
}

export interface TopicOptions {
  /** Default 1. */
  readonly partitions?: number;
  /** The most messages that each partition keeps; the oldest go, read or not. Default: no limit, all are kept. */
  readonly retainMessages?: number;
}

export interface QueueConsumerOptions {
  readonly queue: string;
}

export type Rebalance = 'eager' | 'cooperative';

export interface TopicConsumerOptions {
  readonly topic: string;
  /** Consumers of one group share the partitions and the committed offsets. */
  readonly group: string;
  /** Its name in the group. Default: made by the group. */
  readonly member?: string;
  /**
   * `eager`: every rebalance takes all partitions from all members. `cooperative`: only those that move. All members of a
   * group must agree. Default `cooperative`.
   */
  readonly rebalance?: Rebalance;
  /**
   * How long a rebalance waits for this member's `revoking`, ms; then the member is expelled and its lanes are lost.
   * Default 30,000; at least 1.
   */
  readonly revokeMs?: number;
  /** Where a new group starts: with what is there, or with what comes after it was made. Default `earliest`. */
  readonly from?: 'earliest' | 'latest';
  /** Whether `ack` commits; with `false` acks are recorded until `flush` or `close` commits them. Default true. */
  readonly commitOnAck?: boolean;
}

export type ResolvedQueueOptions = Required<Omit<QueueOptions, 'deadLetterQueue'>> & { readonly deadLetterQueue: string | undefined };
export type ResolvedTopicOptions = Required<TopicOptions>;
export type ResolvedTopicConsumerOptions = Required<Omit<TopicConsumerOptions, 'member'>> & { readonly member: string | undefined };

export function resolveQueueOptions(options: QueueOptions | undefined): ResolvedQueueOptions {
  const names = ['leaseMs', 'maxAttempts', 'deadLetterQueue', 'ordered', 'releaseCostsAttempt'] as const;
  const given = known('queue', options, names);
  const deadLetterQueue = given.deadLetterQueue === undefined ? undefined : text('deadLetterQueue', given.deadLetterQueue);
  const maxAttempts = integer('maxAttempts', given.maxAttempts, Infinity, { min: 1, unit: 'deliveries', infinite: true });
  if (maxAttempts !== Infinity && deadLetterQueue === undefined) {
    throw invalid('deadLetterQueue', undefined, 'the name of a queue, because maxAttempts is set');
  }
  return {
    leaseMs: integer('leaseMs', given.leaseMs, DEFAULTS.leaseMs, { min: 1, max: MAX_DELAY_MS, unit: 'ms' }),
    maxAttempts,
    deadLetterQueue,
    ordered: boolean('ordered', given.ordered, false),
    releaseCostsAttempt: boolean('releaseCostsAttempt', given.releaseCostsAttempt, false),
  };
}

export function resolveTopicOptions(options: TopicOptions | undefined): ResolvedTopicOptions {
  const given = known('topic', options, ['partitions', 'retainMessages']);
  return {
    partitions: integer('partitions', given.partitions, DEFAULTS.partitions, { min: 1, max: 10_000, unit: 'partitions' }),
    retainMessages: integer('retainMessages', given.retainMessages, Infinity, { min: 1, unit: 'messages', infinite: true }),
  };
}

export function resolveTopicConsumerOptions(options: TopicConsumerOptions): ResolvedTopicConsumerOptions {
  const names = ['topic', 'group', 'member', 'rebalance', 'revokeMs', 'from', 'commitOnAck'] as const;
  const given = known('topic consumer', options, names);
  return {
    topic: text('topic', given.topic),
    group: text('group', given.group),
    member: given.member === undefined ? undefined : text('member', given.member),
    rebalance: oneOf('rebalance', given.rebalance, 'cooperative', ['eager', 'cooperative']),
    revokeMs: integer('revokeMs', given.revokeMs, DEFAULTS.revokeMs, { min: 1, max: MAX_DELAY_MS, unit: 'ms' }),
    from: oneOf('from', given.from, 'earliest', ['earliest', 'latest']),
    commitOnAck: boolean('commitOnAck', given.commitOnAck, true),
  };
}
