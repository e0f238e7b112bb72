import { type BatchHandler, type Capabilities, Drainer, type DrainerOptions, type Message, type MessageHandler, type SettleResult, type StreamConsumer } from '../src/index.js';
import type { CloseVerdict, Step } from './case.js';
import type { Channel, ChannelOptions, Harness, HarnessTiming, Outgoing } from './harness.js';
/** Makes the drainers of the suite: replaced to judge another drainer than ours. */
export type MakeDrainer = <Raw>(consumer: StreamConsumer<Raw>, handler: MessageHandler<Raw> | BatchHandler<Raw>, options?: DrainerOptions<Raw>) => Drainer<Raw>;
/** What a case works with. It closes and deletes what the case has opened and made, also when that fails. */
export declare class CaseContext {
    #private;
    readonly harness: Harness;
    readonly capabilities: Capabilities;
    readonly story: Step[];
    constructor(harness: Harness, capabilities: Capabilities, makeDrainer?: MakeDrainer);
    get timing(): HarnessTiming;
    /** Lanes that a channel of this case should have to show order or sharing. */
    get hasLanes(): boolean;
    /** How long a lapse may take to be seen, ms: a lease of the shortest length, and what the system adds. */
    get lapseMs(): number;
    step(text: string): void;
    channel(options?: ChannelOptions): Promise<Channel>;
    open(channel: Channel): Promise<StreamConsumer>;
    /** A consumer of something that does not exist. */
    openMissing(): Promise<StreamConsumer>;
    /** Publishes so many messages, or these; small bodies are what `textOf` reads. Returns their texts. */
    publish(channel: Channel, given: number | readonly (Omit<Outgoing, 'body'> & {
        readonly text: string;
    })[]): Promise<string[]>;
    /** Fetches until there are so many messages, acking nothing. Fails when they do not come within the bound of one answer. */
    take(consumer: StreamConsumer, count: number, withinMs?: number): Promise<Message[]>;
    fetch(consumer: StreamConsumer, { max, waitMs }?: {
        max?: number;
        waitMs?: number;
    }): Promise<Message[]>;
    /** Everything that comes until nothing has for so long. */
    rest(consumer: StreamConsumer, quietMs: number): Promise<Message[]>;
    drainer(consumer: StreamConsumer, handler: MessageHandler | BatchHandler, options?: DrainerOptions): Drainer;
    /** Runs it; what ends it early is part of the story, and seen by what the case waits for. */
    run(drainer: Drainer): Promise<void>;
    /** Acks, and flushes where acks are only recorded: all of it has to be confirmed, or sent where the broker does not answer. */
    settle(consumer: StreamConsumer, messages: readonly Message[]): Promise<void>;
    /** Gives messages back; which could not be is told. Only where `release` is declared. */
    release(consumer: StreamConsumer, messages: readonly Message[], delayMs?: number): Promise<SettleResult>;
    /** Waits for what the broker itself says, or for anything else that nobody announces. */
    until(what: string, isSo: () => boolean | Promise<boolean>, withinMs?: number): Promise<void>;
    untilPending(channel: Channel, count: number): Promise<void>;
    /** For where time itself is the subject: a lapse, a delay. */
    pause(ms: number): Promise<void>;
    /** Rejects when it is not over within the bound: that of one answer. */
    within<T>(what: string, work: Promise<T>, ms?: number): Promise<T>;
    /** Closes everything, and says how that went. */
    end(): Promise<{
        readonly close: CloseVerdict;
        readonly detail: string;
    }>;
    /** Something of this channel stays leased by the case's own will: a handler that was given up. */
    spare(channel: Channel): void;
}
export declare function textOf({ body }: Pick<Message, 'body'>): string;
/** What a call fails with; undefined where it resolves. */
export declare function errorOf(call: Promise<unknown>): Promise<unknown>;
