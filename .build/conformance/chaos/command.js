import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { HARNESSES, isHarness, startHarness } from '../harnesses/index.js';
import { markdown, roundLine, summary } from './report.js';
import { ACTIONS, FULL, mixOf, PHASES } from './rounds.js';
import { runChaos } from './run.js';
const USAGE = `Usage: tailrace chaos --adapter <name, or path of a module that exports startHarness> [options]

  --rounds N         about N rounds of all actions, in the proportions of --full (default 50)
  --full             100 SIGTERM, 50 SIGKILL, 20 SIGSTOP, each phase killed three times, restarts, cuts, slow links
  --only A,B=N,…     just these actions, once or N times each: ${ACTIONS.join(', ')}
  --at-phase P       kill the drains in this phase: ${PHASES.join(', ')}
  --seed S           the same actions at the same planned moments (default: one of chance, printed)
  --workers N        processes at a time (default 3)
  --rate N           messages a second, at the most (default 1000)
  --lease MS         the length of leases (default 2000)
  --budget MS        the whole of each drain (default 10000)
  --json FILE        the result, for programs
  --markdown FILE    the result, as a page
  --keep FOLDER      where the histories stay

Exits with 1 on any anomaly, 2 if it could not run.`;
class UsageError extends Error {
}
function wholeNumber(name, value, fallback, min) {
    if (value === undefined)
        return fallback;
    const parsed = Number(value);
    if (!/^\d{1,10}$/.test(value) || parsed < min)
        throw new UsageError(`--${name}: expected a whole number from ${min} on, got '${value}'`);
    return parsed;
}
function mixOfOnly(text) {
    // Each action is among them.
    const mix = Object.fromEntries(ACTIONS.map((action) => [action, 0]));
    for (const part of text.split(',')) {
        const [name = '', count] = part.split('=', 2);
        const action = ACTIONS.find((known) => known === name);
        if (action === undefined)
            throw new UsageError(`--only: no action '${name}'; there are ${ACTIONS.join(', ')}`);
        mix[action] = wholeNumber('only', count, 1, 1);
    }
    return mix;
}
function phasesOf(text) {
    if (text === undefined)
        return PHASES;
    const phase = PHASES.find((known) => known === text);
    if (phase === undefined)
        throw new UsageError(`--at-phase: no phase '${text}'; there are ${PHASES.join(', ')}`);
    return [phase];
}
const SPECIFICATION = {
    adapter: { type: 'string' },
    rounds: { type: 'string' },
    full: { type: 'boolean' },
    only: { type: 'string' },
    'at-phase': { type: 'string' },
    seed: { type: 'string' },
    workers: { type: 'string' },
    rate: { type: 'string' },
    lease: { type: 'string' },
    budget: { type: 'string' },
    json: { type: 'string' },
    markdown: { type: 'string' },
    keep: { type: 'string' },
    help: { type: 'boolean' },
};
function readArguments(args) {
    try {
        return parseArgs({ args: [...args], options: SPECIFICATION }).values;
    }
    catch (error) {
        throw new UsageError(error instanceof Error ? error.message : String(error));
    }
}
function chosenMix(values) {
    if ([values.rounds, values.full, values.only].filter((value) => value !== undefined).length > 1) {
        throw new UsageError('--rounds, --full and --only exclude each other');
    }
    if (values.full === true)
        return FULL;
    if (values.only !== undefined)
        return mixOfOnly(values.only);
    const rounds = wholeNumber('rounds', values.rounds, values['at-phase'] === undefined ? 50 : 6, 1);
    return values['at-phase'] === undefined ? mixOf(rounds) : mixOfOnly(`phase=${rounds}`);
}
/** One line that is written over on a terminal; nothing elsewhere, where each round has its own line. */
function progress(text) {
    if (process.stderr.isTTY)
        process.stderr.write(`\r\x1b[K${text}`);
}
async function chaos(args) {
    const values = readArguments(args);
    if (values.help === true) {
        console.log(USAGE);
        return 0;
    }
    if (values.adapter === undefined)
        throw new UsageError('--adapter is missing');
    if (!isHarness(values.adapter))
        throw new UsageError(`--adapter: no harness '${values.adapter}'; there are ${HARNESSES.join(', ')}`);
    const mix = chosenMix(values);
    const phases = phasesOf(values['at-phase']);
    const seed = wholeNumber('seed', values.seed, Math.floor(Math.random() * 1_000_000), 0);
    const workers = wholeNumber('workers', values.workers, 3, 1);
    const rate = wholeNumber('rate', values.rate, 1_000, 1);
    const leaseMs = wholeNumber('lease', values.lease, 2_000, 1);
    const budgetMs = wholeNumber('budget', values.budget, 10_000, 100);
    if (values.keep !== undefined)
        await mkdir(values.keep, { recursive: true });
    progress('starting the servers (the first time, they are installed)');
    const harness = await startHarness(values.adapter);
    try {
        const result = await runChaos({
            harness,
            mix,
            seed,
            workers,
            rate,
            leaseMs,
            budgetMs,
            phases,
            ...(values.keep === undefined ? {} : { keep: values.keep }),
            onProgress: progress,
            onRound: (round, planned) => {
                if (!process.stderr.isTTY)
                    console.log(roundLine(round, planned));
            },
        });
        progress('');
        console.log(summary(result));
        if (values.json !== undefined)
            await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
        const command = `npm run chaos -- ${args.join(' ')}${values.seed === undefined ? ` --seed ${seed}` : ''}`;
        if (values.markdown !== undefined)
            await writeFile(values.markdown, markdown(result, command));
        return result.totals.anomalies.length === 0 ? 0 : 1;
    }
    finally {
        await harness.stop();
    }
}
/** Runs the command with these arguments. Resolves with its exit code. Prints to the standard output and error. */
export async function run(args) {
    try {
        return await chaos(args);
    }
    catch (error) {
        progress('');
        console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error);
        return 2;
    }
}
