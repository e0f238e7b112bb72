import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's own folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What package.json exports, as the name to import and the declarations that it has; a new adapter is in without a word here. */
export const ENTRIES = Object.entries(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([path, { types }]) => ({ name: `tailrace${path.slice(1)}`, types: `${ROOT}${types.slice('./'.length)}` }));
