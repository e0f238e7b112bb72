// import … from 'tailrace/memory'

export declare const DEAD_LETTER_HEADERS: {
    readonly reason: string;
    readonly description: string;
    readonly source: string;
    readonly attempts: string;
};

export type Fault = {
    readonly kind: 'fail';
    readonly error: StreamError;
} | {
    readonly kind: 'hang';
    readonly until: Promise<never>;
} | {
    readonly kind: 'lose-answer';
    readonly error: StreamError;
} | {
    readonly kind: 'fail-some';
    readonly fails: (message: Message) => boolean;
    readonly error: StreamError;
} | {
    readonly kind: 'overfill';
    readonly extra: number;
} | {
    readonly kind: 'repeat';
};

// Only its type:
export declare class Faults {
    get latencyMs(): number;
    set latencyMs(ms: number);
    fail(operation: Operation, error: StreamError, times?: number): void;
    hang(operation: Operation, times?: number): void;
    loseAnswer(operation: Exclude<Operation, 'fetch'>, times?: number, error?: StreamError): void;
    failSome(operation: Settling, fails: (message: Message) => boolean, error?: StreamError, times?: number): void;
    overfill(extra: number, times?: number): void;
    repeat(times?: number): void;
    clear(): void;
}

export interface Listing {
    readonly count: number;
    readonly ids: readonly string[];
}

export interface MemberView {
    readonly id: string;
    readonly partitions: readonly number[];
}

export declare class MemoryBroker {
    readonly name: string;
    readonly faults: Faults;
    constructor(options?: MemoryBrokerOptions);
    createQueue(name: string, options?: QueueOptions): MemoryQueue;
    createTopic(name: string, options?: TopicOptions): MemoryTopic;
    queue(name: string): MemoryQueue;
    topic(name: string): MemoryTopic;
    find(name: string): MemoryQueue | MemoryTopic | undefined;
    publish(destination: string, messages: PublishMessage | readonly PublishMessage[]): string[];
    consumer(options: QueueConsumerOptions): QueueConsumer;
    consumer(options: TopicConsumerOptions): TopicConsumer;
    down(): void;
    up(): void;
}

export interface MemoryBrokerOptions {
    readonly name?: string;
    readonly clock?: Clock;
    readonly history?: boolean;
}

// Only its type:
export declare abstract class MemoryConsumer<Raw = unknown> implements StreamConsumer<Raw> {
    readonly adapter: 'memory';
    abstract readonly source: string;
    abstract readonly capabilities: Capabilities;
    readonly faults: Faults;
    fetch(options: FetchOptions): Promise<Message<Raw>[]>;
    ack(messages: readonly Message<Raw>[]): Promise<AckResult>;
    close(options: CloseOptions): Promise<CloseResult>;
}

// Only its type:
export declare class MemoryQueue {
    readonly name: string;
    get ready(): Listing;
    get delayed(): Listing;
    get blocked(): Listing;
    get leased(): Listing;
    get acked(): Listing;
    get deadLettered(): Listing;
    lapse(id?: string): number;
}

// Only its type:
export declare class MemoryTopic {
    readonly name: string;
    get partitions(): readonly PartitionView[];
    get groups(): readonly string[];
    committed(group: string): readonly (number | undefined)[];
    members(group: string): readonly MemberView[];
    endPartition(partition: number): void;
    skipOffsets(partition: number, count: number): void;
    expel(group: string, member: string): void;
    rebalance(group: string): void;
}

export interface OpenOptions {
    readonly broker?: MemoryBroker;
}

export type Operation = 'fetch' | 'ack' | 'release' | 'extend' | 'deadLetter' | 'flush' | 'seek' | 'lag' | 'close';

export interface PartitionView {
    readonly end: number;
    readonly ended: boolean;
    readonly count: number;
}

export interface PublishMessage {
    readonly body: Uint8Array | string;
    readonly id?: string;
    readonly key?: string;
    readonly headers?: Headers;
    readonly group?: string;
    readonly delayMs?: number;
    readonly partition?: number;
}

// Only its type:
export declare class QueueConsumer extends MemoryConsumer<QueueRecord> {
    readonly source: string;
    readonly capabilities: Capabilities;
    release(messages: readonly Message<QueueRecord>[], options?: ReleaseOptions): Promise<SettleResult>;
    extend(messages: readonly Message<QueueRecord>[], options?: ExtendOptions): Promise<SettleResult>;
    deadLetter(messages: readonly Message<QueueRecord>[], reason: DeadLetterReason): Promise<SettleResult>;
    lag(): Promise<ReadonlyMap<string, number>>;
}

export interface QueueConsumerOptions {
    readonly queue: string;
}

export interface QueueOptions {
    readonly leaseMs?: number;
    readonly maxAttempts?: number;
    readonly deadLetterQueue?: string;
    readonly ordered?: boolean;
    readonly releaseCostsAttempt?: boolean;
}

export interface QueueRecord {
    readonly id: string;
    readonly order: number;
    readonly deliveries: number;
    readonly attempts: number;
}

export type Rebalance = 'eager' | 'cooperative';

export type Settling = 'ack' | 'release' | 'extend' | 'deadLetter';

// Only its type:
export declare class TopicConsumer extends MemoryConsumer<TopicRecord> {
    readonly source: string;
    readonly capabilities: Capabilities;
    id: string | undefined;
    watch(listener: AssignmentListener): void;
    release(messages: readonly Message<TopicRecord>[], options?: ReleaseOptions): Promise<SettleResult>;
    flush({ signal }: FlushOptions): Promise<AckResult>;
    pause(lanes: readonly string[]): void;
    resume(lanes: readonly string[]): void;
    seek(lane: string, position: string | number): Promise<void>;
    lag(): Promise<ReadonlyMap<string, number>>;
}

export interface TopicConsumerOptions {
    readonly topic: string;
    readonly group: string;
    readonly member?: string;
    readonly rebalance?: Rebalance;
    readonly revokeMs?: number;
    readonly from?: 'earliest' | 'latest';
    readonly commitOnAck?: boolean;
}

export interface TopicOptions {
    readonly partitions?: number;
    readonly retainMessages?: number;
}

export interface TopicRecord {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
}

export declare function memoryBroker(name?: string): MemoryBroker;

export declare function open(url: URL, options?: OpenOptions): Promise<QueueConsumer | TopicConsumer>;
