export type NatsSide = (typeof SIDES)[number];
/**
 * Raw, with plain acks: `consume` awaits one handler at a time, as in the client's own examples; `callback` is `consume` with a
 * callback, handlers overlap; `fetch` and `pull` (the protocol by hand) run a batch's handlers together and then ack them.
 * Raw, with the last ack of each batch confirmed: `fetch-last-confirmed`, `pull-confirmed`; with each: `fetch-confirmed`.
 * Ours: the `confirm` modes, then `batch` with order by lane and with a batch handler.
 */
export declare const SIDES: readonly ['consume', 'callback', 'fetch', 'pull', 'fetch-last-confirmed', 'pull-confirmed', 'fetch-confirmed', 'batch', 'message', 'none', 'lane', 'batch-handler'];
export declare const RAW: readonly NatsSide[];
export interface NatsCase {
    readonly side: NatsSide;
    readonly family: '@nats-io' | 'nats';
    readonly servers: string;
    readonly stream: string;
    readonly durable: string;
    readonly count: number;
    /** The most messages held at a time, on either side. */
    readonly window: number;
}
