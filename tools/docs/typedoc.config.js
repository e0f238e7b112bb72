import { CATEGORIES } from './categories.js';
import { ENTRIES, ROOT } from './entries.js';

/** @type {import('typedoc').TypeDocOptions} */
const options = {
  name: 'tailrace',
  entryPoints: ENTRIES.map(({ types }) => types.replace(`${ROOT}dist/`, ROOT).replace(/\.d\.ts$/, '.ts')),
  tsconfig: `${ROOT}tsconfig.json`,
  out: `${ROOT}docs-html`,
  readme: `${ROOT}README.md`,
  plugin: ['./categories.js'],
  excludeInternal: true,
  excludePrivate: true,
  excludeProtected: true,
  excludeExternals: true,
  // The build checks types; to do it again takes as long as all the rest.
  skipErrorChecking: true,
  treatWarningsAsErrors: true,
  validation: { invalidLink: true, invalidPath: true, notExported: true, rewrittenLink: true, unusedMergeModuleWith: true },
  categorizeByGroup: false,
  categoryOrder: Object.keys(CATEGORIES),
  navigation: { includeCategories: true, includeFolders: false },
  sort: ['source-order'],
  sortEntryPoints: false,
  // There is no address to link sources to.
  disableSources: true,
  includeVersion: true,
  hideGenerator: true,
};

export default options;
