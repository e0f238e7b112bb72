import { StreamError } from '../../src/errors.js';
import type { Message } from '../../src/message.js';
import { callable, integer, invalid } from '../../src/options.js';

export type Operation = 'fetch' | 'ack' | 'release' | 'extend' | 'deadLetter' | 'flush' | 'seek' | 'lag' | 'close';
export type Settling = 'ack' | 'release' | 'extend' | 'deadLetter';

/** What one call is to suffer. */
export type Fault =
  | { readonly kind: 'fail'; readonly error: StreamError }
  | { readonly kind: 'hang'; readonly until: Promise<never> }
  | { readonly kind: 'lose-answer'; readonly error: StreamError }
  | { readonly kind: 'fail-some'; readonly fails: (message: Message) => boolean; readonly error: StreamError }
  | { readonly kind: 'overfill'; readonly extra: number }
  | { readonly kind: 'repeat' };

interface Plan {
  readonly fault: Fault;
  left: number;
}

/**
 * Faults on order, for tests of what stands above a consumer. A consumer has one, the broker another for all its consumers;
 * the consumer's come first. Faults of one operation are used up in the order in which they were asked for, so that a
 * sequence of them is a script. Some break the contract on purpose.
 */
export class Faults {
  readonly #plans: Map<Operation, Plan[]> = new Map();
  readonly #hung: Set<(error: StreamError) => void> = new Set();
  #latencyMs = 0;

  /** How long each call takes before it has an effect, ms on the broker's clock. An abort ends the wait of a fetch or close. */
  get latencyMs(): number {
    return this.#latencyMs;
  }

  set latencyMs(ms: number) {
    this.#latencyMs = integer('latencyMs', ms, 0, { min: 0, unit: 'ms' });
  }

  /** The next `times` calls reject with `error` and have no effect. Default: for ever. A `close` that failed may be called again. */
  fail(operation: Operation, error: StreamError, times: number = Infinity): void {
    this.#add(operation, { kind: 'fail', error }, times);
  }

  /** The next `times` calls have no effect and never settle, whatever their signals say; {@link clear} fails them. */
  hang(operation: Operation, times: number = Infinity): void {
    let settle!: (error: StreamError) => void;
    const until = new Promise<never>((_, reject) => {
      settle = reject;
    });
    // It is rejected also when no call hangs on it.
    until.catch(() => undefined);
    this.#hung.add(settle);
    this.#add(operation, { kind: 'hang', until }, times);
  }

  /** The next `times` calls take effect, and reject all the same: with `TIMEOUT` unless an error is given. */
  loseAnswer(operation: Exclude<Operation, 'fetch'>, times: number = Infinity, error?: StreamError): void {
    if ((operation as Operation) === 'fetch') throw invalid('operation', operation, 'any but fetch, whose messages would be stranded');
    const lost = error ?? new StreamError('TIMEOUT', `${operation}: the answer was lost`, { adapter: 'memory' });
    this.#add(operation, { kind: 'lose-answer', error: lost }, times);
  }

  /** In the next `times` calls the messages for which `fails` returns true fail with `error`; the others are settled. */
  failSome(operation: Settling, fails: (message: Message) => boolean, error?: StreamError, times: number = Infinity): void {
    callable('fails', fails);
    const refused = error ?? new StreamError('UNAVAILABLE', `${operation}: the broker refused this message`, { adapter: 'memory' });
    this.#add(operation, { kind: 'fail-some', fails, error: refused }, times);
  }

  /** The next `times` fetches may return `extra` messages more than asked for. */
  overfill(extra: number, times: number = Infinity): void {
    this.#add('fetch', { kind: 'overfill', extra: integer('extra', extra, 1, { min: 1, unit: 'messages' }) }, times);
  }

  /** The next `times` fetches return their first delivery a second time, at the end. */
  repeat(times: number = Infinity): void {
    this.#add('fetch', { kind: 'repeat' }, times);
  }

  /** Takes back all faults, the latency too. Calls that hang reject with `UNAVAILABLE`, without having had an effect. */
  clear(): void {
    this.#latencyMs = 0;
    this.#plans.clear();
    for (const settle of this.#hung) settle(new StreamError('UNAVAILABLE', 'the connection was lost', { adapter: 'memory' }));
    this.#hung.clear();
  }

  /** @internal */
  next(operation: Operation): Fault | undefined {
    if (this.#plans.size === 0) return undefined;
    const plans = this.#plans.get(operation);
    const plan = plans?.[0];
    if (plans === undefined || plan === undefined) return undefined;
    plan.left -= 1;
    if (plan.left === 0) plans.shift();
    if (plans.length === 0) this.#plans.delete(operation);
    return plan.fault;
  }

  #add(operation: Operation, fault: Fault, times: number): void {
    const left = integer('times', times, Infinity, { min: 1, unit: 'calls', infinite: true });
    const plans = this.#plans.get(operation);
    if (plans === undefined) this.#plans.set(operation, [{ fault, left }]);
    else plans.push({ fault, left });
  }
}
