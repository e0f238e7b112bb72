import { setTimeout as delay } from 'node:timers/promises';
import type { Channel } from '../harness.js';

const TICK_MS = 50;
const FILLER = ' tailrace chaos '.repeat(6);

export interface PublisherOptions {
  /** The most messages a second. */
  readonly rate: number;
  /** No more is published while this many wait at the broker: the workers shall never run dry, nor fall behind for ever. */
  readonly backlog: number;
  /** Lanes to spread over; 0: the system's choice. */
  readonly lanes: number;
}

/** Publishes numbered messages at a sustained rate until it is stopped. */
export class Publisher {
  readonly #channel: Channel;
  readonly #options: PublisherOptions;
  /** Numbers of which the broker did not say that it has them. */
  readonly uncertain: Set<number> = new Set();
  #published = 0;
  #stopped = false;
  #paused = false;
  /** A step under way; undefined between steps. */
  #step: Promise<void> | undefined;
  #done: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(channel: Channel, options: PublisherOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  /** Numbers from 0 up to this one, this one not included. */
  get published(): number {
    return this.#published;
  }

  /** Publishes a first backlog, then goes on by itself. Rejects if not even that can be published. */
  async start(): Promise<void> {
    await this.#publish(this.#options.backlog);
    this.#done = this.#run();
    // Told by `check`, and to whoever stops it.
    this.#done.catch((error: unknown) => {
      this.#failure = { error };
    });
  }

  async #run(): Promise<void> {
    let owed = 0;
    let last = performance.now();
    while (!this.#stopped) {
      await delay(TICK_MS);
      const now = performance.now();
      owed = Math.min(this.#options.rate, owed + ((now - last) * this.#options.rate) / 1_000);
      last = now;
      if (this.#paused || this.#stopped) continue;
      this.#step = this.#top(Math.floor(owed)).then((count) => {
        owed -= count;
      });
      await this.#step;
      this.#step = undefined;
    }
  }

  async #top(count: number): Promise<number> {
    const { pending } = await this.#channel.state();
    const wanted = Math.min(count, this.#options.backlog - pending);
    if (wanted <= 0) return 0;
    await this.#publish(wanted);
    return wanted;
  }

  async #publish(count: number): Promise<void> {
    const { lanes } = this.#options;
    const first = this.#published;
    this.#published += count;
    const numbers = Array.from({ length: count }, (_, at) => first + at);
    try {
      await this.#channel.publish(
        numbers.map((number) => ({
          body: new TextEncoder().encode(`${number}${FILLER}`),
          ...(lanes > 0 ? { lane: number % lanes } : {}),
        })),
      );
    } catch (error) {
      for (const number of numbers) this.uncertain.add(number);
      throw error;
    }
  }

  /** Runs something in whose course the broker does not answer. */
  async quietly<T>(run: () => Promise<T>): Promise<T> {
    this.#paused = true;
    try {
      await this.#step;
      return await run();
    } finally {
      this.#paused = false;
    }
  }

  /** Throws what it has failed by: without a load nothing is proven. */
  check(): void {
    if (this.#failure !== undefined) throw new Error('publishing failed', { cause: this.#failure.error });
  }

  /** Ends it; rejects with what it failed by. Idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }
}
