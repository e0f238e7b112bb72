import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { tool } from '../package/tool.js';
import { SqsServer } from '../support/elasticmq.js';
import { runProgram } from '../support/run.js';
import { startOrSkip } from '../support/start-or-skip.js';
import { until } from '../support/until.js';
import { Bench, type RowTests } from './sqs-consumer/bench.js';
import { DIFFERENCES, SHOWN_BY_ROWS } from './sqs-consumer/differences.js';
import { EVENT_TESTS } from './sqs-consumer/events.js';
import { HANDLING_OPTIONS } from './sqs-consumer/handling-options.js';
import { ERROR_TESTS, METHOD_TESTS } from './sqs-consumer/methods.js';
import { POLLING_OPTIONS } from './sqs-consumer/polling-options.js';
import { GUIDE, PROGRAMS, program, programFolder, startProgram } from './sqs-consumer/programs.js';
import { EVENTS, EXPORTED, METHODS, OPTIONS, STOP_OPTIONS, UPDATABLE, VERSION } from './sqs-consumer/their-types.js';

interface Table {
  readonly heading: string;
  /** What sqs-consumer's types list. */
  readonly names: readonly string[];
  readonly tests: RowTests;
}

const TABLES: readonly Table[] = [
  { heading: 'Options', names: OPTIONS, tests: { ...POLLING_OPTIONS, ...HANDLING_OPTIONS } },
  { heading: 'Events', names: EVENTS, tests: EVENT_TESTS },
  { heading: 'Methods', names: [...METHODS, ...STOP_OPTIONS.map((name) => `stop({ ${name}: true })`)], tests: METHOD_TESTS },
  { heading: 'Errors', names: EXPORTED, tests: ERROR_TESTS },
];

/** What it lacks is said once more, and shown by the lines of the tables that say so. */
const SUMMARY = 'What sqs-consumer has and tailrace has not';

function section(heading: string): string {
  const [, text] = new RegExp(`^## ${heading}\\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(GUIDE) ?? [];
  assert.ok(text !== undefined, `the guide has no section ${heading}`);
  return text;
}

/** The lines of a section's table, by what its first column names. */
function rows(heading: string): ReadonlyMap<string, string> {
  const lines = [...section(heading).matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)];
  return new Map(lines.map(([, name, answer]) => [(name as string).replace(/^Consumer\./, '').replace(/\(\)$/, ''), answer as string]));
}

const sorted = (names: Iterable<string>): readonly string[] => [...names].sort();

describe('the guide for those who come from sqs-consumer', () => {
  it('speaks of the version that is installed', () => {
    assert.ok(GUIDE.includes(`It speaks of sqs-consumer ${VERSION}.`), VERSION);
  });

  for (const { heading, names, tests } of TABLES) {
    it(`${heading}: a line for each that the types list, and a test for each line`, () => {
      assert.ok(names.length > 2);
      assert.deepEqual(sorted(rows(heading).keys()), sorted(names));
      assert.deepEqual(sorted(Object.keys(tests)), sorted(names));
    });
  }

  it('names each option that sqs-consumer can change while it runs', () => {
    for (const name of UPDATABLE) assert.ok(rows('Methods').get('updateOption')?.includes(`\`${name}\``), name);
  });

  it('has a test for each difference', () => {
    const headings = [...section('What is different').matchAll(/^### (.*)$/gm)].map(([, heading]) => heading as string);
    assert.deepEqual(sorted(headings), sorted([SUMMARY, ...Object.keys(DIFFERENCES), ...Object.keys(SHOWN_BY_ROWS)]));
    const tested = TABLES.flatMap(({ tests }) => Object.keys(tests));
    for (const name of Object.values(SHOWN_BY_ROWS).flat()) assert.ok(tested.includes(name), name);
  });

  for (const name of PROGRAMS) {
    it(`compiles ${name}`, async () => {
      const { folder, file } = programFolder(program(name));
      try {
        const options = ['--noEmit', '--allowJs', '--checkJs', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck'];
        const target = ['--target', 'es2023', '--module', 'nodenext', '--types', 'node', '--ignoreConfig'];
        const { code, stdout, stderr } = await runProgram(process.execPath, [tool('typescript', 'tsc'), ...options, ...target, file]);
        assert.equal(code, 0, stdout + stderr);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});

const server = await startOrSkip('THE GUIDE FROM SQS-CONSUMER', () => SqsServer.start());
after(() => server?.stop());

/** Programs that are stopped while they handle: what has begun is ended and deleted, and the rest waits for others. */
const BOTH: RowTests = Object.fromEntries(
  ['before', 'after'].map((name) => [
    name,
    async (bench: Bench) => {
      const queue = await bench.queue();
      await queue.publish(...Array.from({ length: 40 }, (_, index) => `order ${index}`));
      const { child, exited, started, handled } = await startProgram(bench, queue, program(name), { HOLD: '1' });
      await until(() => started().length === 10, 'ten are being handled', 30_000);
      child.kill('SIGTERM');
      const { code, stderr } = await exited;
      assert.equal(code, 0, stderr);
      assert.deepEqual(sorted(handled()), sorted(started()));
      assert.deepEqual(await queue.counts(), [40 - handled().length, 0]);
    },
  ]),
);

if (server !== undefined) {
  const all = [...TABLES, { heading: 'Before and after', tests: BOTH }, { heading: 'What is different', tests: DIFFERENCES }];
  for (const { heading, tests } of all) {
    describe(heading, { concurrency: 6 }, () => {
      for (const [name, row] of Object.entries(tests)) {
        it(name, async () => {
          const bench = new Bench(server);
          try {
            await row(bench);
          } finally {
            await bench.end();
          }
        });
      }
    });
  }
}
