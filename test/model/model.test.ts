import { it } from 'node:test';
import { runScenario } from './scenario.js';

/**
 * Random lives of a drainer: `TAILRACE_MODEL_RUNS` of them (default 400), from `TAILRACE_MODEL_SEED` on (default: random). A
 * failure names its seed; `TAILRACE_MODEL_SEED=<seed> TAILRACE_MODEL_RUNS=1` replays it.
 */

const runs = Number(process.env.TAILRACE_MODEL_RUNS ?? 400);
const first = Number(process.env.TAILRACE_MODEL_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): (max: number) => number {
  let state = seed >>> 0;
  return (max) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % (max + 1);
  };
}

it(`${runs} random lives of a drainer, seeds from ${first} on`, async () => {
  for (let seed = first; seed < first + runs; seed += 1) {
    try {
      await runScenario(randomFrom(seed));
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
});
