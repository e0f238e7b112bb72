import type { Clock } from '../../src/clock.js';
import type { AckResult, Capabilities, CloseOptions, CloseResult, FailedSettlement, FetchOptions, SettleResult, StreamConsumer } from '../../src/consumer.js';
import { StreamError } from '../../src/errors.js';
import { Message } from '../../src/message.js';
import { type Fault, Faults, type Operation, type Settling } from './faults.js';
/** What a consumer needs of its broker. */
export interface BrokerSide {
    readonly clock: Clock;
    readonly faults: Faults;
    readonly isDown: boolean;
    /** Whose fetch waits: they are woken when the broker goes. */
    readonly sleeping: Set<{
        wake(): void;
    }>;
}
export declare const ALL_SETTLED: SettleResult;
/**
 * What the consumers of both kinds of destination share: one fetch at a time that sleeps until it is woken, faults, and an
 * orderly close. All effects on the broker are synchronous; only waiting is not.
 */
export declare abstract class MemoryConsumer<Raw = unknown> implements StreamConsumer<Raw> {
    #private;
    readonly adapter: 'memory';
    abstract readonly source: string;
    abstract readonly capabilities: Capabilities;
    /** Faults of this consumer alone. */
    readonly faults: Faults;
    protected constructor(broker: BrokerSide);
    /** What there is now, up to `max`. Throws `NOT_FOUND`. */
    protected abstract take(max: number): Message<Raw>[];
    /** When `take` may bring something without being woken, ms on the clock. */
    protected abstract dueAt(): number;
    /** A fetch starts or stops to wait. */
    protected abstract waits(starts: boolean): void;
    protected abstract settleAck(messages: readonly Message<Raw>[]): AckResult;
    /** Settles and releases all but the spared deliveries, and leaves. */
    protected abstract leave(spared: ReadonlySet<string | number>): readonly Message<Raw>[];
    /** Leaves without a word: the broker notices that the connection is gone. */
    protected abstract vanish(): readonly Message<Raw>[];
    fetch(options: FetchOptions): Promise<Message<Raw>[]>;
    ack(messages: readonly Message<Raw>[]): Promise<AckResult>;
    close(options: CloseOptions): Promise<CloseResult>;
    protected assertOpen(): void;
    protected error(code: 'INVALID_ARGUMENT' | 'CLOSED' | 'NOT_FOUND' | 'UNAVAILABLE' | 'LEASE_LOST' | 'UNSUPPORTED', text: string): StreamError;
    protected leaseLost(message: Message<Raw>): FailedSettlement;
    protected delayOf(delayMs: number | undefined): number;
    /** One call to the broker: late, failing or unanswered where a fault says so. */
    protected request<T>(operation: Operation, effect: (fault: Fault | undefined) => T): Promise<T>;
    protected settle<R extends SettleResult>(operation: Settling, messages: readonly Message<Raw>[], effect: (messages: readonly Message<Raw>[]) => R): Promise<R>;
}
