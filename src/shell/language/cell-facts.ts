// What can be read off a cell's syntax: which names it uses, which it makes without saying so, what it ends with.
// Language service; no types.
import ts = require('typescript');
import type { Continuation } from './cell-source.js';
import { outerReferences } from './light-program.js';

/** The mark of a name's earlier value in the text the checker sees: `const rdd = rdd.map(…)` reads `rdd$old`. */
export const OLD_MARK = '$old';

export function usedNames(file: ts.SourceFile): Set<string> {
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return used;
}

export interface NewName {
  readonly name: string;
  readonly start: number;
}

/** Statements `x = …` and `[a, b] = …` whose names nobody has declared: they declare them. */
export function newNames(file: ts.SourceFile, isKnown: (name: string) => boolean): NewName[] {
  const found: NewName[] = [];
  const taken = new Set<string>();
  for (const statement of file.statements) {
    if (!ts.isExpressionStatement(statement)) continue;
    const names = assignedNames(statement.expression);
    if (names.length === 0 || names.some((name) => taken.has(name) || isKnown(name))) continue;
    for (const name of names) {
      taken.add(name);
      found.push({ name, start: statement.getStart(file) });
    }
  }
  return found;
}

function assignedNames(expression: ts.Expression): string[] {
  if (!ts.isBinaryExpression(expression)) return [];
  if (expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return [];
  const { left } = expression;
  if (ts.isIdentifier(left)) return [left.text];
  if (!ts.isArrayLiteralExpression(left)) return [];
  const names = left.elements.map((element) => (ts.isIdentifier(element) ? element.text : null));
  return names.every((name) => name !== null) ? names : [];
}

/**
 * References to a name's earlier value: outside functions, before the end of the cell's own declaration of it.
 * Ends of the identifiers.
 */
export function oldReferences(
  file: ts.SourceFile,
  isKnown: (name: string) => boolean,
): ReadonlyMap<number, string> {
  const declarationEnds = new Map<string, number>();
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const declaration of statement.declarationList.declarations) {
      for (const name of bindingNames(declaration.name)) {
        if (isKnown(name)) declarationEnds.set(name, declaration.end);
      }
    }
  }
  const found = new Map<number, string>();
  if (declarationEnds.size === 0) return found;
  const outer = outerReferences(file.text, new Set(declarationEnds.keys()));
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return;
    if (ts.isIdentifier(node) && !isDeclarationName(node) && outer.has(node.getStart(file))) {
      const end = declarationEnds.get(node.text);
      if (end !== undefined && node.end <= end) found.set(node.end, node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isDeclarationName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) && parent.name === node;
}

function bindingNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isBindingElement(element) ? bindingNames(element.name) : [],
  );
}

/** True if the last statement is an expression: the cell has a value. */
export function hasValue(file: ts.SourceFile, declared: readonly NewName[]): boolean {
  const last = file.statements.at(-1);
  if (last === undefined || !ts.isExpressionStatement(last)) return false;
  const start = last.getStart(file);
  return !declared.some((name) => name.start === start);
}

/** What a cell that begins with a dot goes on with, if it comes next. */
export function continuationOf(file: ts.SourceFile, declared: readonly NewName[]): Continuation {
  const last = file.statements.at(-1);
  if (last === undefined) return { kind: 'nothing' };
  if (hasValue(file, declared)) return { kind: 'value' };
  const start = last.getStart(file);
  const fresh = declared.filter((name) => name.start === start);
  if (fresh.length === 1) return { kind: 'declaration', keyword: 'let', name: fresh[0]!.name };
  if (!ts.isVariableStatement(last)) return { kind: 'nothing' };
  const { declarations, flags } = last.declarationList;
  const only = declarations.length === 1 ? declarations[0]!.name : null;
  if (only === null || !ts.isIdentifier(only)) return { kind: 'nothing' };
  const keyword = (flags & ts.NodeFlags.Const) !== 0 ? 'const' : 'let';
  return { kind: 'declaration', keyword, name: only.text };
}

/** Assignments to one of the constants: where there are no types, they are refused here. */
export function constAssignments(
  file: ts.SourceFile,
  constants: ReadonlySet<string>,
): ts.Identifier[] {
  const targets: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    const target = assignmentTarget(node);
    if (target !== null && constants.has(target.text)) targets.push(target);
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (targets.length === 0) return [];
  const outer = outerReferences(file.text, constants);
  return targets.filter((target) => outer.has(target.getStart(file)));
}

function assignmentTarget(node: ts.Node): ts.Identifier | null {
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    const isAssignment =
      operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
    return isAssignment && ts.isIdentifier(node.left) ? node.left : null;
  }
  if (!ts.isPrefixUnaryExpression(node) && !ts.isPostfixUnaryExpression(node)) return null;
  const isStep =
    node.operator === ts.SyntaxKind.PlusPlusToken ||
    node.operator === ts.SyntaxKind.MinusMinusToken;
  return isStep && ts.isIdentifier(node.operand) ? node.operand : null;
}
