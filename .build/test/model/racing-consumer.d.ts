import type { AckResult, AssignmentListener, Capabilities, CloseOptions, CloseResult, DeadLetterReason, ExtendOptions, FetchOptions, FlushOptions, Message, ReleaseOptions, SettleResult, StreamConsumer } from '../../src/index.js';
import type { Ledger } from './ledger.js';
import type { Plan } from './plan.js';
import { type World } from './world.js';
/** What the checks need to see of a broker, past any consumer. */
export interface BrokerView {
    /** Something was committed: all of it has to be done. */
    checkCommitted(): void;
    /** The broker holds this message for this very delivery. */
    isHeld(message: Message): boolean;
    /** It is read again from an earlier position. */
    isVoid(message: Message): boolean;
    /** It was delivered, and no ack of it has come. */
    isUnacked(message: Message): boolean;
}
/**
 * A consumer on its way over a network: each request arrives, and each answer comes back, when the scheduler says so, or never.
 * It gives the broker's consumer other capabilities where the plan wants them, suffers what the plan has in store, and checks
 * what the drainer asks for.
 */
export declare class RacingConsumer implements StreamConsumer {
    #private;
    readonly adapter: string;
    readonly source: string;
    readonly capabilities: Capabilities;
    /** What the drainer was told it owns. */
    readonly assigned: Map<string, number>;
    /** The bound of the window at this moment. */
    window: () => number;
    /** Fetches asked for more than there was room: the drainer's own, at the moment of the call. */
    fetching: boolean;
    closeCalled: boolean;
    closed: boolean;
    /** Extensions under way or gone wrong: what they were for may lapse. */
    readonly notExtended: Set<Message>;
    constructor(inner: StreamConsumer, plan: Plan, world: World, ledger: Ledger, broker: BrokerView);
    fetch({ max, waitMs, signal }: FetchOptions): Promise<Message[]>;
    ack(messages: readonly Message[]): Promise<AckResult>;
    release(messages: readonly Message[], options?: ReleaseOptions): Promise<SettleResult>;
    extend(messages: readonly Message[], options?: ExtendOptions): Promise<SettleResult>;
    deadLetter(messages: readonly Message[], reason: DeadLetterReason): Promise<SettleResult>;
    flush(options: FlushOptions): Promise<AckResult>;
    close(options: CloseOptions): Promise<CloseResult>;
    pause(lanes: readonly string[]): void;
    resume(lanes: readonly string[]): void;
    watch(listener: AssignmentListener): void;
}
