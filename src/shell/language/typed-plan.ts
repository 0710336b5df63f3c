// Runs the checker over a cell until nothing more is to be awaited, and says what was found. Language service.
// The checker sees the cell with its awaits written out, so the types of what follows are those of the results.
import ts = require('typescript');
import { AsyncFunctionFinder, type Problem, type SyncUse } from './async-functions.js';
import { RESULT_NAME } from './cell-names.js';
import type { Checked, Checker } from './checker.js';
import { EditedText, type Wrap } from './edited-text.js';
import { findJobExpressions } from './job-awaits.js';
import { JobTypes } from './job-types.js';
import type { AsyncFunction, Range, RewritePlan } from './rewrite-plan.js';

/** Every pass makes the types of one more step of a chain known; nobody writes longer ones in a cell. */
const MAX_PASSES = 10;

const HELPERS = "declare function __tsparkJob<T>(run: () => Promise<T>): import('tspark').Job<T>;";

export interface CellText {
  /** Path of the virtual module. */
  readonly module: string;
  readonly source: string;
  readonly file: ts.SourceFile;
  /** Put in for the checker alone: the `let` of new names, the mark of old ones. Sorted by place. */
  readonly insertions: readonly TextInsertion[];
  /** Give the last expression a name, so that its type can be asked for. */
  readonly namesResult: boolean;
  /** Declarations of earlier cells' names and what the cell exports, put after the text. */
  readonly suffix: string;
}

export interface TextInsertion {
  readonly at: number;
  readonly text: string;
}

export interface TypedResult {
  readonly plan: RewritePlan;
  readonly problems: readonly { readonly message: string; readonly range: Range }[];
  readonly edited: EditedText;
  readonly checked: Checked;
}

export class TypedPlanner {
  readonly #checker: Checker;
  readonly #cell: CellText;
  readonly #edited: EditedText;
  readonly #awaits: Range[] = [];
  readonly #asyncFunctions: AsyncFunction[] = [];

  constructor(checker: Checker, cell: CellText) {
    this.#checker = checker;
    this.#cell = cell;
    this.#edited = new EditedText(cell.source);
  }

  run(): TypedResult {
    this.#insertAll();
    if (this.#cell.namesResult) this.#nameResult();
    for (let pass = 1; ; pass++) {
      const checked = this.#check();
      const types = new JobTypes(checked.checker);
      const end = this.#edited.text.length;
      const sync = new AsyncFunctionFinder(checked.file, checked.checker, types).find(end);
      const found = findJobExpressions(checked.file, types, end);
      const isDone = sync.uses.length === 0 && found.jobs.length === 0;
      if (isDone || pass === MAX_PASSES) {
        return this.#result(checked, found.unknowns, sync.problems);
      }
      const wraps = sync.uses.flatMap((use) => this.#wrapFunction(use, checked.file));
      // What a function returns is known only after it is rewritten: the awaits wait for the next pass.
      this.#edited.wrap(wraps.length > 0 ? wraps : this.#wrapAll(found.jobs, checked.file));
    }
  }

  #check(): Checked {
    this.#checker.setRoot(
      this.#cell.module,
      `${this.#edited.text}\n;${HELPERS}${this.#cell.suffix}`,
    );
    return this.#checker.check(this.#cell.module);
  }

  #result(
    checked: Checked,
    unknowns: readonly ts.Node[],
    problems: readonly Problem[],
  ): TypedResult {
    const settles = unknowns.map((node) => this.#originalRange(node, checked.file));
    return {
      plan: { awaits: this.#awaits, settles, asyncFunctions: this.#asyncFunctions },
      problems: problems.map(({ node, message }) => ({
        message,
        range: this.#originalRange(node, checked.file),
      })),
      edited: this.#edited,
      checked,
    };
  }

  #insertAll(): void {
    // From the back, so that the offsets of those in front stay true.
    for (const { at, text } of [...this.#cell.insertions].reverse()) this.#edited.insert(at, text);
  }

  #nameResult(): void {
    const last = this.#cell.file.statements.at(-1);
    if (last === undefined || !ts.isExpressionStatement(last)) return;
    const { expression } = last;
    // Behind `=` a comma would begin the next declaration.
    const [open, close] = isCommaExpression(expression) ? ['(', ')'] : ['', ''];
    if (close !== '') this.#edited.insert(this.#edited.fromOriginal(expression.end), close);
    const start = expression.getStart(this.#cell.file);
    this.#edited.insert(this.#edited.fromOriginal(start), `const ${RESULT_NAME} = ${open}`);
  }

  #wrapAll(nodes: readonly ts.Node[], file: ts.SourceFile): Wrap[] {
    return nodes.map((node) => {
      this.#awaits.push(this.#originalRange(node, file));
      const start = node.getStart(file);
      return { start, end: node.end, open: `${statementGuard(node, file)}(await `, close: ')' };
    });
  }

  #wrapFunction(use: SyncUse, file: ts.SourceFile): Wrap[] {
    const wraps = this.#wrapAll(use.calls, file);
    const { fn, how } = use;
    if (how === 'none') return wraps;
    this.#asyncFunctions.push({ ...this.#originalRange(fn, file), how });
    const start = fn.getStart(file);
    if (how === 'async') wraps.push({ start, end: start, open: 'async ', close: '' });
    else wraps.push(...jobBody(fn, file));
    return wraps;
  }

  #originalRange(node: ts.Node, file: ts.SourceFile): Range {
    // The last character of an expression is never inserted text, the place behind it may be.
    const end = this.#edited.toOriginal(node.end - 1) + 1;
    return { start: this.#edited.toOriginal(node.getStart(file)), end };
  }
}

function isCommaExpression(node: ts.Expression): boolean {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.CommaToken;
}

function jobBody(fn: SyncUse['fn'], file: ts.SourceFile): Wrap[] {
  const wraps: Wrap[] = [];
  if (fn.type !== undefined) {
    const start = fn.type.getStart(file);
    wraps.push({ start, end: fn.type.end, open: "import('tspark').Job<", close: '>' });
  }
  const body = fn.body!;
  const start = body.getStart(file);
  const isBlock = ts.isBlock(body);
  wraps.push(
    isBlock
      ? {
          start: start + 1,
          end: body.end - 1,
          open: ' return __tsparkJob(async () => {',
          close: '}) ',
        }
      : { start, end: body.end, open: '__tsparkJob(async () => (', close: '))' },
  );
  return wraps;
}

/** A parenthesis at the start of a statement would go on with the line above if that has no semicolon. */
function statementGuard(node: ts.Node, file: ts.SourceFile): string {
  const start = node.getStart(file);
  let parent = node.parent;
  while (parent.getStart(file) === start && !ts.isStatement(parent)) parent = parent.parent;
  if (!ts.isExpressionStatement(parent) || parent.getStart(file) !== start) return '';
  const list = parent.parent;
  return ts.isBlock(list) || ts.isSourceFile(list) || ts.isCaseOrDefaultClause(list) ? ';' : '';
}
