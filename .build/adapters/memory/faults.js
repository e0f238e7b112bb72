import { StreamError } from '../../src/errors.js';
import { callable, integer, invalid } from '../../src/options.js';
/**
 * Faults on order, for tests of what stands above a consumer. A consumer has one, the broker another for all its consumers;
 * the consumer's come first. Faults of one operation are used up in the order in which they were asked for, so that a
 * sequence of them is a script. Some break the contract on purpose.
 */
export class Faults {
    #plans = new Map();
    #hung = new Set();
    #latencyMs = 0;
    /** How long each call takes before it has an effect, ms on the broker's clock. An abort ends the wait of a fetch or close. */
    get latencyMs() {
        return this.#latencyMs;
    }
    set latencyMs(ms) {
        this.#latencyMs = integer('latencyMs', ms, 0, { min: 0, unit: 'ms' });
    }
    /** The next `times` calls reject with `error` and have no effect. Default: for ever. A `close` that failed may be called again. */
    fail(operation, error, times = Infinity) {
        this.#add(operation, { kind: 'fail', error }, times);
    }
    /** The next `times` calls have no effect and never settle, whatever their signals say; {@link clear} fails them. */
    hang(operation, times = Infinity) {
        let settle;
        const until = new Promise((_, reject) => {
            settle = reject;
        });
        // It is rejected also when no call hangs on it.
        until.catch(() => undefined);
        this.#hung.add(settle);
        this.#add(operation, { kind: 'hang', until }, times);
    }
    /** The next `times` calls take effect, and reject all the same: with `TIMEOUT` unless an error is given. */
    loseAnswer(operation, times = Infinity, error) {
        if (operation === 'fetch')
            throw invalid('operation', operation, 'any but fetch, whose messages would be stranded');
        const lost = error ?? new StreamError('TIMEOUT', `${operation}: the answer was lost`, { adapter: 'memory' });
        this.#add(operation, { kind: 'lose-answer', error: lost }, times);
    }
    /** In the next `times` calls the messages for which `fails` returns true fail with `error`; the others are settled. */
    failSome(operation, fails, error, times = Infinity) {
        callable('fails', fails);
        const refused = error ?? new StreamError('UNAVAILABLE', `${operation}: the broker refused this message`, { adapter: 'memory' });
        this.#add(operation, { kind: 'fail-some', fails, error: refused }, times);
    }
    /** The next `times` fetches may return `extra` messages more than asked for. */
    overfill(extra, times = Infinity) {
        this.#add('fetch', { kind: 'overfill', extra: integer('extra', extra, 1, { min: 1, unit: 'messages' }) }, times);
    }
    /** The next `times` fetches return their first delivery a second time, at the end. */
    repeat(times = Infinity) {
        this.#add('fetch', { kind: 'repeat' }, times);
    }
    /** Takes back all faults, the latency too. Calls that hang reject with `UNAVAILABLE`, without having had an effect. */
    clear() {
        this.#latencyMs = 0;
        this.#plans.clear();
        for (const settle of this.#hung)
            settle(new StreamError('UNAVAILABLE', 'the connection was lost', { adapter: 'memory' }));
        this.#hung.clear();
    }
    /** @internal */
    next(operation) {
        if (this.#plans.size === 0)
            return undefined;
        const plans = this.#plans.get(operation);
        const plan = plans?.[0];
        if (plans === undefined || plan === undefined)
            return undefined;
        plan.left -= 1;
        if (plan.left === 0)
            plans.shift();
        if (plans.length === 0)
            this.#plans.delete(operation);
        return plan.fault;
    }
    #add(operation, fault, times) {
        const left = integer('times', times, Infinity, { min: 1, unit: 'calls', infinite: true });
        const plans = this.#plans.get(operation);
        if (plans === undefined)
            this.#plans.set(operation, [{ fault, left }]);
        else
            plans.push({ fault, left });
    }
}
