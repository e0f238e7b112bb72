import { check } from '../../conformance/chaos/checker.js';
const LEASE = {
    settlement: 'lease',
    ordered: false,
    maxBatch: 100,
    abort: 'safe',
    stopLatencyMs: 0,
    ackConfirmed: true,
    attempts: 'exact',
    closeReleases: 'free',
    release: { scope: 'message', maxDelayMs: 0, costsAttempt: false },
    lease: { ms: 1_000, extend: 'message', maxMs: Infinity, lossKnownBy: 'broker' },
    flush: false,
    deadLetter: false,
    pause: false,
    seek: false,
    lag: false,
    transactions: false,
    revoke: 'none',
    rebalance: undefined,
};
/** A history, written by hand: each method is one event, at the time given. */
export class Worker {
    name;
    events = [];
    #capabilities;
    #deliveries = 0;
    constructor(name, capabilities) {
        this.name = name;
        this.#capabilities = capabilities;
        this.events.push({ kind: 'begin', at: 0, wallMs: 0, pid: 1, capabilities });
    }
    /** Brings one message, by a fetch that was called 1 ms before; returns its delivery. */
    fetched(at, message, more = {}) {
        const delivery = this.#deliveries;
        this.#deliveries += 1;
        const { attempt = 1, assignment = 0 } = more;
        const place = this.#capabilities.ordered ? { lane: 'L', position: message * 10 } : {};
        this.events.push({
            kind: 'fetched',
            at,
            calledAt: at - 1,
            messages: [{ delivery, message, id: `id${message}`, attempt, assignment, ...place }],
        });
        return delivery;
    }
    started(at, delivery, call = 1) {
        this.events.push({ kind: 'started', at, delivery, call });
        return this;
    }
    succeeded(at, delivery, leaseMs = 500) {
        this.events.push({ kind: 'succeeded', at, delivery, leaseMs });
        return this;
    }
    failed(at, delivery) {
        this.events.push({ kind: 'failed', at, delivery, call: 1 });
        return this;
    }
    flushed(at, ...deliveries) {
        this.events.push({ kind: 'flushed', at, deliveries });
        return this;
    }
    acking(at, ...deliveries) {
        this.events.push({ kind: 'acking', at, deliveries });
        return this;
    }
    confirmed(at, ...confirmed) {
        this.events.push({ kind: 'acked', at, calledAt: at - 1, confirmed, recorded: [], failed: [] });
        return this;
    }
    refused(at, delivery, code) {
        this.events.push({ kind: 'acked', at, calledAt: at - 1, confirmed: [], recorded: [], failed: [[delivery, code]] });
        return this;
    }
    released(at, ...deliveries) {
        this.events.push({ kind: 'released', at, deliveries });
        return this;
    }
    lanes(at, event, assignment) {
        this.events.push({ kind: 'lanes', at, event, lanes: [['L', assignment]] });
        return this;
    }
    drains(at) {
        this.events.push({ kind: 'phase', at, phase: 'stop-fetch', event: 'begin' });
        return this;
    }
    /** Its last word: totals of what is given, else of zero. */
    receipt(at, totals, more = {}) {
        this.events.push({ kind: 'receipt', at, receipt: receiptOf(totals, more) });
        return this;
    }
    /** From the fetch to the confirmation, in 4 ms; returns the delivery. */
    handles(at, message, more = {}) {
        const delivery = this.fetched(at, message, more);
        this.started(at + 1, delivery)
            .succeeded(at + 2, delivery)
            .flushed(at + 3, delivery)
            .acking(at + 3, delivery)
            .confirmed(at + 4, delivery);
        return delivery;
    }
    get history() {
        return { worker: this.name, events: this.events };
    }
}
function receiptOf(totals, more) {
    return {
        version: 1,
        adapter: 'hand',
        source: 'hand://written',
        reason: 'SIGTERM',
        outcome: 'clean',
        startedAt: '2026-01-01T00:00:00.000Z',
        durationMs: 0,
        budget: { softMs: 0, hardMs: 0, endMs: 0 },
        phases: [],
        marks: [],
        samples: [],
        held: { count: 0, groups: [] },
        errors: [],
        ...more,
        totals: {
            delivered: 0,
            succeeded: 0,
            failed: 0,
            retries: 0,
            deduplicated: 0,
            adopted: 0,
            confirmed: 0,
            sent: 0,
            recorded: 0,
            released: 0,
            deadLettered: 0,
            lapsing: 0,
            lost: 0,
            ...totals,
        },
    };
}
/** A run, written by hand. */
export class Story {
    #capabilities;
    #workers = [];
    faults = [];
    uncertain = new Set();
    constructor(changes = {}) {
        this.#capabilities = { ...LEASE, ...changes };
    }
    worker(name) {
        const worker = new Worker(name, this.#capabilities);
        this.#workers.push(worker);
        return worker;
    }
    fault(kind, worker, from, to = from) {
        this.faults.push({ kind, from, to, ...(worker === undefined ? {} : { worker: worker.name }) });
    }
    judge(published, pending = 0) {
        return check({
            published,
            uncertain: this.uncertain,
            histories: this.#workers.map(({ history }) => history),
            faults: this.faults,
            final: { pending, inFlight: 0, deadLetters: undefined },
            capabilities: this.#capabilities,
            startedAt: 0,
        });
    }
    /** The kinds of its anomalies, each with its messages. */
    anomalies(published, pending = 0) {
        return this.judge(published, pending).anomalies.map(({ kind, messages }) => [kind, [...messages]]);
    }
}
