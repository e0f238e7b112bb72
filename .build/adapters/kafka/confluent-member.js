import { makeConfluentMessage } from './confluent-message.js';
import { confluentError, failure, isTransient } from './errors.js';
import { Lane, laneName } from './lane.js';
const ASSIGN = -175;
const REVOKE = -174;
/** Kafka's time stamp for the end of a partition. */
const LATEST = -1;
const AUTHENTICATION = -169;
const CONNECT_MS = 10_000;
/** Between two looks when nothing came, ms: consuming without a timeout takes no thread of Node's pool. */
const IDLE_MS = 10;
/** Records of one look. */
const LOOK = 10_000;
/** The share of the poll interval that lanes have to be settled: the rest is for the rejoin. */
const SETTLE_SHARE = 0.8;
/**
 * One life of one consumer of librdkafka. It waits for its rebalance callback to give partitions up, so a revocation takes as long
 * as the lanes need, bounded by `max.poll.interval.ms`; only the lanes that move stop.
 */
export class ConfluentMember {
    lanes = new Map();
    isReady = false;
    waiting = 0;
    #client;
    #settings;
    #owner;
    #paused = new Set();
    /** Lanes that were sought back, until the client has done it. */
    #seeking = new Set();
    #running;
    #wake;
    /** All lanes are paused, because nobody takes what came. */
    #full = false;
    /** The request under way. */
    #commit;
    /** Ends a revocation that waits for its lanes. */
    #holds = new Set();
    /** When the process was last seen to run. */
    #seen = 0;
    /** Why a connection was refused, before there was any. */
    #refusal;
    #stopping = false;
    #disconnecting = false;
    #ended = false;
    constructor(make, settings, owner) {
        this.#settings = settings;
        this.#owner = owner;
        this.#client = make({
            ...configOf(settings),
            rebalance_cb: (error, places) => this.#rebalanced(error, places),
            offset_commit_cb: (error, places) => this.#committed(error, places),
        }, { 'auto.offset.reset': settings.fromBeginning ? 'earliest' : 'latest' });
        this.#client.setDefaultConsumeTimeout(0);
        // What goes wrong on one connection is the client's to mend; what it cannot, consuming tells. But connecting tries again, and
        // in the end says only that it took too long.
        this.#client.on('event.error', (error) => {
            // These events have lost their codes.
            if (!this.isReady && /authentication failure/i.test(error.message))
                this.#refusal = { message: error.message, code: AUTHENTICATION };
        });
    }
    start() {
        this.#seen = performance.now();
        this.#running ??= this.#run().catch((error) => this.#end(confluentError('consuming', this.#refusal ?? error)));
    }
    async #run() {
        await called((done) => this.#client.connect({ timeout: CONNECT_MS }, done));
        for (const topic of this.#settings.topics)
            await this.#find(topic);
        if (this.#stopping)
            return;
        this.isReady = true;
        this.#owner.arrived();
        this.#client.subscribe([...this.#settings.topics]);
        while (!this.#stopping) {
            this.checkSession();
            for (const lane of this.#seeking)
                await this.#seek(lane);
            if (this.waiting > this.#owner.ahead() && !this.#full) {
                // Callbacks come with consuming only, and have to go on; paused lanes bring nothing meanwhile.
                await this.#pause(this.#settings.heartbeatMs);
                if (this.waiting <= this.#owner.ahead())
                    continue;
                this.#full = true;
                this.#client.pause([...this.lanes.values()].map(placeOf));
            }
            else if (this.#full && this.waiting <= this.#owner.ahead()) {
                this.#full = false;
                this.#client.resume([...this.lanes.values()].filter(({ lane }) => !this.#paused.has(lane)).map(placeOf));
            }
            // An answer to a commit comes with consuming, too.
            if (!(await this.#consume()))
                await this.#pause(this.#commit === undefined ? IDLE_MS : 1);
        }
    }
    /** librdkafka waits in silence for a topic that does not exist. */
    async #find(topic) {
        const { topics } = await called((done) => this.#client.getMetadata({ topic, timeout: CONNECT_MS }, done));
        const found = topics.find(({ name }) => name === topic);
        if (found !== undefined && found.partitions.length > 0)
            return;
        // The client leaves out of the metadata why there is nothing; as a subscriber it is told. It joins only where there are topics.
        this.#client.subscribe([topic]);
        const end = performance.now() + this.#settings.answerMs;
        while (performance.now() < end && !this.#stopping) {
            await called((done) => this.#client.consume(1, done));
            await this.#pause(IDLE_MS);
        }
        throw failure('NOT_FOUND', `no topic ${topic}`);
    }
    /** Returns whether something came. */
    async #consume() {
        let messages;
        try {
            messages = await called((done) => this.#client.consume(LOOK, done));
        }
        catch (error) {
            if (!isTransient(error))
                throw error;
            return false;
        }
        let came = 0;
        for (let at = 0; at < messages.length;) {
            const { topic, partition } = messages[at]; // Below the length.
            let end = at + 1;
            while (end < messages.length && messages[end]?.partition === partition && messages[end]?.topic === topic)
                end += 1;
            const lane = this.lanes.get(laneName(topic, partition));
            // What was under way when the lane left, or was sought back, is read again.
            if (lane !== undefined && !this.#seeking.has(lane) && !this.#stopping) {
                lane.arrived(messages.slice(at, end));
                came += end - at;
            }
            at = end;
        }
        this.waiting += came;
        if (came > 0)
            this.#owner.arrived();
        return messages.length > 0;
    }
    /** Resolves after so many ms, or when there is room or something to do. */
    #pause(ms) {
        return new Promise((resolve) => {
            const wake = () => {
                clearTimeout(timer);
                this.#wake = undefined;
                resolve();
            };
            const timer = setTimeout(wake, ms);
            this.#wake = wake;
        });
    }
    #end(error) {
        if (this.#ended)
            return;
        this.#ended = true;
        this.#lose([...this.lanes.values()]);
        if (this.#stopping)
            return;
        this.#stopping = true;
        this.#disconnecting = true;
        this.#client.disconnect(() => undefined);
        this.#owner.ended(this, error);
    }
    checkSession() {
        const now = performance.now();
        const stoodStillMs = now - this.#seen;
        this.#seen = now;
        if (this.#running === undefined || stoodStillMs <= this.#settings.sessionTimeoutMs)
            return;
        this.#end(failure('UNAVAILABLE', `the process stood still for ${Math.round(stoodStillMs)} ms, longer than its session`));
    }
    taken(count) {
        this.waiting -= count;
        if (this.waiting <= this.#owner.ahead())
            this.#wake?.();
    }
    // ── Lanes ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    #rebalanced(error, places) {
        if (error?.code === ASSIGN)
            this.#assign(places);
        else if (error?.code === REVOKE)
            this.#revoke(places);
        else
            this.#end(confluentError('the rebalance', error));
    }
    #assign(places) {
        this.#client.incrementalAssign(places);
        const lanes = places.map(({ topic, partition }) => new Lane(topic, partition, this.#owner.nextAssignment(), makeConfluentMessage));
        for (const lane of lanes)
            this.lanes.set(lane.lane, lane);
        if (this.#full)
            this.#client.pause(places);
        this.#wakeFetchers();
        if (lanes.length > 0)
            this.#owner.assigned(lanes);
    }
    /**
     * librdkafka pauses all partitions while it waits for a rebalance callback. When they are resumed, the threads that fetch them
     * may sleep on for up to a second, unless they get something to do: a question to the leaders of the lanes.
     */
    #wakeFetchers() {
        if (this.#stopping || this.lanes.size === 0)
            return;
        const places = [...this.lanes.values()].map((lane) => ({ ...placeOf(lane), offset: LATEST }));
        // The answer is not needed.
        this.#client.offsetsForTimes(places, this.#settings.answerMs, () => undefined);
    }
    #revoke(places) {
        const lanes = places.flatMap(({ topic, partition }) => this.lanes.get(laneName(topic, partition)) ?? []);
        const unassign = () => {
            this.#forget(lanes);
            try {
                // A client that is being closed waits for it, too, and for ever.
                this.#client.incrementalUnassign(places);
            }
            catch (error) {
                // Once it is closed it has nothing left to give up.
                if (!this.#disconnecting)
                    throw error;
            }
            this.#wakeFetchers();
        };
        if (this.#stopping) {
            unassign();
            return;
        }
        if (this.#client.assignmentLost()) {
            this.#lose(lanes);
            unassign();
            return;
        }
        for (const lane of lanes)
            this.#drop(lane);
        const deadlineMs = Math.floor(this.#settings.rebalanceTimeoutMs * SETTLE_SHARE);
        const end = () => {
            if (!this.#holds.delete(end))
                return;
            clearTimeout(deadline);
            unassign();
        };
        const deadline = setTimeout(end, deadlineMs);
        this.#holds.add(end);
        // What goes wrong in it is the owner's to tell.
        this.#owner.revoking(lanes, deadlineMs).then(end, end);
    }
    #lose(lanes) {
        const lost = lanes.filter((lane) => !lane.gone);
        this.#forget(lost);
        if (lost.length > 0)
            this.#owner.lost(lost);
    }
    #forget(lanes) {
        for (const lane of lanes) {
            lane.gone = true;
            this.#drop(lane);
            this.#seeking.delete(lane);
            if (this.lanes.get(lane.lane) === lane)
                this.lanes.delete(lane.lane);
        }
    }
    #drop(lane) {
        const { waiting } = lane;
        lane.clear();
        this.taken(waiting);
    }
    rewind(lane, offset) {
        this.#drop(lane);
        lane.readFrom = offset;
        // Between two looks, so that none brings what was asked for before.
        this.#seeking.add(lane);
        this.#wake?.();
    }
    async #seek(lane) {
        const from = lane.readFrom;
        const place = { ...placeOf(lane), offset: Number(from) };
        await called((done) => this.#client.seek(place, this.#settings.answerMs, done));
        if (lane.readFrom === from)
            this.#seeking.delete(lane);
    }
    pause(lanes) {
        for (const { lane } of lanes)
            this.#paused.add(lane);
        this.#client.pause(lanes.map(placeOf));
    }
    resume(lanes) {
        for (const { lane } of lanes)
            this.#paused.delete(lane);
        if (!this.#full)
            this.#client.resume(lanes.map(placeOf));
    }
    // ── Commits and the end ───────────────────────────────────────────────────────────────────────────────────────────
    commit({ topics }) {
        const places = topics.flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })));
        return new Promise((resolve, reject) => {
            this.#commit = { places, resolve, reject };
            // The callback of the client's own `commitCb` says that the request was made, and nothing of its answer.
            this.#client.commit(places);
            this.#wake?.();
        });
    }
    #committed(error, places) {
        const commit = this.#commit;
        // The answer to one that was given up may come late.
        if (commit === undefined || !commit.places.every((each) => places.some((other) => isSamePlace(each, other))))
            return;
        this.#commit = undefined;
        if (error)
            commit.reject(confluentError('commit', error));
        else
            commit.resolve();
    }
    async ask() {
        await called((done) => this.#client.committed([...this.lanes.values()].map(placeOf), this.#settings.answerMs, done));
    }
    async lag(lanes) {
        const { answerMs, fromBeginning } = this.#settings;
        const committed = await called((done) => this.#client.committed(lanes.map(placeOf), answerMs, done));
        const places = new Map(committed.map(({ topic, partition, offset }) => [laneName(topic, partition), offset]));
        const lag = new Map();
        for (const { lane, topic, partition } of lanes) {
            const { lowOffset, highOffset } = await called((done) => this.#client.queryWatermarkOffsets(topic, partition, answerMs, done));
            const place = places.get(lane) ?? -1;
            // A group that has committed nothing begins where it was told to.
            const from = place >= 0 ? Math.max(place, lowOffset) : fromBeginning ? lowOffset : highOffset;
            lag.set(lane, highOffset - from);
        }
        return lag;
    }
    async stop() {
        this.#stopping = true;
        this.#wake?.();
        for (const end of this.#holds)
            end();
        await this.#running;
        if (this.#ended)
            return;
        this.#disconnecting = true;
        await called((done) => this.#client.disconnect(done));
    }
}
/** A promise of what a callback tells. */
function called(call) {
    return new Promise((resolve, reject) => {
        // A value that is not told is not asked for either.
        call((error, value) => (error ? reject(error) : resolve(value)));
    });
}
function isSamePlace(one, other) {
    return one.topic === other.topic && one.partition === other.partition && one.offset === other.offset;
}
function placeOf({ topic, partition }) {
    return { topic, partition };
}
/** librdkafka's names for the settings. The new group protocol takes sessions and assignment from the broker. */
function configOf(settings) {
    const classic = {
        'session.timeout.ms': settings.sessionTimeoutMs,
        'heartbeat.interval.ms': settings.heartbeatMs,
        'partition.assignment.strategy': 'cooperative-sticky',
    };
    return {
        'group.id': settings.groupId,
        'group.protocol': settings.groupProtocol,
        ...(settings.groupProtocol === 'classic' ? classic : {}),
        ...(settings.instanceId === undefined ? {} : { 'group.instance.id': settings.instanceId }),
        'max.poll.interval.ms': Math.max(settings.rebalanceTimeoutMs, settings.sessionTimeoutMs),
        'enable.auto.commit': false,
        'enable.auto.offset.store': false,
        'allow.auto.create.topics': false,
        'isolation.level': settings.readUncommitted ? 'read_uncommitted' : 'read_committed',
        'fetch.wait.max.ms': settings.maxWaitMs,
        'fetch.min.bytes': settings.minBytes,
        // librdkafka wants it to be no more than the one below; a record that is larger comes all the same.
        'message.max.bytes': Math.min(1_000_000, Math.max(settings.maxBytes, settings.maxBytesPerPartition)),
        'fetch.max.bytes': Math.max(settings.maxBytes, settings.maxBytesPerPartition),
        'fetch.message.max.bytes': settings.maxBytesPerPartition,
        'topic.metadata.refresh.interval.ms': settings.metadataMaxAgeMs,
    };
}
