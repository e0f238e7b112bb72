import { type QueueConsumer, type TopicConsumer } from '../../adapters/memory/index.js';
import type { Message } from '../../src/index.js';
import type { Ledger } from './ledger.js';
import { type MessagePlan, type Plan } from './plan.js';
import type { BrokerView } from './racing-consumer.js';
import type { World } from './world.js';
/** The broker of one life, past any consumer: what is published, disturbed, and looked at. */
export interface Stage extends BrokerView {
    readonly consumer: QueueConsumer | TopicConsumer;
    publish(plan: MessagePlan): string;
    /** Whether it counts as settled there: acked, put away, or before the committed offset. */
    isSettled(id: string): boolean;
    disturb(what: 'rebalance' | 'expel' | 'join' | 'leave' | 'lapse' | 'outage' | 'recover'): void;
    committed(lane: string): number;
    /** The broker holds this message for this very delivery, and has heard of no ack. */
    isUnacked(message: Message): boolean;
    /** Still held by the consumer that was closed. */
    stranded(): string[];
    everyone(): void;
}
export declare class QueueStage implements Stage {
    #private;
    readonly consumer: QueueConsumer;
    constructor({ setup }: Plan, world: World, ledger: Ledger);
    publish({ lane, key }: MessagePlan): string;
    checkCommitted(): void;
    isHeld(message: Message): boolean;
    isUnacked(message: Message): boolean;
    isVoid(): boolean;
    isSettled(id: string): boolean;
    disturb(what: Parameters<Stage['disturb']>[0]): void;
    committed(): number;
    stranded(): string[];
    everyone(): void;
}
export declare class LogStage implements Stage {
    #private;
    readonly consumer: TopicConsumer;
    constructor(plan: Plan, world: World, ledger: Ledger);
    publish({ lane, key }: MessagePlan): string;
    checkCommitted(): void;
    isHeld(message: Message): boolean;
    isUnacked(message: Message): boolean;
    isVoid(message: Message): boolean;
    isSettled(id: string): boolean;
    disturb(what: Parameters<Stage['disturb']>[0]): void;
    committed(lane: string): number;
    stranded(): string[];
    everyone(): void;
}
