import type { StreamConsumer } from '../../src/consumer.js';
import type { NatsMsg } from './client.js';
import { type NatsOptions } from './options.js';
export interface NatsOpenOptions extends Partial<NatsOptions> {
    /** Passed on to the client's `connect` as they are (`tls`, `authenticator`, `name`, …); they win over the URL's. */
    readonly client?: Readonly<Record<string, unknown>>;
}
/**
 * A consumer for `nats://[user:pass@|token@]host[:4222]/STREAM/DURABLE`, or `nats+tls://…` for a connection over TLS.
 *
 * Parameters are the options of `natsConsumer` by the same names: `leaseMs`, `confirm`, `ackPolicy`, `exclusive`, `domain`,
 * `apiPrefix`, `inboxPrefix`, `answerMs`; and with `create=true` also `filter` (as often as there are subjects),
 * `deliver`, `maxDeliver`, `maxAckPending`. `options` are the same and win.
 *
 * Loads `@nats-io/transport-node`, or else `nats`, and connects at the first fetch; the consumer owns that connection and
 * closes it. Rejects with INVALID_ARGUMENT for what is wrong or unknown in the URL, and when neither package is installed.
 */
export declare function open(url: URL | string, options?: NatsOpenOptions): Promise<StreamConsumer<NatsMsg>>;
