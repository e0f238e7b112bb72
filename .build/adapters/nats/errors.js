import { StreamError, textOf } from '../../src/errors.js';
export const ADAPTER = 'nats';
/**
 * Native errors of both client families and what they mean here. Left: the `code` of a `NatsError` (`nats` 2.x) or of a
 * socket error, or the `name` of an error class (`@nats-io/*` 3.x).
 */
const BY_CODE_OR_NAME = {
    TIMEOUT: 'TIMEOUT',
    TimeoutError: 'TIMEOUT',
    '503': 'UNAVAILABLE',
    NoResponders: 'UNAVAILABLE',
    RequestError: 'UNAVAILABLE',
    REQUEST_ERROR: 'UNAVAILABLE',
    CONNECTION_CLOSED: 'UNAVAILABLE',
    ClosedConnectionError: 'UNAVAILABLE',
    CONNECTION_DRAINING: 'UNAVAILABLE',
    DrainingConnectionError: 'UNAVAILABLE',
    DISCONNECT: 'UNAVAILABLE',
    CONNECTION_REFUSED: 'UNAVAILABLE',
    CONNECTION_TIMEOUT: 'UNAVAILABLE',
    ConnectionError: 'UNAVAILABLE',
    ECONNREFUSED: 'UNAVAILABLE',
    ECONNRESET: 'UNAVAILABLE',
    EHOSTUNREACH: 'UNAVAILABLE',
    ENETUNREACH: 'UNAVAILABLE',
    ENOTFOUND: 'UNAVAILABLE',
    EAI_AGAIN: 'UNAVAILABLE',
    EPIPE: 'UNAVAILABLE',
    ETIMEDOUT: 'UNAVAILABLE',
    TLS: 'UNAVAILABLE',
    AUTHORIZATION_VIOLATION: 'UNAUTHENTICATED',
    AUTHENTICATION_EXPIRED: 'UNAUTHENTICATED',
    AUTHENTICATION_TIMEOUT: 'UNAUTHENTICATED',
    BAD_AUTHENTICATION: 'UNAUTHENTICATED',
    BAD_CREDS: 'UNAUTHENTICATED',
    ACCOUNT_EXPIRED: 'UNAUTHENTICATED',
    AuthorizationError: 'UNAUTHENTICATED',
    UserAuthenticationExpiredError: 'UNAUTHENTICATED',
    PERMISSIONS_VIOLATION: 'PERMISSION_DENIED',
    PermissionViolationError: 'PERMISSION_DENIED',
    MAX_PAYLOAD_EXCEEDED: 'RESOURCE_EXHAUSTED',
    BAD_SUBJECT: 'INVALID_ARGUMENT',
    InvalidSubjectError: 'INVALID_ARGUMENT',
    INVALID_OPTION: 'INVALID_ARGUMENT',
    InvalidArgumentError: 'INVALID_ARGUMENT',
    NATS_PROTOCOL_ERR: 'INTERNAL',
    ProtocolError: 'INTERNAL',
    InvalidOperationError: 'INTERNAL',
    SUB_CLOSED: 'INTERNAL',
    SUB_DRAINING: 'INTERNAL',
};
/** Answers of the JetStream API by `err_code` (the server's `errors.json`); others go by their `code`. */
const BY_API_ERROR = {
    10008: 'UNAVAILABLE', // JetStream system temporarily unavailable
    10014: 'NOT_FOUND', // consumer not found
    10059: 'NOT_FOUND', // stream not found
    10023: 'RESOURCE_EXHAUSTED', // insufficient resources
    10026: 'RESOURCE_EXHAUSTED', // maximum consumers limit reached
    10039: 'UNSUPPORTED', // JetStream not enabled for account
    10076: 'UNSUPPORTED', // JetStream not enabled
};
const BY_HTTP_CODE = {
    400: 'INVALID_ARGUMENT',
    403: 'PERMISSION_DENIED',
    404: 'NOT_FOUND',
    408: 'TIMEOUT',
    409: 'UNAVAILABLE',
    429: 'RESOURCE_EXHAUSTED',
    500: 'INTERNAL',
    503: 'UNAVAILABLE',
};
/** Status messages that end a pull as failed, by the beginning of their description. 404 and 408 are no failures. */
const BY_PULL_STATUS = [
    [409, 'Consumer Deleted', 'NOT_FOUND'],
    [409, 'Stream Deleted', 'NOT_FOUND'],
    [409, 'Consumer is push based', 'UNSUPPORTED'],
    [409, 'Exceeded MaxWaiting', 'RESOURCE_EXHAUSTED'],
    [409, 'Exceeded', 'INVALID_ARGUMENT'],
    [409, 'Message Size Exceeds MaxBytes', 'RESOURCE_EXHAUSTED'],
    [409, '', 'UNAVAILABLE'], // Leadership Change, Server Shutdown
    [412, '', 'UNSUPPORTED'], // Required Api Level
    [423, '', 'UNSUPPORTED'], // Nats-Pin-Id mismatch
    [503, '', 'UNAVAILABLE'],
];
export function failure(code, text, cause, retryable) {
    return new StreamError(code, text, { adapter: ADAPTER, cause, retryable });
}
/** The text of a native error, without the user information that a server's address may carry; a password may hold any character. */
function scrubbed(error) {
    return textOf(error).replace(/\/\/\S*@/g, '//');
}
/** How far causes are followed: an error may be its own. */
const MAX_CAUSES = 5;
/** What is read of a native error; nothing of what cannot be read. */
function native(error) {
    if (typeof error !== 'object' || error === null)
        return {};
    try {
        const { code, name, cause } = error;
        return { code, name, cause };
    }
    catch {
        return {};
    }
}
function codeOf(error, depth = 0) {
    if (depth > MAX_CAUSES)
        return undefined;
    const { code, name, cause } = native(error);
    const found = lookUp(code) ?? lookUp(name);
    // 3.x wraps: the cause of a RequestError or ConnectionError says more than the wrapper.
    if (found === undefined || found === 'UNAVAILABLE')
        return codeOf(cause, depth + 1) ?? found;
    return found;
}
function lookUp(word) {
    return typeof word === 'string' && Object.hasOwn(BY_CODE_OR_NAME, word) ? BY_CODE_OR_NAME[word] : undefined;
}
/** Whether nobody listened to a request: what both families make of the server's 503. */
export function isNoResponders(error, depth = 0) {
    const { code, name, cause } = native(error);
    return code === '503' || name === 'NoResponders' || (cause !== undefined && depth < MAX_CAUSES && isNoResponders(cause, depth + 1));
}
/** A refused publish or subscription, as a client reports it in its status events; undefined for any other event. */
export function refusedSubject(event) {
    // 2.x: permissionContext; 3.x: the error itself has the same fields.
    const { permissionContext, error } = event;
    const { operation, subject } = (permissionContext ?? error ?? {});
    if (operation !== 'publish' || typeof subject !== 'string')
        return undefined;
    return { subject, error: failure('PERMISSION_DENIED', `not permitted to publish to ${subject}`) };
}
/** Any error of either client, as a StreamError; `doing` says what failed: `reading consumer orders/billing`. */
export function nativeError(error, doing) {
    if (StreamError.is(error))
        return error;
    return failure(codeOf(error) ?? 'UNKNOWN', `${doing}: ${scrubbed(error)}`, error);
}
/**
 * An error of connecting. Whoever connects has the credentials at hand, and may have put them anywhere into it; so its cause
 * is a copy that holds the name, the code and the text.
 */
export function connectError(error) {
    if (StreamError.is(error))
        return error;
    const { code, name } = native(error);
    const copy = Object.assign(new Error(scrubbed(error)), typeof code === 'string' ? { code } : {});
    if (typeof name === 'string')
        copy.name = name;
    return failure(codeOf(error) ?? 'UNKNOWN', `connecting: ${copy.message}`, copy);
}
export function apiError(error, doing) {
    const code = BY_API_ERROR[error.err_code ?? 0] ?? BY_HTTP_CODE[error.code] ?? 'UNKNOWN';
    const number = error.err_code === undefined ? `${error.code}` : `${error.code}/${error.err_code}`;
    return failure(code, `${doing}: ${error.description ?? 'refused'} (${number})`);
}
export function pullStatusError(code, description, doing) {
    const row = BY_PULL_STATUS.find(([status, start]) => status === code && description.startsWith(start));
    const text = description === '' ? (code === 503 ? 'nobody answers' : 'refused') : description;
    return failure(row?.[2] ?? 'INTERNAL', `${doing}: ${text} (${code})`);
}
