import { StreamError } from './errors.js';
export declare function invalid(option: string, given: unknown, allowed: string): StreamError;
export interface NumberRange {
    readonly min: number;
    /** Default: no upper bound. */
    readonly max?: number;
    /** What the number counts, for the error's text: `ms`, `messages`. */
    readonly unit?: string;
    /** Whether `Infinity` is allowed. Default false. */
    readonly infinite?: boolean;
}
export declare function integer(option: string, value: unknown, fallback: number, range: NumberRange): number;
export declare function number(option: string, value: unknown, fallback: number, range: NumberRange): number;
export declare function boolean(option: string, value: unknown, fallback: boolean): boolean;
export declare function oneOf<T extends string>(option: string, value: unknown, fallback: T, allowed: readonly T[]): T;
export declare function text(option: string, value: unknown): string;
export declare function callable<F extends Function>(option: string, value: F | undefined): F | undefined;
/** The options of a call that needs some, of which `signal` is one. */
export declare function withSignal<T extends {
    readonly signal: AbortSignal;
}>(owner: string, options: T): T;
/** An object with these functions: a store, a clock, a part of Node that tests replace. */
export declare function withMethods<T extends object>(option: string, value: T | undefined, methods: readonly (keyof T & string)[]): T | undefined;
/** Refuses anything that is not a plain options object, and options that do not exist: a misspelt one is never ignored. */
export declare function known<T extends object>(owner: string, options: T | undefined, names: readonly (keyof T & string)[]): T;
