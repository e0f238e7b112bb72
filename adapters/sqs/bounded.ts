import type { SqsCallOptions } from './client.js';

type Listener = Parameters<AbortSignal['addEventListener']>;

/** A signal for one call at a time, which is used again when it was not aborted: next to none ever is. */
class Bound {
  readonly #controller: AbortController = new AbortController();
  readonly options: SqsCallOptions = { abortSignal: this.#controller.signal };
  #listeners: Listener[] = [];

  constructor() {
    const { signal } = this.#controller;
    // The client puts listeners on it and takes them off again, for each call: they wait here until it is aborted.
    signal.addEventListener = (...listener: Listener): void => {
      this.#listeners.push(listener);
    };
    signal.removeEventListener = (type: string, listener: unknown): void => {
      const at = this.#listeners.findIndex((each) => each[0] === type && each[1] === listener);
      if (at !== -1) this.#listeners.splice(at, 1);
    };
  }

  abort(): void {
    const { signal } = this.#controller;
    // From here on it is like any other.
    Reflect.deleteProperty(signal, 'addEventListener');
    Reflect.deleteProperty(signal, 'removeEventListener');
    for (const listener of this.#listeners) signal.addEventListener(...listener);
    this.#controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  }

  /** Forgets what the call that is over has left; whether another may have it. */
  free(): boolean {
    this.#listeners = [];
    return !this.#controller.signal.aborted;
  }
}

/** As many as were in use at once. */
const free: Bound[] = [];

/** One call of the client, aborted after `ms`. A new signal for each, with Node's own listeners, would take a fifteenth of the call's CPU. */
export async function bounded<T>(ms: number, call: (options: SqsCallOptions) => Promise<T>): Promise<T> {
  const bound = free.pop() ?? new Bound();
  const timer = setTimeout(() => bound.abort(), ms);
  timer.unref();
  try {
    return await call(bound.options);
  } finally {
    clearTimeout(timer);
    if (bound.free()) free.push(bound);
  }
}
