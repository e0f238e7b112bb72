import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

/**
 * Runs the test files under the folders given (default: all), prints node's own report, then one line of totals. Exits with
 * 1 when a test failed or none was run.
 */

const root = fileURLToPath(new URL('.', import.meta.url));
const folders = process.argv.slice(2);

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.js') && (folders.length === 0 || folders.some((folder) => file.startsWith(folder))))
  .sort()
  .map((file) => join(root, file));

const counts = { passed: 0, failed: 0, skipped: 0 };
const skips: string[] = [];

/** Of one file, in ms: several times what the longest takes. A process that does not end fails its file, instead of holding the run for ever. */
const FILE_TIMEOUT_MS = 20 * 60_000;

const events = run({ files, concurrency: 2, timeout: FILE_TIMEOUT_MS });
events.on('test:pass', ({ name, skip, details }) => {
  // A file or suite that passed is told apart from its tests.
  if (details.type === 'suite') return;
  if (skip === undefined || skip === false) counts.passed += 1;
  else {
    counts.skipped += 1;
    skips.push(`${name}: ${typeof skip === 'string' ? skip : 'no reason given'}`);
  }
});
events.on('test:fail', ({ details }) => {
  if (details.type !== 'suite') counts.failed += 1;
});

const report = events.pipe(new spec());
report.pipe(process.stdout, { end: false });
report.on('end', () => {
  for (const skipped of skips) console.log(`SKIPPED ${skipped}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
});
