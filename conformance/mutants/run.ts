import { startHarness } from '../harnesses/index.js';
import { isGood, runConformance } from '../suite.js';
import { ADAPTERS } from './adapters.js';
import { DRAINERS } from './drainers.js';
import { alteredHarness, type Mutant } from './mutate.js';

export const MUTANTS: readonly Mutant[] = Object.freeze([...ADAPTERS, ...DRAINERS]);

export interface Verdict {
  readonly mutant: Mutant;
  /** The case named for it has failed. */
  readonly caught: boolean;
  readonly detail: string;
}

/** Runs each mutant through the case that is named for it. */
export async function runMutants(
  mutants: readonly Mutant[],
  concurrency: number,
  onVerdict: (verdict: Verdict) => void,
): Promise<readonly Verdict[]> {
  const queue = [...mutants];
  const verdicts: Verdict[] = [];
  const work = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const verdict = await judge(mutant);
      verdicts.push(verdict);
      onVerdict(verdict);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return verdicts;
}

async function judge(mutant: Mutant): Promise<Verdict> {
  const harness = await startHarness(mutant.on);
  try {
    const { consumer, makeDrainer, caughtBy } = mutant;
    const judged = consumer === undefined ? harness : alteredHarness(harness, consumer);
    const { cases } = await runConformance(judged, { only: [caughtBy], ...(makeDrainer === undefined ? {} : { makeDrainer }) });
    const [result] = cases;
    if (result === undefined) throw new Error(`${mutant.name}: there is no case ${caughtBy}`);
    const skipped = result.behaviour === 'skipped';
    return { mutant, caught: !skipped && !isGood(result), detail: skipped ? `not asked: ${result.detail}` : result.detail };
  } finally {
    await harness.stop();
  }
}
