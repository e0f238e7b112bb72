import { failure } from './errors.js';
import { isNotFound } from './link.js';
const NS_PER_MS = 1_000_000;
/**
 * Asks for the consumer, makes it if it is missing and that was asked for, and refuses one that this adapter cannot read as
 * it was told to. Throws NOT_FOUND, UNSUPPORTED (a push consumer, `ack_policy` none, priority groups), INVALID_ARGUMENT (an
 * option contradicts the consumer), and what the connection throws.
 */
export async function look(link, settings) {
    const { stream, durable, api, answerMs, create } = settings;
    const doing = `consumer ${stream}/${durable}`;
    let info;
    try {
        info = await link.api(`${api}.CONSUMER.INFO.${stream}.${durable}`, undefined, answerMs, doing);
    }
    catch (error) {
        if (create === undefined || !isNotFound(error))
            throw error;
        info = await link.api(`${api}.CONSUMER.DURABLE.CREATE.${stream}.${durable}`, createRequest(settings), answerMs, `creating ${doing}`);
    }
    return check(info, settings, doing);
}
function createRequest({ stream, durable, leaseMs, cursor, create = {} }) {
    const { filterSubjects = [], deliverPolicy = 'all', maxDeliver, maxAckPending } = create;
    return {
        stream_name: stream,
        config: {
            durable_name: durable,
            ack_policy: cursor ? 'all' : 'explicit',
            ack_wait: leaseMs * NS_PER_MS,
            deliver_policy: deliverPolicy,
            replay_policy: 'instant',
            ...(filterSubjects.length === 1 ? { filter_subject: filterSubjects[0] } : {}),
            ...(filterSubjects.length > 1 ? { filter_subjects: filterSubjects } : {}),
            ...(maxDeliver === undefined ? {} : { max_deliver: maxDeliver }),
            ...(maxAckPending === undefined ? {} : { max_ack_pending: maxAckPending }),
        },
    };
}
/** Exported for tests: a server's answer is not to be trusted to be well formed. */
export function check(info, settings, doing) {
    const config = object(info, 'config', doing);
    refuse(config, settings, doing);
    const ackWait = config.ack_wait;
    if (typeof ackWait !== 'number' || !(ackWait > 0))
        throw failure('INTERNAL', `${doing}: the answer has no ack_wait`);
    const backoff = Array.isArray(config.backoff) ? config.backoff.filter((wait) => typeof wait === 'number' && wait > 0) : [];
    const leaseMs = Math.min(ackWait, ...backoff) / NS_PER_MS;
    if (leaseMs !== settings.leaseMs) {
        const source = backoff.length > 0 ? 'shortest backoff' : 'ack_wait';
        throw failure('INVALID_ARGUMENT', `leaseMs: ${doing} has a ${source} of ${leaseMs} ms, this side was told ${settings.leaseMs} ms; they must be equal`);
    }
    const delivered = object(info, 'delivered', doing);
    const replicas = info.cluster?.replicas;
    return {
        leaseMs,
        replicated: Array.isArray(replicas) && replicas.length > 0,
        maxBatch: limit(config.max_batch, 1),
        maxExpiresMs: limit(config.max_expires, NS_PER_MS),
        ackPending: count(info, 'num_ack_pending', doing),
        pending: count(info, 'num_pending', doing),
        delivered: count(delivered, 'consumer_seq', doing),
    };
}
function refuse(config, settings, doing) {
    if (typeof config.deliver_subject === 'string' && config.deliver_subject !== '') {
        throw failure('UNSUPPORTED', `${doing} is a push consumer (deliver_subject is set); only pull consumers can be drained`);
    }
    const policy = config.ack_policy;
    if (policy !== 'explicit' && policy !== 'all') {
        throw failure('UNSUPPORTED', `${doing} has ack_policy ${typeof policy === 'string' ? `'${policy}'` : 'of no name'}: the server forgets what it delivers, so a stop loses it; it needs ack_policy explicit`);
    }
    const told = settings.cursor ? 'all' : 'explicit';
    if (policy !== told) {
        throw failure('INVALID_ARGUMENT', `ackPolicy: ${doing} has ack_policy '${policy}', this side was told '${told}'; they must be equal`);
    }
    if (Array.isArray(config.priority_groups) && config.priority_groups.length > 0) {
        throw failure('UNSUPPORTED', `${doing} has priority_groups, which pulls of this adapter do not name`);
    }
}
function object(from, name, doing) {
    const value = from[name];
    if (typeof value !== 'object' || value === null)
        throw failure('INTERNAL', `${doing}: the answer has no ${name}`);
    // Any object can be read by name.
    return value;
}
function count(from, name, doing) {
    const value = from[name];
    if (typeof value !== 'number' || !(value >= 0))
        throw failure('INTERNAL', `${doing}: the answer has no ${name}`);
    return value;
}
function limit(value, unit) {
    return typeof value === 'number' && value >= unit ? Math.floor(value / unit) : Infinity;
}
