import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/run.js';

/*
 * What the installed sqs-consumer declares, read from its own types, so that a version with an option more is noticed.
 */

const FOLDER = join(ROOT, 'node_modules/sqs-consumer');

function declarations(file: string): string {
  // Comments hold braces and names.
  return readFileSync(join(FOLDER, 'dist/esm', file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
}

/** Of an interface or class: up to the brace that closes it, which stands alone at the start of a line. */
function body(text: string, head: string): string {
  const start = text.indexOf(`${head} {`);
  const end = text.indexOf('\n}', start);
  if (start < 0 || end < 0) throw new Error(`sqs-consumer's types have no ${head}`);
  return text.slice(start, end);
}

/** The names of the members at the outermost level, private and protected ones left out. */
function members(text: string): readonly string[] {
  const names = [...text.matchAll(/^ {4}(?!private |protected )(?:public )?(?:static )?(?:readonly )?(?:get )?(\w+)\??[<(:]/gm)];
  return [...new Set(names.map(([, name]) => name as string))].filter((name) => name !== 'constructor');
}

const types = declarations('types.d.ts');

export const VERSION: string = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')).version;
export const OPTIONS: readonly string[] = members(body(types, 'export interface ConsumerOptions'));
export const EVENTS: readonly string[] = members(body(types, 'export interface Events'));
export const STOP_OPTIONS: readonly string[] = members(body(types, 'export interface StopOptions'));
export const UPDATABLE: readonly string[] = [...(/type UpdatableOptions = ([^;]*);/.exec(types)?.[1]?.matchAll(/"(\w+)"/g) ?? [])].map(
  ([, name]) => name as string,
);
export const METHODS: readonly string[] = [
  ...members(body(declarations('consumer.d.ts'), 'export declare class Consumer extends TypedEventEmitter')),
  ...members(body(declarations('emitter.d.ts'), 'export declare class TypedEventEmitter extends EventEmitter')),
];
/** Values that it exports beside `Consumer`. */
export const EXPORTED: readonly string[] = [...declarations('index.d.ts').matchAll(/^export \{([^}]*)\}/gm)]
  .flatMap(([, names]) => (names as string).split(','))
  .map((name) => name.trim())
  .filter((name) => name !== 'Consumer');
