import { type Message } from '../../src/message.js';
import type { SqsClient, SqsMessage } from './client.js';
import type { Messages } from './message.js';
import type { Settings } from './options.js';
type Native = Message<SqsMessage>;
export interface Connected {
    readonly polls: SqsClient;
    readonly control: SqsClient;
    readonly queueUrl: string;
}
/** What the poller tells its consumer. */
export interface PollerOwner {
    /** Came, and is held from now on. */
    arrived(message: Native): void;
    /** Whether this consumer has acked an earlier delivery of it since then; it is then no one's to handle. */
    doneSince(message: Native, sentAt: number): boolean;
    /** Waited too long for a fetch: it is to be given back. */
    stale(messages: readonly Native[]): void;
}
/**
 * The receives that are out, and what they brought that no fetch has taken yet. A receive is never cancelled for a stop: the
 * server may have answered it already, and what it carries would stay hidden until its lease ends.
 */
export declare class Poller {
    #private;
    constructor(settings: Settings, messages: Messages, owner: PollerOwner);
    /** 0 to `max` messages; `waitMs` is rounded up to whole seconds. Ends early, with what there is, by either signal. */
    fetch(connected: Connected, max: number, waitMs: number, signals: readonly AbortSignal[]): Promise<Native[]>;
    /** What is there already, without what has lapsed meanwhile. */
    take(max: number): Native[];
    /** Takes out what is of these lanes and was not fetched yet: it goes back together with what was. */
    takeLanes(lanes: ReadonlySet<string | undefined>): Native[];
    /** When the oldest receive was sent that may still bring something to a fetch; `Infinity`: there is none. */
    get oldest(): number;
    /** Resolves when no receive is out any more. Each is bounded. */
    idle(): Promise<void>;
}
export {};
