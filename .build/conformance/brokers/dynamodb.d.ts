import type { Broker } from './process.js';
/**
 * Starts DynamoDB Local, AWS's own, on loopback; needs `java` (17 or later). It keeps tables in memory. Its `url` is the endpoint.
 * With `TAILRACE_DYNAMODB=https://…` in the environment that endpoint is used instead.
 */
export declare function startDynamoDb(): Promise<Broker>;
