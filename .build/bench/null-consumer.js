import { Message } from 'tailrace';
export const NULL_CAPABILITIES = {
    settlement: 'lease',
    ordered: true,
    maxBatch: 1_000_000,
    abort: 'safe',
    stopLatencyMs: 0,
    ackConfirmed: true,
    attempts: 'exact',
    closeReleases: 'free',
    release: { scope: 'message', maxDelayMs: 0, costsAttempt: false },
    lease: { ms: 30_000, extend: 'message', maxMs: Number.POSITIVE_INFINITY, lossKnownBy: 'clock' },
    flush: false,
    deadLetter: false,
    pause: false,
    seek: false,
    lag: false,
    transactions: false,
    revoke: 'none',
    rebalance: undefined,
};
const BODY = new Uint8Array(100);
const KEYS = Array.from({ length: 1_000 }, (_, at) => `key-${at}`);
export function nullMessage(number) {
    return new Message({
        id: 'm',
        delivery: number,
        body: BODY,
        raw: undefined,
        key: KEYS[number % 1_000],
        lane: 'lane',
        position: number,
        attempt: 1,
    });
}
/** Hands out what `next` makes, at once, until it makes nothing more; confirms every ack. What is left is the loop around the handler. */
export function nullConsumer(next, acked = () => undefined) {
    const settled = Promise.resolve({ failed: [] });
    return {
        adapter: 'null',
        source: 'null://',
        capabilities: NULL_CAPABILITIES,
        fetch: ({ max, signal }) => {
            const batch = next(max);
            if (batch.length > 0)
                return Promise.resolve(batch);
            return new Promise((resolve) => signal.addEventListener('abort', () => resolve([])));
        },
        ack: (messages) => {
            acked(messages.length);
            return Promise.resolve({ confirmed: messages, recorded: [], failed: [] });
        },
        release: () => settled,
        extend: () => settled,
        close: () => Promise.resolve({ unconfirmed: [], clean: true }),
    };
}
