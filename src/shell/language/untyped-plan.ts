// Implicit await without types: every top-level call may give a Job, which shows when it runs. Language service.
import ts = require('typescript');
import { isDriverCallback } from './async-functions.js';
import { canBeJob, isClosed, isKeptAsJob, isPromiseType } from './await-context.js';
import { isLoader } from './job-awaits.js';
import { JOB_MEMBERS } from './job-types.js';
import type { AsyncFunction, Range, RewritePlan } from './rewrite-plan.js';

/** Actions, by name: a function that uses one's result at once can be helped only by types. */
const ACTIONS: ReadonlySet<string> = new Set(
  (
    'aggregate collect collectAsMap count countApprox countApproxDistinct countByKey countByValue first fold ' +
    'foreach foreachPartition getNumPartitions histogram isEmpty lookup max mean min reduce reduceByKeyLocally ' +
    'sampleStdev sampleVariance saveAsTextFile stats stdev sum take takeOrdered takeSample toDebugString top variance'
  ).split(' '),
);

/** `jobNames`: variables that were declared as a Job or a promise, here or in an earlier cell. */
export function untypedPlan(file: ts.SourceFile, jobNames: ReadonlySet<string>): RewritePlan {
  const settles: Range[] = [];
  const asyncFunctions: AsyncFunction[] = [];
  const visit = (node: ts.Node): void => {
    const isDriverFunction = isDriverCallbackNode(node);
    if (isDriverFunction && !isAsyncFunction(node)) {
      asyncFunctions.push({ start: node.getStart(file), end: node.end, how: 'async' });
    } else if (isClosed(node) && !isDriverFunction) return;
    ts.forEachChild(node, visit);
    if (canBeJob(node) && maySettle(node, jobNames) && !isKeptAsJob(node)) {
      settles.push({ start: node.getStart(file), end: node.end });
    }
  };
  ts.forEachChild(file, visit);
  return { awaits: [], settles, asyncFunctions };
}

function maySettle(node: ts.Expression, jobNames: ReadonlySet<string>): boolean {
  if (ts.isIdentifier(node)) return jobNames.has(node.text);
  return ts.isCallExpression(node) && !isLoader(node);
}

function isDriverCallbackNode(node: ts.Node): boolean {
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return false;
  return ts.isCallExpression(node.parent) && isDriverCallback(node.parent.expression);
}

function isAsyncFunction(node: ts.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
}

/** Names of top-level variables that are declared as a Job or a promise. */
export function declaredJobNames(file: ts.SourceFile): string[] {
  const names: string[] = [];
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, type } of statement.declarationList.declarations) {
      if (ts.isIdentifier(name) && isPromiseType(type)) names.push(name.text);
    }
  }
  return names;
}

/**
 * True if a function of the user's own, not a callback, uses the result of what may be an action at once.
 * Only the checker can tell, so such a cell is worth waiting for it.
 */
export function needsTypes(file: ts.SourceFile): boolean {
  let isNeeded = false;
  const visit = (node: ts.Node, isInFunction: boolean): void => {
    if (isNeeded || isCallbackNode(node)) return;
    const isInside = isInFunction || ts.isFunctionLike(node);
    if (isInside && isActionUse(node)) isNeeded = true;
    ts.forEachChild(node, (child) => visit(child, isInside));
  };
  visit(file, false);
  return isNeeded;
}

function isCallbackNode(node: ts.Node): boolean {
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return false;
  return ts.isCallExpression(node.parent) && node.parent.expression !== node;
}

function isActionUse(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  if (!ACTIONS.has(node.expression.name.text)) return false;
  const parent = node.parent;
  if (ts.isAwaitExpression(parent) || ts.isReturnStatement(parent)) return false;
  return !(ts.isPropertyAccessExpression(parent) && JOB_MEMBERS.has(parent.name.text));
}
