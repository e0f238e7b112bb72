import type { AckResult, SettleResult } from '../../src/consumer.js';
import { type Message } from '../../src/message.js';
import type { SqsMessage } from './client.js';
import type { Settings } from './options.js';
import type { Connected } from './poller.js';
type Native = Message<SqsMessage>;
/** Acks, releases and extensions, and how each message stands. */
export declare class Settlement {
    #private;
    constructor(settings: Settings, connected: () => Connected, oldestPoll: () => number);
    arrived(message: Native): void;
    /**
     * A queue may deliver again what is held, and its ack then overtake that delivery's way here. The work is done: it is deleted
     * by this delivery too, and goes to nobody.
     */
    doneSince(message: Native, sentAt: number): boolean;
    ack(messages: readonly Native[]): Promise<AckResult>;
    release(messages: readonly Native[], delayMs: number): Promise<SettleResult>;
    extend(messages: readonly Native[], leaseMs: number): Promise<SettleResult>;
    /** Gives back all that is held but what still runs, after what is under way. Whether all of it went back. */
    releaseAll(running: readonly Message[]): Promise<boolean>;
}
export {};
