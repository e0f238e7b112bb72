// import … from 'tailrace/conformance'

export interface AdapterReport {
    readonly adapter: string;
    readonly client: string;
    readonly server: string;
    readonly node: string;
    readonly startedAt: string;
    readonly cases: readonly CaseResult[];
}

export type Behaviour = 'pass' | 'fail' | 'refused' | 'skipped';

export declare class CaseContext {
    readonly harness: Harness;
    readonly capabilities: Capabilities;
    readonly story: Step[];
    constructor(harness: Harness, capabilities: Capabilities, makeDrainer?: MakeDrainer);
    get timing(): HarnessTiming;
    get hasLanes(): boolean;
    get lapseMs(): number;
    step(text: string): void;
    channel(options?: ChannelOptions): Promise<Channel>;
    open(channel: Channel): Promise<StreamConsumer>;
    openMissing(): Promise<StreamConsumer>;
    publish(channel: Channel, given: number | readonly (Omit<Outgoing, 'body'> & {
        readonly text: string;
    })[]): Promise<string[]>;
    take(consumer: StreamConsumer, count: number, withinMs?: number): Promise<Message[]>;
    fetch(consumer: StreamConsumer, { max, waitMs }?: {
        max?: number;
        waitMs?: number;
    }): Promise<Message[]>;
    rest(consumer: StreamConsumer, quietMs: number): Promise<Message[]>;
    drainer(consumer: StreamConsumer, handler: MessageHandler | BatchHandler, options?: DrainerOptions): Drainer;
    run(drainer: Drainer): Promise<void>;
    settle(consumer: StreamConsumer, messages: readonly Message[]): Promise<void>;
    release(consumer: StreamConsumer, messages: readonly Message[], delayMs?: number): Promise<SettleResult>;
    until(what: string, isSo: () => boolean | Promise<boolean>, withinMs?: number): Promise<void>;
    untilPending(channel: Channel, count: number): Promise<void>;
    pause(ms: number): Promise<void>;
    within<T>(what: string, work: Promise<T>, ms?: number): Promise<T>;
    end(): Promise<{
        readonly close: CloseVerdict;
        readonly detail: string;
    }>;
    spare(channel: Channel): void;
}

export interface CaseFacts {
    readonly capabilities: Capabilities;
    readonly harness: Harness;
}

export interface CaseResult {
    readonly id: string;
    readonly group: Group;
    readonly level: Level;
    readonly behaviour: Behaviour;
    readonly close: CloseVerdict;
    readonly ms: number;
    readonly detail: string;
    readonly failure: string;
    readonly story: readonly Step[];
}

export interface Channel {
    readonly name: string;
    readonly url: string | undefined;
    readonly openOptions?: Readonly<Record<string, unknown>>;
    publish(messages: readonly Outgoing[]): Promise<void>;
    leaveHole?(lane: number): Promise<void>;
    open(): Promise<StreamConsumer>;
    state(): Promise<ChannelState>;
    delete(): Promise<void>;
}

export interface ChannelOptions {
    readonly lanes?: number;
    readonly leaseMs?: number;
    readonly maxDeliveries?: number;
}

export interface ChannelState {
    readonly pending: number;
    readonly inFlight: number | undefined;
    readonly deadLetters: readonly Uint8Array[] | undefined;
}

export type CloseVerdict = 'clean' | 'slow' | 'leaked' | 'hung';

export interface ConformanceCase {
    readonly id: `${Group}/${string}`;
    readonly level: Level;
    readonly skip?: (facts: CaseFacts) => string | undefined;
    readonly alone?: boolean;
    readonly failure: string;
    run(context: CaseContext): Promise<void>;
    readonly refused?: {
        readonly when: (capabilities: Capabilities) => boolean;
        run(context: CaseContext): Promise<void>;
    };
}

export interface ConformanceOptions {
    readonly only?: readonly string[];
    readonly level?: Level;
    readonly concurrency?: number;
    readonly makeDrainer?: MakeDrainer;
    readonly onCase?: (result: CaseResult) => void;
}

export type Group = 'delivery' | 'settlement' | 'capabilities' | 'poison' | 'order' | 'groups' | 'fencing' | 'stop' | 'faults';

export declare const HARNESSES: readonly string[];

export interface Harness {
    readonly adapter: string;
    readonly variant?: string;
    readonly client: string;
    readonly server: string;
    readonly minimum: Partial<Capabilities>;
    readonly timing: HarnessTiming;
    readonly leavesHoles?: boolean;
    create(options?: ChannelOptions): Promise<Channel>;
    openMissing(): Promise<StreamConsumer>;
    readonly faults?: HarnessFaults;
    stop(): Promise<void>;
}

export interface HarnessFaults {
    restart(): Promise<void>;
    crash?(): Promise<void>;
    cut(): Promise<void>;
    slow(options: {
        readonly latencyMs: number;
        readonly bytesPerSecond?: number;
    }): Promise<void>;
    heal(): Promise<void>;
}

export interface HarnessModule {
    readonly startHarness: () => Promise<Harness>;
}

export interface HarnessTiming {
    readonly answerMs: number;
    readonly shortestLeaseMs: number | undefined;
    readonly leaseGranularityMs: number;
    readonly rebalanceMs: number;
    readonly takeoverMs: number;
}

export interface Judgement {
    readonly failed: readonly CaseResult[];
    readonly weak: readonly CaseResult[];
    readonly passedUnexpectedly: readonly KnownFailure[];
    readonly notAllowed: readonly KnownFailure[];
}

export interface KnownFailure {
    readonly id: string;
    readonly reason: string;
}

export type KnownFailures = Readonly<Record<string, readonly KnownFailure[]>>;

export type Level = 'REQUIRED' | 'RECOMMENDED';

export type MakeDrainer = <Raw>(consumer: StreamConsumer<Raw>, handler: MessageHandler<Raw> | BatchHandler<Raw>, options?: DrainerOptions<Raw>) => Drainer<Raw>;

export interface Outgoing {
    readonly body: Uint8Array;
    readonly key?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly lane?: number;
}

export interface Step {
    readonly atMs: number;
    readonly text: string;
}

export type TestFunction = (name: string, run: () => Promise<void>) => unknown;

export declare function isAcceptable({ failed, passedUnexpectedly, notAllowed }: Judgement): boolean;

export declare function isGood({ behaviour, close }: CaseResult): boolean;

export declare function judge(report: AdapterReport, known?: KnownFailures, { release }?: {
    readonly release?: boolean;
}): Judgement;

export declare function parseKnownFailures(text: string): KnownFailures;

export declare function registerConformance(test: TestFunction, name: string, start: () => Promise<Harness>, options?: ConformanceOptions): void;

export declare function renderHtml(reports: readonly AdapterReport[]): string;

export declare function renderMarkdown(reports: readonly AdapterReport[]): string;

export declare function run(args: readonly string[]): Promise<number>;

export declare function run(args: readonly string[]): Promise<number>;

export declare function runConformance(harness: Harness, options?: ConformanceOptions): Promise<AdapterReport>;

export declare function run(args: readonly string[]): Promise<number>;

export declare function selectCases({ only, level }?: Pick<ConformanceOptions, 'only' | 'level'>): readonly ConformanceCase[];

export declare function startHarness(nameOrPath: string): Promise<Harness>;

export declare function storyOf({ story }: CaseResult): string;
