// Finds the examples in pages and docstrings, and turns one into the body of an async function.
// Knows nothing of the engine: what a value is compared with is left to the one who runs it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from './source-tree.mjs';

/**
 * @typedef {object} Example
 * @property {string} file
 * @property {number} line of its first line of code
 * @property {string} code
 * @property {boolean} isRun false where the fence says `no-run`
 */

const FENCE = /^([ \t]*(?:\* ?)?)```ts([^\n]*)\n([\s\S]*?)^[ \t]*(?:\* ?)?```/gm;
const DOC_COMMENT = /\/\*\*[\s\S]*?\*\//g;
const LAZY_NAMES = new Set(['then', 'catch', 'finally', 'cancel', 'id']);

/** The `ts` fences of a Markdown page, or of the doc comments of a TypeScript file. */
export function findExamples(file, root = ROOT) {
  const text = readFileSync(path.join(root, file), 'utf8');
  if (!file.endsWith('.ts')) return fencesIn(text, 0, text, file);
  return [...text.matchAll(DOC_COMMENT)].flatMap((match) =>
    fencesIn(match[0], match.index, text, file),
  );
}

function fencesIn(part, offset, text, file) {
  return [...part.matchAll(FENCE)].map((match) => {
    const [, , info, body] = match;
    const line = text.slice(0, offset + match.index).split('\n').length + 1;
    const code = body
      .split('\n')
      .map((row) => row.replace(/^[ \t]*\* ?/, ''))
      .join('\n');
    return { file, line, code, isRun: !/\bno-run\b/.test(info) };
  });
}

/**
 * The body of an async function: every call at top level is awaited (not inside functions, not before `.then`,
 * `.cancel` and the like), imports become `$import`, and a statement followed by `// => value` or `// throws TEXT`
 * on its last line becomes a call of `$value` or `$throws`.
 */
export function toFunctionBody(example) {
  const source = ts.createSourceFile('example.ts', example.code, ts.ScriptTarget.ES2022, true);
  const lines = example.code.split('\n');
  const pieces = source.statements.map((statement) =>
    rewrite(statement, source, lines, example.line),
  );
  return ts.transpileModule(pieces.join(';\n'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  }).outputText;
}

/** The names an example declares or imports itself, which must not be handed to it as well. */
export function declaredNames(example) {
  const source = ts.createSourceFile('example.ts', example.code, ts.ScriptTarget.ES2022, true);
  return source.statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap((one) => namesIn(one.name));
    }
    if (ts.isImportDeclaration(statement)) {
      const { name, namedBindings } = statement.importClause ?? {};
      const named =
        namedBindings && ts.isNamedImports(namedBindings)
          ? namedBindings.elements
          : [namedBindings];
      return [name?.text, ...named.map((one) => one?.name.text)].filter(Boolean);
    }
    return statement.name && ts.isIdentifier(statement.name) ? [statement.name.text] : [];
  });
}

function namesIn(name) {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : namesIn(element.name),
  );
}

function rewrite(statement, source, lines, firstLine) {
  if (ts.isImportDeclaration(statement)) return importAsCall(statement, source);
  const { line } = source.getLineAndCharacterOfPosition(statement.getEnd());
  const after = lines[line].match(/\/\/ (=>|throws) (.*)$/);
  const text = withAwaits(statement, source);
  if (after === null) return text;
  const expected = `${JSON.stringify(after[2].trim())}, ${firstLine + line}`;
  if (after[1] === 'throws') return `await $throws(async () => { ${text} }, ${expected});`;
  if (ts.isVariableStatement(statement)) {
    const [declared] = statement.declarationList.declarations;
    return `${text};\n$value(${declared.name.getText(source)}, ${expected});`;
  }
  if (!ts.isExpressionStatement(statement))
    throw new Error(`no value to compare on line ${firstLine + line}`);
  return `$value(${text.replace(/;\s*$/, '')}, ${expected});`;
}

function importAsCall(statement, source) {
  const call = `await $import(${statement.moduleSpecifier.getText(source)})`;
  const clause = statement.importClause;
  if (clause === undefined) return `${call};`;
  const parts = [];
  if (clause.name) parts.push(`default: ${clause.name.text}`);
  const names = clause.namedBindings;
  if (names && ts.isNamespaceImport(names)) return `const ${names.name.text} = ${call};`;
  for (const element of names?.elements ?? []) {
    if (!element.isTypeOnly)
      parts.push(
        element.propertyName
          ? `${element.propertyName.text}: ${element.name.text}`
          : element.name.text,
      );
  }
  return clause.isTypeOnly ? '' : `const { ${parts.join(', ')} } = ${call};`;
}

/** The statement's text with `await` before each top-level call that is not part of a longer chain. */
function withAwaits(statement, source) {
  const marks = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isCallExpression(node) && isAwaited(node)) marks.push(node);
    ts.forEachChild(node, visit);
  };
  visit(statement);
  const start = statement.getStart(source);
  let text = statement.getText(source);
  const edits = marks.flatMap((node) => [
    { at: node.getEnd() - start, insert: ')' },
    { at: node.getStart(source) - start, insert: '(await ' },
  ]);
  // From the end backwards; an outer call that starts where an inner one does is opened last, so it stands first.
  edits.sort((a, b) => b.at - a.at);
  for (const { at, insert } of edits) text = `${text.slice(0, at)}${insert}${text.slice(at)}`;
  return text;
}

function isAwaited(node) {
  const parent = node.parent;
  if (ts.isVariableDeclaration(parent) && /^Job\b/.test(parent.type?.getText() ?? '')) return false;
  if (ts.isVoidExpression(parent) || ts.isAwaitExpression(parent)) return false;
  return !(ts.isPropertyAccessExpression(parent) && LAZY_NAMES.has(parent.name.text));
}
