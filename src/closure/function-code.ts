// Writes the code that makes a captured function again: a factory that takes the captured values, so that the names
// are real bindings around the function and cost nothing a record. All on the line the function starts on.
import { guardEdits } from './class-text.js';
import { isClass } from './free-names.js';
import type { Binding, FunctionDraft } from './function-draft.js';
import { applyEdits, type Edit, TOOLKIT } from './text-edits.js';

export interface CodeContext {
  /** The cycle of each node, as found by `findCycles`. */
  readonly cycles: readonly number[];
  /** Whether instances of the class travel with private fields. */
  readonly isGuarded: boolean;
}

/** Fills in the node's code, arguments, late names and location. */
export function writeCode(draft: FunctionDraft, { cycles, isGuarded }: CodeContext): void {
  const { node, bindings, extras, fn } = draft;
  const isBack = ({ ref }: Binding): boolean =>
    typeof ref === 'number' && cycles[ref] !== undefined && cycles[ref] === cycles[draft.id];
  const isSelf = (binding: Binding): boolean =>
    binding.ref === draft.id && !binding.free.isAssigned;
  const selves = bindings.filter(isSelf);
  const late = bindings.filter((binding) => isBack(binding) && !isSelf(binding));
  const early = bindings.filter((binding) => !isBack(binding));
  const argNames = [...extras.map(({ name }) => name), ...early.map(bindingName)];
  node.args = [...extras, ...early].map(({ ref }) => ref);
  node.argNames = argNames;
  node.late = late.map(({ ref }) => ref);
  const wrap = wrapping(draft);
  if (fn.name !== wrap.name) node.name = fn.name;
  const text = editedText(draft, isGuarded);
  const lateNames = late.map(bindingName);
  const head = `(function(${[TOOLKIT, ...argNames].join(',')}){${draft.isStrict ? '"use strict";' : ''}`;
  const begin = lateNames.length > 0 ? `let ${lateNames.join(',')};` : '';
  const before = `${head}${begin}${result(selves, lateNames)[0]}${wrap.before}`;
  const after = `${wrap.after}${result(selves, lateNames)[1]}})`;
  node.code = before + text + after;
  node.source = [before.length, before.length + text.length];
  node.location = locationOf(draft, before.length);
}

/** The statements around the function's expression that bind the names leading back to it. */
function result(selves: readonly Binding[], late: readonly string[]): readonly [string, string] {
  if (selves.length === 0 && late.length === 0) return ['return ', ';'];
  const [first = '$made', ...others] = selves.map(bindingName);
  const aliases = others.map((name) => `const ${name}=${first};`).join('');
  if (late.length === 0) return [`const ${first}=`, `;${aliases}return ${first};`];
  const parameters = late.map((_, i) => `$${i}`).join(',');
  const setters = late.map((name, i) => `${name}=$${i};`).join('');
  return [`const ${first}=`, `;${aliases}return[${first},function(${parameters}){${setters}}];`];
}

function bindingName({ free, isCell }: Binding): string {
  return isCell ? cellName(free.name) : free.name;
}

function cellName(name: string): string {
  return `$cell_${name}`;
}

interface Wrapping {
  readonly before: string;
  readonly after: string;
  /** The name that the engine will give the function. */
  readonly name: string;
}

/** What makes the text an expression that evaluates to the function, under its name if it has none of its own. */
function wrapping({ analysis, fn }: FunctionDraft): Wrapping {
  const { node, method } = analysis;
  if (method !== null) {
    const kind = method.kind === 'get' || method.kind === 'set' ? method.kind : 'value';
    return {
      before: `${TOOLKIT}.method({`,
      after: `},"${kind}")`,
      name: methodName(analysis.text, fn),
    };
  }
  if (node.type !== 'ArrowFunctionExpression' && node.id) {
    return { before: '(', after: ')', name: node.id.name };
  }
  const { name } = fn;
  if (typeof name !== 'string' || name === '' || name === '__proto__') {
    return { before: '(', after: ')', name: '' };
  }
  const key = JSON.stringify(name);
  return { before: `({${key}:`, after: `})[${key}]`, name };
}

/** A plain method is named by its own text; anything else is told the name afterwards. */
function methodName(text: string, fn: Function): string {
  return text.startsWith(`${fn.name}(`) ? fn.name : '\0';
}

function editedText(draft: FunctionDraft, isGuarded: boolean): string {
  const { analysis } = draft;
  const edits: Edit[] = [...draft.edits];
  const isClassNode = isClass(analysis.node);
  if (isClassNode && isGuarded) edits.push(...guardEdits(analysis));
  if (!isClassNode && analysis.method?.computed === true) {
    const { start, end } = analysis.method.key;
    edits.push({ start: start - analysis.shift, end: end - analysis.shift, text: '"method"' });
  }
  for (const { free, isCell } of draft.bindings) {
    if (!isCell) continue;
    const cell = `${cellName(free.name)}.value`;
    for (const { start, end, isShorthand, isCallee } of free.references) {
      const text = isShorthand ? `${free.name}:${cell}` : isCallee ? `(0,${cell})` : cell;
      edits.push({ start, end, text });
    }
  }
  return edits.length === 0 ? analysis.text : applyEdits(analysis.text, edits);
}

/** Where the code would start in the user's script for the function to stand where it stood. */
function locationOf(
  { internals, analysis }: FunctionDraft,
  textStart: number,
): readonly [string, number, number] | null {
  const { place } = internals;
  if (place === null) return null;
  const before = analysis.text.slice(0, analysis.start);
  const lines = before.split('\n').length - 1;
  const column = lines === 0 ? place.column - before.length : 0;
  return [place.scriptId, place.line - lines, column - textStart];
}
