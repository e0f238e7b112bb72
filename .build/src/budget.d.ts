/** Where a process runs, as far as it decides how long a stop may take. */
export type Platform = 'kubernetes' | 'ecs' | 'nomad' | 'cloud-run' | 'lambda';
export interface PlatformPreset {
    /** From the first signal to SIGKILL, ms, as the platform does it when nothing is configured. */
    readonly graceMs: number;
    /** The signal that starts it. */
    readonly signal: 'SIGTERM' | 'SIGINT';
}
/**
 * What each platform grants by default.
 *
 * - `kubernetes`: 30 s, SIGTERM. Pod spec, `terminationGracePeriodSeconds`; a `preStop` hook spends part of it.
 * - `ecs`: 30 s, SIGTERM. Container definition, `stopTimeout` (at most 120 s on Fargate), or the agent's
 *   `ECS_CONTAINER_STOP_TIMEOUT`.
 * - `nomad`: 5 s, SIGINT. Task block, `kill_timeout` and `kill_signal`. The Docker driver sends the image's STOPSIGNAL.
 * - `cloud-run`: 10 s, SIGTERM. Container runtime contract, "Container instance shutdown".
 * - `lambda`: 2 s, SIGTERM. Execution environment life cycle, "Shutdown phase". That is the whole phase with external
 *   extensions; the function's own process gets 300 to 500 ms of it, and no signal at all without an extension: set
 *   `graceMs` when the code that drains is the function.
 */
export declare const PLATFORMS: Readonly<Record<Platform, PlatformPreset>>;
export interface BudgetOptions {
    /** Default: the environment's, else `kubernetes`. */
    readonly platform?: Platform;
    /** From the signal to SIGKILL, ms, 1 to 2^31 - 1. Default: the environment's, else the platform's. */
    readonly graceMs?: number;
    /** Whether the process serves HTTP, so that load balancers need time to see it go. Default false. */
    readonly http?: boolean;
    /** Kept free for the commit after the hard deadline, ms. Default: 10 % of the total, at most 2 s. */
    readonly commitMs?: number;
    /** Kept free for the close after the commit, ms. Default: 10 % of the total, at most 2 s. */
    readonly closeMs?: number;
    /** When handlers' abort signals fire, ms since the drain began, at most the hard deadline. Default: 80 % of the hard deadline. */
    readonly softMs?: number;
    /**
     * Where `TAILRACE_GRACE_MS` and `TAILRACE_PLATFORM` are read (in this order), unless `graceMs` or `platform` is given:
     * options win over the environment. A variable that is empty counts as absent. Default `process.env`.
     */
    readonly env?: Readonly<Record<string, string | undefined>>;
}
/** How a grace period is spent: the delay first, then the drain, whose times count from its own begin. All in whole ms. */
export interface DrainBudget {
    /** From the signal to SIGKILL. */
    readonly graceMs: number;
    /** Between readiness turning 503 and the drain. 0 without HTTP. */
    readonly delayMs: number;
    /** The whole drain: hard deadline + commit + close. What is left of the grace period is reserve. */
    readonly totalMs: number;
    /** Handlers' abort signals fire. */
    readonly softMs: number;
    /** Handlers are abandoned. The time for finishing work ends here: "the drain budget" of {@link checkBudget}. */
    readonly hardMs: number;
    readonly commitMs: number;
    readonly closeMs: number;
}
/**
 * Splits a grace period. Frozen; no I/O; the environment is read now, not later.
 *
 *     delay = min(2 s, 10 % of grace) with HTTP, else 0
 *     total = grace - min(5 s, 20 % of grace) - delay
 *     hard  = total - commit - close
 *
 * Throws `INVALID_ARGUMENT` for an option or variable out of range, and where commit and close leave no time to finish
 * work.
 */
export declare function drainBudget(options?: BudgetOptions): DrainBudget;
/** How one drain spends its time, ms since its begin. */
export interface DrainTimes {
    readonly totalMs: number;
    readonly softMs: number;
    readonly hardMs: number;
    readonly commitMs: number;
    readonly closeMs: number;
}
/** What a drain meets. All optional: what is not given is not checked. In ms, whole numbers. */
export interface BudgetFacts {
    /** How long one fetch waits: the drainer's `maxPollMs`. */
    readonly pollMs?: number;
    /** How long a fetch may go on after it was told to stop, if that is less: `capabilities.stopLatencyMs`. Default `Infinity`. */
    readonly stopLatencyMs?: number;
    /** The longest that a handler takes when all is well. */
    readonly handlerMs?: number;
    /** Timeouts of what handlers call, by name: `{ postgres: 5_000 }`. `Infinity`: it has none. */
    readonly downstreamTimeoutsMs?: Readonly<Record<string, number>>;
    /** The time given to the drain of lanes that are being revoked. */
    readonly revokeMs?: number;
    /** The bounds that the client enforces on a revocation: whichever apply. */
    readonly sessionMs?: number;
    readonly rebalanceMs?: number;
    readonly pollIntervalMs?: number;
    /** The longest transaction. */
    readonly transactionMs?: number;
    /** The lease (visibility timeout, ack deadline, lock) of a message: `capabilities.lease.ms`. */
    readonly leaseMs?: number;
    /** Whether leases are extended while handlers run. Default false. */
    readonly leaseExtended?: boolean;
    /** How many lanes this process owns in normal times. A rebalance may give it twice as many for a while. */
    readonly lanes?: number;
    /** What the commit takes for each lane, where lanes are committed one after another. */
    readonly commitPerLaneMs?: number;
}
/**
 * Compares a budget with what it will meet, and throws one `INVALID_ARGUMENT` that names both numbers of every mismatch
 * found: to be called when the process starts, not when it stops. Returns nothing when all fits.
 *
 * - grace ≥ delay + poll (or its stop latency, if less) + hard deadline + commit + close
 * - longest handler ≤ soft deadline
 * - every downstream timeout < hard deadline
 * - revoke < session, rebalance and poll interval
 * - transaction < hard deadline
 * - hard deadline + commit < lease, unless it is extended
 * - commit of twice the lanes ≤ commit
 */
export declare function checkBudget(budget: DrainBudget, facts?: BudgetFacts): void;
