import type { Message } from '../../src/index.js';
import type { Plan } from './plan.js';
import type { World } from './world.js';

/** A published message. */
export interface Published {
  readonly id: string;
  readonly lane: string;
  readonly key: string | undefined;
  /** Its place in the order of its lane. */
  readonly position: number;
}

/** What a delivery went through, as seen from outside the drainer. */
export interface Delivery {
  readonly message: Message;
  /** It came after the drainer had heard that its lane is lost: a fetch was out. */
  readonly late: boolean;
  readonly fetchedAt: number;
  /** A fetch that was out brought it after the consumer was told to close: no receipt tells of it. */
  readonly afterClose: boolean;
  calls: number;
  running: boolean;
  /** A handler call has succeeded. */
  succeeded: boolean;
  ackCalls: number;
  confirmed: boolean;
  releaseCalled: boolean;
  deadLettered: boolean;
  extendCalled: boolean;
}

/** Keeps account of one life: what was published, delivered, handled, and asked of the broker. Knows nothing of the drainer's insides. */
export class Ledger {
  readonly #world: World;
  readonly #plan: Plan;
  readonly published: Map<string, Published> = new Map();
  /** Handled or put away: what may be committed. */
  readonly done: Set<string> = new Set();
  /** Whose outputs are out: the hook before the commit has agreed. */
  readonly prepared: Set<string> = new Set();
  readonly deliveries: Map<string | number, Delivery> = new Map();
  readonly lanes: Map<string, Published[]> = new Map();
  /** Ids of which a handler of the drainer runs. */
  readonly running: Map<string, number> = new Map();
  calls = 0;
  okEnds = 0;
  retries = 0;
  /** Messages on their way to the dead letters. */
  burying = 0;
  /** What may have gone wrong with settling, so that not all rules can hold. */
  readonly troubles: Set<string> = new Set();
  /** Lanes that the drainer was told are gone: the newest assignment. */
  readonly lostLanes: Map<string, number> = new Map();

  /** Lanes that the drainer was told leave, or have left: the newest assignment. */
  readonly leavingLanes: Map<string, number> = new Map();

  constructor(world: World, plan: Plan) {
    this.#world = world;
    this.#plan = plan;
  }

  /** On a cursor: the lane goes back to before this message, or has been told to, so that its ack is void. */
  isBehindReturn({ lane, assignment, delivery }: Message): boolean {
    let returned = false;
    for (const { message, releaseCalled } of this.deliveries.values()) {
      if (message.lane !== lane || message.assignment !== assignment) continue;
      returned ||= releaseCalled;
      if (message.delivery === delivery) return returned;
    }
    return false;
  }

  publish(published: Published): void {
    this.published.set(published.id, published);
    const lane = this.lanes.get(published.lane);
    if (lane === undefined) this.lanes.set(published.lane, [published]);
    else lane.push(published);
  }

  delivered(batch: readonly Message[], afterClose: boolean): void {
    for (const message of batch) {
      if (this.deliveries.has(message.delivery)) continue;
      this.deliveries.set(message.delivery, {
        message,
        late: this.#isLost(message),
        fetchedAt: this.#world.now,
        afterClose,
        calls: 0,
        running: false,
        succeeded: false,
        ackCalls: 0,
        confirmed: false,
        releaseCalled: false,
        deadLettered: false,
        extendCalled: false,
      });
    }
  }

  /** Throws nothing: a delivery that nobody made is a rule broken. */
  of(message: Message): Delivery | undefined {
    const delivery = this.deliveries.get(message.delivery);
    if (delivery === undefined) this.#world.violate(`delivery ${message.delivery} of ${message.id} was never made`);
    return delivery;
  }

  #isLost({ lane, assignment }: Message): boolean {
    return lane !== undefined && (this.lostLanes.get(lane) ?? -1) >= assignment;
  }

  started(messages: readonly Message[]): void {
    this.calls += 1;
    this.#world.tell('handler starts', messages);
    for (const message of messages) {
      const count = this.running.get(message.id) ?? 0;
      if (count > 0) this.#world.violate(`two handlers of ${message.id} at once`);
      this.running.set(message.id, count + 1);
      const delivery = this.of(message);
      if (delivery === undefined) continue;
      this.#world.check(!delivery.releaseCalled, () => `the handler of ${message.id} started after its release`);
      this.#world.check(!delivery.succeeded, () => `the handler of ${message.id} has succeeded, and is called again for the same delivery`);
      this.#world.check(!this.#isLost(message), () => `the handler of ${message.id} started after its lane was lost`);
      const { lane = '', assignment } = message;
      // With a store, what starts is first looked up there.
      this.#world.check(
        this.#plan.setup.dedup || (this.leavingLanes.get(lane) ?? -1) < assignment,
        () => `the handler of ${message.id} started when its lane was leaving`,
      );
      delivery.calls += 1;
      const { attempts } = this.#plan.setup;
      this.#world.check(delivery.calls <= attempts, () => `call ${delivery.calls} of ${attempts} for ${message.id}`);
      delivery.running = true;
    }
  }

  ended(messages: readonly Message[], succeeded: (message: Message) => boolean): void {
    this.calls -= 1;
    for (const message of messages) {
      this.#world.tell(succeeded(message) ? 'handled' : 'failed', [message]);
      this.running.delete(message.id);
      const delivery = this.of(message);
      if (delivery === undefined) continue;
      delivery.running = false;
      if (!succeeded(message)) continue;
      delivery.succeeded = true;
      this.okEnds += 1;
      this.done.add(message.id);
    }
  }

  ackCalled(messages: readonly Message[]): void {
    for (const message of messages) {
      const delivery = this.of(message);
      if (delivery === undefined) continue;
      const { id } = message;
      this.#world.check(this.done.has(id), () => `${id} is acked, and is not done`);
      this.#world.check(!delivery.releaseCalled, () => `${id} is acked after its release`);
      this.#world.check(!delivery.confirmed, () => `${id} is acked after it was confirmed`);
      this.#world.check(delivery.late || !this.#isLost(message), () => `${id} is acked after its lane was lost`);
      this.#world.check(this.prepared.has(id) || !this.#plan.setup.hasBeforeCommit, () => `${id} is acked, and its outputs are not out`);
      delivery.ackCalls += 1;
    }
  }

  releaseCalled(messages: readonly Message[]): void {
    for (const message of messages) {
      const delivery = this.of(message);
      if (delivery === undefined) continue;
      this.#world.check(!delivery.running, () => `${message.id} is released while its handler runs`);
      this.#world.check(!delivery.confirmed, () => `${message.id} is released after it was confirmed`);
      delivery.releaseCalled = true;
    }
  }

  /** Earlier messages of its lane that are not done. */
  undoneBefore(message: Message, sameKey: boolean): Published | undefined {
    const { lane = '', key, id } = message;
    const self = this.published.get(id);
    if (self === undefined) return undefined;
    for (const earlier of this.lanes.get(lane) ?? []) {
      if (earlier.position >= self.position) return undefined;
      if (!this.done.has(earlier.id) && (!sameKey || earlier.key === key)) return earlier;
    }
    return undefined;
  }
}
