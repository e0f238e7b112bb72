import { parseArgs } from 'node:util';
import { MUTANTS, MUTANTS_ON, runMutants, type Verdict } from './run.js';

/**
 * Adapters and drainers broken on purpose: each must be caught by the case named for it. Exits with 1 for a survivor. Those of the
 * memory broker, which need no server; or, with `--adapter`, those on that system's server.
 */
const CONCURRENCY = 8;

function tell({ mutant, caught, detail }: Verdict): void {
  const [why = ''] = detail.split('\n');
  console.log(`${caught ? 'caught  ' : 'SURVIVED'}  ${mutant.name.padEnd(56)} ${mutant.caughtBy}\n          ${why.slice(0, 150)}`);
}

async function runOn(name: string): Promise<readonly Verdict[]> {
  const found = name in MUTANTS_ON ? MUTANTS_ON[name as keyof typeof MUTANTS_ON] : undefined; // By the check before.
  if (found === undefined) throw new Error(`--adapter: no mutants of '${name}'; there are ${Object.keys(MUTANTS_ON).join(', ')}`);
  const harness = await found.start();
  try {
    return await runMutants(found.mutants, CONCURRENCY, tell, harness);
  } finally {
    await harness.stop();
  }
}

const { adapter } = parseArgs({ options: { adapter: { type: 'string' } } }).values;
const verdicts = adapter === undefined ? await runMutants(MUTANTS, CONCURRENCY, tell) : await runOn(adapter);
const survivors = verdicts.filter(({ caught }) => !caught);
console.log(`${verdicts.length - survivors.length} of ${verdicts.length} mutants are caught by the case named for them`);
// Some have left promises and timers behind that never end.
process.exit(survivors.length === 0 ? 0 : 1);
