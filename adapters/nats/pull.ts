import type { StreamError } from '../../src/errors.js';
import { failure } from './errors.js';

/** How often an idle pull notes that nothing has come, and whether its server still lives, ms. */
const TICK_MS = 250;
/** How long after a pull's own end the server may take to say so, ms. */
const ANSWER_MS = 1_000;
/** Once something came: how long without more until a fetch ends with what there is, and how long at most, ms. */
const QUIET_MS = 5;
const LINGER_MS = 50;
/** How long a pull that a fetch did not wait out is kept for the next one, ms. */
const PAUSE_MS = 100;

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
  /** All that the server had sent by this time is here, ms on the monotonic clock. */
  readonly quiet: (at: number) => void;
  /** It is over. */
  readonly over: (end: PullEnd) => void;
}

/**
 * One pull request under way: counts what comes, and decides when it is over. It is over when the batch is full, when the
 * server says so, when it was aborted, and when its server is silent. A fetch returns as soon as it has something: so when the
 * flow stops in the middle (the consumer's `max_ack_pending` is reached, or the server is busy), the fetch ends, and the pull is
 * kept for the next one. Only when nobody asks for the rest is it given up: what is on its way then costs a delivery.
 */
export class Pull {
  readonly options: PullOptions;
  /** Why it failed. */
  error: StreamError | undefined;
  #wake: () => void = () => {};
  #signal: AbortSignal | undefined;
  #over = false;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;
  /** How many had come when the present fetch began to wait. */
  #from = 0;
  readonly #sentAt: number = performance.now();
  #heardAt: number = this.#sentAt;
  #firstAt = 0;
  #askedAt: number = this.#sentAt;
  readonly #abort = (): void => this.leave();

  constructor(options: PullOptions) {
    this.options = options;
  }

  /** Resolves when it is over, or when something has come and no more comes for a while. One at a time. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#over) return;
    this.#from = this.#count;
    this.#askedAt = performance.now();
    this.#signal = signal;
    signal.addEventListener('abort', this.#abort);
    this.#watch(Math.min(TICK_MS, this.options.expiresMs + ANSWER_MS));
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  /** A message came. */
  arrived(): void {
    if (this.#over) return;
    this.#count += 1;
    if (this.#count === this.options.batch) {
      this.end();
    } else if (this.#count === this.#from + 1 && this.#signal !== undefined) {
      this.#firstAt = performance.now();
      this.#heardAt = this.#firstAt;
      this.#watch(QUIET_MS);
    }
  }

  /** Whether nothing came at all. */
  get empty(): boolean {
    return this.#count === 0;
  }

  /** How many may still come. */
  get missing(): number {
    return this.options.batch - this.#count;
  }

  /** When the server ends it, ms on the monotonic clock. */
  get expiresAt(): number {
    return this.#sentAt + this.options.expiresMs;
  }

  /** Somebody has asked for messages, and got what was there. */
  asked(): void {
    this.#askedAt = performance.now();
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
    this.error = error;
    this.options.over(end);
    this.#wakeUp();
  }

  /** The fetch that waits goes on. */
  #wakeUp(): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#signal = undefined;
    this.#wake();
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
    const nothingCame = this.#count === countThen;
    if (nothingCame) this.options.quiet(firedAt);
    if (this.#signal === undefined) this.#checkPaused();
    else if (this.#count === this.#from) this.#checkServer(firedAt);
    else if (nothingCame || performance.now() - this.#firstAt >= LINGER_MS) {
      this.#watch(PAUSE_MS);
      this.#wakeUp();
    } else {
      this.#watch(QUIET_MS);
    }
  }

  /** Nobody waits for it. */
  #checkPaused(): void {
    const leftMs = this.#askedAt + PAUSE_MS - performance.now();
    if (leftMs > 0) this.#watch(leftMs);
    else this.leave();
  }

  #checkServer(firedAt: number): void {
    const { expiresMs, heartbeatMs } = this.options;
    const silent = heartbeatMs > 0 && firedAt - this.#heardAt > 2 * heartbeatMs + ANSWER_MS;
    if (silent || firedAt - this.#sentAt >= expiresMs + ANSWER_MS) {
      this.leave(failure('TIMEOUT', `the server has not answered a pull in ${Math.round(performance.now() - this.#heardAt)} ms`));
    } else {
      this.#watch(TICK_MS);
    }
  }
}
