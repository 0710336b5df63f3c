// A function that is being captured: what is known of it until its code can be written. Capturing thread.
import type { FreeName, FunctionAnalysis } from './free-names.js';
import { FunctionInternals } from './function-internals.js';
import type { FunctionNode, Ref } from './graph.js';
import type { ScriptPosition, Stoppable } from './pause.js';
import type { Edit } from './text-edits.js';

/** A free name of a function with the value it had. */
export interface Binding {
  readonly free: FreeName;
  readonly value: unknown;
  /** A text that is equal for the very same variable; null where only a look inside tells (pause.ts). */
  readonly owner: string | null;
  ref: Ref;
  /** True once `ref` is a cell: the text then reads `.value` of it. */
  isCell: boolean;
}

/** A name that the generated code needs besides the user's own. */
export interface ExtraArgument {
  readonly name: string;
  readonly ref: Ref;
}

export class FunctionDraft {
  readonly id: number;
  readonly fn: Function;
  readonly analysis: FunctionAnalysis;
  readonly node: FunctionNode;
  readonly bindings: Binding[] = [];
  readonly extras: ExtraArgument[] = [];
  readonly edits: Edit[] = [];
  isStrict = false;
  /** The keys of computed members are known: the text need not compute them. */
  hasKnownKeys = false;
  #internals: FunctionInternals | null = null;

  constructor(id: number, fn: Function, analysis: FunctionAnalysis) {
    this.id = id;
    this.fn = fn;
    this.analysis = analysis;
    this.node = {
      kind: 'function',
      code: '',
      source: [0, 0],
      location: null,
      args: [],
      argNames: [],
      late: [],
    };
  }

  get internals(): FunctionInternals {
    this.#internals ??= new FunctionInternals(this.fn);
    return this.#internals;
  }

  /** How to look inside the function; null where its place is not known or it is a class or a generator. */
  get stoppable(): Stoppable | null {
    const { node, shift } = this.analysis;
    if (
      !('body' in node) ||
      node.body.type === 'ClassBody' ||
      ('generator' in node && node.generator)
    ) {
      return null;
    }
    const start = this.#positionOf(node.body.start - shift);
    const end = this.#positionOf(node.body.end - shift);
    return start === null || end === null ? null : { fn: this.fn, body: { start, end } };
  }

  #positionOf(offset: number): ScriptPosition | null {
    const { place } = this.internals;
    if (place === null) return null;
    const lines = this.analysis.text.slice(this.analysis.start, offset).split('\n');
    const last = lines.at(-1)!.length;
    const columnNumber = lines.length === 1 ? place.column + last : last;
    return { scriptId: place.scriptId, lineNumber: place.line + lines.length - 1, columnNumber };
  }

  /** What the reader must have before it can make the function. */
  get needs(): Ref[] {
    const refs = [...this.bindings.map(({ ref }) => ref), ...this.extras.map(({ ref }) => ref)];
    if (this.node.hasSelf === true) refs.push(this.node.self);
    return refs;
  }
}
