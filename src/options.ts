import { StreamError } from './errors.js';

/**
 * Checks of options. Each returns the value or throws `INVALID_ARGUMENT` with a text that names the option, what was
 * given and what is allowed. Values are shown by kind where they could be long or secret.
 */

function show(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `a string of ${value.length} characters` : JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'function' ? 'a function' : `a ${typeof value}`;
}

export function invalid(option: string, given: unknown, allowed: string): StreamError {
  return new StreamError('INVALID_ARGUMENT', `${option}: expected ${allowed}, got ${show(given)}`);
}

export interface NumberRange {
  readonly min: number;
  /** Default: no upper bound. */
  readonly max?: number;
  /** What the number counts, for the error's text: `ms`, `messages`. */
  readonly unit?: string;
  /** Whether `Infinity` is allowed. Default false. */
  readonly infinite?: boolean;
}

function describe(kind: string, range: NumberRange): string {
  const unit = range.unit === undefined ? '' : ` ${range.unit}`;
  const bounds = range.max === undefined ? `of at least ${range.min}${unit}` : `from ${range.min} to ${range.max}${unit}`;
  return `${kind} ${bounds}${range.infinite === true ? ' or Infinity' : ''}`;
}

function inRange(value: number, range: NumberRange): boolean {
  if (value === Infinity) return range.infinite === true;
  return value >= range.min && value <= (range.max ?? Number.MAX_SAFE_INTEGER);
}

export function integer(option: string, value: unknown, fallback: number, range: NumberRange): number {
  if (value === undefined) return fallback;
  const whole = typeof value === 'number' && (Number.isInteger(value) || value === Infinity);
  if (!whole || !inRange(value, range)) throw invalid(option, value, describe('a whole number', range));
  return value;
}

export function number(option: string, value: unknown, fallback: number, range: NumberRange): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || Number.isNaN(value) || !inRange(value, range)) {
    throw invalid(option, value, describe('a number', range));
  }
  return value;
}

export function boolean(option: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') throw invalid(option, value, 'true or false');
  return value;
}

export function oneOf<T extends string>(option: string, value: unknown, fallback: T, allowed: readonly T[]): T {
  if (value === undefined) return fallback;
  if (!allowed.includes(value as T)) throw invalid(option, value, `one of ${allowed.map((word) => `'${word}'`).join(', ')}`);
  return value as T;
}

export function text(option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw invalid(option, value, 'a string that is not empty');
  return value;
}

// biome-ignore lint/complexity/noBannedTypes: any callable is what is checked; its type is the caller's.
export function callable<F extends Function>(option: string, value: F | undefined): F | undefined {
  if (value !== undefined && typeof value !== 'function') throw invalid(option, value, 'a function');
  return value;
}

/** The options of a call that needs some, of which `signal` is one. */
export function withSignal<T extends { readonly signal: AbortSignal }>(owner: string, options: T): T {
  if (typeof options !== 'object' || options === null) throw invalid(`${owner} options`, options, 'an object');
  if (!(options.signal instanceof AbortSignal)) throw invalid('signal', options.signal, 'an AbortSignal');
  return options;
}

/** An object with these functions: a store, a clock, a part of Node that tests replace. */
export function withMethods<T extends object>(option: string, value: T | undefined, methods: readonly (keyof T & string)[]): T | undefined {
  if (value === undefined) return undefined;
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  if (!isObject || !methods.every((method) => typeof value[method] === 'function')) {
    throw invalid(option, value, `an object with the functions ${methods.join(', ')}`);
  }
  return value;
}

/** Refuses anything that is not a plain options object, and options that do not exist: a misspelt one is never ignored. */
export function known<T extends object>(owner: string, options: T | undefined, names: readonly (keyof T & string)[]): T {
  if (options === undefined) return {} as T;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid(`${owner} options`, options, 'an object');
  }
  for (const name of Object.keys(options)) {
    if (!(names as readonly string[]).includes(name)) {
      throw new StreamError('INVALID_ARGUMENT', `${owner} has no option '${name}'; it has ${names.join(', ')}`);
    }
  }
  return options;
}
