/**
 * What this adapter uses of an SQS client, written by hand so that the package depends on no client. The aggregated `SQS` of
 * `@aws-sdk/client-sqs` 3.x is assignable to it; a type test holds that.
 */
export {};
