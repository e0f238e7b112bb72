import type { AckResult, SettleResult } from '../../src/consumer.js';
import { type Message } from '../../src/message.js';
import type { NatsMsg } from './client.js';
import type { Confirmer } from './confirmer.js';
import type { Settings } from './options.js';
import type { Puller } from './puller.js';
type Native = Message<NatsMsg>;
/**
 * Acks, releases and extensions of one consumer. What is sent for a message whose lease has ended would be taken by the
 * server also when someone else has the message by then; so this side's clock decides, and nothing is sent.
 */
export declare class Settlement {
    #private;
    /** How acks are confirmed; set once the consumer is known. */
    confirm: 'batch' | 'message' | 'none';
    constructor(settings: Settings, confirmer: Confirmer, puller: Puller);
    /** The server told how far its consumer is; comes before the first message. */
    begin(delivered: number, pending: number): void;
    /** A message came. False: it is done already, and only comes again. */
    arrived(message: Native, sequence: number): boolean;
    /** Takes those out whose leases ended before anyone saw them: the server delivers them again. */
    live(messages: Native[]): Native[];
    /** Whether the server has to be asked what is pending before anything can be committed. */
    get doubtful(): boolean;
    settleDoubt(pending: number): void;
    ack(messages: readonly Native[]): Promise<AckResult>;
    release(messages: readonly Native[], delayMs: number): Promise<SettleResult>;
    extend(messages: readonly Native[], leaseMs: number): Promise<SettleResult>;
    /** Commits what is due and answers what still is not. */
    flush(): Promise<AckResult>;
    /** What was acked here and is not confirmed; a consumer without confirmations has none. */
    unconfirmed(): Native[];
    /** Gives back all that is held but what still runs. Waits for what is under way first. */
    releaseAll(running: readonly Message[]): Promise<void>;
}
export {};
