// The user's functions that use a Job's result as if it were there: `function g() { return rdd.count() + 1 }`.
// They become functions that return a Job, or async callbacks where a promise is accepted, or get a clear error.
// Language service.
import ts = require('typescript');
import { withWrappers } from './await-context.js';
import { JOB_MEMBERS, type JobTypes } from './job-types.js';

type FunctionNode = ts.SignatureDeclaration & { readonly body?: ts.Node };

export interface SyncUse {
  readonly fn: FunctionNode;
  /** `none`: the function is async already, only the calls are to be awaited. */
  readonly how: 'async' | 'job' | 'none';
  readonly calls: readonly ts.Expression[];
}

export interface Problem {
  readonly node: ts.Node;
  readonly message: string;
}

export interface SyncUses {
  readonly uses: readonly SyncUse[];
  readonly problems: readonly Problem[];
}

export class AsyncFunctionFinder {
  readonly #file: ts.SourceFile;
  readonly #checker: ts.TypeChecker;
  readonly #types: JobTypes;
  readonly #calls = new Map<FunctionNode, ts.Expression[]>();
  readonly #how = new Map<FunctionNode, SyncUse['how']>();
  readonly #problems: Problem[] = [];

  constructor(file: ts.SourceFile, checker: ts.TypeChecker, types: JobTypes) {
    this.#file = file;
    this.#checker = checker;
    this.#types = types;
  }

  find(end: number): SyncUses {
    for (const statement of this.#file.statements) {
      if (statement.getStart(this.#file) < end) this.#visit(statement, null);
    }
    const uses = [...this.#calls].map(([fn, calls]) => ({ fn, calls, how: this.#how.get(fn)! }));
    return { uses, problems: this.#problems };
  }

  #visit(node: ts.Node, fn: FunctionNode | null): void {
    if (ts.isTypeNode(node)) return;
    // A class field is initialised in the constructor, a static block runs by itself: neither can wait.
    const isField = ts.isPropertyDeclaration(node) || ts.isClassStaticBlockDeclaration(node);
    const inner = ts.isFunctionLike(node) ? (node as FunctionNode) : isField ? null : fn;
    ts.forEachChild(node, (child) => this.#visit(child, inner));
    if (fn !== null && ts.isCallExpression(node)) this.#consider(node, fn);
  }

  #consider(call: ts.CallExpression, fn: FunctionNode): void {
    const type = this.#types.typeOf(call);
    if (type === null || !this.#types.isJob(type)) return;
    const outer = withWrappers(call) as ts.Expression;
    const parent = outer.parent;
    if (ts.isAwaitExpression(parent) || ts.isVoidExpression(parent)) return;
    if (ts.isPropertyAccessExpression(parent) && JOB_MEMBERS.has(parent.name.text)) return;
    const isReturned =
      ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === outer);
    // A job that nobody uses is only started, unless the function is async and can wait for it.
    if (isReturned && fn.type === undefined && !isCallback(fn)) return;
    if (this.#types.acceptsPromise(this.#types.contextualType(outer))) return;
    if (isCallback(fn)) this.#considerCallback(call, fn, isReturned);
    else this.#considerFunction(call, fn);
  }

  #considerFunction(call: ts.CallExpression, fn: FunctionNode): void {
    if (isAsync(fn)) this.#add(fn, 'none', call);
    else if (ts.isConstructorDeclaration(fn)) this.#refuse(call, 'in a constructor');
    else if (ts.isAccessor(fn)) this.#refuse(call, 'in a getter or setter');
    else if (isGenerator(fn)) this.#refuse(call, 'in a generator');
    else this.#add(fn, 'job', call);
  }

  #considerCallback(call: ts.CallExpression, fn: FunctionNode, isReturned: boolean): void {
    const receiver = (fn.parent as ts.CallExpression).expression;
    const wanted = this.#returnTypeWanted(fn as ts.Expression & FunctionNode);
    if (isAsync(fn)) this.#add(fn, 'none', call);
    else if (isDriverCallback(receiver) || this.#types.acceptsPromise(wanted ?? undefined)) {
      this.#add(fn, 'async', call);
    } else if (!isReturned || !acceptsAnything(wanted)) {
      const name = receiver.getText(this.#file).replace(/[\s\S]*\./, '');
      this.#refuse(call, `in a function given to ${name}`);
    }
  }

  /** What the call that takes the callback wants it to return; null if that is not known. */
  #returnTypeWanted(fn: ts.Expression & FunctionNode): ts.Type | null {
    const contextual = this.#types.contextualType(fn);
    const signature =
      contextual && this.#checker.getSignaturesOfType(contextual, ts.SignatureKind.Call)[0];
    return signature ? this.#checker.getReturnTypeOfSignature(signature) : null;
  }

  #add(fn: FunctionNode, how: SyncUse['how'], call: ts.Expression): void {
    this.#how.set(fn, how);
    const calls = this.#calls.get(fn);
    if (calls === undefined) this.#calls.set(fn, [call]);
    else calls.push(call);
  }

  #refuse(call: ts.CallExpression, where: string): void {
    const text = call.getText(this.#file).replace(/\s+/g, ' ');
    this.#problems.push({
      node: call,
      message:
        `\`${text}\` is an action and cannot be waited for ${where}. ` +
        'Call it before and use its result, or use a for…of loop.',
    });
  }
}

/** A callback that returns a Job is as good as any where nothing in particular is wanted of it. */
function acceptsAnything(wanted: ts.Type | null): boolean {
  const { TypeParameter, Void, Any, Unknown } = ts.TypeFlags;
  return wanted === null || (wanted.flags & (TypeParameter | Void | Any | Unknown)) !== 0;
}

/** A function that stands as an argument of a call. */
function isCallback(fn: FunctionNode): boolean {
  const parent = fn.parent;
  return ts.isCallExpression(parent) && (parent.arguments as readonly ts.Node[]).includes(fn);
}

/** Methods whose callback runs at the driver and may wait, whatever their declared type. */
export function isDriverCallback(callee: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(callee) && callee.name.text === 'foreachRDD';
}

function isAsync(fn: FunctionNode): boolean {
  const modifiers = ts.canHaveModifiers(fn) ? ts.getModifiers(fn) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
}

function isGenerator(fn: FunctionNode): boolean {
  return 'asteriskToken' in fn && fn.asteriskToken !== undefined;
}
