import { MemoryBroker } from '../../adapters/memory/index.js';
import { Held } from '../../adapters/memory/lane.js';
import { State } from '../../adapters/memory/queue-entry.js';
import { leaseMsOf } from './plan.js';
const NAME = 'd';
const DEAD = 'dead';
const GROUP = 'g';
export class QueueStage {
    #broker;
    #ledger;
    #world;
    #ordered;
    #settled = new Set();
    consumer;
    #acked = 0;
    constructor({ setup }, world, ledger) {
        this.#broker = new MemoryBroker({ clock: world.brokerClock, history: true });
        this.#world = world;
        this.#ledger = ledger;
        this.#ordered = setup.broker === 'ordered';
        this.#broker.createQueue(DEAD);
        this.#broker.createQueue(NAME, {
            leaseMs: leaseMsOf(setup),
            ordered: this.#ordered,
            releaseCostsAttempt: setup.releases === 'costs-attempt',
            ...(setup.onExhausted === 'broker' ? { deadLetterQueue: DEAD } : {}),
        });
        this.consumer = this.#broker.consumer({ queue: NAME });
    }
    publish({ lane, key }) {
        this.#broker.up();
        const name = this.#ordered ? `g${lane}` : undefined;
        const [id = ''] = this.#broker.publish(NAME, {
            body: 'x',
            ...(key === undefined ? {} : { key: `k${key}` }),
            ...(name === undefined ? {} : { group: name }),
        });
        this.#ledger.publish({ id, lane: name ?? '', key: key === undefined ? undefined : `k${key}`, position: Number(id) });
        return id;
    }
    checkCommitted() {
        const { count } = this.#broker.queue(NAME).acked;
        if (count === this.#acked)
            return;
        const { ids } = this.#broker.queue(NAME).acked;
        for (const id of ids.slice(this.#acked)) {
            this.#settled.add(id);
            this.#world.check(this.#ledger.done.has(id), () => `${id} is acked, and was not handled`);
        }
        this.#acked = count;
    }
    isHeld(message) {
        // What a queue delivers carries its entry.
        const entry = message.raw;
        return entry.token === message.delivery && entry.state === State.LEASED;
    }
    isUnacked(message) {
        return this.isHeld(message);
    }
    isVoid() {
        return false;
    }
    isSettled(id) {
        this.checkCommitted();
        return this.#settled.has(id) || this.#broker.queue(NAME).deadLettered.ids.includes(id);
    }
    disturb(what) {
        if (what === 'lapse')
            this.#broker.queue(NAME).lapse();
        else if (what === 'outage')
            this.#broker.down();
        else if (what === 'recover')
            this.#broker.up();
    }
    committed() {
        return 0;
    }
    stranded() {
        return [...this.#broker.queue(NAME).leased.ids];
    }
    everyone() {
        this.#broker.up();
    }
}
export class LogStage {
    #broker;
    #plan;
    #world;
    #ledger;
    #checked = [];
    #others = [];
    consumer;
    constructor(plan, world, ledger) {
        this.#plan = plan;
        this.#world = world;
        this.#ledger = ledger;
        this.#broker = new MemoryBroker({ clock: world.brokerClock, history: true });
        this.#broker.createTopic(NAME, { partitions: plan.setup.lanes });
        this.consumer = this.#open();
    }
    #open() {
        const { commitOnAck, rebalance, revokeMs } = this.#plan.setup;
        return this.#broker.consumer({ topic: NAME, group: GROUP, commitOnAck, rebalance, revokeMs });
    }
    publish({ lane, key }) {
        this.#broker.up();
        const partition = lane % this.#plan.setup.lanes;
        // Holes, as compaction and transactions leave them.
        if (key === 2)
            this.#broker.topic(NAME).skipOffsets(partition, 1 + lane);
        const [id = ''] = this.#broker.publish(NAME, { body: 'x', partition, ...(key === undefined ? {} : { key: `k${key}` }) });
        this.#ledger.publish({
            id,
            lane: String(partition),
            key: key === undefined ? undefined : `k${key}`,
            position: Number(id.split('-')[1]),
        });
        return id;
    }
    checkCommitted() {
        if (!this.#broker.topic(NAME).groups.includes(GROUP))
            return;
        this.#broker
            .topic(NAME)
            .committed(GROUP)
            .forEach((committed = 0, partition) => {
            const from = this.#checked[partition] ?? 0;
            this.#world.check(committed >= from, () => `partition ${partition} went back from ${from} to ${committed}`);
            if (committed === from)
                return;
            for (const { id, position } of this.#ledger.lanes.get(String(partition)) ?? []) {
                if (position >= from && position < committed)
                    this.#world.check(this.#ledger.done.has(id), () => `${id} is committed, and was not handled`);
            }
            this.#checked[partition] = committed;
        });
    }
    isHeld(message) {
        // What a log delivers carries its place there.
        const { state, lane } = message.raw;
        return (state === Held.OPEN || state === Held.FINISHED) && !lane.gone;
    }
    isUnacked(message) {
        const { state, lane } = message.raw;
        return state === Held.OPEN && !lane.gone;
    }
    isVoid(message) {
        const { state, lane } = message.raw;
        return state === Held.STALE && !lane.gone;
    }
    isSettled(id) {
        this.checkCommitted();
        const published = this.#ledger.published.get(id);
        return published !== undefined && published.position < (this.#checked[Number(published.lane)] ?? 0);
    }
    disturb(what) {
        const topic = this.#broker.topic(NAME);
        const known = topic.groups.includes(GROUP);
        if (what === 'outage')
            this.#broker.down();
        else if (what === 'recover')
            this.#broker.up();
        else if (what === 'join')
            this.#join();
        else if (what === 'leave')
            this.#leave();
        else if (what === 'rebalance' && known)
            topic.rebalance(GROUP);
        else if (what === 'expel' && known && this.consumer.id !== undefined) {
            const { id } = this.consumer;
            if (topic.members(GROUP).some((member) => member.id === id))
                topic.expel(GROUP, id);
        }
    }
    #join() {
        const other = this.#open();
        this.#others.push(other);
        // It takes lanes, and handles nothing: what it gets is read again by the next owner.
        other.fetch({ max: 1, waitMs: 0, signal: new AbortController().signal }).catch(() => undefined);
    }
    #leave() {
        const other = this.#others.shift();
        void other?.close({ signal: new AbortController().signal });
    }
    committed(lane) {
        this.checkCommitted();
        return this.#checked[Number(lane)] ?? 0;
    }
    stranded() {
        const { id } = this.consumer;
        const topic = this.#broker.topic(NAME);
        if (id === undefined || !topic.groups.includes(GROUP))
            return [];
        return topic.members(GROUP).some((member) => member.id === id) ? [`member ${id}`] : [];
    }
    everyone() {
        this.#broker.up();
        while (this.#others.length > 0)
            this.#leave();
    }
}
