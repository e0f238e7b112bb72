import { StreamError } from '../../src/errors.js';
import type { Message } from '../../src/message.js';
export type Operation = 'fetch' | 'ack' | 'release' | 'extend' | 'deadLetter' | 'flush' | 'seek' | 'lag' | 'close';
export type Settling = 'ack' | 'release' | 'extend' | 'deadLetter';
/** What one call is to suffer. */
export type Fault = {
    readonly kind: 'fail';
    readonly error: StreamError;
} | {
    readonly kind: 'hang';
    readonly until: Promise<never>;
} | {
    readonly kind: 'lose-answer';
    readonly error: StreamError;
} | {
    readonly kind: 'fail-some';
    readonly fails: (message: Message) => boolean;
    readonly error: StreamError;
} | {
    readonly kind: 'overfill';
    readonly extra: number;
} | {
    readonly kind: 'repeat';
};
/**
 * Faults on order, for tests of what stands above a consumer. A consumer has one, the broker another for all its consumers;
 * the consumer's come first. Faults of one operation are used up in the order in which they were asked for, so that a
 * sequence of them is a script. Some break the contract on purpose.
 */
export declare class Faults {
    #private;
    /** How long each call takes before it has an effect, ms on the broker's clock. An abort ends the wait of a fetch or close. */
    get latencyMs(): number;
    set latencyMs(ms: number);
    /** The next `times` calls reject with `error` and have no effect. Default: for ever. A `close` that failed may be called again. */
    fail(operation: Operation, error: StreamError, times?: number): void;
    /** The next `times` calls have no effect and never settle, whatever their signals say; {@link clear} fails them. */
    hang(operation: Operation, times?: number): void;
    /** The next `times` calls take effect, and reject all the same: with `TIMEOUT` unless an error is given. */
    loseAnswer(operation: Exclude<Operation, 'fetch'>, times?: number, error?: StreamError): void;
    /** In the next `times` calls the messages for which `fails` returns true fail with `error`; the others are settled. */
    failSome(operation: Settling, fails: (message: Message) => boolean, error?: StreamError, times?: number): void;
    /** The next `times` fetches may return `extra` messages more than asked for. */
    overfill(extra: number, times?: number): void;
    /** The next `times` fetches return their first delivery a second time, at the end. */
    repeat(times?: number): void;
    /** Takes back all faults, the latency too. Calls that hang reject with `UNAVAILABLE`, without having had an effect. */
    clear(): void;
}
