/** How to make the durable consumer when it is missing. What is left out takes the server's default. */
export interface NatsCreateOptions {
    /** Only subjects that match; several need nats-server 2.10. Default: all of the stream. */
    readonly filterSubjects?: readonly string[];
    /** Where a new consumer starts. Default `all`. */
    readonly deliverPolicy?: 'all' | 'new' | 'last';
    /** Deliveries of one message before the server gives up on it, 1 or more. Default: unlimited. */
    readonly maxDeliver?: number;
    /** The most un-acked messages over all members, 1 or more. Server's default: 1,000. */
    readonly maxAckPending?: number;
}
export interface NatsOptions {
    /** The stream's name. */
    readonly stream: string;
    /** The consumer's name: a pull consumer, durable or not, with `ack_policy` explicit (or all, see {@link ackPolicy}). */
    readonly durable: string;
    /** The consumer's `ack_wait`, ms, 100 or more. Checked at the first fetch; a mismatch is an error. Default 30,000, as the server's. */
    readonly leaseMs?: number;
    /**
     * What stands behind an ack. `batch`: one confirmation for each `ack` call, which covers all of it. `message`: one for
     * each message; the right one for replicated consumers. `none`: no confirmation, `capabilities.ackConfirmed` is false.
     * Default `batch`; on a consumer with replicas that default acts as `message`.
     */
    readonly confirm?: 'batch' | 'message' | 'none';
    /**
     * The consumer's `ack_policy`, checked at the first fetch. `all` acks by position: it needs `exclusive` and settles as a
     * cursor. Default `explicit`.
     */
    readonly ackPolicy?: 'explicit' | 'all';
    /**
     * This is the only member that reads the consumer, by your word: the server does not enforce it. Messages then come in
     * the stream's order under one lane, named after the stream. Default false.
     */
    readonly exclusive?: boolean;
    /** Makes the consumer at the first fetch if it is missing. `true`: with the server's defaults. Default false. */
    readonly create?: boolean | NatsCreateOptions;
    /** The JetStream domain: the API is then under `$JS.<domain>.API`. Default none. */
    readonly domain?: string;
    /** The prefix of the JetStream API, without a dot at its end; excludes `domain`. Default `$JS.API`. */
    readonly apiPrefix?: string;
    /** The prefix of reply subjects, where permissions ask for one. Default `_INBOX`. */
    readonly inboxPrefix?: string;
    /** How long to wait for the server's answer to an ack, a release or a look at the consumer, ms, 100 or more. Default 5,000. */
    readonly answerMs?: number;
}
export interface Settings {
    readonly stream: string;
    readonly durable: string;
    readonly leaseMs: number;
    readonly confirm: 'batch' | 'message' | 'none';
    /** Whether `confirm` was chosen, or is the default that gives way on replicated consumers. */
    readonly confirmChosen: boolean;
    readonly cursor: boolean;
    readonly exclusive: boolean;
    readonly create: NatsCreateOptions | undefined;
    readonly api: string;
    readonly inbox: string;
    readonly answerMs: number;
}
export declare function settings(options: NatsOptions): Settings;
/** Everything a URL can say; `server` goes to the client, the rest are options. */
export interface ParsedUrl {
    readonly servers: string;
    readonly tls: boolean;
    readonly user: string | undefined;
    readonly pass: string | undefined;
    readonly token: string | undefined;
    readonly options: NatsOptions;
}
/**
 * `nats://[user:pass@|token@]host[:port]/STREAM/DURABLE?…`, or `nats+tls://`. Never repeats credentials. `given` are options
 * of the call; they win over the URL's.
 */
export declare function parseUrl(url: URL, given: Partial<NatsOptions>): ParsedUrl;
