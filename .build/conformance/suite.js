import assert from 'node:assert/strict';
import { deferred } from '../src/deferred.js';
import { groupOf } from './case.js';
import { CASES } from './cases/index.js';
import { CaseContext } from './context.js';
import { within } from './within.js';
/** Answers that a case may need one after the other: beyond so many times the bound of one, it hangs. */
const ANSWERS_PER_CASE = 12;
const CONCURRENCY = 8;
export function selectCases({ only, level } = {}) {
    return CASES.filter((each) => (only?.some((prefix) => each.id.startsWith(prefix)) ?? true) && (level !== 'REQUIRED' || each.level === level));
}
/**
 * Runs the cases against one adapter, side by side, those that hurt the server alone at the end. Never rejects because a case
 * fails; rejects when the harness cannot even make a channel.
 */
export async function runConformance(harness, options = {}) {
    const startedAt = new Date().toISOString();
    const capabilities = await capabilitiesOf(harness);
    const cases = selectCases(options);
    const results = new Map();
    const run = async (each) => {
        const result = await runCase(each, harness, capabilities, options.makeDrainer);
        results.set(each.id, result);
        options.onCase?.(result);
    };
    const together = cases.filter(({ alone }) => alone !== true);
    const lanes = Array.from({ length: Math.max(1, options.concurrency ?? CONCURRENCY) }, async () => {
        for (let next = together.shift(); next !== undefined; next = together.shift())
            await run(next);
    });
    await Promise.all(lanes);
    for (const each of cases)
        if (each.alone === true)
            await run(each);
    return {
        adapter: nameOf(harness),
        client: harness.client,
        server: harness.server,
        node: process.version,
        startedAt,
        cases: cases.flatMap(({ id }) => results.get(id) ?? []),
    };
}
function nameOf({ adapter, variant }) {
    return variant === undefined ? adapter : `${adapter}/${variant}`;
}
/** What its consumers declare. */
async function capabilitiesOf(harness) {
    const channel = await harness.create();
    try {
        const consumer = await channel.open();
        const { answerMs } = harness.timing;
        // One that cannot be closed is found out by the cases.
        await within('close', consumer.close({ signal: AbortSignal.timeout(answerMs) }), answerMs * 2).catch(() => undefined);
        return consumer.capabilities;
    }
    finally {
        await channel.delete();
    }
}
/** Runs one case. Never rejects. */
async function runCase(each, harness, capabilities, makeDrainer) {
    const { id, level, failure } = each;
    const base = { id, group: groupOf(each), level, failure };
    const refused = each.refused?.when(capabilities) === true ? each.refused : undefined;
    const reason = refused === undefined ? each.skip?.({ capabilities, harness }) : undefined;
    if (reason !== undefined)
        return { ...base, behaviour: 'skipped', close: 'clean', ms: 0, detail: reason, story: [] };
    const context = new CaseContext(harness, capabilities, makeDrainer);
    const begin = performance.now();
    let detail = '';
    try {
        const { answerMs, rebalanceMs } = harness.timing;
        const bound = answerMs * ANSWERS_PER_CASE + rebalanceMs * ANSWERS_PER_CASE + context.lapseMs * ANSWERS_PER_CASE;
        await context.within('the case', (refused ?? each).run(context), bound);
    }
    catch (error) {
        detail = describe(error);
        context.step(`failed: ${detail}`);
    }
    const failed = detail !== '';
    const ended = await context.end();
    if (ended.detail !== '') {
        context.step(`close: ${ended.detail}`);
        detail = detail === '' ? ended.detail : `${detail}; ${ended.detail}`;
    }
    return {
        ...base,
        behaviour: failed ? 'fail' : refused === undefined ? 'pass' : 'refused',
        close: ended.close,
        ms: Math.round(performance.now() - begin),
        detail,
        story: context.story,
    };
}
function describe(error) {
    if (error instanceof assert.AssertionError)
        return error.message;
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
/**
 * Registers each case as a test of the caller's own runner. The first test that runs starts the harness and all cases, side by side;
 * each waits for its own. What cannot be asked of the adapter passes: use {@link runConformance} for a report. To run a few cases give
 * `only`, not the runner's filter. The harness is stopped when all cases have ended.
 */
export function registerConformance(test, name, start, options = {}) {
    const results = new Map(selectCases(options).map(({ id }) => [id, deferred()]));
    const runAll = async () => {
        const harness = await start();
        try {
            const onCase = (result) => {
                options.onCase?.(result);
                results.get(result.id)?.resolve(result);
            };
            await runConformance(harness, { ...options, onCase });
        }
        finally {
            await harness.stop();
        }
    };
    let running;
    for (const [id, { promise }] of results) {
        test(`${name}: ${id}`, async () => {
            running ??= runAll();
            // A harness that cannot start fails each of them; the last one waits for its stop as well.
            const result = await Promise.race([promise, running.then(() => promise)]);
            if (id === [...results.keys()].at(-1))
                await running;
            assert.ok(isGood(result), `${result.failure}\n${result.detail}\n${storyOf(result)}`);
        });
    }
}
export function isGood({ behaviour, close }) {
    return behaviour !== 'fail' && (close === 'clean' || close === 'slow');
}
export function storyOf({ story }) {
    return story.map(({ atMs, text }) => `${String(atMs).padStart(6)} ms  ${text}`).join('\n');
}
