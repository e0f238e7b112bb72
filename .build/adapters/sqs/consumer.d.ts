import type { AckResult, Capabilities, CloseOptions, CloseResult, ExtendOptions, FetchOptions, ReleaseOptions, SettleResult, StreamConsumer } from '../../src/consumer.js';
import type { Message } from '../../src/message.js';
import type { SqsMessage, SqsSource } from './client.js';
import type { Settings } from './options.js';
type Native = Message<SqsMessage>;
/** A consumer of one queue. Made by `sqsConsumer` and `open`. */
export declare class SqsConsumer implements StreamConsumer<SqsMessage> {
    #private;
    readonly adapter: string;
    readonly source: string;
    readonly capabilities: Capabilities;
    constructor(source: SqsSource, settings: Settings);
    fetch(options: FetchOptions): Promise<Native[]>;
    ack(messages: readonly Native[]): Promise<AckResult>;
    /** In a FIFO queue what came of these groups and was not fetched yet goes back as well. */
    release(messages: readonly Native[], options?: ReleaseOptions): Promise<SettleResult>;
    extend(messages: readonly Native[], options?: ExtendOptions): Promise<SettleResult>;
    /** Messages that nobody holds, by the queue's own approximate count. */
    lag(): Promise<ReadonlyMap<string, number>>;
    close(options: CloseOptions): Promise<CloseResult>;
}
export {};
