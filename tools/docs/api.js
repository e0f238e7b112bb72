import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ENTRIES, ROOT } from './entries.js';

/**
 * Writes what each entry point of the built package exports, as declarations without comments: one file per entry point, to be
 * read in review. Into `docs/api`, or the folder given as argument.
 */
const folder = process.argv[2] ?? join(ROOT, 'docs', 'api');
const program = ts.createProgram(
  ENTRIES.map(({ types }) => types),
  { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, lib: ['lib.es2023.d.ts'], types: ['node'], strict: true },
);
const checker = program.getTypeChecker();
const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) rmSync(join(folder, file));
for (const { name, types } of ENTRIES) {
  const source = program.getSourceFile(types);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${types} is no module: build first`);
  const text = checker
    .getExportsOfModule(module)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(textOf)
    .join('\n\n');
  writeFileSync(join(folder, `${name.replace('/', '-')}.d.ts`), `// import … from '${name}'\n\n${text}\n`);
}

function textOf(exported) {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const note = symbol.flags & ts.SymbolFlags.Value && ts.isTypeOnlyExportDeclaration(exported.declarations[0]) ? '// Only its type:\n' : '';
  return note + symbol.declarations.map(declarationOf).join('\n');
}

function declarationOf(declaration) {
  // The statement around `const name: type`, which has the keywords.
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const { transformed } = ts.transform(node, [publicOnly]);
  return printer.printNode(ts.EmitHint.Unspecified, transformed[0], node.getSourceFile());
}

/** Without what is private or protected: no class here is made to be extended. */
function publicOnly(context) {
  return function visit(node) {
    if (ts.isClassElement(node) && isHidden(node)) return undefined;
    return ts.visitEachChild(node, visit, context);
  };
}

function isHidden(member) {
  if (member.name !== undefined && ts.isPrivateIdentifier(member.name)) return true;
  return (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0;
}
