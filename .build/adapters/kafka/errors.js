import { StreamError } from '../../src/errors.js';
export const ADAPTER = 'kafka';
/** Errors of the protocol by the `type` that kafkajs gives them, and of the client and of sockets by their `name` or `code`. */
const CODES = {
    UNKNOWN_TOPIC_OR_PARTITION: 'NOT_FOUND',
    UNKNOWN_TOPIC_ID: 'NOT_FOUND',
    INVALID_TOPIC_EXCEPTION: 'INVALID_ARGUMENT',
    INVALID_GROUP_ID: 'INVALID_ARGUMENT',
    INVALID_SESSION_TIMEOUT: 'INVALID_ARGUMENT',
    INCONSISTENT_GROUP_PROTOCOL: 'INVALID_ARGUMENT',
    GROUP_SUBSCRIBED_TO_TOPIC: 'INVALID_ARGUMENT',
    OFFSET_OUT_OF_RANGE: 'INVALID_ARGUMENT',
    OFFSET_METADATA_TOO_LARGE: 'INVALID_ARGUMENT',
    TOPIC_AUTHORIZATION_FAILED: 'PERMISSION_DENIED',
    GROUP_AUTHORIZATION_FAILED: 'PERMISSION_DENIED',
    CLUSTER_AUTHORIZATION_FAILED: 'PERMISSION_DENIED',
    SASL_AUTHENTICATION_FAILED: 'UNAUTHENTICATED',
    ILLEGAL_SASL_STATE: 'UNAUTHENTICATED',
    UNSUPPORTED_SASL_MECHANISM: 'UNAUTHENTICATED',
    KafkaJSSASLAuthenticationError: 'UNAUTHENTICATED',
    ILLEGAL_GENERATION: 'LEASE_LOST',
    UNKNOWN_MEMBER_ID: 'LEASE_LOST',
    FENCED_INSTANCE_ID: 'LEASE_LOST',
    STALE_MEMBER_EPOCH: 'LEASE_LOST',
    FENCED_MEMBER_EPOCH: 'LEASE_LOST',
    GROUP_MAX_SIZE_REACHED: 'RESOURCE_EXHAUSTED',
    THROTTLING_QUOTA_EXCEEDED: 'RESOURCE_EXHAUSTED',
    MESSAGE_TOO_LARGE: 'RESOURCE_EXHAUSTED',
    RECORD_LIST_TOO_LARGE: 'RESOURCE_EXHAUSTED',
    UNSUPPORTED_COMPRESSION_TYPE: 'UNSUPPORTED',
    UNSUPPORTED_VERSION: 'UNSUPPORTED',
    KafkaJSUnsupportedMagicByteInMessageSet: 'UNSUPPORTED',
    // A codec that kafkajs has no plugin for.
    KafkaJSNotImplemented: 'UNSUPPORTED',
    REBALANCE_IN_PROGRESS: 'UNAVAILABLE',
    COORDINATOR_NOT_AVAILABLE: 'UNAVAILABLE',
    NOT_COORDINATOR_FOR_GROUP: 'UNAVAILABLE',
    GROUP_LOAD_IN_PROGRESS: 'UNAVAILABLE',
    LEADER_NOT_AVAILABLE: 'UNAVAILABLE',
    NOT_LEADER_FOR_PARTITION: 'UNAVAILABLE',
    REQUEST_TIMED_OUT: 'TIMEOUT',
    KafkaJSRequestTimeoutError: 'TIMEOUT',
    KafkaJSBrokerNotFound: 'UNAVAILABLE',
    KafkaJSConnectionError: 'UNAVAILABLE',
    KafkaJSConnectionClosedError: 'UNAVAILABLE',
    KafkaJSGroupCoordinatorNotFound: 'UNAVAILABLE',
    KafkaJSNoBrokerAvailableError: 'UNAVAILABLE',
    KafkaJSMetadataNotLoaded: 'UNAVAILABLE',
    KafkaJSStaleTopicMetadataAssignment: 'UNAVAILABLE',
    KafkaJSLockTimeout: 'TIMEOUT',
    KafkaJSTimeout: 'TIMEOUT',
    KafkaJSInvariantViolation: 'INTERNAL',
};
/** Errors of librdkafka: negative ones are its own, the others Kafka's. */
const CONFLUENT_CODES = {
    3: 'NOT_FOUND',
    [-188]: 'NOT_FOUND', // local: unknown topic
    [-190]: 'NOT_FOUND', // local: unknown partition
    14: 'UNAVAILABLE', // the coordinator loads
    15: 'UNAVAILABLE', // no coordinator
    16: 'UNAVAILABLE', // another coordinator
    17: 'INVALID_ARGUMENT', // invalid topic
    22: 'LEASE_LOST', // illegal generation
    23: 'INVALID_ARGUMENT', // inconsistent group protocol
    24: 'INVALID_ARGUMENT', // invalid group
    25: 'LEASE_LOST', // unknown member
    26: 'INVALID_ARGUMENT', // invalid session timeout
    27: 'UNAVAILABLE', // rebalance in progress
    29: 'PERMISSION_DENIED', // topic
    30: 'PERMISSION_DENIED', // group
    31: 'PERMISSION_DENIED', // cluster
    58: 'UNAUTHENTICATED', // SASL
    81: 'RESOURCE_EXHAUSTED', // the group is full
    82: 'LEASE_LOST', // fenced instance
    110: 'LEASE_LOST', // fenced member epoch
    113: 'LEASE_LOST', // stale member epoch
    [-142]: 'LEASE_LOST', // local: assignment lost
    [-144]: 'LEASE_LOST', // local: fenced
    [-150]: 'LEASE_LOST', // local: fatal, which to a consumer is that another one has its instance id
    [-147]: 'UNAVAILABLE', // local: the poll interval was exceeded
    [-168]: 'UNAVAILABLE', // local: no offset
    [-169]: 'UNAUTHENTICATED', // local: authentication
    [-172]: 'UNAVAILABLE', // local: erroneous state
    [-176]: 'UNSUPPORTED', // local: not implemented
    [-181]: 'UNAUTHENTICATED', // local: TLS
    [-185]: 'TIMEOUT', // local: timed out
    [-187]: 'UNAVAILABLE', // local: all brokers down
    [-192]: 'TIMEOUT', // local: message timed out
    [-193]: 'UNAVAILABLE', // local: host resolution
    [-195]: 'UNAVAILABLE', // local: transport
};
/** What librdkafka told, as one of ours. */
export function confluentError(doing, thrown) {
    if (StreamError.is(thrown))
        return thrown;
    const { code, message } = Object(thrown);
    const known = typeof code === 'number' ? CONFLUENT_CODES[code] : undefined;
    const text = typeof message === 'string' ? message : String(thrown);
    return failure(known ?? 'UNKNOWN', `${doing}: ${text}`, copyOf({ name: 'LibrdKafkaError', message: text, code }));
}
/** Whether consuming may go on as it is: the client mends it by itself. */
export function isTransient(thrown) {
    return confluentError('', thrown).retryable;
}
export function failure(code, message, cause) {
    return new StreamError(code, message, { adapter: ADAPTER, ...(cause === undefined ? {} : { cause }) });
}
/** What kafkajs threw, as one of ours. Errors that tell of several attempts are what the last attempt was. */
export function nativeError(doing, thrown) {
    if (StreamError.is(thrown))
        return thrown;
    const error = root(thrown);
    const { type, name, code } = error;
    const found = [type, name, code].find((each) => typeof each === 'string' && Object.hasOwn(CODES, each));
    const text = typeof error.message === 'string' ? error.message : String(thrown);
    const hint = found === 'KafkaJSGroupCoordinatorNotFound' ? ' (or no right to describe the group: kafkajs does not tell)' : '';
    return failure(found === undefined ? unknownCode(error) : CODES[found], `${doing}: ${text}${hint}`, copyOf(error));
}
/** What kafkajs itself would try again is not the caller's fault. */
function unknownCode({ retriable, name }) {
    if (retriable === true)
        return 'UNAVAILABLE';
    return name === 'KafkaJSNonRetriableError' ? 'INVALID_ARGUMENT' : 'UNKNOWN';
}
function root(thrown) {
    let error = thrown;
    for (let depth = 0; depth < 5; depth += 1) {
        const { cause, originalError, name } = Object(error);
        const inner = cause ?? originalError;
        const wraps = name === 'KafkaJSNumberOfRetriesExceeded' || name === 'KafkaJSNonRetriableError' || name === 'KafkaJSError';
        if (!wraps || !(inner instanceof Error))
            break;
        error = inner;
    }
    return Object(error);
}
/** Without what the client may have put into it: configurations hold passwords. */
function copyOf({ name, message, type, code }) {
    const copy = new Error(String(message));
    copy.name = String(name ?? 'Error');
    return Object.assign(copy, type === undefined ? {} : { type }, code === undefined ? {} : { code });
}
