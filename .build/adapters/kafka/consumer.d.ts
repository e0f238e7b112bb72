import type { AckResult, AssignmentListener, Capabilities, CloseOptions, CloseResult, FetchOptions, FlushOptions, SettleResult, StreamConsumer } from '../../src/consumer.js';
import { type Message } from '../../src/message.js';
import type { MakeMember } from './member.js';
import type { Settings } from './options.js';
/** A consumer of one group. Made by `kafkaConsumer` and `open`. */
export declare class KafkaConsumer<Raw> implements StreamConsumer<Raw> {
    #private;
    readonly adapter: string;
    readonly source: string;
    readonly capabilities: Capabilities;
    constructor(settings: Pick<Settings, 'topics' | 'groupId' | 'answerMs'>, capabilities: Capabilities, makeMember: MakeMember<Raw>);
    fetch(options: FetchOptions): Promise<Message<Raw>[]>;
    ack(messages: readonly Message<Raw>[]): Promise<AckResult>;
    flush({ signal }: FlushOptions): Promise<AckResult>;
    /** The lane is read again from the first of these on: a seek, which commits nothing. */
    release(messages: readonly Message<Raw>[], { delayMs }?: {
        readonly delayMs?: number;
    }): Promise<SettleResult>;
    seek(lane: string, position: string | number): Promise<void>;
    watch(listener: AssignmentListener): void;
    pause(lanes: readonly string[]): void;
    resume(lanes: readonly string[]): void;
    lag(): Promise<ReadonlyMap<string, number>>;
    close(options: CloseOptions): Promise<CloseResult>;
}
