// The names that statements and patterns declare. Main thread only. Knows syntax, nothing of values.
import type * as acorn from 'acorn';

export type Binder = (name: string) => void;

/** Binds every name of a declaring pattern. */
export function bindPattern(node: acorn.Pattern | null, bind: Binder): void {
  if (node === null) return;
  switch (node.type) {
    case 'Identifier':
      bind(node.name);
      return;
    case 'ObjectPattern':
      for (const property of node.properties) {
        bindPattern(property.type === 'RestElement' ? property.argument : property.value, bind);
      }
      return;
    case 'ArrayPattern':
      for (const element of node.elements) bindPattern(element, bind);
      return;
    case 'AssignmentPattern':
      bindPattern(node.left, bind);
      return;
    case 'RestElement':
      bindPattern(node.argument, bind);
      return;
  }
}

/** Names that `let`, `const`, classes and functions declare directly in a list of statements. */
export function lexicalNames(statements: readonly acorn.AnyNode[], bind: Binder): void {
  for (const statement of statements) {
    if (statement.type === 'VariableDeclaration' && statement.kind !== 'var') {
      for (const declarator of statement.declarations) bindPattern(declarator.id, bind);
    } else if (statement.type === 'ClassDeclaration' || statement.type === 'FunctionDeclaration') {
      if (statement.id) bind(statement.id.name);
    }
  }
}

/** Names that `var` declares anywhere in the statements, inner functions and classes apart. */
export function hoistedNames(statements: readonly acorn.AnyNode[], bind: Binder): void {
  for (const statement of statements) hoist(statement, bind);
}

function hoist(node: acorn.AnyNode, bind: Binder): void {
  if (/Function|Class|Expression/.test(node.type) && node.type !== 'ExpressionStatement') return;
  if (node.type === 'VariableDeclaration' && node.kind === 'var') {
    for (const declarator of node.declarations) bindPattern(declarator.id, bind);
  }
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) hoist(item, bind);
    } else if (isNode(value)) hoist(value, bind);
  }
}

function isNode(value: unknown): value is acorn.AnyNode {
  return (
    typeof value === 'object' && value !== null && typeof (value as acorn.AnyNode).type === 'string'
  );
}
