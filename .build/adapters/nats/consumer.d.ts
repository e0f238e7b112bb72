import type { AckResult, Capabilities, CloseOptions, CloseResult, ExtendOptions, FetchOptions, FlushOptions, ReleaseOptions, SettleResult, StreamConsumer } from '../../src/consumer.js';
import type { Message } from '../../src/message.js';
import type { NatsMsg, NatsSource } from './client.js';
import type { Settings } from './options.js';
type Native = Message<NatsMsg>;
/** A consumer over one JetStream pull consumer. Made by `natsConsumer` and `open`. */
export declare class NatsConsumer implements StreamConsumer<NatsMsg> {
    #private;
    readonly adapter: string;
    readonly source: string;
    readonly capabilities: Capabilities;
    constructor(source: NatsSource, settings: Settings);
    fetch(options: FetchOptions): Promise<Native[]>;
    ack(messages: readonly Native[]): Promise<AckResult>;
    release(messages: readonly Native[], options?: ReleaseOptions): Promise<SettleResult>;
    /** `leaseMs` can be no longer than the consumer's `ack_wait`, which is what the server extends by. */
    extend(messages: readonly Native[], options?: ExtendOptions): Promise<SettleResult>;
    flush({ signal }: FlushOptions): Promise<AckResult>;
    /** Messages that no member has got yet, under the lane's name, or '' where there are no lanes. */
    lag(): Promise<ReadonlyMap<string, number>>;
    close(options: CloseOptions): Promise<CloseResult>;
}
export {};
