export interface SqsOptions {
    /** The queue's name, or its whole URL as SQS tells it. A name that ends in `.fifo` is a FIFO queue's. */
    readonly queue: string;
    /** The account that owns the queue, 12 digits, where that is another one; only with a name. Default: the credentials' own. */
    readonly account?: string;
    /**
     * The visibility timeout that each receive asks for, whatever the queue's own, ms: whole seconds, up to 12 hours, and at least
     * twice `maxPollMs`, since it is counted from the start of the poll. Default 30,000.
     */
    readonly leaseMs?: number;
    /**
     * The longest that one receive waits at the server, ms: whole seconds, 1,000 to 20,000. A poll is never cancelled, so `close`
     * may take that long; an idle consumer pays for one receive each time. Default 1,000.
     */
    readonly maxPollMs?: number;
    /** The most receives that are out at once, 1 to 10; more than one only while messages come faster than that. Default 4. */
    readonly maxPolls?: number;
    /** The most deletes that are out at once, each of up to ten messages, 1 to 50. Default 8. */
    readonly maxDeletes?: number;
    /** How bodies carry bytes: as they are, or base64, which SQS needs for what is not text. Default `utf8`. */
    readonly bodyEncoding?: 'utf8' | 'base64';
    /** The message attribute (of type String) that is `Message.key`. Default: the message group, if there is one. */
    readonly keyAttribute?: string;
    /** How long to wait for an answer beyond a poll's own wait, ms, 100 or more. Default 5,000. */
    readonly answerMs?: number;
}
export interface Settings {
    readonly queue: string;
    /** Known when the queue was given by it. */
    readonly queueUrl: string | undefined;
    readonly account: string | undefined;
    readonly fifo: boolean;
    readonly leaseMs: number;
    readonly maxPollMs: number;
    readonly maxPolls: number;
    readonly maxDeletes: number;
    readonly bodyEncoding: 'utf8' | 'base64';
    readonly keyAttribute: string | undefined;
    readonly answerMs: number;
}
export declare function settings(options: SqsOptions): Settings;
/** What a URL says: the client's configuration, and options. */
export interface ParsedUrl {
    readonly region: string;
    readonly endpoint: string | undefined;
    readonly credentials: {
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
    } | undefined;
    readonly options: SqsOptions;
}
/** `sqs://[key:secret@]REGION/[ACCOUNT/]QUEUE?…`. Never repeats credentials. `given` are options of the call, which win. */
export declare function parseUrl(url: URL, given: Partial<SqsOptions>): ParsedUrl;
