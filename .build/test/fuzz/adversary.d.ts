import { type AckResult, type AssignmentListener, type Capabilities, type CloseOptions, type CloseResult, type DeadLetterReason, type ExtendOptions, type FetchOptions, type FlushOptions, Message, type ReleaseOptions, type SettleResult, type StreamConsumer } from '../../src/index.js';
import { type Draw } from './support.js';
export interface AdversaryOptions {
    /** How many calls in a hundred are answered with nonsense. */
    readonly percent: number;
    /** Whether answers may never come. */
    readonly mayHang: boolean;
    /** Whether errors may be such that a drainer has to stop on them. */
    readonly mayEnd: boolean;
}
/**
 * A consumer of the memory broker that answers with nonsense now and then, until {@link calm}: what the broker did is one
 * thing, what the caller is told another. What it never does is ack a message that the caller did not ack.
 */
export declare class Adversary implements StreamConsumer {
    #private;
    readonly adapter: string;
    readonly source: string;
    readonly capabilities: Capabilities;
    /** What was answered with, for who debugs a seed. */
    readonly log: string[];
    /** Why the drainer cannot go on, if it was told something like that. */
    ended: boolean;
    constructor(inner: StreamConsumer, other: StreamConsumer, draw: Draw, options: AdversaryOptions);
    /** From now on it only tells the truth. */
    calm(): void;
    fetch(options: FetchOptions): Promise<Message[]>;
    ack(messages: readonly Message[]): Promise<AckResult>;
    release(messages: readonly Message[], options?: ReleaseOptions): Promise<SettleResult>;
    extend(messages: readonly Message[], options?: ExtendOptions): Promise<SettleResult>;
    deadLetter(messages: readonly Message[], reason: DeadLetterReason): Promise<SettleResult>;
    flush(options: FlushOptions): Promise<AckResult>;
    pause(lanes: readonly string[]): void;
    resume(lanes: readonly string[]): void;
    watch(listener: AssignmentListener): void;
    close(options: CloseOptions): Promise<CloseResult>;
}
