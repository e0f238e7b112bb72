import type { Harness } from '../harness.js';
import { startHarness } from '../harnesses/index.js';
import { startKafkaHarness } from '../harnesses/kafka.js';
import { isGood, runConformance } from '../suite.js';
import { ADAPTERS } from './adapters.js';
import { DRAINERS } from './drainers.js';
import { editAdapter } from './edit.js';
import { KAFKA } from './kafka.js';
import { adaptedHarness, alteredHarness, type Mutant } from './mutate.js';

/** Those that need no server. */
export const MUTANTS: readonly Mutant[] = Object.freeze([...ADAPTERS, ...DRAINERS]);

/** By the server that they share, with how to start it. */
export const MUTANTS_ON: Readonly<Record<'kafka', { readonly mutants: readonly Mutant[]; readonly start: () => Promise<Harness> }>> =
  Object.freeze({
    kafka: { mutants: KAFKA, start: () => startKafkaHarness({ proxy: false }) },
  });

export interface Verdict {
  readonly mutant: Mutant;
  /** The case named for it has failed. */
  readonly caught: boolean;
  readonly detail: string;
}

/** Runs each mutant through the case that is named for it, on a harness of its own, or on the one given. */
export async function runMutants(
  mutants: readonly Mutant[],
  concurrency: number,
  onVerdict: (verdict: Verdict) => void,
  shared?: Harness,
): Promise<readonly Verdict[]> {
  const queue = [...mutants];
  const verdicts: Verdict[] = [];
  const work = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const harness = shared ?? (await startHarness(mutant.on));
      try {
        const verdict = await judge(mutant, harness);
        verdicts.push(verdict);
        onVerdict(verdict);
      } finally {
        if (harness !== shared) await harness.stop();
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return verdicts;
}

async function judge(mutant: Mutant, harness: Harness): Promise<Verdict> {
  const { consumer, makeDrainer, edits = [], caughtBy } = mutant;
  const edited = edits.length === 0 ? undefined : await editAdapter(harness.adapter, edits);
  try {
    const altered = consumer === undefined ? harness : alteredHarness(harness, consumer);
    const judged =
      edited === undefined ? altered : adaptedHarness(altered, { adapters: { [harness.adapter]: edited.url }, ...clientOf(harness) });
    const { cases } = await runConformance(judged, { only: [caughtBy], ...(makeDrainer === undefined ? {} : { makeDrainer }) });
    const [result] = cases;
    if (result === undefined) throw new Error(`${mutant.name}: there is no case ${caughtBy}`);
    const skipped = result.behaviour === 'skipped';
    return { mutant, caught: !skipped && !isGood(result), detail: skipped ? `not asked: ${result.detail}` : result.detail };
  } finally {
    await edited?.remove();
  }
}

/** An adapter that stands elsewhere does not find its client by name. */
function clientOf({ client }: Harness): { readonly clientPackage: string } {
  const [name = ''] = client.split(' ', 1);
  return { clientPackage: import.meta.resolve(name) };
}
