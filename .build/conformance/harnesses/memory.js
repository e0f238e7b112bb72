import { randomBytes } from 'node:crypto';
import { MemoryBroker } from '../../adapters/memory/index.js';
export const MEMORY_KINDS = Object.freeze(['queue', 'ordered', 'topic', 'eager']);
const GROUP = 'g';
/** Longer than any case. */
const LEASE_MS = 30_000;
const REVOKE_MS = 5_000;
const LANES = 1;
/** A harness on a broker of its own in this process. It has no server to restart, and no network. */
export function startMemoryHarness(kind = 'queue') {
    return Promise.resolve(new MemoryHarness(kind));
}
class MemoryHarness {
    adapter = 'memory';
    variant;
    client = 'none';
    server = 'tailrace/memory';
    minimum;
    timing = {
        answerMs: 2_000,
        shortestLeaseMs: 60,
        leaseGranularityMs: 40,
        rebalanceMs: 1_000,
        takeoverMs: LEASE_MS,
    };
    #kind;
    #groups = 0;
    #broker = new MemoryBroker({ name: 'conformance' });
    constructor(kind) {
        this.#kind = kind;
        this.variant = kind;
        this.minimum = {
            settlement: isLog(kind) ? 'cursor' : 'lease',
            ordered: kind !== 'queue',
            abort: 'safe',
            ackConfirmed: true,
            attempts: isLog(kind) ? 'none' : 'exact',
            closeReleases: 'free',
            deadLetter: !isLog(kind),
            flush: isLog(kind),
            pause: isLog(kind),
            seek: isLog(kind),
            lag: true,
            revoke: isLog(kind) ? 'awaited' : 'none',
            rebalance: isLog(kind) ? (kind === 'eager' ? 'eager' : 'cooperative') : undefined,
        };
    }
    create(options = {}) {
        const name = `c-${randomBytes(6).toString('hex')}`;
        return Promise.resolve(isLog(this.#kind) ? this.#topic(name, options) : this.#queue(name, options));
    }
    openMissing() {
        const name = `none-${randomBytes(6).toString('hex')}`;
        return Promise.resolve(isLog(this.#kind) ? this.#broker.consumer({ topic: name, group: GROUP }) : this.#broker.consumer({ queue: name }));
    }
    #queue(name, { leaseMs = LEASE_MS, maxDeliveries }) {
        const dead = this.#broker.createQueue(`${name}-dead`);
        const queue = this.#broker.createQueue(name, {
            leaseMs,
            ordered: this.#kind === 'ordered',
            deadLetterQueue: dead.name,
            ...(maxDeliveries === undefined ? {} : { maxAttempts: maxDeliveries }),
        });
        const buried = [];
        const undertaker = this.#broker.consumer({ queue: dead.name });
        return {
            name,
            url: undefined,
            publish: (messages) => this.#publish(name, messages),
            open: () => Promise.resolve(this.#broker.consumer({ queue: name })),
            state: async () => {
                const found = await undertaker.fetch({ max: 1_000, waitMs: 0, signal: new AbortController().signal });
                buried.push(...found.map(({ body }) => body));
                await undertaker.ack(found);
                const { ready, delayed, blocked, leased } = queue;
                return {
                    pending: ready.count + delayed.count + blocked.count + leased.count,
                    inFlight: leased.count,
                    deadLetters: [...buried],
                };
            },
            delete: async () => {
                await undertaker.close({ signal: new AbortController().signal });
            },
        };
    }
    #topic(name, { lanes = LANES }) {
        const topic = this.#broker.createTopic(name, { partitions: lanes });
        const open = () => Promise.resolve(this.#broker.consumer({
            topic: name,
            group: GROUP,
            rebalance: this.#kind === 'eager' ? 'eager' : 'cooperative',
            commitOnAck: this.#kind === 'eager',
            revokeMs: REVOKE_MS,
        }));
        return {
            name,
            url: undefined,
            publish: (messages) => this.#publish(name, messages),
            open,
            state: () => {
                const committed = topic.groups.includes(GROUP) ? topic.committed(GROUP) : [];
                const pending = topic.partitions.reduce((sum, { end }, index) => sum + end - (committed[index] ?? 0), 0);
                return Promise.resolve({ pending, inFlight: undefined, deadLetters: undefined });
            },
            delete: () => Promise.resolve(),
        };
    }
    async #publish(name, messages) {
        this.#broker.publish(name, messages.map(({ body, key, headers, lane }) => ({
            body,
            ...(key === undefined ? {} : { key }),
            ...(headers === undefined ? {} : { headers }),
            ...this.#place(key, lane),
        })));
    }
    /** Without a lane or key, messages of an ordered queue do not wait for each other. */
    #place(key, lane) {
        if (isLog(this.#kind))
            return lane === undefined ? {} : { partition: lane };
        if (lane !== undefined)
            return { group: `g${lane}` };
        this.#groups += 1;
        return key === undefined ? { group: `own-${this.#groups}` } : {};
    }
    stop() {
        return Promise.resolve();
    }
}
function isLog(kind) {
    return kind === 'topic' || kind === 'eager';
}
