/** Node's longest timer; a longer one would fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
export const systemClock = Object.freeze({
    now: () => performance.now(),
    setTimeout: (callback, ms) => setTimeout(callback, Math.min(ms, MAX_TIMEOUT_MS)),
    clearTimeout: (handle) => clearTimeout(handle),
    setImmediate: (callback) => void setImmediate(callback),
    random: () => Math.random(),
});
/** @internal What an object must have to be a clock. */
export const CLOCK_METHODS = ['now', 'setTimeout', 'clearTimeout', 'setImmediate', 'random'];
