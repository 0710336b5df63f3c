// Implicit await by type: which top-level expressions are Jobs and meant as their results. Language service.
import ts = require('typescript');
import { canBeJob, isClosed, isKeptAsJob, withWrappers } from './await-context.js';
import type { JobTypes } from './job-types.js';

export interface JobExpressions {
  /** Expressions of type Job that are to be awaited. */
  readonly jobs: readonly ts.Expression[];
  /** Calls of type `any`: whether they give a Job shows when they run. */
  readonly unknowns: readonly ts.Expression[];
}

/** Looks at the statements that begin before `end`, outside functions. */
export function findJobExpressions(
  file: ts.SourceFile,
  types: JobTypes,
  end: number,
): JobExpressions {
  const jobs: ts.Expression[] = [];
  const unknowns: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (isClosed(node)) return;
    ts.forEachChild(node, visit);
    if (!canBeJob(node) || isKeptAsJob(node)) return;
    const type = types.typeOf(node);
    if (type === null) return;
    if (types.isAny(type)) {
      if (ts.isCallExpression(node) && !isLoader(node)) unknowns.push(node);
    } else if (types.isJob(type) && !isAskedForAsJob(node, types)) jobs.push(node);
  };
  for (const statement of file.statements) if (statement.getStart(file) < end) visit(statement);
  return { jobs: callsFirst(jobs), unknowns };
}

/**
 * A variable has type Job only because the call it was set from is not awaited yet: calls come first, and the
 * next pass sees what is left.
 */
function callsFirst(jobs: readonly ts.Expression[]): readonly ts.Expression[] {
  const calls = jobs.filter((node) => ts.isCallExpression(node));
  return calls.length > 0 ? calls : jobs;
}

/** True where the surroundings want a promise: `const j: Job<number> = …`, a parameter of type `PromiseLike<…>`. */
function isAskedForAsJob(node: ts.Expression, types: JobTypes): boolean {
  const outer = withWrappers(node) as ts.Expression;
  return (
    types.acceptsPromise(types.contextualType(outer)) ||
    (outer !== node && types.acceptsPromise(types.contextualType(node)))
  );
}

/** `require(…)` and `import(…)`: what they give is a module. */
export function isLoader(call: ts.CallExpression): boolean {
  const callee = call.expression;
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(callee) && callee.text === 'require';
}
