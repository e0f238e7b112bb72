import type { Scheduler } from 'fast-check';
import { type Plan } from './plan.js';
/** One life of a drainer, from its first fetch until nothing of it is left. Throws when a rule was broken. */
export declare function live(plan: Plan, scheduler: Scheduler): Promise<void>;
export declare class BrokenRule extends Error {
    readonly story: readonly string[];
    constructor(rule: string, story: readonly string[], options: ErrorOptions);
}
