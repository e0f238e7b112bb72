import { it } from 'node:test';
import fc, {} from 'fast-check';
import { BrokenRule, live } from './life.js';
import { plans } from './plan.js';
/** The end of the story is what tells. */
const STORY_LINES = 100;
/** From the environment: `TAILRACE_MODEL_RUNS` and `TAILRACE_MODEL_SEED`. */
function campaignOf(env, runs) {
    return {
        runs: Number(env.TAILRACE_MODEL_RUNS ?? runs),
        seed: Number(env.TAILRACE_MODEL_SEED ?? Math.floor(Math.random() * 2 ** 31)),
    };
}
/**
 * The scheduler of one life, from its own seed: `fc.scheduler()` as an argument of the property is cloned while
 * counterexamples shrink, and the second clone of one (fast-check 4.10) goes another way than the first.
 */
function schedulerOf(seed) {
    const [scheduler] = fc.sample(fc.scheduler(), { seed, numRuns: 1 });
    if (scheduler === undefined)
        throw new Error('no scheduler was made');
    return scheduler;
}
/** Lives it, and says how to live it again where a rule was broken. */
async function liveOnce({ plan, order }) {
    const scheduler = schedulerOf(order);
    try {
        await live(plan, scheduler);
    }
    catch (error) {
        if (!(error instanceof BrokenRule))
            throw error;
        const again = `TAILRACE_MODEL_LIFE='${JSON.stringify({ plan, order })}'`;
        throw new Error(`${error.message}\nto see it again: ${again}\n${error.story.slice(-STORY_LINES).join('\n')}`, { cause: error.cause });
    }
}
/** Lives on these brokers. Rejects with the smallest counterexample found, and how to see it again. */
async function campaign(brokers, { runs, seed }) {
    const property = fc.asyncProperty(fc.record({ plan: plans(...brokers), order: fc.noShrink(fc.nat()) }), liveOnce);
    const details = await fc.check(property, { numRuns: runs, seed });
    if (details.failed)
        throw details.errorInstance ?? new Error(`no life was seen to its end: seed ${details.seed}`);
}
/** Registers a campaign as a test whose name tells its seed, or, with `TAILRACE_MODEL_LIFE`, that one life. */
export function test(name, brokers, runs) {
    const again = process.env.TAILRACE_MODEL_LIFE;
    if (again !== undefined) {
        const life = JSON.parse(again);
        if (brokers.includes(life.plan.setup.broker))
            it(`one life of a drainer on ${name}`, () => liveOnce(life));
        return;
    }
    const chosen = campaignOf(process.env, runs);
    it(`${chosen.runs} lives of a drainer on ${name}, seed ${chosen.seed}`, () => campaign(brokers, chosen));
}
