import { Lease, Message, } from '../../src/index.js';
/** A lease broker with every freedom: what tests start from. */
export const LEASED = {
    settlement: 'lease',
    ordered: true,
    maxBatch: 1_000,
    abort: 'safe',
    stopLatencyMs: 0,
    ackConfirmed: true,
    attempts: 'exact',
    closeReleases: 'free',
    release: { scope: 'message', maxDelayMs: 60_000, costsAttempt: false },
    lease: { ms: 30_000, extend: 'message', maxMs: Infinity, lossKnownBy: 'broker' },
    flush: false,
    deadLetter: false,
    pause: false,
    seek: false,
    lag: false,
    transactions: false,
    revoke: 'none',
    rebalance: undefined,
};
export const CURSOR = {
    ...LEASED,
    settlement: 'cursor',
    attempts: 'none',
    release: false,
    lease: false,
    flush: true,
    pause: true,
    revoke: 'awaited',
    rebalance: 'cooperative',
};
const BODY = new Uint8Array([1, 2, 3]);
let deliveries = 0;
/** A message as an adapter would make it; a delivery of its own each time. */
export function message(id, init = {}) {
    deliveries += 1;
    return new Message({ id, delivery: deliveries, body: BODY, raw: undefined, attempt: 1, ...init });
}
export function messages(count, init = () => ({})) {
    return Array.from({ length: count }, (_, index) => message(`m${index}`, init(index)));
}
export function leaseFor(ms, now = performance.now()) {
    return new Lease(now + ms);
}
/**
 * A consumer whose every answer a test can replace: for what no real broker does on demand (wrong answers, hangs, partial
 * failures). It keeps a log of calls in order.
 */
export class ScriptedConsumer {
    adapter = 'scripted';
    source = 'scripted://test';
    capabilities;
    calls = [];
    acked = [];
    released = [];
    extended = [];
    deadLettered = [];
    paused = [];
    listener;
    closeOptions;
    #queue = [];
    #wake = () => undefined;
    /** What a test replaces. */
    onFetch;
    onAck = (batch) => Promise.resolve({ confirmed: batch, recorded: [], failed: [] });
    onRelease = () => Promise.resolve({ failed: [] });
    onExtend = () => Promise.resolve({ failed: [] });
    onFlush = () => Promise.resolve({ confirmed: [], recorded: [], failed: [] });
    onClose = () => Promise.resolve({ unconfirmed: [], clean: true });
    onDeadLetter = () => Promise.resolve({ failed: [] });
    constructor(capabilities = {}, base = LEASED) {
        this.capabilities = { ...base, ...capabilities };
    }
    push(...batch) {
        this.#queue.push(...batch);
        this.#wake();
        return this;
    }
    get ackedIds() {
        return this.acked.map(({ id }) => id);
    }
    get releasedIds() {
        return this.released.map(({ id }) => id);
    }
    async fetch(options) {
        this.calls.push('fetch');
        if (this.onFetch !== undefined)
            return this.onFetch(options);
        if (this.#queue.length === 0 && !options.signal.aborted) {
            await new Promise((resolve) => {
                this.#wake = resolve;
                options.signal.addEventListener('abort', () => resolve(), { once: true });
            });
        }
        return options.signal.aborted ? [] : this.#queue.splice(0, options.max);
    }
    ack(batch) {
        this.calls.push(`ack ${batch.map(({ id }) => id).join(' ')}`);
        this.acked.push(...batch);
        return this.onAck(batch);
    }
    release(batch, options) {
        this.calls.push(`release ${batch.map(({ id }) => id).join(' ')}`);
        this.released.push(...batch);
        return this.onRelease(batch, options);
    }
    extend(batch) {
        this.extended.push([...batch]);
        return this.onExtend(batch);
    }
    flush() {
        this.calls.push('flush');
        return this.onFlush();
    }
    deadLetter(batch, reason) {
        this.deadLettered.push(...batch);
        return this.onDeadLetter(batch, reason);
    }
    watch(listener) {
        this.listener = listener;
    }
    pause(lanes) {
        this.paused.push(...lanes);
    }
    resume(lanes) {
        for (const lane of lanes)
            this.paused.splice(this.paused.indexOf(lane), 1);
    }
    close(options) {
        this.calls.push('close');
        this.closeOptions = options;
        return this.onClose(options);
    }
}
