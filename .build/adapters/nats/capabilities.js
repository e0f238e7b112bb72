/** The most messages of one fetch; the server sets no limit of its own unless `max_batch` does. */
const MAX_BATCH = 10_000;
/** 30 days. The server counts delays in ns; this stays far within what a JSON number holds exactly. */
export const MAX_DELAY_MS = 2_592_000_000;
export function capabilities({ leaseMs, confirm, cursor, exclusive }) {
    return Object.freeze({
        settlement: cursor ? 'cursor' : 'lease',
        ordered: exclusive,
        maxBatch: MAX_BATCH,
        abort: 'staged',
        stopLatencyMs: 0,
        ackConfirmed: confirm !== 'none',
        attempts: 'exact',
        closeReleases: 'costs-attempt',
        release: Object.freeze({ scope: exclusive ? 'tail' : 'message', maxDelayMs: MAX_DELAY_MS, costsAttempt: true }),
        lease: Object.freeze({ ms: leaseMs, extend: 'message', maxMs: Infinity, lossKnownBy: 'clock' }),
        flush: cursor || confirm === 'none',
        deadLetter: false,
        pause: false,
        seek: false,
        lag: true,
        transactions: false,
        revoke: 'none',
        rebalance: undefined,
    });
}
