import { deferred } from './deferred.js';
import { notFailures } from './dispatch.js';
import { integer, known } from './options.js';
/** The default store: the last ids of this process, in memory. */
export class MemoryDedupStore {
    #maxIds;
    #ids = new Map();
    constructor(options) {
        const checked = known('MemoryDedupStore', options, ['maxIds']);
        this.#maxIds = integer('maxIds', checked.maxIds, 100_000, { min: 1, max: 10_000_000, unit: 'ids' });
    }
    get(id) {
        const until = this.#ids.get(id);
        if (until === undefined)
            return undefined;
        if (until > performance.now())
            return 1;
        this.#ids.delete(id);
        return undefined;
    }
    set(id, _value, ttlMs = Infinity) {
        this.#ids.delete(id);
        this.#ids.set(id, performance.now() + ttlMs);
        if (this.#ids.size <= this.#maxIds)
            return;
        for (const oldest of this.#ids.keys()) {
            this.#ids.delete(oldest);
            break;
        }
    }
    get size() {
        return this.#ids.size;
    }
}
/** Claims of one drainer: ids whose handlers run right now. */
export class Deduplicator {
    #store;
    #ttlMs;
    #idOf;
    #owner;
    #claims = new Map();
    constructor(options, owner) {
        this.#store = options.store;
        this.#ttlMs = options.ttlMs;
        this.#idOf = options.idOf ?? ((message) => message.id);
        this.#owner = owner;
    }
    /** Runs the handler unless the id is known. Whoever comes second for an id waits for the first. */
    one(handler) {
        return async (message, context) => {
            await this.#claimed([message], async ([fresh]) => {
                if (fresh === undefined)
                    return undefined;
                context.throwIfAborted();
                await handler(fresh, context);
                return undefined;
            });
        };
    }
    /** The same for a batch: the handler gets those that are not known. */
    batch(handler) {
        return (messages, context) => this.#claimed(messages, async (fresh) => {
            if (fresh.length === 0)
                return undefined;
            context.throwIfAborted();
            return handler(fresh, context);
        });
    }
    async #claimed(messages, run) {
        const byId = new Map();
        for (const message of messages) {
            const id = this.#idOf(message);
            const twins = byId.get(id);
            if (twins === undefined)
                byId.set(id, [message]);
            else
                twins.push(message);
        }
        const ids = [...byId.keys()];
        for (;;) {
            const waits = ids.map((id) => this.#claims.get(id)).filter((claim) => claim !== undefined);
            if (waits.length === 0)
                break;
            await Promise.all(waits);
        }
        const { promise, resolve } = deferred();
        for (const id of ids)
            this.#claims.set(id, promise);
        try {
            const seen = await Promise.all(ids.map((id) => this.#store.get(id)));
            const freshIds = ids.filter((_, at) => seen[at] === undefined || seen[at] === null);
            const fresh = freshIds.map((id) => byId.get(id)?.[0]).filter((message) => message !== undefined);
            const result = await run(fresh);
            const failures = failuresOf(result, fresh);
            await this.#record(freshIds.filter((id) => !failures.has(byId.get(id)?.[0])));
            this.#owner.skipped(messages.length - fresh.length);
            // A message that came twice in one batch shares the outcome of the one that was handled.
            for (const id of freshIds) {
                const [first, ...twins] = byId.get(id) ?? [];
                for (const twin of twins)
                    if (failures.has(first))
                        failures.set(twin, failures.get(first));
            }
            return failures.size === 0 ? undefined : [...failures].map(([message, error]) => ({ message, error }));
        }
        finally {
            for (const id of ids)
                this.#claims.delete(id);
            resolve();
        }
    }
    async #record(ids) {
        try {
            await Promise.all(ids.map((id) => this.#store.set(id, 1, this.#ttlMs)));
        }
        catch (error) {
            this.#owner.recordFailed(error);
        }
    }
}
/** Throws where it cannot be known which ones have failed: before any id is recorded. */
function failuresOf(result, handled) {
    const failures = new Map();
    if (!Array.isArray(result))
        return failures;
    const known = new Set(handled);
    for (const entry of result) {
        if (entry === undefined)
            continue;
        const named = entry?.message;
        const message = named !== undefined && known.has(named) ? named : handled.find(({ id }) => id === named?.id);
        if (message === undefined)
            throw notFailures();
        failures.set(message, entry?.error);
    }
    return failures;
}
