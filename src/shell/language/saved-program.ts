// Writes the session's cells as one program: awaits and `async` written out, names that were declared again numbered,
// values that the prompt showed printed. Language service; works on the user's text, so that its form stays.
import ts = require('typescript');
import type { CellDraft } from './cell-draft.js';
import { oldReferences } from './cell-facts.js';
import { RESULT_NAME } from './cell-names.js';
import { outerReferences } from './light-program.js';
import type { SavedProgram } from './protocol.js';
import { type Range, rangeKey, type RewritePlan } from './rewrite-plan.js';
import type { TypedResult } from './typed-plan.js';

/** A cell that has succeeded. */
export interface SavedCell {
  readonly draft: CellDraft;
  /** The name its value got: `_`, another one, or none. */
  readonly resultName: string | null;
}

export interface SavedProgramOptions {
  /** Names that exist before the first cell. */
  readonly preloaded: readonly string[];
  /** What is awaited in a cell, by type. */
  planOf(cell: SavedCell): TypedResult;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Of several at one place, the lower comes first. */
  readonly order: number;
}

/** Values that are not printed: what is lazy, what says nothing. */
const SILENT =
  /^(?:RDD|DStream|StreamOutput|SparkContext|StreamingContext|Broadcast|Accumulator|Job)\b|^(?:void|undefined|never)$/;
/** Calls that belong to the prompt. */
const PROMPT_CALL = /^\s*(?:exit|quit|help)\s*\([^()]*\)\s*;?\s*$/;

export function savedProgram(
  cells: readonly SavedCell[],
  options: SavedProgramOptions,
): SavedProgram {
  return new ProgramWriter(cells, options).write();
}

class ProgramWriter {
  readonly #cells: readonly SavedCell[];
  readonly #options: SavedProgramOptions;
  /** How often each name is declared in all. */
  readonly #total = new Map<string, number>();
  /** How often it was declared up to the cell that is being written. */
  readonly #count = new Map<string, number>();
  /** Names of values that a later cell calls `_`, by the index of their cell. */
  readonly #valueNames = new Map<number, string>();
  readonly #used = new Set<string>();

  constructor(cells: readonly SavedCell[], options: SavedProgramOptions) {
    this.#cells = cells.filter(({ draft }) => !PROMPT_CALL.test(draft.source.text));
    this.#options = options;
    for (const cell of this.#cells) for (const name of namesOf(cell)) add(this.#total, name);
    this.#nameValues();
  }

  write(): SavedProgram {
    const texts = this.#cells.map((cell, index) => this.#cell(cell, index));
    const body = texts.filter((text) => text !== '').join('\n');
    return { body, used: [...this.#used], declared: [...this.#total.keys()] };
  }

  #nameValues(): void {
    if (this.#total.has('_')) return;
    let last: number | null = null;
    for (const [index, { draft, resultName }] of this.#cells.entries()) {
      const readsLast = outerReferences(draft.source.text, new Set(['_'])).size > 0;
      if (readsLast && last !== null) this.#valueNames.set(last, `value${index}`);
      if (draft.hasValue && resultName === '_') last = index;
    }
  }

  #cell(cell: SavedCell, index: number): string {
    const { draft } = cell;
    const { file, source, fresh } = draft;
    const typed = this.#options.planOf(cell);
    const edits = [
      ...awaitEdits(typed.plan, file),
      ...asyncEdits(typed.plan, file),
      ...fresh.map(({ start }) => ({ start, end: start, text: 'let ', order: -2 })),
      ...this.#renames(cell, index),
      ...this.#valueEdits(cell, index, typed),
    ];
    for (const name of namesOf(cell)) add(this.#count, name);
    const text = applied(source.text, edits).trim();
    const isBare = draft.hasValue && /^[\w$.]+;?$/.test(text);
    if (isBare) return '';
    return /^[([`]/.test(text) ? `;${text}` : text;
  }

  /** References to names that are declared more than once, and to the last value. */
  #renames({ draft }: SavedCell, index: number): Edit[] {
    const { source, file, names } = draft;
    const wanted = new Set([...this.#total.keys(), ...this.#options.preloaded, '_']);
    const isKnown = (name: string) => (this.#count.get(name) ?? 0) > 0;
    const old = oldReferences(file, isKnown);
    const edits: Edit[] = [];
    for (const [start, name] of outerReferences(source.text, wanted)) {
      const end = start + name.length;
      const isOwn = names.has(name) && !old.has(end);
      const generation = (this.#count.get(name) ?? 0) + (isOwn ? 1 : 0);
      const written = name === '_' ? this.#lastValue(index) : this.#nameAt(name, generation);
      if (generation === 0 && written === name) this.#used.add(name);
      if (written !== name)
        edits.push({ start, end, text: renamed(file, start, written), order: 0 });
    }
    return edits;
  }

  #nameAt(name: string, generation: number): string {
    const total = this.#total.get(name) ?? 0;
    return generation === 0 || generation === total ? name : `${name}_${generation}`;
  }

  #lastValue(index: number): string {
    const earlier = [...this.#valueNames.keys()].filter((at) => at < index);
    const at = earlier.at(-1);
    return at === undefined ? '_' : this.#valueNames.get(at)!;
  }

  /** The last expression: given its name, or printed where the prompt showed it. */
  #valueEdits({ draft, resultName }: SavedCell, index: number, typed: TypedResult): Edit[] {
    const last = draft.file.statements.at(-1);
    if (!draft.hasValue || last === undefined || !ts.isExpressionStatement(last)) return [];
    const start = last.expression.getStart(draft.file);
    const { end } = last.expression;
    const own = resultName !== null && resultName !== '_' ? resultName : null;
    const name =
      own === null
        ? this.#valueNames.get(index)
        : this.#nameAt(own, (this.#count.get(own) ?? 0) + 1);
    const isShown = own === null && !SILENT.test(resultType(typed));
    if (name === undefined && !isShown) return [];
    const [open, close] =
      name === undefined
        ? ['console.log(', ')']
        : [`const ${name} = `, isShown ? `;\nconsole.log(${name})` : ''];
    return [
      { start, end: start, text: open, order: -1 },
      { start: end, end, text: close, order: Number.MAX_SAFE_INTEGER },
    ];
  }
}

function namesOf({ draft, resultName }: SavedCell): string[] {
  const own = resultName !== null && resultName !== '_' ? [resultName] : [];
  return [...draft.names.keys(), ...own];
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** `await` before each job; in brackets where something follows that would bind closer. */
function awaitEdits({ awaits }: RewritePlan, file: ts.SourceFile): Edit[] {
  return awaits.flatMap((range) => {
    const needsBrackets = /^\s*(?:[.[(`!?]|\*\*)/.test(file.text.slice(range.end));
    const guard = needsBrackets && beginsStatement(file, range.start) ? ';' : '';
    const open = needsBrackets ? `${guard}(await ` : 'await ';
    // The wider of two that begin at one place comes first, and ends last.
    return [
      { start: range.start, end: range.start, text: open, order: 1 / range.end },
      { start: range.end, end: range.end, text: needsBrackets ? ')' : '', order: -range.start },
    ];
  });
}

function asyncEdits({ asyncFunctions }: RewritePlan, file: ts.SourceFile): Edit[] {
  return asyncFunctions.flatMap((range) => {
    const edits: Edit[] = [{ start: range.start, end: range.start, text: 'async ', order: 0 }];
    const type = functionAt(file, range)?.type;
    if (range.how === 'job' && type !== undefined) {
      const start = type.getStart(file);
      edits.push({ start, end: start, text: 'Promise<', order: 0 });
      edits.push({ start: type.end, end: type.end, text: '>', order: 0 });
    }
    return edits;
  });
}

function functionAt(file: ts.SourceFile, range: Range): ts.SignatureDeclaration | null {
  let found: ts.SignatureDeclaration | null = null;
  const visit = (node: ts.Node): void => {
    const key = rangeKey({ start: node.getStart(file), end: node.end });
    if (ts.isFunctionLike(node) && key === rangeKey(range)) found = node;
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function beginsStatement(file: ts.SourceFile, start: number): boolean {
  return file.statements.some(
    (statement, i) =>
      i > 0 && ts.isExpressionStatement(statement) && statement.getStart(file) === start,
  );
}

/** In `{ x }` the property keeps its name. */
function renamed(file: ts.SourceFile, start: number, written: string): string {
  let isShort = false;
  let name = '';
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node) && node.name.getStart(file) === start) {
      isShort = true;
      name = node.name.text;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return isShort ? `${name}: ${written}` : written;
}

function resultType({ checked }: TypedResult): string {
  let type = '';
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText(checked.file) === RESULT_NAME) {
      const found = checked.checker.getTypeAtLocation(node.name);
      type = checked.checker.typeToString(found);
    } else ts.forEachChild(node, visit);
  };
  visit(checked.file);
  return type;
}

function applied(text: string, edits: readonly Edit[]): string {
  let written = '';
  let at = 0;
  for (const edit of [...edits].sort(
    (a, b) => a.start - b.start || a.end - b.end || a.order - b.order,
  )) {
    written += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return written + text.slice(at);
}

/** The program without its types. */
export function asJavaScript(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  return outputText;
}
