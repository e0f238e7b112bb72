import { type ErrorCode, propertiesOf, StreamError, textOf } from '../../src/errors.js';
import type { SqsBatchFailure } from './client.js';

export const ADAPTER = 'sqs';

/**
 * Native errors and what they mean here: the `name` of an SDK error (with its prefix `AWS.SimpleQueueService.` or suffix
 * `Exception` taken away), the `Code` of a failed entry, or the `code` of a socket error.
 */
const BY_NAME: Readonly<Record<string, ErrorCode>> = {
  QueueDoesNotExist: 'NOT_FOUND',
  NonExistentQueue: 'NOT_FOUND',
  QueueDeletedRecently: 'NOT_FOUND',
  ReceiptHandleIsInvalid: 'LEASE_LOST',
  MessageNotInflight: 'LEASE_LOST',
  InvalidParameterValue: 'INVALID_ARGUMENT',
  InvalidAttributeName: 'INVALID_ARGUMENT',
  InvalidAttributeValue: 'INVALID_ARGUMENT',
  InvalidAddress: 'INVALID_ARGUMENT',
  MissingParameter: 'INVALID_ARGUMENT',
  Validation: 'INVALID_ARGUMENT',
  UnsupportedOperation: 'UNSUPPORTED',
  InvalidSecurity: 'UNAUTHENTICATED',
  InvalidClientTokenId: 'UNAUTHENTICATED',
  UnrecognizedClient: 'UNAUTHENTICATED',
  SignatureDoesNotMatch: 'UNAUTHENTICATED',
  InvalidSignature: 'UNAUTHENTICATED',
  IncompleteSignature: 'UNAUTHENTICATED',
  MissingAuthenticationToken: 'UNAUTHENTICATED',
  InvalidAccessKeyId: 'UNAUTHENTICATED',
  ExpiredToken: 'UNAUTHENTICATED',
  RequestExpired: 'UNAUTHENTICATED',
  CredentialsProviderError: 'UNAUTHENTICATED',
  TokenProviderError: 'UNAUTHENTICATED',
  AccessDenied: 'PERMISSION_DENIED',
  NotAuthorized: 'PERMISSION_DENIED',
  OptInRequired: 'PERMISSION_DENIED',
  KmsAccessDenied: 'PERMISSION_DENIED',
  KmsDisabled: 'PERMISSION_DENIED',
  KmsInvalidState: 'PERMISSION_DENIED',
  KmsInvalidKeyUsage: 'PERMISSION_DENIED',
  KmsNotFound: 'PERMISSION_DENIED',
  KmsOptInRequired: 'PERMISSION_DENIED',
  KmsThrottled: 'RESOURCE_EXHAUSTED',
  RequestThrottled: 'RESOURCE_EXHAUSTED',
  Throttling: 'RESOURCE_EXHAUSTED',
  Throttled: 'RESOURCE_EXHAUSTED',
  TooManyRequests: 'RESOURCE_EXHAUSTED',
  ThrottledRequest: 'RESOURCE_EXHAUSTED',
  OverLimit: 'RESOURCE_EXHAUSTED',
  ServiceUnavailable: 'UNAVAILABLE',
  InternalError: 'UNAVAILABLE',
  InternalFailure: 'UNAVAILABLE',
  InternalServerError: 'UNAVAILABLE',
  RequestTimeout: 'TIMEOUT',
  TimeoutError: 'TIMEOUT',
  AbortError: 'TIMEOUT',
  ECONNREFUSED: 'UNAVAILABLE',
  ECONNRESET: 'UNAVAILABLE',
  ECONNABORTED: 'UNAVAILABLE',
  EHOSTUNREACH: 'UNAVAILABLE',
  ENETUNREACH: 'UNAVAILABLE',
  ENOTFOUND: 'UNAVAILABLE',
  EAI_AGAIN: 'UNAVAILABLE',
  EPIPE: 'UNAVAILABLE',
  ETIMEDOUT: 'UNAVAILABLE',
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  413: 'RESOURCE_EXHAUSTED',
  429: 'RESOURCE_EXHAUSTED',
};

export function failure(code: ErrorCode, text: string, cause?: unknown, retryable?: boolean): StreamError {
  return new StreamError(code, text, { adapter: ADAPTER, cause, retryable });
}

const READ = ['name', 'Code', 'code', '$metadata'] as const;

function lookUp(word: unknown): ErrorCode | undefined {
  if (typeof word !== 'string') return undefined;
  const bare = word.replace(/^(AWS|com\.amazonaws)\..*[.#]/, '').replace(/(?<=.)Exception$/, '');
  return Object.hasOwn(BY_NAME, bare) ? BY_NAME[bare] : undefined;
}

function codeOf(error: unknown): ErrorCode {
  const { name, Code, code, $metadata } = propertiesOf(error, READ);
  const found = lookUp(name) ?? lookUp(Code) ?? lookUp(code);
  if (found !== undefined) return found;
  const { httpStatusCode: status } = propertiesOf($metadata, ['httpStatusCode']);
  if (typeof status !== 'number') return 'UNKNOWN';
  return BY_STATUS[status] ?? (status >= 500 ? 'UNAVAILABLE' : 'UNKNOWN');
}

/** Any error of the client, as a StreamError; `doing` says what failed. */
export function nativeError(error: unknown, doing: string): StreamError {
  if (StreamError.is(error)) return error;
  // Behind the first line a refused signature is explained, by what was signed: the session token, too.
  const [said] = textOf(error).split('\n', 1);
  return failure(codeOf(error), `${doing}: ${said}`, error);
}

/** What the server says of one entry of a batch. */
export function entryError({ Code, Message, SenderFault }: SqsBatchFailure, doing: string): StreamError {
  const said = `${Code ?? 'refused'}${Message === undefined ? '' : `: ${Message}`}`;
  // A handle that has expired is told so on FIFO queues, and only in the text.
  const code = /receipt\s?handle/i.test(said) ? 'LEASE_LOST' : (lookUp(Code) ?? (SenderFault === false ? 'UNAVAILABLE' : 'UNKNOWN'));
  return failure(code, `${doing}: ${said}`);
}
