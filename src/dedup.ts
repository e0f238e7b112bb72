import { deferred } from './deferred.js';
import { type HandlerContext, notFailures } from './dispatch.js';
import type { Message } from './message.js';
import { integer, known } from './options.js';

/**
 * Where ids of handled messages are remembered: two methods, so that any Keyv instance and most caches fit as they are.
 * What it promises is what the store promises: an in-memory one knows only this process, and a shared one still lets two
 * processes handle an id at the same time, because nothing is recorded before success.
 */
export interface DedupStore {
  /** Undefined (or null) when the id is not known. A rejection counts as a failure of the message, which is tried again. */
  get(id: string): unknown;
  /** Called after the handler's success, never before. `ttlMs` is how long the id has to be remembered, if given. */
  set(id: string, value: 1, ttlMs?: number): unknown;
}

export interface MemoryDedupOptions {
  /** Ids kept; the oldest go first. 1 to 10,000,000. Default 100,000 (some 10 MB). */
  readonly maxIds?: number;
}

/** The default store: the last ids of this process, in memory. */
export class MemoryDedupStore implements DedupStore {
  readonly #maxIds: number;
  readonly #ids: Map<string, number> = new Map();

  constructor(options?: MemoryDedupOptions) {
    const checked = known('MemoryDedupStore', options, ['maxIds']);
    this.#maxIds = integer('maxIds', checked.maxIds, 100_000, { min: 1, max: 10_000_000, unit: 'ids' });
  }

  get(id: string): 1 | undefined {
    const until = this.#ids.get(id);
    if (until === undefined) return undefined;
    if (until > performance.now()) return 1;
    this.#ids.delete(id);
    return undefined;
  }

  set(id: string, _value: 1, ttlMs: number = Infinity): void {
    this.#ids.delete(id);
    this.#ids.set(id, performance.now() + ttlMs);
    if (this.#ids.size <= this.#maxIds) return;
    for (const oldest of this.#ids.keys()) {
      this.#ids.delete(oldest);
      break;
    }
  }

  get size(): number {
    return this.#ids.size;
  }
}

export interface DedupOptions {
  readonly store: DedupStore;
  /** How long an id is remembered, ms. Default: as long as the store keeps it. */
  readonly ttlMs?: number;
  /** What makes two messages the same. Default: `message.id`; a producer's own id in a header also catches what was published twice. */
  readonly idOf?: (message: Message) => string;
}

export interface DedupOwner {
  skipped(count: number): void;
  /** The handler has succeeded and its id could not be recorded: it is acked all the same. */
  recordFailed(error: unknown): void;
}

/** Claims of one drainer: ids whose handlers run right now. */
export class Deduplicator {
  readonly #store: DedupStore;
  readonly #ttlMs: number | undefined;
  readonly #idOf: (message: Message) => string;
  readonly #owner: DedupOwner;
  readonly #claims: Map<string, Promise<void>> = new Map();

  constructor(options: DedupOptions, owner: DedupOwner) {
    this.#store = options.store;
    this.#ttlMs = options.ttlMs;
    this.#idOf = options.idOf ?? ((message) => message.id);
    this.#owner = owner;
  }

  /** Runs the handler unless the id is known. Whoever comes second for an id waits for the first. */
  one(handler: (message: Message, context: HandlerContext) => unknown): (message: Message, context: HandlerContext) => Promise<void> {
    return async (message, context) => {
      await this.#claimed([message], async ([fresh]) => {
        if (fresh === undefined) return undefined;
        context.throwIfAborted();
        await handler(fresh, context);
        return undefined;
      });
    };
  }

  /** The same for a batch: the handler gets those that are not known. */
  batch(
    handler: (messages: readonly Message[], context: HandlerContext) => unknown,
  ): (messages: readonly Message[], context: HandlerContext) => Promise<unknown> {
    return (messages, context) =>
      this.#claimed(messages, async (fresh) => {
        if (fresh.length === 0) return undefined;
        context.throwIfAborted();
        return handler(fresh, context);
      });
  }

  async #claimed(messages: readonly Message[], run: (fresh: readonly Message[]) => Promise<unknown>): Promise<unknown> {
    const byId = new Map<string, Message[]>();
    for (const message of messages) {
      const id = this.#idOf(message);
      const twins = byId.get(id);
      if (twins === undefined) byId.set(id, [message]);
      else twins.push(message);
    }
    const ids = [...byId.keys()];
    for (;;) {
      const waits = ids.map((id) => this.#claims.get(id)).filter((claim) => claim !== undefined);
      if (waits.length === 0) break;
      await Promise.all(waits);
    }
    const { promise, resolve } = deferred();
    for (const id of ids) this.#claims.set(id, promise);
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
        for (const twin of twins) if (failures.has(first)) failures.set(twin, failures.get(first));
      }
      return failures.size === 0 ? undefined : [...failures].map(([message, error]) => ({ message, error }));
    } finally {
      for (const id of ids) this.#claims.delete(id);
      resolve();
    }
  }

  async #record(ids: readonly string[]): Promise<void> {
    try {
      await Promise.all(ids.map((id) => this.#store.set(id, 1, this.#ttlMs)));
    } catch (error) {
      this.#owner.recordFailed(error);
    }
  }
}

/** Throws where it cannot be known which ones have failed: before any id is recorded. */
function failuresOf(result: unknown, handled: readonly Message[]): Map<Message | undefined, unknown> {
  const failures = new Map<Message | undefined, unknown>();
  if (!Array.isArray(result)) return failures;
  const known = new Set(handled);
  for (const entry of result as readonly ({ message?: Message; error?: unknown } | undefined | null)[]) {
    if (entry === undefined) continue;
    const named = entry?.message;
    const message = named !== undefined && known.has(named) ? named : handled.find(({ id }) => id === named?.id);
    if (message === undefined) throw notFailures();
    failures.set(message, entry?.error);
  }
  return failures;
}
