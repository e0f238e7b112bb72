import { Drainer } from '../../src/index.js';
import { LogStage, QueueStage } from './brokers.js';
import { Handlers } from './handlers.js';
import { Ledger } from './ledger.js';
import { leaseMsOf } from './plan.js';
import { RacingConsumer } from './racing-consumer.js';
import { checkReceipt } from './receipt-checks.js';
import { World } from './world.js';
const TRIES = 4;
/** Longer than any deadline of a life: what is still there then stays for ever, ms. */
const AFTER_MS = 20_000;
/** One life of a drainer, from its first fetch until nothing of it is left. Throws when a rule was broken. */
export async function live(plan, scheduler) {
    // Node's own timers and I/O: everything else in a life is microtasks.
    await new Promise((resolve) => setImmediate(resolve));
    const life = new Life(plan, scheduler);
    try {
        await life.run();
    }
    catch (error) {
        throw new BrokenRule(error instanceof Error ? error.message : String(error), life.story, { cause: error });
    }
}
export class BrokenRule extends Error {
    story;
    constructor(rule, story, options) {
        super(rule, options);
        this.story = story;
    }
}
class Life {
    #plan;
    #world;
    #ledger;
    #stage;
    #consumer;
    #handlers;
    #drainer;
    #plans = new Map();
    #tracked = [];
    #totalMs;
    #softMs;
    #drains = 0;
    #quiescing = false;
    /** Some try has given up handlers. */
    #cut = false;
    #softAt = Infinity;
    /** Of all tries: what was given up in one may end in a later one. */
    #firstSoftAt = Infinity;
    #buryingAtCommit = 0;
    #closing = false;
    #receipt;
    #over = false;
    constructor(plan, scheduler) {
        const { setup } = plan;
        this.#plan = plan;
        this.#world = new World(scheduler, setup.pace, setup.stepMs);
        this.#ledger = new Ledger(this.#world, plan);
        this.#stage = setup.broker === 'log' ? new LogStage(plan, this.#world, this.#ledger) : new QueueStage(plan, this.#world, this.#ledger);
        this.#consumer = new RacingConsumer(this.#stage.consumer, plan, this.#world, this.#ledger, this.#stage);
        this.#handlers = new Handlers(plan, this.#world, this.#ledger, this.#plans);
        const order = orderOf(setup);
        this.#totalMs = Math.max(50, setup.handlersMs + setup.commitMs + setup.closeMs);
        this.#softMs = Math.floor((setup.handlersMs * setup.softShare) / 10);
        this.#drainer = new Drainer(this.#consumer, setup.batch === undefined ? this.#handlers.one : { batch: this.#handlers.batch, maxBatch: setup.batch }, this.#options(order));
        this.#handlers.drainer = this.#drainer;
        this.#handlers.order = order;
        this.#handlers.softAt = () => this.#softAt;
        this.#handlers.firstSoftAt = () => this.#firstSoftAt;
        this.#handlers.ended = () => this.#over;
        this.#handlers.onDrain = () => {
            this.#drains += 1;
        };
        this.#handlers.blocks = (message) => this.#blocks(message);
        for (const message of plan.messages)
            this.#publish(message);
        for (let count = 0; count < plan.bulk; count += 1)
            this.#publish({ lane: count % setup.lanes, key: count % 3, calls: [] });
    }
    #publish(message) {
        const { lanes } = this.#plan.setup;
        this.#plans.set(this.#stage.publish({ ...message, lane: message.lane % lanes }), message);
    }
    #options(order) {
        const { setup } = this.#plan;
        const log = setup.broker === 'log';
        const costs = !log && setup.releases === 'costs-attempt';
        const cannot = !log && setup.releases === 'none';
        const atOnce = setup.concurrency * (setup.batch ?? 1);
        const window = setup.windows === undefined ? (costs ? atOnce : atOnce * 4) : Math.max(setup.concurrency, setup.windows * (setup.batch ?? 1));
        const unstarted = cannot && setup.unstarted === 'release' ? undefined : costs ? undefined : setup.unstarted;
        return {
            clock: this.#world.drainerClock,
            concurrency: setup.concurrency,
            ...(order === undefined ? {} : { order }),
            window,
            ...(setup.unconfirmedBeyondWindow === undefined ? {} : { maxUnconfirmed: window + setup.unconfirmedBeyondWindow }),
            ...(setup.maxFetch === undefined ? {} : { maxFetch: setup.maxFetch }),
            maxPollMs: setup.maxPollMs,
            retry: { attempts: setup.attempts, minDelayMs: setup.backoffMs, jitter: 0 },
            ...this.#exhaustion(),
            ...(unstarted === undefined ? {} : { unstarted }),
            ...(setup.dedup ? { dedup: { store: this.#handlers.store } } : {}),
            ...(setup.hasBeforeCommit ? { beforeCommit: this.#handlers.beforeCommit } : {}),
            budget: { totalMs: this.#totalMs, commitMs: setup.commitMs, closeMs: setup.closeMs, softMs: this.#softMs },
            onPhase: (phase, event) => this.#onPhase(phase, event),
        };
    }
    #exhaustion() {
        const { onExhausted, broker } = this.#plan.setup;
        switch (onExhausted) {
            case 'hook':
                return { onExhausted: 'dead-letter', deadLetter: this.#handlers.deadLetter };
            case 'broker':
                return broker === 'queue' || broker === 'ordered' ? { onExhausted: 'dead-letter' } : {};
            case 'stop-lane':
                return broker === 'queue' ? {} : { onExhausted: 'stop-lane' };
            case 'release':
                return { onExhausted: 'release' };
            case 'default':
                return {};
        }
    }
    #onPhase(phase, event) {
        this.#world.tell(phase, event);
        if (phase === 'stop-fetch' && event === 'begin') {
            this.#world.check(!this.#quiescing, () => 'two drains at once');
            this.#quiescing = true;
            this.#softAt = this.#world.now + this.#softMs;
            this.#firstSoftAt = Math.min(this.#firstSoftAt, this.#softAt);
        }
        if (phase === 'in-flight' && event === 'end' && this.#ledger.calls > 0)
            this.#ledger.troubles.add('cut-off');
        if (phase === 'in-flight' && event === 'end')
            this.#buryingAtCommit = this.#ledger.burying;
        if (phase === 'close')
            this.#closing = event === 'begin';
        if (phase === 'release' && event === 'end')
            this.#quiescing = false;
    }
    /** Why this message has to wait for an earlier one, if so. */
    #blocks(message) {
        const { broker, onExhausted, releases } = this.#plan.setup;
        const { order } = this.#handlers;
        if (order === 'none' || (order === 'key' && message.key === undefined))
            return undefined;
        if (broker !== 'queue' && (order === 'lane' || broker === 'log')) {
            const earlier = this.#ledger.undoneBefore(message, order === 'key');
            return earlier === undefined ? undefined : `${earlier.id} of its ${order} is not done`;
        }
        if (onExhausted === 'stop-lane' || releases === 'none')
            return undefined;
        for (const { message: earlier, releaseCalled } of this.#ledger.deliveries.values()) {
            // A newer delivery has the place of the one that it took over.
            if (earlier.id === message.id && !releaseCalled)
                return undefined;
            if (earlier.key !== message.key || earlier.id === message.id || releaseCalled || this.#ledger.done.has(earlier.id))
                continue;
            // Whether its extension was granted is not known here yet.
            if (earlier.lease !== undefined && earlier.lease.until <= this.#world.now)
                continue;
            // A lane that was stopped holds on to its own.
            if (this.#drainer.status().stoppedLanes.includes(earlier.lane ?? ''))
                continue;
            if (this.#stage.isHeld(earlier))
                return `${earlier.id} of its key is held and not done`;
        }
        return undefined;
    }
    get story() {
        return this.#world.story;
    }
    async run() {
        this.#watch();
        const running = this.#track('run()', this.#drainer.run(), Infinity);
        const acting = this.#act();
        let acted = false;
        void acting.then(() => {
            acted = true;
        });
        await this.#world.until(() => acted, 'the actions');
        if (this.#plan.setup.patient)
            await this.#untilHandled();
        await this.#drain();
        this.#stage.everyone();
        await this.#untilQuiet();
        this.#world.check(running.settled, () => 'run() is not settled at the end');
        this.#checkEnd();
        this.#world.look();
    }
    // ── While it lives ────────────────────────────────────────────────────────────────────────────────────────────────
    #watch() {
        const world = this.#world;
        world.always(() => {
            for (const { what, by, settled } of this.#tracked)
                world.check(settled || world.now <= by, () => `${what} was to be over by ${by} ms`);
        });
        const { broker, stepMs, extend } = this.#plan.setup;
        const leaseMs = leaseMsOf(this.#plan.setup);
        // The clock must not jump over the time at which a lease is due.
        if (broker !== 'log' && extend && stepMs <= leaseMs / 10) {
            world.always(() => {
                for (const { message, fetchedAt, running, extendCalled } of this.#ledger.deliveries.values()) {
                    const old = running && !this.#consumer.closeCalled && !this.#ledger.troubles.has('cut-off') && world.now - fetchedAt > leaseMs * 0.8;
                    world.check(!old || extendCalled || !this.#stage.isHeld(message), () => `the lease of ${message.id} is not extended`);
                }
            });
        }
        let overfilled = 0;
        world.always(() => {
            const { running, unstarted, retrying, unconfirmed, totals } = this.#drainer.status();
            for (const [name, count] of Object.entries({ running, unstarted, retrying, unconfirmed, ...totals })) {
                world.check(count >= 0, () => `status() says ${count} ${name}`);
            }
            if (this.#plan.fates.fetch.includes('overfill'))
                overfilled = 3 * this.#plan.fates.fetch.length;
            const held = running + unstarted + retrying;
            const bound = this.#windowNow() + overfilled;
            world.check(held <= bound, () => `${held} held, with a window of ${bound}`);
        });
        this.#consumer.window = () => {
            const { running, unstarted, retrying } = this.#drainer.status();
            return this.#windowNow() - running - unstarted - retrying;
        };
    }
    #maxConcurrency = 0;
    #windowNow() {
        const { setup } = this.#plan;
        this.#maxConcurrency = Math.max(this.#maxConcurrency, this.#drainer.concurrency);
        const window = this.#options(undefined).window ?? 0;
        return Math.max(window, this.#maxConcurrency * (setup.batch ?? 1));
    }
    #track(what, promise, withinMs) {
        const tracked = { what, by: this.#world.now + withinMs, settled: false, promise };
        this.#tracked.push(tracked);
        const end = () => {
            tracked.settled = true;
        };
        promise.then(end, end);
        return tracked;
    }
    async #act() {
        for (const action of this.#plan.actions) {
            await this.#world.later(`action ${action.do}`);
            await this.#perform(action);
        }
    }
    async #perform(action) {
        this.#world.tell('action', JSON.stringify(action));
        switch (action.do) {
            case 'wait':
                return this.#world.passed(action.ms);
            case 'publish':
                for (const message of action.messages)
                    this.#publish(message);
                return;
            case 'concurrency':
                this.#drainer.concurrency = action.value;
                return;
            case 'drain':
            case 'quiesce':
            case 'close':
            case 'escalate':
                this.#begin(action.do);
                return;
            default:
                if (action.do === 'outage')
                    this.#ledger.troubles.add('outage');
                this.#stage.disturb(action.do);
        }
    }
    #begin(how) {
        this.#drains += 1;
        const drainer = this.#drainer;
        if (how === 'escalate') {
            drainer.escalate();
            this.#softAt = Math.min(this.#softAt, this.#world.now);
            this.#firstSoftAt = Math.min(this.#firstSoftAt, this.#softAt);
            this.#cut = true;
            return this.#track('the drain escalated', Promise.resolve(), Infinity);
        }
        const result = how === 'drain' ? drainer.drain({ reason: 'model' }) : how === 'quiesce' ? drainer.quiesce() : drainer.close();
        const noted = result.then((receipt) => {
            this.#receipt = receipt;
            if (receipt.marks.some(({ name }) => name !== 'soft-deadline'))
                this.#cut = true;
            if (this.#drainer.state === 'closed')
                this.#over = true;
        });
        // Beside a close it waits for that.
        const closes = how !== 'quiesce' || this.#closing;
        return this.#track(`${how}()`, noted, closes ? this.#totalMs : this.#totalMs - this.#plan.setup.closeMs);
    }
    /** Everything that was published is handled, sooner or later, when nothing stands in the way for ever. */
    async #untilHandled() {
        this.#stage.everyone();
        if (this.#drains > 0)
            return;
        if (this.#drainer.concurrency === 0)
            this.#drainer.concurrency = 1;
        const { setup } = this.#plan;
        const stops = this.#drainer.status().stoppedLanes;
        const mayStop = setup.broker !== 'queue' && (setup.onExhausted === 'stop-lane' || (setup.broker === 'log' && setup.onExhausted !== 'release'));
        if (mayStop || stops.length > 0)
            return;
        const { done, published } = this.#ledger;
        await this.#world.until(() => this.#drainer.state !== 'running' || this.#drainer.status().stoppedLanes.length > 0 || done.size === published.size, `all handled`);
    }
    async #drain() {
        for (let tries = 0; tries === 0 || (tries < TRIES && this.#drainer.state !== 'closed'); tries += 1) {
            const drain = this.#begin('drain');
            await this.#world.until(() => drain.settled, 'a drain');
        }
    }
    /** What was under way when it closed has come to its end, as far as it has one. */
    async #untilQuiet() {
        const end = this.#world.now + AFTER_MS;
        const { drainerClock } = this.#world;
        await this.#world.until(() => this.#world.now > end || (this.#world.isStill && drainerClock.timers === 0), 'quiet');
        this.#world.check(drainerClock.timers === 0, () => `${drainerClock.timers} timers are left`);
        for (const { what, settled } of this.#tracked)
            this.#world.check(settled, () => `${what} is not settled at the end`);
    }
    #checkEnd() {
        const receipt = this.#receipt;
        if (receipt === undefined) {
            this.#world.violate('no receipt');
            return;
        }
        const status = this.#drainer.status();
        checkReceipt(receipt, {
            plan: this.#plan,
            world: this.#world,
            ledger: this.#ledger,
            stage: this.#stage,
            closed: status.state === 'closed',
            status,
            cut: this.#cut,
            buryingAtCommit: this.#buryingAtCommit,
        });
    }
}
function orderOf({ broker, order }) {
    if (broker === 'queue')
        return order === 'key' ? 'key' : 'none';
    return order ?? 'lane';
}
