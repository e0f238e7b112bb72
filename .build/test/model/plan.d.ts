import fc from 'fast-check';
/** What one handler call does. The names say how it ends: at once, after some microtasks, or when the scheduler says so. */
export type Work = 'sync' | 'throw' | 'micro' | 'async' | 'reject' | 'thenable' | 'thenable-reject' | 'listen' | 'slow' | 'permanent' | 'until-abort' | 'drain-inside' | 'hang';
/** What one call to the adapter suffers. `lose`: takes effect, and rejects. `hang-done`: takes effect, and is never answered. */
export type Fate = 'ok' | 'fail' | 'lose' | 'some' | 'refuse' | 'throw' | 'hang' | 'hang-done' | 'overfill' | 'repeat';
/** What one call of a hook does. */
export type HookFate = 'ok' | 'throw' | 'async' | 'reject' | 'hang';
export interface MessagePlan {
    readonly lane: number;
    readonly key: number | undefined;
    /** One entry per handler call; beyond them it returns at once. */
    readonly calls: readonly Work[];
}
export type Action = {
    readonly do: 'wait';
    readonly ms: number;
} | {
    readonly do: 'publish';
    readonly messages: readonly MessagePlan[];
} | {
    readonly do: 'concurrency';
    readonly value: number;
} | {
    readonly do: 'rebalance';
} | {
    readonly do: 'expel';
}
/** Another member joins, and leaves after the next two actions. */
 | {
    readonly do: 'join';
} | {
    readonly do: 'leave';
} | {
    readonly do: 'lapse';
} | {
    readonly do: 'outage';
} | {
    readonly do: 'recover';
} | {
    readonly do: 'drain';
} | {
    readonly do: 'quiesce';
} | {
    readonly do: 'close';
} | {
    readonly do: 'escalate';
};
export interface Setup {
    readonly broker: 'queue' | 'ordered' | 'fifo' | 'log';
    readonly lanes: number;
    readonly order: 'none' | 'lane' | 'key' | undefined;
    readonly concurrency: number;
    /** Messages per handler call; undefined: one, without a list. */
    readonly batch: number | undefined;
    readonly batchFails: 'throw' | 'list';
    /** In handler calls; undefined: the default. */
    readonly windows: number | undefined;
    /** How much more than the window; undefined: the default. */
    readonly unconfirmedBeyondWindow: number | undefined;
    readonly maxFetch: number | undefined;
    readonly maxPollMs: number;
    readonly attempts: number;
    readonly backoffMs: number;
    readonly onExhausted: 'default' | 'release' | 'hook' | 'broker' | 'stop-lane';
    readonly unstarted: 'release' | 'finish' | undefined;
    readonly hasBeforeCommit: boolean;
    readonly dedup: boolean;
    readonly softShare: number;
    readonly handlersMs: number;
    readonly commitMs: number;
    readonly closeMs: number;
    readonly abort: 'safe' | 'waits' | 'staged';
    readonly ackConfirmed: boolean;
    readonly attemptsTold: 'exact' | 'hint' | 'none';
    readonly leaseMs: number;
    readonly releases: 'free' | 'costs-attempt' | 'none';
    readonly closeReleases: boolean;
    readonly extend: boolean;
    readonly revoke: 'awaited' | 'notified' | 'lost';
    readonly rebalance: 'cooperative' | 'eager';
    readonly revokeMs: number;
    readonly commitOnAck: boolean;
    readonly canPause: boolean;
    /** How often time goes on, against everything else. */
    readonly pace: number;
    readonly stepMs: number;
    /** Everything is to be handled before the drain: nothing may hang, and what fails for good is put away. */
    readonly patient: boolean;
}
/** Where everything is to be handled, leases must not end before any answer can come: they would be lost and had again for ever. */
export declare function leaseMsOf({ patient, leaseMs, stepMs, pace }: Setup): number;
export type Method = 'fetch' | 'ack' | 'release' | 'extend' | 'flush' | 'deadLetter' | 'close';
export type Hook = 'beforeCommit' | 'deadLetter' | 'store';
export interface Plan {
    readonly setup: Setup;
    readonly messages: readonly MessagePlan[];
    /** Plain messages behind them. */
    readonly bulk: number;
    readonly fates: Readonly<Record<Method, readonly Fate[]>>;
    readonly hooks: Readonly<Record<Hook, readonly HookFate[]>>;
    readonly actions: readonly Action[];
}
export declare function plans(...brokers: readonly Setup['broker'][]): fc.Arbitrary<Plan>;
