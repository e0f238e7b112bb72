import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it, test } from 'node:test';
import { ROOT } from '../support/run.js';
import { Bench, type RowTests, Server } from './sqs-consumer/bench.js';
import { DIFFERENCES } from './sqs-consumer/differences.js';
import { EVENT_TESTS } from './sqs-consumer/events.js';
import { HANDLING_OPTIONS } from './sqs-consumer/handling-options.js';
import { ERROR_TESTS, METHOD_TESTS } from './sqs-consumer/methods.js';
import { POLLING_OPTIONS } from './sqs-consumer/polling-options.js';
import { EVENTS, EXPORTED, METHODS, OPTIONS, STOP_OPTIONS, UPDATABLE, VERSION } from './sqs-consumer/their-types.js';

interface Section {
  readonly heading: string;
  /** What sqs-consumer's types list. */
  readonly names: readonly string[];
  readonly tests: RowTests;
}

const SECTIONS: readonly Section[] = [
  { heading: 'Options', names: OPTIONS, tests: { ...POLLING_OPTIONS, ...HANDLING_OPTIONS } },
  { heading: 'Events', names: EVENTS, tests: EVENT_TESTS },
  { heading: 'Methods', names: [...METHODS, ...STOP_OPTIONS.map((name) => `stop({ ${name}: true })`)], tests: METHOD_TESTS },
  { heading: 'Errors', names: EXPORTED, tests: ERROR_TESTS },
];

const server = await start();
after(() => server?.stop());

async function start(): Promise<Server | undefined> {
  try {
    return await Server.start();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const inCi = process.env.CI === 'true';
    test('ElasticMQ', inCi ? {} : { skip: `THE GUIDE IS NOT TESTED: ${reason}` }, () => assert.fail(reason));
    return undefined;
  }
}

async function onBench(on: Server, row: (bench: Bench) => Promise<void>): Promise<void> {
  const bench = new Bench(on);
  try {
    await row(bench);
  } finally {
    await bench.end();
  }
}

function each(on: Server, heading: string, tests: RowTests): void {
  describe(heading, { concurrency: 6 }, () => {
    for (const [name, row] of Object.entries(tests)) it(name, () => onBench(on, row));
  });
}

if (server !== undefined) {
  for (const { heading, tests } of SECTIONS) each(server, heading, tests);
  each(server, 'What is different', DIFFERENCES);
}
