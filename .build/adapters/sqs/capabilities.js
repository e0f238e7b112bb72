/** The most messages of one fetch: ten receives' worth. */
const MAX_BATCH = 100;
/** 12 hours: the longest that SQS keeps one delivery invisible, counted from its receive. */
export const MAX_LEASE_MS = 43_200_000;
export function capabilities({ leaseMs, fifo }) {
    return Object.freeze({
        settlement: 'lease',
        ordered: fifo,
        maxBatch: MAX_BATCH,
        abort: 'staged',
        stopLatencyMs: 0,
        ackConfirmed: true,
        // SQS calls its count approximate.
        attempts: 'hint',
        closeReleases: 'costs-attempt',
        release: Object.freeze({ scope: fifo ? 'tail' : 'message', maxDelayMs: MAX_LEASE_MS, costsAttempt: true }),
        lease: Object.freeze({ ms: leaseMs, extend: 'message', maxMs: MAX_LEASE_MS, lossKnownBy: 'clock' }),
        flush: false,
        deadLetter: false,
        pause: false,
        seek: false,
        lag: true,
        transactions: false,
        revoke: 'none',
        rebalance: undefined,
    });
}
