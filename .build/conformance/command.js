import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { HARNESSES, isHarness, startHarness } from './harnesses/index.js';
import { isAcceptable, judge, parseKnownFailures } from './known-failures.js';
import { renderHtml } from './report/html.js';
import { renderMarkdown } from './report/markdown.js';
import { isGood, runConformance, selectCases, storyOf } from './suite.js';
const USAGE = `Usage: tailrace conformance --adapter <name or path>[,…] [options]

Runs the conformance suite against adapters and their servers.

  --adapter    ${HARNESSES.join(', ')}; memory and nats stand for all of theirs; or
               the path of a module that exports startHarness(). Several by commas.
  --only       only cases whose id begins so; several by commas
  --level      required: without the recommended cases
  --known      a JSON file of known failures: {"<adapter>": [{"id", "reason"}]}
  --release    REQUIRED cases cannot be among them
  --json, --html, --markdown   files to write the report to
  --list       prints the cases, and runs nothing

Exits with 0 when all REQUIRED cases hold, but for known failures, 1 when not, 2 for
arguments that it does not understand.`;
const OPTIONS = {
    adapter: { type: 'string' },
    only: { type: 'string' },
    level: { type: 'string' },
    known: { type: 'string' },
    release: { type: 'boolean' },
    json: { type: 'string' },
    html: { type: 'string' },
    markdown: { type: 'string' },
    list: { type: 'boolean' },
    help: { type: 'boolean' },
};
class UsageError extends Error {
}
/** Runs the command with these arguments. Resolves with its exit code. Prints to the standard output and error. */
export async function run(args) {
    try {
        return await conformance(args);
    }
    catch (error) {
        if (!(error instanceof UsageError) && !isOfParseArgs(error))
            throw error;
        console.error(`${error.message}\n\n${USAGE}`);
        return 2;
    }
}
function isOfParseArgs(error) {
    return String(error.code).startsWith('ERR_PARSE_ARGS');
}
async function conformance(args) {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    if (values.help === true) {
        console.log(USAGE);
        return 0;
    }
    if (values.level !== undefined && values.level !== 'required')
        throw new UsageError(`--level: expected required, got ${values.level}`);
    const only = values.only?.split(',');
    const options = {
        ...(only === undefined ? {} : { only }),
        ...(values.level === undefined ? {} : { level: 'REQUIRED' }),
    };
    const cases = selectCases(options);
    if (cases.length === 0)
        throw new UsageError(`--only ${values.only}: no case has such an id`);
    if (values.list === true) {
        for (const { id, level, failure } of cases)
            console.log(`${level.padEnd(12)} ${id}\n             ${failure}`);
        return 0;
    }
    const names = namesOf(values.adapter);
    const known = values.known === undefined ? {} : parseKnownFailures(await readFile(values.known, 'utf8'));
    const reports = [];
    let acceptable = true;
    for (const name of names) {
        const report = await runOne(name, options);
        reports.push(report);
        acceptable = tellJudgement(report, known, values.release === true) && acceptable;
    }
    if (values.json !== undefined)
        await writeFile(values.json, `${JSON.stringify(reports, null, 2)}\n`);
    if (values.html !== undefined)
        await writeFile(values.html, renderHtml(reports));
    if (values.markdown !== undefined)
        await writeFile(values.markdown, page(reports, values));
    return acceptable ? 0 : 1;
}
function namesOf(adapter) {
    if (adapter === undefined)
        throw new UsageError('--adapter is missing');
    const names = adapter.split(',').flatMap((name) => {
        const kinds = HARNESSES.filter((each) => each === name || each.startsWith(`${name}/`));
        return kinds.length > 0 ? kinds : [name];
    });
    for (const name of names)
        if (!isHarness(name))
            throw new UsageError(`--adapter: no ${name}; there are ${HARNESSES.join(', ')}, or a path`);
    return [...new Set(names)];
}
async function runOne(name, options) {
    const harness = await startHarness(name);
    try {
        const begin = performance.now();
        const report = await runConformance(harness, options);
        const ms = Math.round(performance.now() - begin);
        console.log(`\n${report.adapter}: client ${report.client}, server ${report.server}, ${ms} ms`);
        for (const group of new Set(report.cases.map((each) => each.group)))
            console.log(lineOf(group, report));
        return report;
    }
    finally {
        await harness.stop();
    }
}
function lineOf(group, { cases }) {
    const count = (behaviour) => cases.filter((each) => each.group === group && each.behaviour === behaviour).length;
    const words = [`${count('pass')} pass`, `${count('refused')} refused`, `${count('skipped')} not asked`, `${count('fail')} fail`];
    return `  ${group.padEnd(14)} ${words.filter((word) => !word.startsWith('0 ')).join(', ')}`;
}
function tellJudgement(report, known, release) {
    const judgement = judge(report, known, { release });
    for (const result of [...judgement.failed, ...judgement.weak]) {
        console.log(`\n✗ ${report.adapter} ${result.id} (${result.level}): behaviour ${result.behaviour}, close ${result.close}`);
        console.log(`  ${result.failure}\n  ${result.detail.replaceAll('\n', '\n  ')}\n${storyOf(result)}`);
    }
    for (const { id } of judgement.passedUnexpectedly)
        console.log(`\n✗ ${report.adapter} ${id} is listed as a known failure, and passes: take it off the list`);
    for (const { id } of judgement.notAllowed)
        console.log(`\n✗ ${report.adapter} ${id} is REQUIRED, and a release cannot have it as a known failure`);
    const good = report.cases.filter(isGood).length;
    console.log(`${report.adapter}: ${good} of ${report.cases.length} cases hold, ${judgement.failed.length} required ones fail`);
    return isAcceptable(judgement);
}
/** Says how to make it again, but for where its maker keeps other files. */
function page(reports, { adapter, only, level }) {
    const chosen = [
        ['adapter', adapter],
        ['only', only],
        ['level', level],
        ['markdown', 'docs/conformance.md'],
    ];
    const args = chosen.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
    return `# Conformance

What the adapters of this package were found to do, on real servers. This page is generated:

\`\`\`sh
npm run conformance -- ${args.join(' ')}
\`\`\`

Run on ${reports[0]?.startedAt.slice(0, 10) ?? ''} with Node ${reports[0]?.node ?? ''}. ✓: it holds. refused: the capability is not declared, and the call is refused as it has to be. ·: it cannot be asked of this adapter.

${renderMarkdown(reports)}`;
}
