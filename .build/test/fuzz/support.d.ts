import fc from 'fast-check';
import { type ErrorCode, StreamError } from '../../src/index.js';
export declare const SEED: number;
/** How many runs: `inCi` where nothing else is asked for. */
export declare function runs(inCi: number, full: number): number;
/** Parameters for `fc.assert`. */
export declare function chance(inCi: number, full: number): fc.Parameters<unknown>;
/** A whole number from 0 to `max`, both included. */
export type Draw = (max: number) => number;
/** One of a list. */
export declare function pick<T>(draw: Draw, from: readonly T[]): T;
/**
 * Runs `life` once per seed. Nothing that it does may reject or throw where nobody catches it, also after its end; but for
 * what `isForeign` knows among what is thrown: a defect of a client library that no adapter can catch. Returns how often that came.
 */
export declare function lives(count: number, life: (draw: Draw, seed: number) => Promise<void>, isForeign?: (error: unknown) => boolean): Promise<number>;
export declare const CODES: readonly ErrorCode[];
/** Fails unless this is a StreamError whose facts have the right kinds. */
export declare function assertTyped(error: unknown, codes?: readonly ErrorCode[]): asserts error is StreamError;
/** Runs it. What it throws must be typed, and is returned; undefined when it did not throw. */
export declare function typed(work: () => unknown, codes?: readonly ErrorCode[]): Promise<StreamError | undefined>;
/** Any value that JavaScript has, odd ones first. */
export declare function anyValue(): fc.Arbitrary<unknown>;
/** What a careless or hostile library throws or rejects with. */
export declare const ODD_ERRORS: readonly (() => unknown)[];
