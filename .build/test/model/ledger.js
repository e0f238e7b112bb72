/** Keeps account of one life: what was published, delivered, handled, and asked of the broker. Knows nothing of the drainer's insides. */
export class Ledger {
    #world;
    #plan;
    published = new Map();
    /** Handled or put away: what may be committed. */
    done = new Set();
    /** Whose outputs are out: the hook before the commit has agreed. */
    prepared = new Set();
    deliveries = new Map();
    lanes = new Map();
    /** Ids of which a handler of the drainer runs. */
    running = new Map();
    calls = 0;
    okEnds = 0;
    retries = 0;
    /** Messages on their way to the dead letters. */
    burying = 0;
    /** What may have gone wrong with settling, so that not all rules can hold. */
    troubles = new Set();
    /** Lanes that the drainer was told are gone: the newest assignment. */
    lostLanes = new Map();
    /** Lanes that the drainer was told leave, or have left: the newest assignment. */
    leavingLanes = new Map();
    constructor(world, plan) {
        this.#world = world;
        this.#plan = plan;
    }
    /** On a cursor: the lane goes back to before this message, or has been told to, so that its ack is void. */
    isBehindReturn({ lane, assignment, delivery }) {
        let returned = false;
        for (const { message, releaseCalled } of this.deliveries.values()) {
            if (message.lane !== lane || message.assignment !== assignment)
                continue;
            returned ||= releaseCalled;
            if (message.delivery === delivery)
                return returned;
        }
        return false;
    }
    publish(published) {
        this.published.set(published.id, published);
        const lane = this.lanes.get(published.lane);
        if (lane === undefined)
            this.lanes.set(published.lane, [published]);
        else
            lane.push(published);
    }
    delivered(batch, afterClose) {
        for (const message of batch) {
            if (this.deliveries.has(message.delivery))
                continue;
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
    of(message) {
        const delivery = this.deliveries.get(message.delivery);
        if (delivery === undefined)
            this.#world.violate(`delivery ${message.delivery} of ${message.id} was never made`);
        return delivery;
    }
    #isLost({ lane, assignment }) {
        return lane !== undefined && (this.lostLanes.get(lane) ?? -1) >= assignment;
    }
    started(messages) {
        this.calls += 1;
        this.#world.tell('handler starts', messages);
        for (const message of messages) {
            const count = this.running.get(message.id) ?? 0;
            if (count > 0)
                this.#world.violate(`two handlers of ${message.id} at once`);
            this.running.set(message.id, count + 1);
            const delivery = this.of(message);
            if (delivery === undefined)
                continue;
            this.#world.check(!delivery.releaseCalled, () => `the handler of ${message.id} started after its release`);
            this.#world.check(!delivery.succeeded, () => `the handler of ${message.id} has succeeded, and is called again for the same delivery`);
            this.#world.check(!this.#isLost(message), () => `the handler of ${message.id} started after its lane was lost`);
            const { lane = '', assignment } = message;
            // With a store, what starts is first looked up there.
            this.#world.check(this.#plan.setup.dedup || (this.leavingLanes.get(lane) ?? -1) < assignment, () => `the handler of ${message.id} started when its lane was leaving`);
            delivery.calls += 1;
            const { attempts } = this.#plan.setup;
            this.#world.check(delivery.calls <= attempts, () => `call ${delivery.calls} of ${attempts} for ${message.id}`);
            delivery.running = true;
        }
    }
    ended(messages, succeeded) {
        this.calls -= 1;
        for (const message of messages) {
            this.#world.tell(succeeded(message) ? 'handled' : 'failed', [message]);
            this.running.delete(message.id);
            const delivery = this.of(message);
            if (delivery === undefined)
                continue;
            delivery.running = false;
            if (!succeeded(message))
                continue;
            delivery.succeeded = true;
            this.okEnds += 1;
            this.done.add(message.id);
        }
    }
    ackCalled(messages) {
        for (const message of messages) {
            const delivery = this.of(message);
            if (delivery === undefined)
                continue;
            const { id } = message;
            this.#world.check(this.done.has(id), () => `${id} is acked, and is not done`);
            this.#world.check(!delivery.releaseCalled, () => `${id} is acked after its release`);
            this.#world.check(!delivery.confirmed, () => `${id} is acked after it was confirmed`);
            this.#world.check(delivery.late || !this.#isLost(message), () => `${id} is acked after its lane was lost`);
            this.#world.check(this.prepared.has(id) || !this.#plan.setup.hasBeforeCommit, () => `${id} is acked, and its outputs are not out`);
            delivery.ackCalls += 1;
        }
    }
    releaseCalled(messages) {
        for (const message of messages) {
            const delivery = this.of(message);
            if (delivery === undefined)
                continue;
            this.#world.check(!delivery.running, () => `${message.id} is released while its handler runs`);
            this.#world.check(!delivery.confirmed, () => `${message.id} is released after it was confirmed`);
            delivery.releaseCalled = true;
        }
    }
    /** Earlier messages of its lane that are not done. */
    undoneBefore(message, sameKey) {
        const { lane = '', key, id } = message;
        const self = this.published.get(id);
        if (self === undefined)
            return undefined;
        for (const earlier of this.lanes.get(lane) ?? []) {
            if (earlier.position >= self.position)
                return undefined;
            if (!this.done.has(earlier.id) && (!sameKey || earlier.key === key))
                return earlier;
        }
        return undefined;
    }
}
