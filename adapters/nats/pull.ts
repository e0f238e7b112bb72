import type { StreamError } from '../../src/errors.js';
import { failure } from './errors.js';

/** How often an idle pull notes that nothing has come, and whether its server still lives, ms. */
const TICK_MS = 250;
/** How long after a pull's own end the server may take to say so, ms. */
const ANSWER_MS = 1_000;
/** Once something came: how long without more until the pull is left with what there is, and how long at most, ms. */
const QUIET_MS = 5;
const LINGER_MS = 50;

/** How a pull ended. `ended`: the server sends nothing more for it. `left`: it may. */
export type PullEnd = 'ended' | 'left';

export interface PullOptions {
  /** What identifies it: the subject that the server answers to. */
  readonly reply: string;
  readonly batch: number;
  /** How long the server holds it, ms; 0: it answers at once. */
  readonly expiresMs: number;
  /** The server sends a sign of life this often, ms; 0: it does not. */
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
  /** Nothing had come at this time, ms on the monotonic clock. */
  readonly quiet: (at: number) => void;
}

/**
 * One pull request under way: counts what comes, and decides when it is over. It is over when the batch is full, when the
 * server says so, when it was aborted, when its server is silent, and when the flow of messages stops in the middle (the
 * consumer's `max_ack_pending` is reached, say): a fetch returns as soon as it has something.
 */
export class Pull {
  readonly done: Promise<PullEnd>;
  readonly options: PullOptions;
  /** Why it failed. */
  error: StreamError | undefined;
  #resolve: (end: PullEnd) => void = () => {};
  #over = false;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;
  readonly #sentAt: number = performance.now();
  #heardAt: number = this.#sentAt;
  #firstAt = 0;
  readonly #abort = (): void => this.leave();

  constructor(options: PullOptions) {
    this.options = options;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    options.signal.addEventListener('abort', this.#abort);
    this.#watch(Math.min(TICK_MS, options.expiresMs + ANSWER_MS));
  }

  /** A message came. */
  arrived(): void {
    if (this.#over) return;
    this.#count += 1;
    if (this.#count === this.options.batch) {
      this.end();
    } else if (this.#count === 1) {
      this.#firstAt = performance.now();
      this.#watch(QUIET_MS);
    }
  }

  /** Whether nothing came at all. */
  get empty(): boolean {
    return this.#count === 0;
  }

  /** The server said that it is still there. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  /** The server sends nothing more for it. */
  end(error?: StreamError): void {
    this.#finish('ended', error);
  }

  /** It is given up here; the server may still send for it. */
  leave(error?: StreamError): void {
    this.#finish('left', error);
  }

  #finish(end: PullEnd, error: StreamError | undefined): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.options.signal.removeEventListener('abort', this.#abort);
    this.error = error;
    this.#resolve(end);
  }

  #watch(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const firedAt = performance.now();
      const countThen = this.#count;
      // What the socket holds is read between a timer and an immediate: only then is it known that nothing came, even
      // when this process was stopped for a while.
      setImmediate(() => this.#check(firedAt, countThen));
    }, ms);
  }

  #check(firedAt: number, countThen: number): void {
    if (this.#over) return;
    const { expiresMs, heartbeatMs, quiet } = this.options;
    const now = performance.now();
    if (this.#count > 0) {
      if (this.#count === countThen || now - this.#firstAt >= LINGER_MS) this.leave();
      else this.#watch(QUIET_MS);
      return;
    }
    quiet(firedAt);
    const silent = heartbeatMs > 0 && firedAt - this.#heardAt > 2 * heartbeatMs + ANSWER_MS;
    if (silent || firedAt - this.#sentAt >= expiresMs + ANSWER_MS) {
      this.leave(failure('TIMEOUT', `the server has not answered a pull in ${Math.round(now - this.#heardAt)} ms`));
    } else {
      this.#watch(TICK_MS);
    }
  }
}
