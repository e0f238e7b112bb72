import { boolean, integer, invalid, known, oneOf, text } from '../../src/options.js';
/** The longest delay of a message or of a release, ms: some 24 days. */
export const MAX_DELAY_MS = 2 ** 31 - 1;
/** The most messages that one fetch returns. */
export const MAX_BATCH = 10_000;
export const DEFAULTS = Object.freeze({ leaseMs: 30_000, partitions: 1, revokeMs: 30_000 });
export function resolveQueueOptions(options) {
    const names = ['leaseMs', 'maxAttempts', 'deadLetterQueue', 'ordered', 'releaseCostsAttempt'];
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
export function resolveTopicOptions(options) {
    const given = known('topic', options, ['partitions', 'retainMessages']);
    return {
        partitions: integer('partitions', given.partitions, DEFAULTS.partitions, { min: 1, max: 10_000, unit: 'partitions' }),
        retainMessages: integer('retainMessages', given.retainMessages, Infinity, { min: 1, unit: 'messages', infinite: true }),
    };
}
export function resolveTopicConsumerOptions(options) {
    const names = ['topic', 'group', 'member', 'rebalance', 'revokeMs', 'from', 'commitOnAck'];
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
