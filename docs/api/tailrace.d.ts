// import … from 'tailrace'

export interface AckResult {
    readonly confirmed: readonly Message[];
    readonly recorded: readonly Message[];
    readonly failed: readonly FailedSettlement[];
}

export interface AssignmentListener {
    assigned(lanes: readonly LaneAssignment[]): void;
    revoking(revocation: Revocation): Promise<void>;
    lost(lanes: readonly LaneAssignment[]): void;
    ended(lanes: readonly LaneAssignment[]): void;
}

export interface BatchFailure {
    readonly message: Message;
    readonly error: unknown;
}

export interface BatchHandler<Raw = unknown> {
    readonly batch: (messages: readonly Message<Raw>[], context: HandlerContext) => undefined | readonly BatchFailure[] | Promise<undefined | readonly BatchFailure[] | void> | void;
    readonly maxBatch?: number;
}

export interface BudgetFacts {
    readonly pollMs?: number;
    readonly stopLatencyMs?: number;
    readonly handlerMs?: number;
    readonly downstreamTimeoutsMs?: Readonly<Record<string, number>>;
    readonly revokeMs?: number;
    readonly sessionMs?: number;
    readonly rebalanceMs?: number;
    readonly pollIntervalMs?: number;
    readonly transactionMs?: number;
    readonly leaseMs?: number;
    readonly leaseExtended?: boolean;
    readonly lanes?: number;
    readonly commitPerLaneMs?: number;
}

export interface BudgetOptions {
    readonly platform?: Platform;
    readonly graceMs?: number;
    readonly http?: boolean;
    readonly commitMs?: number;
    readonly closeMs?: number;
    readonly softMs?: number;
    readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Capabilities {
    readonly settlement: 'lease' | 'cursor';
    readonly ordered: boolean;
    readonly maxBatch: number;
    readonly abort: 'safe' | 'waits' | 'staged';
    readonly stopLatencyMs: number;
    readonly ackConfirmed: boolean;
    readonly attempts: 'none' | 'hint' | 'exact';
    readonly closeReleases: false | 'free' | 'costs-attempt';
    readonly release: false | {
        readonly scope: 'message' | 'tail';
        readonly maxDelayMs: number;
        readonly costsAttempt: boolean;
    };
    readonly lease: false | {
        readonly ms: number;
        readonly extend: false | 'message' | 'lane';
        readonly maxMs: number;
        readonly lossKnownBy: 'broker' | 'clock';
    };
    readonly flush: boolean;
    readonly deadLetter: boolean;
    readonly pause: boolean;
    readonly seek: boolean;
    readonly lag: boolean;
    readonly transactions: boolean;
    readonly revoke: 'none' | 'lost' | 'notified' | 'awaited';
    readonly rebalance: 'eager' | 'cooperative' | undefined;
}

export interface Clock {
    now(): number;
    setTimeout(callback: () => void, ms: number): unknown;
    clearTimeout(handle: unknown): void;
    setImmediate(callback: () => void): void;
    random(): number;
}

export interface CloseOptions {
    readonly signal: AbortSignal;
    readonly running?: readonly Message[];
}

export interface CloseResult {
    readonly unconfirmed: readonly Message[];
    readonly clean: boolean;
}

export interface CommitContext {
    readonly reason: 'running' | 'revoke' | 'drain';
}

export interface DeadLetterReason {
    readonly reason: string;
    readonly description: string;
}

export interface DedupOptions {
    readonly store: DedupStore;
    readonly ttlMs?: number;
    readonly idOf?: (message: Message) => string;
}

export interface DedupStore {
    get(id: string): unknown;
    set(id: string, value: 1, ttlMs?: number): unknown;
}

export interface DerivedFields<Raw = unknown> {
    id(message: Message<Raw>): string;
    key?(message: Message<Raw>): string | undefined;
    headers?(message: Message<Raw>): Headers;
    position?(message: Message<Raw>): string | number | undefined;
    publishedAt?(message: Message<Raw>): number | undefined;
}

export interface DrainBudget {
    readonly graceMs: number;
    readonly delayMs: number;
    readonly totalMs: number;
    readonly softMs: number;
    readonly hardMs: number;
    readonly commitMs: number;
    readonly closeMs: number;
}

export interface DrainDeadlines {
    readonly totalMs?: number;
    readonly softMs?: number;
    readonly commitMs?: number;
    readonly closeMs?: number;
}

export interface DrainOptions {
    readonly reason?: string;
}

export declare class Drainer<Raw = unknown> {
    constructor(consumer: StreamConsumer<Raw>, handler: MessageHandler<Raw> | BatchHandler<Raw>, options?: DrainerOptions<Raw>);
    run(): Promise<Receipt>;
    get concurrency(): number;
    set concurrency(value: number);
    get unstarted(): 'release' | 'finish';
    get state(): DrainerState;
    status(): DrainerStatus;
    drain(options?: DrainOptions): Promise<Receipt>;
    quiesce(options?: DrainOptions): Promise<Receipt>;
    close(options?: DrainOptions): Promise<Receipt>;
    escalate(): void;
}

export interface DrainerOptions<Raw = unknown> {
    readonly concurrency?: number;
    readonly order?: Order;
    readonly window?: number;
    readonly maxUnconfirmed?: number;
    readonly maxFetch?: number;
    readonly maxPollMs?: number;
    readonly retry?: RetryOptions;
    readonly onExhausted?: OnExhausted;
    readonly deadLetter?: (message: Message<Raw>, failure: Failure) => unknown;
    readonly dedup?: DedupOptions;
    readonly unstarted?: 'release' | 'finish';
    readonly beforeCommit?: (messages: readonly Message<Raw>[], context: CommitContext) => unknown;
    readonly budget?: DrainDeadlines;
    readonly onError?: (error: StreamError, context: ErrorContext) => void;
    readonly onPhase?: (phase: PhaseName, event: 'begin' | 'end') => void;
    readonly clock?: Clock;
}

export type DrainerState = 'idle' | 'running' | 'draining' | 'quiesced' | 'closed';

export interface DrainerStatus {
    readonly state: DrainerState;
    readonly running: number;
    readonly unstarted: number;
    readonly retrying: number;
    readonly unconfirmed: number;
    readonly totals: ReceiptTotals;
    readonly stoppedLanes: readonly string[];
    readonly lastError: StreamError | undefined;
    readonly fatalError: StreamError | undefined;
}

export type ErrorCode = 'INVALID_ARGUMENT' | 'CLOSED' | 'ABORTED' | 'TIMEOUT' | 'UNAVAILABLE' | 'UNAUTHENTICATED' | 'PERMISSION_DENIED' | 'NOT_FOUND' | 'LEASE_LOST' | 'RESOURCE_EXHAUSTED' | 'UNSUPPORTED' | 'PARTIAL_ACK' | 'INTERNAL' | 'UNKNOWN';

export interface ErrorContext {
    readonly during: 'fetch' | 'handler' | 'before-commit' | 'ack' | 'release' | 'extend' | 'dead-letter' | 'dedup' | 'flush' | 'close' | 'lane';
    readonly message?: Message;
    readonly messages?: readonly Message[];
    readonly lane?: string;
}

export interface ExtendOptions {
    readonly leaseMs?: number;
}

export interface FailedSettlement {
    readonly message: Message;
    readonly error: StreamError;
}

export interface Failure {
    readonly error: unknown;
    readonly calls: number;
}

export interface FetchOptions {
    readonly max: number;
    readonly waitMs: number;
    readonly signal: AbortSignal;
}

export interface FlushOptions {
    readonly signal: AbortSignal;
}

export interface GivenFields<Raw = unknown> {
    readonly delivery: string | number;
    readonly body: Uint8Array;
    readonly raw: Raw;
    readonly key?: string | undefined;
    readonly headers?: Headers | undefined;
    readonly lane?: string | undefined;
    readonly assignment?: number | undefined;
    readonly position?: string | number | undefined;
    readonly attempt?: number | undefined;
    readonly publishedAt?: number | undefined;
    readonly lease?: Lease | undefined;
}

// Only its type:
export declare class HandlerContext {
    readonly attempt: number;
    get signal(): AbortSignal;
}

export type HandlerOutcome = 'succeeded' | 'failed' | 'cut-off' | 'never-started';

export type HeaderValue = string | Uint8Array | readonly (string | Uint8Array)[];

export type Headers = Readonly<Record<string, HeaderValue>>;

export interface LaneAssignment {
    readonly lane: string;
    readonly assignment: number;
}

export declare class Lease {
    until: number;
    constructor(until: number);
}

export type MarkName = 'soft-deadline' | 'hard-deadline' | 'escalated';

export interface MemoryDedupOptions {
    readonly maxIds?: number;
}

export declare class MemoryDedupStore implements DedupStore {
    constructor(options?: MemoryDedupOptions);
    get(id: string): 1 | undefined;
    set(id: string, _value: 1, ttlMs?: number): void;
    get size(): number;
}

export declare class Message<Raw = unknown> {
    readonly delivery: string | number;
    readonly body: Uint8Array;
    readonly lane: string | undefined;
    readonly assignment: number;
    readonly attempt: number | undefined;
    lease: Lease | undefined;
    readonly raw: Raw;
    constructor(init: MessageInit<Raw>);
    get id(): string;
    get key(): string | undefined;
    get headers(): Headers;
    get position(): string | number | undefined;
    get publishedAt(): number | undefined;
    text(): string;
}

export type MessageHandler<Raw = unknown> = (message: Message<Raw>, context: HandlerContext) => unknown;

export type MessageInit<Raw = unknown> = GivenFields<Raw> & ({
    readonly id: string;
    readonly derive?: undefined;
} | {
    readonly id?: string;
    readonly derive: DerivedFields<Raw>;
});

export declare class MessageStream<Raw = unknown> implements AsyncIterable<Message<Raw>> {
    constructor(consumer: StreamConsumer<Raw>, options?: MessageStreamOptions<Raw>);
    [Symbol.asyncIterator](): AsyncIterator<Message<Raw>, undefined>;
    ack(message: Message<Raw>): void;
    fail(message: Message<Raw>, error: unknown): void;
    drain(options?: DrainOptions): Promise<Receipt>;
    quiesce(options?: DrainOptions): Promise<Receipt>;
    close(options?: DrainOptions): Promise<Receipt>;
    escalate(): void;
    status(): DrainerStatus;
}

export type MessageStreamOptions<Raw = unknown> = DrainerOptions<Raw>;

export declare const NO_HEADERS: Headers;

export type OnExhausted = 'release' | 'dead-letter' | 'stop-lane';

export interface OpenConsumerOptions {
    readonly adapters?: Readonly<Record<string, string>>;
    readonly [option: string]: unknown;
}

export interface OpenableAdapter {
    open(url: URL, options: Readonly<Record<string, unknown>>): Promise<StreamConsumer>;
}

export type Order = 'lane' | 'key' | 'none';

export declare const PLATFORMS: Readonly<Record<Platform, PlatformPreset>>;

export type PhaseName = 'stop-fetch' | 'in-flight' | 'before-commit' | 'commit' | 'release' | 'close';

export type Platform = 'kubernetes' | 'ecs' | 'nomad' | 'cloud-run' | 'lambda';

export interface PlatformPreset {
    readonly graceMs: number;
    readonly signal: 'SIGTERM' | 'SIGINT';
}

export declare const RECEIPT_IDS = 1000;

export interface Receipt {
    readonly version: 1;
    readonly adapter: string;
    readonly source: string;
    readonly reason: string;
    readonly outcome: 'clean' | 'forced' | 'failed';
    readonly startedAt: string;
    readonly durationMs: number;
    readonly budget: {
        readonly softMs: number;
        readonly hardMs: number;
        readonly endMs: number;
    };
    readonly phases: readonly ReceiptPhase[];
    readonly marks: readonly {
        readonly name: MarkName;
        readonly atMs: number;
    }[];
    readonly samples: readonly ReceiptSample[];
    readonly held: {
        readonly count: number;
        readonly groups: readonly ReceiptGroup[];
    };
    readonly totals: ReceiptTotals;
    readonly errors: readonly ReceiptError[];
}

export interface ReceiptError {
    readonly phase: PhaseName | 'running';
    readonly code: ErrorCode;
    readonly message: string;
}

export interface ReceiptGroup {
    readonly handler: HandlerOutcome;
    readonly settlement: Settlement;
    readonly count: number;
    readonly ranges?: readonly ReceiptRange[];
    readonly ids?: readonly string[];
}

export interface ReceiptPhase {
    readonly name: PhaseName;
    readonly startMs: number;
    readonly durationMs: number;
    readonly outcome: 'done' | 'timed-out' | 'failed' | 'skipped';
}

export interface ReceiptRange {
    readonly lane: string;
    readonly first: string | number;
    readonly last: string | number;
    readonly count: number;
}

export interface ReceiptSample {
    readonly atMs: number;
    readonly running: number;
    readonly unstarted: number;
    readonly unconfirmed: number;
}

export interface ReceiptTotals {
    readonly delivered: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly retries: number;
    readonly deduplicated: number;
    readonly adopted: number;
    readonly confirmed: number;
    readonly sent: number;
    readonly recorded: number;
    readonly released: number;
    readonly deadLettered: number;
    readonly lapsing: number;
    readonly lost: number;
}

export interface ReleaseOptions {
    readonly delayMs?: number;
}

export interface RetryOptions {
    readonly attempts?: number;
    readonly minDelayMs?: number;
    readonly maxDelayMs?: number;
    readonly jitter?: number;
}

export interface Revocation {
    readonly lanes: readonly LaneAssignment[];
    readonly deadlineMs: number;
}

export interface SettleResult {
    readonly failed: readonly FailedSettlement[];
}

export type Settlement = 'confirmed' | 'sent' | 'recorded' | 'released' | 'dead-lettered' | 'lapsing' | 'lost';

export interface SignalOptions {
    readonly signals?: readonly string[];
    readonly exit?: boolean;
    readonly onError?: (error: unknown) => void;
    readonly process?: SignalProcess;
}

export interface SignalProcess {
    readonly platform: string;
    readonly stdout: SignalStream;
    readonly stderr: SignalStream;
    exitCode?: number | string | null | undefined;
    on(signal: string, listener: (signal: string) => void): unknown;
    off(signal: string, listener: (signal: string) => void): unknown;
    exit(code?: number | string | null): never;
}

export interface SignalStream {
    readonly writableEnded: boolean;
    readonly destroyed: boolean;
    write(text: string, written: () => void): boolean;
}

export interface SignalTarget {
    drain(options?: {
        readonly reason?: string;
    }): Promise<{
        readonly outcome: string;
    }>;
    escalate(): void;
}

export interface StreamConsumer<Raw = unknown> {
    readonly adapter: string;
    readonly source: string;
    readonly capabilities: Capabilities;
    fetch(options: FetchOptions): Promise<Message<Raw>[]>;
    ack(messages: readonly Message<Raw>[]): Promise<AckResult>;
    close(options: CloseOptions): Promise<CloseResult>;
    release?(messages: readonly Message<Raw>[], options?: ReleaseOptions): Promise<SettleResult>;
    extend?(messages: readonly Message<Raw>[], options?: ExtendOptions): Promise<SettleResult>;
    flush?(options: FlushOptions): Promise<AckResult>;
    deadLetter?(messages: readonly Message<Raw>[], reason: DeadLetterReason): Promise<SettleResult>;
    watch?(listener: AssignmentListener): void;
    pause?(lanes: readonly string[]): void;
    resume?(lanes: readonly string[]): void;
    seek?(lane: string, position: string | number): Promise<void>;
    lag?(): Promise<ReadonlyMap<string, number>>;
}

export declare class StreamError extends Error {
    readonly name: string;
    readonly code: ErrorCode;
    readonly retryable: boolean;
    readonly adapter: string | undefined;
    constructor(code: ErrorCode, message: string, options?: StreamErrorOptions);
    static is(value: unknown): value is StreamError;
    static from(value: unknown, options?: StreamErrorOptions): StreamError;
    toJSON(): {
        code: ErrorCode;
        message: string;
        adapter?: string;
        retryable: boolean;
    };
}

export interface StreamErrorOptions {
    readonly adapter?: string | undefined;
    readonly retryable?: boolean | undefined;
    readonly cause?: unknown;
}

export interface TimelineOptions {
    readonly width?: number;
    readonly color?: boolean;
}

export declare class Watermark {
    deliver(message: Message): void;
    finish(message: Message): boolean;
    get finished(): Message | undefined;
    covers(message: Message): boolean;
    isSettled(message: Message): boolean;
    settle(last: Message): Message[];
    truncate(from?: Message): Message[];
    unsettled(): Message[];
    get span(): number;
}

export declare function checkBudget(budget: DrainBudget, facts?: BudgetFacts): void;

export declare function drainBudget(options?: BudgetOptions): DrainBudget;

export declare function drainOnSignals(target: SignalTarget, options?: SignalOptions): () => void;

export declare function openConsumer(url: string | URL, options?: OpenConsumerOptions): Promise<StreamConsumer>;

export declare function renderTimeline(receipt: Receipt, options?: TimelineOptions): string;

export declare function renderTimelineHtml(receipt: Receipt): string;

export declare function renderTimelineSvg(receipt: Receipt): string;

export declare const systemClock: Clock;
