import { StreamError } from './errors.js';
/**
 * Checks of options. Each returns the value or throws `INVALID_ARGUMENT` with a text that names the option, what was
 * given and what is allowed. Values are shown by kind where they could be long or secret.
 */
function show(value) {
    if (typeof value === 'string')
        return value.length > 60 ? `a string of ${value.length} characters` : JSON.stringify(value);
    if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined)
        return String(value);
    if (typeof value === 'bigint')
        return `${value}n`;
    if (Array.isArray(value))
        return `an array of ${value.length}`;
    return typeof value === 'function' ? 'a function' : `a ${typeof value}`;
}
export function invalid(option, given, allowed) {
    return new StreamError('INVALID_ARGUMENT', `${option}: expected ${allowed}, got ${show(given)}`);
}
function describe(kind, range) {
    const unit = range.unit === undefined ? '' : ` ${range.unit}`;
    const bounds = range.max === undefined ? `of at least ${range.min}${unit}` : `from ${range.min} to ${range.max}${unit}`;
    return `${kind} ${bounds}${range.infinite === true ? ' or Infinity' : ''}`;
}
function inRange(value, range) {
    if (value === Infinity)
        return range.infinite === true;
    return value >= range.min && value <= (range.max ?? Number.MAX_SAFE_INTEGER);
}
export function integer(option, value, fallback, range) {
    if (value === undefined)
        return fallback;
    const whole = typeof value === 'number' && (Number.isInteger(value) || value === Infinity);
    if (!whole || !inRange(value, range))
        throw invalid(option, value, describe('a whole number', range));
    return value;
}
export function number(option, value, fallback, range) {
    if (value === undefined)
        return fallback;
    if (typeof value !== 'number' || Number.isNaN(value) || !inRange(value, range)) {
        throw invalid(option, value, describe('a number', range));
    }
    return value;
}
export function boolean(option, value, fallback) {
    if (value === undefined)
        return fallback;
    if (typeof value !== 'boolean')
        throw invalid(option, value, 'true or false');
    return value;
}
export function oneOf(option, value, fallback, allowed) {
    if (value === undefined)
        return fallback;
    if (!allowed.includes(value))
        throw invalid(option, value, `one of ${allowed.map((word) => `'${word}'`).join(', ')}`);
    return value;
}
export function text(option, value) {
    if (typeof value !== 'string' || value === '')
        throw invalid(option, value, 'a string that is not empty');
    return value;
}
// biome-ignore lint/complexity/noBannedTypes: any callable is what is checked; its type is the caller's.
export function callable(option, value) {
    if (value !== undefined && typeof value !== 'function')
        throw invalid(option, value, 'a function');
    return value;
}
/** The options of a call that needs some, of which `signal` is one. */
export function withSignal(owner, options) {
    if (typeof options !== 'object' || options === null)
        throw invalid(`${owner} options`, options, 'an object');
    if (!(options.signal instanceof AbortSignal))
        throw invalid('signal', options.signal, 'an AbortSignal');
    return options;
}
/** An object with these functions: a store, a clock, a part of Node that tests replace. */
export function withMethods(option, value, methods) {
    if (value === undefined)
        return undefined;
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (!isObject || !methods.every((method) => typeof value[method] === 'function')) {
        throw invalid(option, value, `an object with the functions ${methods.join(', ')}`);
    }
    return value;
}
/** Refuses anything that is not a plain options object, and options that do not exist: a misspelt one is never ignored. */
export function known(owner, options, names) {
    if (options === undefined)
        return {};
    if (typeof options !== 'object' || options === null || Array.isArray(options)) {
        throw invalid(`${owner} options`, options, 'an object');
    }
    for (const name of Object.keys(options)) {
        if (!names.includes(name)) {
            throw new StreamError('INVALID_ARGUMENT', `${owner} has no option '${name}'; it has ${names.join(', ')}`);
        }
    }
    return options;
}
