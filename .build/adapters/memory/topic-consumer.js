import { StreamError } from '../../src/errors.js';
import { invalid } from '../../src/options.js';
import { ALL_SETTLED, MemoryConsumer } from './consumer.js';
import { Held, LogDelivery } from './lane.js';
import { MAX_BATCH, MAX_DELAY_MS } from './options.js';
import { BodyCopier } from './payload.js';
/** A consumer of a partitioned log, a member of a group from its first fetch on. Per lane, the finished prefix is committed. */
export class TopicConsumer extends MemoryConsumer {
    source;
    capabilities;
    /** @internal */
    rebalance;
    /** @internal */
    revokeMs;
    /** Its name in the group. Before the first fetch undefined, unless given. */
    id;
    /** @internal */
    listener = undefined;
    /** @internal */
    lanes = new Map();
    #options;
    #topic;
    #bodies = new BodyCopier();
    #group;
    #failure;
    #tokens = 0;
    /** Which lane a fetch begins with, so that none is always last. */
    #turn = 0;
    /** @internal */
    constructor(broker, brokerName, options, topic) {
        super(broker);
        this.#options = options;
        this.#topic = topic;
        this.id = options.member;
        this.rebalance = options.rebalance;
        this.revokeMs = options.revokeMs;
        this.source = `memory://${brokerName}/${options.topic}?group=${options.group}`;
        const capabilities = {
            settlement: 'cursor',
            ordered: true,
            maxBatch: MAX_BATCH,
            abort: 'safe',
            stopLatencyMs: 0,
            ackConfirmed: true,
            attempts: 'none',
            closeReleases: 'free',
            release: { scope: 'tail', maxDelayMs: MAX_DELAY_MS, costsAttempt: false },
            lease: false,
            flush: true,
            deadLetter: false,
            pause: true,
            seek: true,
            lag: true,
            transactions: false,
            revoke: 'awaited',
            rebalance: options.rebalance,
        };
        this.capabilities = Object.freeze(capabilities);
    }
    watch(listener) {
        this.assertOpen();
        if (this.listener !== undefined)
            throw this.error('INVALID_ARGUMENT', 'watch: the consumer has a listener');
        if (this.#group !== undefined)
            throw this.error('INVALID_ARGUMENT', 'watch: the listener must be set before the first fetch');
        this.listener = listener;
    }
    /** Of each lane the first that is still held decides: it and all later ones are delivered again. */
    async release(messages, options = {}) {
        const delayMs = this.delayOf(options.delayMs);
        return await this.settle('release', messages, (them) => {
            const first = new Map();
            for (const { raw } of them) {
                if (!(raw instanceof LogDelivery) || !this.#owns(raw.lane) || raw.state !== Held.OPEN)
                    continue;
                const earlier = first.get(raw.lane);
                if (earlier === undefined || raw.offset < earlier.offset)
                    first.set(raw.lane, raw);
            }
            const notBefore = delayMs === 0 ? 0 : this.broker.clock.now() + delayMs;
            for (const [lane, delivery] of first)
                lane.giveBackFrom(delivery, notBefore);
            this.wake();
            return ALL_SETTLED;
        });
    }
    async flush({ signal }) {
        if (!(signal instanceof AbortSignal))
            throw invalid('signal', signal, 'an AbortSignal');
        const flushed = this.request('flush', () => ({
            confirmed: this.#commit(this.lanes.values()),
            recorded: this.#unsettled(),
            failed: [],
        }));
        const cut = new Promise((resolve) => {
            const onAbort = () => resolve({ confirmed: [], recorded: this.#unsettled(), failed: [] });
            if (signal.aborted)
                onAbort();
            else
                signal.addEventListener('abort', onAbort, { once: true });
            const forget = () => signal.removeEventListener('abort', onAbort);
            flushed.then(forget, forget);
        });
        return await Promise.race([flushed, cut]);
    }
    /** Lanes that are not its own are passed over: they may have left a moment ago. */
    pause(lanes) {
        this.#setPaused(lanes, true);
    }
    resume(lanes) {
        this.#setPaused(lanes, false);
        this.wake();
    }
    /** The position is an offset, also as decimal text. */
    async seek(lane, position) {
        const offset = typeof position === 'string' && /^\d+$/.test(position) ? Number(position) : position;
        if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 0)
            throw invalid('position', position, 'an offset');
        await this.request('seek', () => {
            const owned = this.#laneNamed(lane);
            if (owned === undefined)
                throw this.error('LEASE_LOST', `lane ${lane} is not assigned to this consumer`);
            owned.seek(offset);
            this.wake();
        });
    }
    async lag() {
        return await this.request('lag', () => {
            this.#found();
            return new Map([...this.lanes.values()].map((lane) => [lane.name, lane.backlog]));
        });
    }
    /** @internal */
    listenerFailed(error) {
        this.#failure = new StreamError('INTERNAL', 'the assignment listener failed', { adapter: this.adapter, cause: error });
        this.wake();
    }
    take(max) {
        const topic = this.#found();
        if (this.#group === undefined || !this.#group.members.has(this)) {
            this.#group = topic.join(this.#options.group, this, this.#options.from);
        }
        const failure = this.#failure;
        if (failure !== undefined) {
            this.#failure = undefined;
            throw failure;
        }
        const now = this.broker.clock.now();
        const batch = [];
        const readable = [...this.lanes.values()].filter((lane) => lane.available(now) > 0);
        this.#turn += 1;
        for (let index = 0; index < readable.length && batch.length < max; index += 1) {
            const lane = readable[(this.#turn + index) % readable.length]; // The index is within it.
            // An equal share of what is left, so that no lane fills the batch alone.
            const share = Math.ceil((max - batch.length) / (readable.length - index));
            const count = Math.min(share, lane.available(now));
            lane.deliver(topic.name, count, batch, this.#tokens, this.#bodies);
            this.#tokens += count;
        }
        this.#tellEnded();
        return batch;
    }
    dueAt() {
        const now = this.broker.clock.now();
        let due = Infinity;
        for (const { notBefore } of this.lanes.values())
            if (notBefore > now && notBefore < due)
                due = notBefore;
        return due;
    }
    waits() {
        // The group wakes the owner of what has come.
    }
    settleAck(messages) {
        const failed = [];
        const again = [];
        const touched = new Set();
        let last;
        let fresh = 0;
        for (const message of messages) {
            const { raw } = message;
            if (!(raw instanceof LogDelivery)) {
                failed.push(this.leaseLost(message));
            }
            else if (raw.state === Held.SETTLED) {
                again.push(message);
            }
            else if (raw.state === Held.STALE || !this.#owns(raw.lane)) {
                failed.push(this.leaseLost(message));
            }
            else {
                if (raw.state === Held.OPEN) {
                    raw.lane.finish(raw);
                    fresh += 1;
                }
                if (raw.lane !== last)
                    touched.add(raw.lane);
                last = raw.lane;
            }
        }
        const committed = this.#options.commitOnAck ? this.#commit(touched) : [];
        const recorded = messages.filter(isRecorded);
        // Neither more nor less than was asked for.
        const isWhole = fresh === messages.length && recorded.length === 0 && committed.length === fresh;
        return { confirmed: isWhole ? messages : again.concat(committed), recorded, failed };
    }
    leave() {
        this.#commit(this.lanes.values());
        return this.vanish();
    }
    vanish() {
        const unconfirmed = this.#unsettled();
        this.#group?.leave(this);
        return unconfirmed;
    }
    /** Commits the finished prefix of these lanes. Returns what that confirms. */
    #commit(lanes) {
        let confirmed;
        for (const lane of lanes) {
            const last = lane.mark.finished;
            // Every message of a topic has its offset for a position.
            if (last === undefined || this.#group?.commit(lane, last.position + 1) !== true)
                continue;
            const settled = lane.settle(last);
            if (confirmed === undefined)
                confirmed = settled;
            else
                for (const message of settled)
                    confirmed.push(message);
        }
        return confirmed ?? [];
    }
    #unsettled() {
        return [...this.lanes.values()].flatMap((lane) => lane.unsettled());
    }
    #tellEnded() {
        const ended = [];
        for (const lane of this.lanes.values()) {
            if (!lane.partition.ended || lane.endTold || lane.revoking || lane.backlog > 0)
                continue;
            lane.endTold = true;
            ended.push({ lane: lane.name, assignment: lane.assignment });
        }
        if (ended.length === 0)
            return;
        try {
            this.listener?.ended(ended);
        }
        catch (error) {
            this.listenerFailed(error);
        }
    }
    #setPaused(lanes, paused) {
        this.assertOpen();
        for (const name of lanes) {
            const lane = this.#laneNamed(name);
            if (lane !== undefined)
                lane.paused = paused;
        }
    }
    #laneNamed(name) {
        const lane = this.lanes.get(Number(name));
        return lane?.name === name ? lane : undefined;
    }
    #owns(lane) {
        return this.lanes.get(lane.partition.index) === lane;
    }
    #found() {
        const { topic } = this.#options;
        if (this.#topic === undefined)
            throw this.error('NOT_FOUND', `no topic ${topic}: it did not exist when the consumer was made`);
        return this.#topic;
    }
}
function isRecorded({ raw }) {
    return raw instanceof LogDelivery && raw.state === Held.FINISHED && !raw.lane.gone;
}
