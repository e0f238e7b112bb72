import { MUTANTS, runMutants } from './run.js';

/** Adapters and drainers broken on purpose: each must be caught by the case named for it. Exits with 1 for a survivor. */
const CONCURRENCY = 8;

const verdicts = await runMutants(MUTANTS, CONCURRENCY, ({ mutant, caught, detail }) => {
  const [why = ''] = detail.split('\n');
  console.log(`${caught ? 'caught  ' : 'SURVIVED'}  ${mutant.name.padEnd(48)} ${mutant.caughtBy}\n          ${why.slice(0, 150)}`);
});
const survivors = verdicts.filter(({ caught }) => !caught);
console.log(`${verdicts.length - survivors.length} of ${verdicts.length} mutants are caught by the case named for them`);
// Some have left promises and timers behind that never end.
process.exit(survivors.length === 0 ? 0 : 1);
