import { type AckResult, type AssignmentListener, type Capabilities, type CloseOptions, type CloseResult, type DeadLetterReason, type FetchOptions, Lease, Message, type MessageInit, type ReleaseOptions, type SettleResult, type StreamConsumer } from '../../src/index.js';
/** A lease broker with every freedom: what tests start from. */
export declare const LEASED: Capabilities;
export declare const CURSOR: Capabilities;
/** A message as an adapter would make it; a delivery of its own each time. */
export declare function message(id: string, init?: Partial<MessageInit>): Message;
export declare function messages(count: number, init?: (index: number) => Partial<MessageInit>): Message[];
export declare function leaseFor(ms: number, now?: number): Lease;
/**
 * A consumer whose every answer a test can replace: for what no real broker does on demand (wrong answers, hangs, partial
 * failures). It keeps a log of calls in order.
 */
export declare class ScriptedConsumer implements StreamConsumer {
    #private;
    readonly adapter: string;
    readonly source: string;
    readonly capabilities: Capabilities;
    readonly calls: string[];
    readonly acked: Message[];
    readonly released: Message[];
    readonly extended: Message[][];
    readonly deadLettered: Message[];
    readonly paused: string[];
    listener: AssignmentListener | undefined;
    closeOptions: CloseOptions | undefined;
    /** What a test replaces. */
    onFetch: ((options: FetchOptions) => Promise<Message[]>) | undefined;
    onAck: (batch: readonly Message[]) => Promise<AckResult>;
    onRelease: (batch: readonly Message[], options?: ReleaseOptions) => Promise<SettleResult>;
    onExtend: (batch: readonly Message[]) => Promise<SettleResult>;
    onFlush: () => Promise<AckResult>;
    onClose: (options: CloseOptions) => Promise<CloseResult>;
    onDeadLetter: (batch: readonly Message[], reason: DeadLetterReason) => Promise<SettleResult>;
    constructor(capabilities?: Partial<Capabilities>, base?: Capabilities);
    push(...batch: Message[]): this;
    get ackedIds(): string[];
    get releasedIds(): string[];
    fetch(options: FetchOptions): Promise<Message[]>;
    ack(batch: readonly Message[]): Promise<AckResult>;
    release(batch: readonly Message[], options?: ReleaseOptions): Promise<SettleResult>;
    extend(batch: readonly Message[]): Promise<SettleResult>;
    flush(): Promise<AckResult>;
    deadLetter(batch: readonly Message[], reason: DeadLetterReason): Promise<SettleResult>;
    watch(listener: AssignmentListener): void;
    pause(lanes: readonly string[]): void;
    resume(lanes: readonly string[]): void;
    close(options: CloseOptions): Promise<CloseResult>;
}
