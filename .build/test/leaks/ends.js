import { Drainer, MessageStream, StreamError } from '../../src/index.js';
/** Weak references to what a drainer held, by kind. */
export class Watch {
    /** Whether it notes anything: even weak references would add up. */
    on = false;
    #references = new Map();
    note(values) {
        if (!this.on)
            return;
        for (const [kind, value] of Object.entries(values)) {
            const known = this.#references.get(kind);
            if (known === undefined)
                this.#references.set(kind, [new WeakRef(value)]);
            else
                known.push(new WeakRef(value));
        }
    }
    counts() {
        return this.#count(() => true);
    }
    alive() {
        return this.#count((each) => each.deref() !== undefined);
    }
    #count(matches) {
        return Object.fromEntries([...this.#references].map(([kind, all]) => [kind, all.filter(matches).length]));
    }
}
/** Small, so that forced drains do not take long; generous enough that clean ones are clean on a busy machine. */
const BUDGET = { totalMs: 4_000, softMs: 1_000, commitMs: 1_000, closeMs: 1_000 };
const OPTIONS = { budget: BUDGET, concurrency: 4, window: 8 };
const BOUND_MS = 20_000;
async function until(condition, what) {
    const end = performance.now() + BOUND_MS;
    while (!condition()) {
        if (performance.now() > end)
            throw new Error(`waited in vain until ${what}`);
        await new Promise((resolve) => setImmediate(resolve));
    }
}
/** A drainer whose handler has been called at least once. */
async function started(source, watch, handle, options = {}) {
    const { consumer, broken } = await source.open();
    let called = false;
    const handler = (message) => {
        watch.note({ message });
        called = true;
        return handle(message);
    };
    const drainer = new Drainer(consumer, handler, { ...OPTIONS, ...options });
    watch.note({ consumer, handler, drainer });
    // An error that it cannot go on from is one of the ends; it is in the outcome too.
    const ran = drainer.run().catch((error) => error);
    await until(() => called, 'the handler is called');
    return { drainer, consumer, broken, ran };
}
/** Each way to end, and what it says of itself. */
export const ENDS = {
    idle: async (source, watch) => {
        const { drainer, ran } = await started(source, watch, () => undefined);
        await until(() => drainer.status().running + drainer.status().unstarted + drainer.status().unconfirmed === 0, 'all is confirmed');
        const { outcome } = await drainer.drain();
        await ran;
        return outcome;
    },
    'in mid-work': async (source, watch) => {
        const { drainer, ran } = await started(source, watch, () => new Promise((resolve) => setImmediate(resolve)));
        const { outcome } = await drainer.drain();
        await ran;
        return outcome;
    },
    'forced, a handler hangs': async (source, watch) => {
        const { drainer, ran } = await started(source, watch, () => new Promise(() => { }));
        const draining = drainer.drain();
        drainer.escalate();
        const { outcome } = await draining;
        await ran;
        return outcome;
    },
    'retries cut short': async (source, watch) => {
        const failing = () => {
            throw new Error('no luck');
        };
        const { drainer, ran } = await started(source, watch, failing, { retry: { attempts: 3, minDelayMs: 60_000, maxDelayMs: 60_000 } });
        const { outcome } = await drainer.drain();
        await ran;
        return outcome;
    },
    'a close that failed, then one that did not': async (source, watch) => {
        const { drainer, consumer, ran } = await started(source, watch, () => undefined);
        Object.defineProperty(consumer, 'close', {
            value: () => Promise.reject(new StreamError('UNAVAILABLE', 'not now')),
            configurable: true,
        });
        const first = await drainer.drain();
        // The class has it.
        Reflect.deleteProperty(consumer, 'close');
        const second = await drainer.drain();
        await ran;
        return `${first.outcome}, ${second.outcome}`;
    },
    'a commit that was withheld, then one that was not': async (source, watch) => {
        let refuses = true;
        const beforeCommit = () => {
            if (refuses)
                throw new Error('outputs are stuck');
        };
        const { drainer, ran } = await started(source, watch, () => undefined, { beforeCommit });
        const first = await drainer.quiesce();
        refuses = false;
        const second = await drainer.drain();
        await ran;
        return `${first.outcome}, ${second.outcome}`;
    },
    'a broker that is gone': async (source, watch) => {
        // Commits are tried again until their time is over, so that is what the drain takes.
        const budget = { totalMs: 150, commitMs: 20, closeMs: 60 };
        const { drainer, broken, ran } = await started(source, watch, () => new Promise((resolve) => setImmediate(resolve)), { budget });
        broken();
        await drainer.drain();
        await ran;
        return 'ended';
    },
    'a loop left early': async (source, watch) => {
        const { consumer } = await source.open();
        const stream = new MessageStream(consumer, OPTIONS);
        watch.note({ consumer, stream });
        for await (const message of stream) {
            watch.note({ message });
            stream.ack(message);
            break;
        }
        const { outcome } = await stream.drain();
        return outcome;
    },
    'a loop left early, its message never answered': async (source, watch) => {
        const { consumer } = await source.open();
        const stream = new MessageStream(consumer, OPTIONS);
        watch.note({ consumer, stream });
        for await (const message of stream) {
            watch.note({ message });
            break;
        }
        const draining = stream.drain();
        stream.escalate();
        const { outcome } = await draining;
        return outcome;
    },
    'never run': async (source, watch) => {
        const { consumer } = await source.open();
        const drainer = new Drainer(consumer, () => undefined, OPTIONS);
        watch.note({ consumer, drainer });
        const { outcome } = await drainer.drain();
        return outcome;
    },
};
