import { StreamError } from '../../src/index.js';
import { never } from './world.js';
const SLOW_MS = 120;
/** The user's side: handlers and hooks that do what the plan says, and check what they are called for. */
export class Handlers {
    #plan;
    #world;
    #ledger;
    #plans;
    #calls = new Map();
    #used = new Map();
    #stored = new Set();
    drainer;
    /** What a handler must not start against, and signals abort for: told by whoever drains. */
    softAt = () => Infinity;
    firstSoftAt = () => Infinity;
    ended = () => false;
    /** What the order is, in the drainer's words. */
    order = 'none';
    /** Whether an earlier message of the unit that is not done forbids this one. */
    blocks = () => undefined;
    constructor(plan, world, ledger, plans) {
        this.#plan = plan;
        this.#world = world;
        this.#ledger = ledger;
        this.#plans = plans;
    }
    one = (message, context) => this.#handle([message], context);
    batch = (messages, context) => 
    // What a handler may return at run time is wider than its type: thenables, and values where nothing is awaited.
    this.#handle(messages, context);
    #workOf(id) {
        const calls = this.#calls.get(id) ?? 0;
        this.#calls.set(id, calls + 1);
        const work = this.#plans.get(id)?.calls[calls] ?? 'sync';
        if (!this.#plan.setup.patient)
            return work;
        return work === 'hang' || work === 'until-abort' ? 'slow' : work === 'drain-inside' ? 'micro' : work;
    }
    #handle(messages, context) {
        this.#checkStart(messages);
        if (context.attempt > 1)
            this.#ledger.retries += 1;
        const works = messages.map(({ id }) => this.#workOf(id));
        const bad = new Set(messages.filter((_, at) => isFailure(works[at])));
        const [first] = messages;
        if (first === undefined)
            return undefined;
        // A batch ends as the first of its messages that is not plain would.
        const work = works.find((each) => each !== 'sync') ?? 'sync';
        const list = this.#plan.setup.batchFails === 'list' && this.#plan.setup.batch !== undefined && work !== 'permanent';
        this.#ledger.started(messages);
        return this.#run(work, messages, context, () => {
            const fails = bad.size > 0;
            this.#ledger.ended(messages, (message) => (list ? !bad.has(message) : !fails));
            if (!fails)
                return undefined;
            const error = work === 'permanent' ? new StreamError('INVALID_ARGUMENT', 'never', { retryable: false }) : new Error('no luck');
            if (list)
                return [...bad].map((message) => ({ message, error }));
            throw error;
        });
    }
    #checkStart(messages) {
        const { now } = this.#world;
        const { drainer } = this;
        const names = messages.map(({ id }) => id).join(', ');
        this.#world.check(now <= this.softAt(), () => `the handler of ${names} started after the soft deadline`);
        this.#world.check(!this.ended(), () => `the handler of ${names} started after the drain`);
        this.#world.check(messages.length <= (this.#plan.setup.batch ?? 1), () => `${messages.length} messages in one call`);
        // With a store, what is called is not yet what runs.
        if (drainer !== undefined && !this.#plan.setup.dedup) {
            this.#world.check(this.#ledger.calls < drainer.concurrency, () => `more than ${drainer.concurrency} handlers at once`);
        }
        const [first] = messages;
        const why = first === undefined ? 'there is none' : this.blocks(first);
        this.#world.check(why === undefined, () => `the handler of ${names} started before its turn: ${why}`);
        if (this.order === 'none')
            return;
        const unit = (message) => (this.order === 'lane' ? message?.lane : message?.key);
        this.#world.check(messages.every((message) => unit(message) === unit(messages[0])), () => `a batch of several units: ${names}`);
        const name = unit(messages[0]);
        if (name === undefined)
            return;
        for (const id of this.#ledger.running.keys()) {
            const other = this.#ledger.published.get(id);
            const otherUnit = this.order === 'lane' ? other?.lane : other?.key;
            this.#world.check(otherUnit !== name, () => `handlers of ${id} and ${names}, both of ${this.order} ${name}, at once`);
        }
    }
    #run(work, messages, context, end) {
        const name = `handler of ${messages.map(({ id }) => id).join(', ')} ends`;
        switch (work) {
            case 'sync':
            case 'throw':
            case 'permanent':
                return end();
            case 'micro':
                return Promise.resolve().then(end);
            case 'async':
            case 'reject':
                return this.#world.later(name).then(end);
            case 'thenable':
            case 'thenable-reject': {
                const ended = this.#world.later(name).then(end);
                return {
                    // biome-ignore lint/suspicious/noThenProperty: a thenable that is no promise is the case.
                    then: (onFulfilled, onRejected) => void ended.then(onFulfilled, onRejected),
                };
            }
            case 'listen': {
                const { signal } = context;
                signal.addEventListener('abort', () => this.#checkAbort(signal));
                return this.#world.later(name).then(() => {
                    if (signal.aborted)
                        this.#checkAbort(signal);
                    return end();
                });
            }
            case 'slow':
                return this.#world.passed(SLOW_MS).then(end);
            case 'until-abort': {
                const { signal } = context;
                const aborted = new Promise((resolve) => {
                    if (signal.aborted)
                        resolve();
                    else
                        signal.addEventListener('abort', () => resolve());
                });
                return aborted.then(() => {
                    this.#checkAbort(signal);
                    return end();
                });
            }
            case 'drain-inside':
                return this.#drainInside(end);
            case 'hang':
                return never();
        }
    }
    async #drainInside(end) {
        // In its synchronous part it is told at once.
        const { drainer } = this;
        const refused = drainer?.drain({ reason: 'inside' });
        this.onDrain();
        const code = await refused?.then(() => 'resolved', (error) => (StreamError.is(error) ? error.code : 'unknown'));
        // A store is asked first: then it is no longer the synchronous part.
        this.#world.check(code === 'INVALID_ARGUMENT' || this.#plan.setup.dedup, () => `a drain inside a handler: ${code}`);
        return end();
    }
    onDrain = () => undefined;
    /** The begin of a drain aborts nothing: only its soft deadline does, and the loss of a lease or lane. */
    #checkAbort(signal) {
        const { reason } = signal;
        this.#world.check(StreamError.is(reason), () => `a signal aborted without a reason: ${reason}`);
        if (!StreamError.is(reason) || reason.code === 'LEASE_LOST')
            return;
        this.#world.check(reason.code === 'TIMEOUT' && this.#world.now >= this.firstSoftAt(), () => `a signal aborted with ${reason.code} before the soft deadline`);
    }
    // ── Hooks ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    async #hook(hook) {
        const fate = this.#hookFate(hook);
        if (fate !== 'ok' && fate !== 'async')
            this.#ledger.troubles.add(hook);
        if (fate === 'throw')
            throw new Error(`${hook} throws`);
        if (fate === 'ok')
            return;
        if (fate === 'hang')
            await never();
        await this.#world.later(`${hook} ends`);
        if (fate === 'reject')
            throw new Error(`${hook} rejects`);
    }
    #hookFate(hook) {
        const used = this.#used.get(hook) ?? 0;
        this.#used.set(hook, used + 1);
        const fate = this.#plan.hooks[hook][used] ?? 'ok';
        return this.#plan.setup.patient && fate === 'hang' ? 'reject' : fate;
    }
    beforeCommit = async (messages) => {
        for (const { id } of messages)
            this.#world.check(this.#ledger.done.has(id), () => `${id} is about to be acked, and is not done`);
        await this.#hook('beforeCommit');
        for (const { id } of messages)
            this.#ledger.prepared.add(id);
    };
    deadLetter = async (message, { calls }) => {
        const delivery = this.#ledger.of(message);
        this.#world.check(delivery?.succeeded !== true, () => `${message.id} has succeeded, and is dead-lettered`);
        this.#world.check(calls >= 1, () => `${message.id} is dead-lettered after ${calls} calls`);
        this.#ledger.burying += 1;
        await this.#hook('deadLetter').finally(() => {
            this.#ledger.burying -= 1;
        });
        this.#ledger.done.add(message.id);
        // It has no outputs but this.
        this.#ledger.prepared.add(message.id);
    };
    store = {
        get: async (id) => {
            await this.#hook('store');
            return this.#stored.has(id) ? 1 : undefined;
        },
        set: async (id) => {
            this.#world.check(this.#ledger.done.has(id), () => `${id} is remembered as handled, and is not`);
            await this.#hook('store');
            this.#stored.add(id);
        },
    };
}
function isFailure(work) {
    return work === 'throw' || work === 'reject' || work === 'thenable-reject' || work === 'permanent';
}
