import type { AckResult, AssignmentListener, Capabilities, CloseOptions, CloseResult, DeadLetterReason, ExtendOptions, FetchOptions, FlushOptions, Message, ReleaseOptions, SettleResult, StreamConsumer } from '../../src/index.js';
import { type Delivered, type HistoryEvent } from './history.js';
/** Appends events to a file, each by one write that is over when the call returns. */
export declare class Recorder {
    #private;
    constructor(path: string);
    write(event: HistoryEvent): void;
    close(): void;
    /** Numbers a message that came, once per delivery. */
    came(message: Message): Delivered;
    deliveryOf(message: Message): number;
    deliveriesOf(messages: readonly Message[]): number[];
}
/** The number in a body: digits up to the first that is none; -1 without any. */
export declare function numberOf({ body }: Message): number;
/** Another consumer, whose every word is written down. It changes nothing. */
export declare class RecordingConsumer implements StreamConsumer {
    #private;
    readonly adapter: string;
    readonly source: string;
    readonly capabilities: Capabilities;
    readonly release?: (messages: readonly Message[], options?: ReleaseOptions) => Promise<SettleResult>;
    readonly extend?: (messages: readonly Message[], options?: ExtendOptions) => Promise<SettleResult>;
    readonly flush?: (options: FlushOptions) => Promise<AckResult>;
    readonly deadLetter?: (messages: readonly Message[], reason: DeadLetterReason) => Promise<SettleResult>;
    readonly watch?: (listener: AssignmentListener) => void;
    readonly pause?: (lanes: readonly string[]) => void;
    readonly resume?: (lanes: readonly string[]) => void;
    constructor(inner: StreamConsumer, recorder: Recorder);
    fetch(options: FetchOptions): Promise<Message[]>;
    ack(messages: readonly Message[]): Promise<AckResult>;
    close(options: CloseOptions): Promise<CloseResult>;
}
