import { type Setup } from './plan.js';
/** Registers a campaign as a test whose name tells its seed, or, with `TAILRACE_MODEL_LIFE`, that one life. */
export declare function test(name: string, brokers: readonly Setup['broker'][], runs: number): void;
