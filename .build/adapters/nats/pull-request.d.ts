import type { NatsMsg } from './client.js';
/** How often the server is asked for a sign of life during a pull of this length, ms; 0: never. */
export declare function heartbeatFor(expiresMs: number): number;
/** What is published to `CONSUMER.MSG.NEXT`. With `expiresMs` 0 the server answers at once. */
export declare function pullRequest(batch: number, expiresMs: number, heartbeatMs: number, noWait: boolean): Uint8Array;
/** What the server says that it has not sent of a request it ends; undefined where it refused the request. */
export declare function unsentOf({ headers }: NatsMsg): number | undefined;
