/** The most messages of one fetch: what a client may hold of several answers. */
const MAX_BATCH = 100_000;
export const CAPABILITIES = Object.freeze({
    settlement: 'cursor',
    ordered: true,
    maxBatch: MAX_BATCH,
    abort: 'staged',
    stopLatencyMs: 0,
    ackConfirmed: true,
    attempts: 'none',
    closeReleases: 'free',
    release: Object.freeze({ scope: 'tail', maxDelayMs: 0, costsAttempt: false }),
    lease: false,
    flush: true,
    deadLetter: false,
    pause: true,
    seek: true,
    lag: true,
    transactions: false,
    revoke: 'awaited',
    rebalance: 'eager',
});
/** librdkafka moves only the lanes that have to move. */
export const COOPERATIVE = Object.freeze({ ...CAPABILITIES, rebalance: 'cooperative' });
