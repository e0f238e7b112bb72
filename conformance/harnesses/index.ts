import { pathToFileURL } from 'node:url';
import type { Harness } from '../harness.js';

/** Harnesses of this package, by adapter. */
const BUILT_IN: Readonly<Record<string, () => Promise<Harness>>> = Object.freeze({
  'memory/queue': async () => (await import('./memory.js')).startMemoryHarness('queue'),
  'memory/ordered': async () => (await import('./memory.js')).startMemoryHarness('ordered'),
  'memory/topic': async () => (await import('./memory.js')).startMemoryHarness('topic'),
  'memory/eager': async () => (await import('./memory.js')).startMemoryHarness('eager'),
  kafka: async () => (await import('./kafka.js')).startKafkaHarness(),
  'kafka/cluster': async () => (await import('./kafka.js')).startKafkaHarness({ cluster: true }),
  'kafka-confluent': async () => (await import('./kafka.js')).startKafkaHarness({ client: 'confluent' }),
  nats: async () => (await import('./nats.js')).startNatsHarness(),
  'nats/exclusive': async () => (await import('./nats.js')).startNatsHarness({ mode: 'exclusive' }),
  sqs: async () => (await import('./sqs.js')).startSqsHarness(),
  'sqs/fifo': async () => (await import('./sqs.js')).startSqsHarness({ mode: 'fifo' }),
});

/** What a module of one's own exports to be loaded by its path. */
export interface HarnessModule {
  readonly startHarness: () => Promise<Harness>;
}

/** The names that `startHarness` knows. */
export const HARNESSES: readonly string[] = Object.freeze(Object.keys(BUILT_IN));

/** Whether this is one of those names, or looks like a path. */
export function isHarness(nameOrPath: string): boolean {
  return HARNESSES.includes(nameOrPath) || /[./\\]/.test(nameOrPath);
}

/** Starts the harness of an adapter of this package by its name, or one's own by the path of a module that exports `startHarness`. */
export async function startHarness(nameOrPath: string): Promise<Harness> {
  if (!isHarness(nameOrPath)) throw new Error(`no harness '${nameOrPath}'; there are ${HARNESSES.join(', ')}`);
  const builtIn = HARNESSES.includes(nameOrPath) ? BUILT_IN[nameOrPath] : undefined;
  if (builtIn !== undefined) return builtIn();
  const loaded: Partial<HarnessModule> = await import(pathToFileURL(nameOrPath).href);
  if (typeof loaded.startHarness !== 'function') throw new Error(`${nameOrPath} exports no function startHarness`);
  return loaded.startHarness();
}
