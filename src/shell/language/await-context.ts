// Where an expression stands, and whether a Job there is meant as a Job. Language service; syntax only,
// so that the answers with and without types agree.
import ts = require('typescript');
import { JOB_MEMBERS } from './job-types.js';

/** True for what has no `await` of the program's own: functions, class bodies, namespaces, types. */
export function isClosed(node: ts.Node): boolean {
  return (
    ts.isFunctionLike(node) ||
    ts.isClassElement(node) ||
    ts.isModuleDeclaration(node) ||
    ts.isTypeNode(node) ||
    ts.isDecorator(node)
  );
}

/** The expression with the parentheses and type assertions around it. */
export function withWrappers(node: ts.Node): ts.Node {
  let outer = node;
  while (
    ts.isParenthesizedExpression(outer.parent) ||
    ts.isNonNullExpression(outer.parent) ||
    ts.isAsExpression(outer.parent) ||
    ts.isSatisfiesExpression(outer.parent)
  ) {
    outer = outer.parent;
  }
  return outer;
}

/** True where awaiting the expression would change what the user wrote: `await`, `void`, `.then`, a target, … */
export function isKeptAsJob(node: ts.Node): boolean {
  const outer = withWrappers(node);
  const parent = outer.parent;
  if (ts.isAwaitExpression(parent) || ts.isVoidExpression(parent)) return true;
  if (ts.isDeleteExpression(parent)) return true;
  if (isChainInner(node)) return true;
  if (ts.isPropertyAccessExpression(parent)) {
    return parent.expression === outer && JOB_MEMBERS.has(parent.name.text);
  }
  if (ts.isBinaryExpression(parent) && parent.left === outer) {
    const operator = parent.operatorToken.kind;
    return operator === ts.SyntaxKind.InstanceOfKeyword || isAssignment(operator);
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    return isStep(parent.operator);
  }
  return isPromiseArgument(outer) || isAnnotatedAsPromise(outer);
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function isStep(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.PlusPlusToken || kind === ts.SyntaxKind.MinusMinusToken;
}

/** An argument of `Promise.all` and its kin, or an element of an array that is one. */
function isPromiseArgument(outer: ts.Node): boolean {
  const holder = ts.isArrayLiteralExpression(outer.parent) ? outer.parent : outer;
  const call = holder.parent;
  return (
    ts.isCallExpression(call) &&
    call.expression !== holder &&
    ts.isPropertyAccessExpression(call.expression) &&
    ts.isIdentifier(call.expression.expression) &&
    call.expression.expression.text === 'Promise'
  );
}

/** In `a?.b().c()` the inner call cannot be taken out of the chain; in `a?.b()?.c()` it can. */
function isChainInner(node: ts.Node): boolean {
  const { parent } = node;
  if (!ts.isOptionalChain(node) || !ts.isOptionalChain(parent)) return false;
  const isPlainLink = !('questionDotToken' in parent) || parent.questionDotToken === undefined;
  return parent.expression === node && isPlainLink;
}

function isAnnotatedAsPromise(outer: ts.Node): boolean {
  const parent = outer.parent;
  return (
    ts.isVariableDeclaration(parent) && parent.initializer === outer && isPromiseType(parent.type)
  );
}

/** `Job<…>`, `Promise<…>` or `PromiseLike<…>`, as written. */
export function isPromiseType(type: ts.TypeNode | undefined): boolean {
  if (type === undefined) return false;
  if (!ts.isTypeReferenceNode(type) && !ts.isImportTypeNode(type)) return false;
  const name = ts.isTypeReferenceNode(type) ? type.typeName : type.qualifier;
  if (name === undefined) return false;
  const last = ts.isIdentifier(name) ? name : name.right;
  return /^(Job|Promise|PromiseLike)$/.test(last.text);
}

/** Expressions whose value can come from somewhere else: the only ones that can be Jobs. */
export function canBeJob(node: ts.Node): node is ts.Expression {
  if (ts.isCallExpression(node)) return node.expression.kind !== ts.SyntaxKind.SuperKeyword;
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return true;
  if (ts.isTaggedTemplateExpression(node)) return true;
  return ts.isIdentifier(node) && isValueReference(node);
}

/** True for an identifier that stands for a value, not for a property's name, a label, a declaration or a type. */
export function isValueReference(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent) || ts.isEnumMember(parent))
    return parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent))
    return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isExportAssignment(parent) || ts.isComputedPropertyName(parent)) return true;
  if (ts.isExpressionWithTypeArguments(parent)) return parent.expression === node;
  return ts.isExpression(parent) || isStatementWithExpression(parent) || ts.isTemplateSpan(parent);
}

function isStatementWithExpression(node: ts.Node): boolean {
  return (
    ts.isExpressionStatement(node) ||
    ts.isIfStatement(node) ||
    ts.isReturnStatement(node) ||
    ts.isThrowStatement(node) ||
    ts.isSwitchStatement(node) ||
    ts.isCaseClause(node) ||
    ts.isIterationStatement(node, false) ||
    ts.isWithStatement(node)
  );
}
