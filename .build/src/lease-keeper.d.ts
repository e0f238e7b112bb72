import type { Clock } from './clock.js';
import type { StreamConsumer } from './consumer.js';
import { type Dispatch } from './dispatch.js';
import { StreamError } from './errors.js';
import type { Message } from './message.js';
export interface LeaseKeeperOwner {
    /** These are no longer ours, by the broker's word or by the clock. */
    leasesLost(messages: readonly Message[], error: StreamError): void;
    /** An extension failed and will be tried again while time is left. */
    extensionFailed(error: StreamError): void;
}
/**
 * Keeps the leases of everything that is held, from fetch to settlement, drains included. It works by page: one timer for
 * the earliest lease, one `extend` call for what is due. It alone decides when; adapters only implement `extend`. Where
 * nothing can be extended, it only notes when leases have lapsed.
 */
export declare class LeaseKeeper {
    #private;
    constructor(clock: Clock, consumer: StreamConsumer, dispatch: Dispatch, owner: LeaseKeeperOwner);
    /** Messages with leases that end at `until` at the earliest came in. Costs one comparison when a timer is set already. */
    notice(until: number): void;
    /** No lease is extended any more. Idempotent. */
    stop(): void;
}
