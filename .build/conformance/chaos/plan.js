/** Handler calls for one delivery; more than any message needs that is not poison. */
export const ATTEMPTS = 3;
/** Decided by the seed and the message's number, so that every process and every run does the same. */
export function workOf(seed, message) {
    const random = randomOf(seed ^ Math.imul(message + 1, 0x9e3779b1));
    const kind = random();
    const quick = 1 + 39 * random();
    const slow = 200 + 600 * random();
    return {
        ms: Math.round(kind >= 0.98 ? slow : quick),
        failures: kind < 0.1 ? 1 : kind < 0.13 ? 2 : 0,
        poison: kind >= 0.13 && kind < 0.135,
    };
}
/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function randomOf(seed) {
    let state = seed | 0;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
    };
}
