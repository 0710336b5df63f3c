// The project's own TypeScript as the checks see it: which files there are, what each imports and says.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The build that is checked, as in vitest.config.ts. */
export const DIST = path.join(ROOT, process.env.TSPARK_DIST ?? 'dist');

/** Files below a folder of the project whose name ends as asked, relative to `root`, sorted. */
export function listFiles(folder, ending, root = ROOT) {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) =>
      path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'),
    )
    .sort();
}

/** The syntax tree of one file. */
export function parseFile(file, root = ROOT) {
  const text = readFileSync(path.join(root, file), 'utf8');
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

/**
 * What a file imports: `{ specifier, line, typeOnly, dynamic, reexport }`.
 * `import { type A }` counts as type-only when every name is; `import()` in a type does too.
 */
export function importsOf(source) {
  const found = [];
  const add = (node, specifier, kind) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    found.push({
      specifier: specifier.text,
      line,
      typeOnly: false,
      dynamic: false,
      reexport: false,
      ...kind,
    });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, { typeOnly: isTypeOnlyImport(node) });
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add(node, node.moduleSpecifier, {
        typeOnly: node.isTypeOnly,
        reexport: true,
        star: !node.exportClause,
      });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, { typeOnly: true });
    } else if (isDynamicImport(node)) {
      add(node, node.arguments[0], { dynamic: true });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypeOnlyImport(node) {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const names = clause.namedBindings;
  if (clause.name || names === undefined || !ts.isNamedImports(names)) return false;
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly);
}

function isDynamicImport(node) {
  return (
    ts.isCallExpression(node) &&
    node.expression.kind === ts.SyntaxKind.ImportKeyword &&
    node.arguments.length > 0 &&
    ts.isStringLiteralLike(node.arguments[0])
  );
}
