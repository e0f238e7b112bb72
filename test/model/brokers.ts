import { MemoryBroker, type QueueConsumer, type TopicConsumer } from '../../adapters/memory/index.js';
import { Held, type LogDelivery } from '../../adapters/memory/lane.js';
import { type Entry, State } from '../../adapters/memory/queue-entry.js';
import type { Message } from '../../src/index.js';
import type { Ledger } from './ledger.js';
import { leaseMsOf, type MessagePlan, type Plan } from './plan.js';
import type { BrokerView } from './racing-consumer.js';
import type { World } from './world.js';

const NAME = 'd';
const DEAD = 'dead';
const GROUP = 'g';

/** The broker of one life, past any consumer: what is published, disturbed, and looked at. */
export interface Stage extends BrokerView {
  readonly consumer: QueueConsumer | TopicConsumer;
  publish(plan: MessagePlan): string;
  /** Whether it counts as settled there: acked, put away, or before the committed offset. */
  isSettled(id: string): boolean;
  disturb(what: 'rebalance' | 'expel' | 'join' | 'leave' | 'lapse' | 'outage' | 'recover'): void;
  committed(lane: string): number;
  /** The broker holds this message for this very delivery, and has heard of no ack. */
  isUnacked(message: Message): boolean;
  /** Still held by the consumer that was closed. */
  stranded(): string[];
  everyone(): void;
}

export class QueueStage implements Stage {
  readonly #broker: MemoryBroker;
  readonly #ledger: Ledger;
  readonly #world: World;
  readonly #ordered: boolean;
  readonly #settled: Set<string> = new Set();
  readonly consumer: QueueConsumer;
  #acked = 0;

  constructor({ setup }: Plan, world: World, ledger: Ledger) {
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

  publish({ lane, key }: MessagePlan): string {
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

  checkCommitted(): void {
    const { count } = this.#broker.queue(NAME).acked;
    if (count === this.#acked) return;
    const { ids } = this.#broker.queue(NAME).acked;
    for (const id of ids.slice(this.#acked)) {
      this.#settled.add(id);
      this.#world.check(this.#ledger.done.has(id), () => `${id} is acked, and was not handled`);
    }
    this.#acked = count;
  }

  isHeld(message: Message): boolean {
    // What a queue delivers carries its entry.
    const entry = message.raw as Entry;
    return entry.token === message.delivery && entry.state === State.LEASED;
  }

  isUnacked(message: Message): boolean {
    return this.isHeld(message);
  }

  isVoid(): boolean {
    return false;
  }

  isSettled(id: string): boolean {
    this.checkCommitted();
    return this.#settled.has(id) || this.#broker.queue(NAME).deadLettered.ids.includes(id);
  }

  disturb(what: Parameters<Stage['disturb']>[0]): void {
    if (what === 'lapse') this.#broker.queue(NAME).lapse();
    else if (what === 'outage') this.#broker.down();
    else if (what === 'recover') this.#broker.up();
  }

  committed(): number {
    return 0;
  }

  stranded(): string[] {
    return [...this.#broker.queue(NAME).leased.ids];
  }

  everyone(): void {
    this.#broker.up();
  }
}

export class LogStage implements Stage {
  readonly #broker: MemoryBroker;
  readonly #plan: Plan;
  readonly #world: World;
  readonly #ledger: Ledger;
  readonly #checked: number[] = [];
  readonly #others: TopicConsumer[] = [];
  readonly consumer: TopicConsumer;

  constructor(plan: Plan, world: World, ledger: Ledger) {
    this.#plan = plan;
    this.#world = world;
    this.#ledger = ledger;
    this.#broker = new MemoryBroker({ clock: world.brokerClock, history: true });
    this.#broker.createTopic(NAME, { partitions: plan.setup.lanes });
    this.consumer = this.#open();
  }

  #open(): TopicConsumer {
    const { commitOnAck, rebalance, revokeMs } = this.#plan.setup;
    return this.#broker.consumer({ topic: NAME, group: GROUP, commitOnAck, rebalance, revokeMs });
  }

  publish({ lane, key }: MessagePlan): string {
    this.#broker.up();
    const partition = lane % this.#plan.setup.lanes;
    // Holes, as compaction and transactions leave them.
    if (key === 2) this.#broker.topic(NAME).skipOffsets(partition, 1 + lane);
    const [id = ''] = this.#broker.publish(NAME, { body: 'x', partition, ...(key === undefined ? {} : { key: `k${key}` }) });
    this.#ledger.publish({
      id,
      lane: String(partition),
      key: key === undefined ? undefined : `k${key}`,
      position: Number(id.split('-')[1]),
    });
    return id;
  }

  checkCommitted(): void {
    if (!this.#broker.topic(NAME).groups.includes(GROUP)) return;
    this.#broker
      .topic(NAME)
      .committed(GROUP)
      .forEach((committed = 0, partition) => {
        const from = this.#checked[partition] ?? 0;
        this.#world.check(committed >= from, () => `partition ${partition} went back from ${from} to ${committed}`);
        if (committed === from) return;
        for (const { id, position } of this.#ledger.lanes.get(String(partition)) ?? []) {
          if (position >= from && position < committed)
            this.#world.check(this.#ledger.done.has(id), () => `${id} is committed, and was not handled`);
        }
        this.#checked[partition] = committed;
      });
  }

  isHeld(message: Message): boolean {
    // What a log delivers carries its place there.
    const { state, lane } = message.raw as LogDelivery;
    return (state === Held.OPEN || state === Held.FINISHED) && !lane.gone;
  }

  isUnacked(message: Message): boolean {
    const { state, lane } = message.raw as LogDelivery;
    return state === Held.OPEN && !lane.gone;
  }

  isVoid(message: Message): boolean {
    const { state, lane } = message.raw as LogDelivery;
    return state === Held.STALE && !lane.gone;
  }

  isSettled(id: string): boolean {
    this.checkCommitted();
    const published = this.#ledger.published.get(id);
    return published !== undefined && published.position < (this.#checked[Number(published.lane)] ?? 0);
  }

  disturb(what: Parameters<Stage['disturb']>[0]): void {
    const topic = this.#broker.topic(NAME);
    const known = topic.groups.includes(GROUP);
    if (what === 'outage') this.#broker.down();
    else if (what === 'recover') this.#broker.up();
    else if (what === 'join') this.#join();
    else if (what === 'leave') this.#leave();
    else if (what === 'rebalance' && known) topic.rebalance(GROUP);
    else if (what === 'expel' && known && this.consumer.id !== undefined) {
      const { id } = this.consumer;
      if (topic.members(GROUP).some((member) => member.id === id)) topic.expel(GROUP, id);
    }
  }

  #join(): void {
    const other = this.#open();
    this.#others.push(other);
    // It takes lanes, and handles nothing: what it gets is read again by the next owner.
    other.fetch({ max: 1, waitMs: 0, signal: new AbortController().signal }).catch(() => undefined);
  }

  #leave(): void {
    const other = this.#others.shift();
    void other?.close({ signal: new AbortController().signal });
  }

  committed(lane: string): number {
    this.checkCommitted();
    return this.#checked[Number(lane)] ?? 0;
  }

  stranded(): string[] {
    const { id } = this.consumer;
    const topic = this.#broker.topic(NAME);
    if (id === undefined || !topic.groups.includes(GROUP)) return [];
    return topic.members(GROUP).some((member) => member.id === id) ? [`member ${id}`] : [];
  }

  everyone(): void {
    this.#broker.up();
    while (this.#others.length > 0) this.#leave();
  }
}
