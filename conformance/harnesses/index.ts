import { pathToFileURL } from 'node:url';
import type { Harness } from '../harness.js';

/** Harnesses of this package, by adapter. */
const BUILT_IN: Readonly<Record<string, () => Promise<Harness>>> = Object.freeze({
  nats: async () => (await import('./nats.js')).startNatsHarness(),
});

/** What a module of one's own exports to be loaded by its path. */
export interface HarnessModule {
  readonly startHarness: () => Promise<Harness>;
}

/** Starts the harness of an adapter of this package by its name, or one's own by the path of a module that exports `startHarness`. */
export async function startHarness(nameOrPath: string): Promise<Harness> {
  const builtIn = Object.hasOwn(BUILT_IN, nameOrPath) ? BUILT_IN[nameOrPath] : undefined;
  if (builtIn !== undefined) return builtIn();
  if (!/[./\\]/.test(nameOrPath)) {
    throw new Error(
      `no harness '${nameOrPath}'; there are ${Object.keys(BUILT_IN).join(', ')}, or give the path of a module that exports startHarness`,
    );
  }
  const loaded: Partial<HarnessModule> = await import(pathToFileURL(nameOrPath).href);
  if (typeof loaded.startHarness !== 'function') throw new Error(`${nameOrPath} exports no function startHarness`);
  return loaded.startHarness();
}
