import type { ConfluentError } from './confluent-client.js';
import { failure } from './errors.js';

/** What libuv has where the environment names nothing. */
const DEFAULT_THREADS = 4;
const VARIABLE = 'UV_THREADPOOL_SIZE';

/** Threads of Node's pool. libuv reads the environment once, when the pool is first used. */
const THREADS = threadsOf(process.env[VARIABLE]);

/** As libuv reads it: what is no number counts as one thread. */
export function threadsOf(value: string | undefined): number {
  return value === undefined ? DEFAULT_THREADS : Math.max(1, Number.parseInt(value, 10) || 1);
}

/** A call that waits in a thread of the pool needs another thread beside it, by which the members of this process are polled. */
export function checkThreads(threads: number = THREADS): void {
  if (threads >= 2) return;
  throw failure(
    'INVALID_ARGUMENT',
    `${VARIABLE} is ${threads}: this client needs 2 threads of Node's pool or more; without it there are 4`,
  );
}

/** A promise of what a callback tells. */
export function called<T = unknown>(call: (done: (error: ConfluentError | null, value?: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    // A value that is not told is not asked for either.
    call((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}

/**
 * Calls that wait for a broker, each in a thread of Node's pool, as long as the broker takes. Consuming takes a thread, too, if only
 * for a moment, and rebalances go on by consuming. So with all threads waiting a member that leaves waits for one of the same process
 * that cannot go on, for ever. Hence at most half of the threads are used at a time, by all members together; the rest wait here.
 */
export class Blocking {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(threads: number = THREADS) {
    this.#free = Math.max(1, Math.floor(threads / 2));
  }

  async call<T = unknown>(call: (done: (error: ConfluentError | null, value?: T) => void) => unknown): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await called(call);
    } finally {
      // Handed on, or given back.
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

/** Of this process. */
const blocking = new Blocking();

/** Makes a call that waits for a broker, once a thread may wait for it. */
export function blocked<T = unknown>(call: (done: (error: ConfluentError | null, value?: T) => void) => unknown): Promise<T> {
  return blocking.call(call);
}
