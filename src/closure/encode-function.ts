// Turns functions into drafts of nodes: reads their variables, `this`, properties. Capturing thread.
import { type Step, refuse } from './capture-error.js';
import { encodeClassParts } from './encode-class.js';
import { encodeExports, isExportsLike } from './encode-object.js';
import { encodeProperties, integrityOf, protoRef } from './encode-parts.js';
import { analyseFunction, type FreeName, type FunctionAnalysis, isClass } from './free-names.js';
import { FunctionDraft } from './function-draft.js';
import { isUserGlobal } from './global-baseline.js';
import type { GraphNode, Ref } from './graph.js';
import { moduleIndex } from './module-index.js';
import { thisOfArrow } from './pause.js';
import { importEdits } from './import-edits.js';
import type { CaptureWriter } from './writer.js';

const NATIVE_CODE = /\{\s*\[native code\]\s*\}$/;
const NEVER_PROPERTIES = new Set<string | symbol>([
  'length',
  'name',
  'prototype',
  'arguments',
  'caller',
]);

export class FunctionEncoder {
  readonly drafts: FunctionDraft[] = [];
  readonly #writer: CaptureWriter;
  readonly #homes = new Map<Function, object>();

  constructor(writer: CaptureWriter) {
    this.#writer = writer;
  }

  noteHome(method: Function, home: object): void {
    if (!this.#homes.has(method)) this.#homes.set(method, home);
  }

  encode(fn: Function, id: number): GraphNode {
    const text = Function.prototype.toString.call(fn);
    if (NATIVE_CODE.test(text)) return this.#native(fn);
    const from = requireFolder(fn);
    if (from !== null) return { kind: 'require', from };
    const draft = new FunctionDraft(id, fn, analyse(text));
    this.drafts.push(draft);
    this.#checkText(draft);
    const isClassNode = isClass(draft.analysis.node);
    if (isClassNode) encodeClassParts(draft, this.#writer);
    else this.#functionParts(draft);
    this.#bind(draft);
    draft.isStrict = isStrict(draft);
    draft.edits.push(...importEdits(draft.analysis, draft.internals.place));
    return draft.node;
  }

  #native(fn: Function): GraphNode {
    const bound = new FunctionDraft(-1, fn, EMPTY).internals.bound;
    if (bound !== null) return this.#bound(fn, bound);
    // A built-in of another realm (a vm context) is the same built-in here.
    const { name } = fn;
    const here = (globalThis as Record<string, unknown>)[name];
    const isForeign = !((fn as object) instanceof Function) && typeof here === 'function';
    if (isForeign) return { kind: 'native', path: [name], slot: 'value' };
    return refuse(
      `is ${name ? `\`${name}\`, ` : ''}a function of the engine without a text that could be sent`,
      'Call it from a function of your own inside the operation.',
    );
  }

  #bound(
    fn: Function,
    { target, self, args }: { target: Function; self: unknown; args: readonly unknown[] },
  ): GraphNode {
    const props = encodeProperties(fn, (key) => NEVER_PROPERTIES.has(key), this.#writer);
    const node: GraphNode = {
      kind: 'bound',
      target: this.#writer.ref(target, { kind: 'whose', what: `target \`${target.name}\`` }),
      self: this.#writer.ref(self, { kind: 'whose', what: 'bound `this`' }),
      args: args.map((value, i) =>
        this.#writer.ref(value, { kind: 'whose', what: `bound argument ${i + 1}` }),
      ),
    };
    return props.length > 0 ? { ...node, props } : node;
  }

  #checkText(draft: FunctionDraft): void {
    const { analysis, fn } = draft;
    const isArrow = analysis.node.type === 'ArrowFunctionExpression';
    const problem = textProblem(analysis);
    if (problem !== null) refuse(problem[0], problem[1], 'CLOSURE-103');
    if (analysis.usesSuper && (isArrow || !this.#homes.has(fn))) {
      refuse(
        'uses `super`, which belongs to the object or class around it',
        'Send the object or the class as a whole, and call the method inside.',
        'CLOSURE-103',
      );
    }
    if (!isArrow || !analysis.usesThis) return;
    const { stoppable } = draft;
    const found = stoppable === null ? null : thisOfArrow(stoppable);
    if (found === null) {
      refuse(
        'uses a `this` that cannot be found out',
        'Take it into a variable first: `const self = this`.',
        'CLOSURE-103',
      );
    }
    draft.node.hasSelf = true;
    draft.node.self = this.#writer.ref(found.value, { kind: 'uses', what: 'this' });
  }

  #functionParts(draft: FunctionDraft): void {
    const { fn, node, analysis } = draft;
    const writer = this.#writer;
    const props = encodeProperties(fn, (key) => NEVER_PROPERTIES.has(key), writer);
    const prototype = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value as object | undefined;
    const inner = analysis.node as { generator?: boolean };
    if (prototype !== undefined && inner.generator !== true) {
      const isOwn = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value === fn;
      if (!isOwn) {
        props.push(['prototype', 2, writer.ref(prototype, { kind: 'whose', what: 'prototype' })]);
      } else {
        const added = encodeProperties(prototype, (key) => key === 'constructor', writer);
        if (added.length > 0) node.prototypeProps = added;
        const parent = Object.getPrototypeOf(prototype) as object | null;
        if (parent !== Object.prototype) node.prototypeProto = protoRef(parent, writer);
      }
    }
    if (props.length > 0) {
      node.props = props;
      writer.markMutable();
    }
    const integrity = integrityOf(fn);
    if (integrity !== undefined) node.integrity = integrity;
    const home = analysis.usesSuper ? this.#homes.get(fn) : undefined;
    if (home !== undefined)
      node.home = protoRef(Object.getPrototypeOf(home) as object | null, writer);
  }

  #bind(draft: FunctionDraft): void {
    for (const free of draft.analysis.freeNames.values()) {
      if (free.isOnlyInKeys && draft.hasKnownKeys) continue;
      const found = findVariable(draft, free.name);
      if (found === null) {
        if (free.isOnlyInKeys && !(free.name in globalThis)) refuseKey(free.name);
        continue;
      }
      const { value, owner } = found;
      if (free.isAssigned) this.#writer.markMutable();
      const ref = this.#variableRef(free, value);
      draft.bindings.push({ free, value, owner, ref, isCell: false });
    }
  }

  #variableRef(free: FreeName, value: unknown): Ref {
    const step: Step = { kind: 'uses', what: free.name };
    if (free.members !== null && isExportsLike(value)) {
      return this.#writer.addNode(step, () => encodeExports(value, free.members, this.#writer));
    }
    return this.#writer.divert(free.name, value) ?? this.#writer.ref(value, step);
  }
}

const EMPTY = analyseFunction('() => {}');

function analyse(text: string): FunctionAnalysis {
  try {
    return analyseFunction(text);
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/ \(\d+:\d+\)$/, '') : String(error);
    return refuse(
      `has a text that tspark cannot read (${reason})`,
      'Write it as a plain function or arrow.',
      'CLOSURE-103',
    );
  }
}

/** What in a text ties it to its place: the predicate, and what to do. */
function textProblem(analysis: FunctionAnalysis): readonly [string, string] | null {
  if (analysis.callsEval) {
    return [
      'calls `eval`, whose text may name any variable around it',
      'Use `(0, eval)(text)` or `new Function`, and pass what the text needs as arguments.',
    ];
  }
  if (analysis.usesImportMeta) {
    return [
      'uses `import.meta`, which exists only in its own module',
      'Take what it needs into a variable before, such as `const url = import.meta.url`, and use that.',
    ];
  }
  if (analysis.usesArguments) {
    return [
      'uses the `arguments` of the function around it',
      'Take them into a variable first: `const args = [...arguments]`.',
    ];
  }
  if (analysis.usesNewTarget) {
    return ['uses the `new.target` of the function around it', 'Take it into a variable first.'];
  }
  if (analysis.strayPrivateName !== null || analysis.shape === 'private-method') {
    return [
      `uses the private name \`${analysis.strayPrivateName ?? '#'}\` of the class around it`,
      'Read the private field into a variable first, or call a public method of the object.',
    ];
  }
  return null;
}

function refuseKey(name: string): never {
  return refuse(
    `has a member whose computed name needs \`${name}\`, which is gone`,
    'Name the member directly, or use the variable in a method too.',
    'CLOSURE-103',
  );
}

/** The value of a free name, and the identity of its variable where it has one. */
export function findVariable(
  draft: FunctionDraft,
  name: string,
): { readonly value: unknown; readonly owner: string | null } | null {
  for (const { description, variables } of draft.internals.scopes) {
    if (!Object.hasOwn(variables, name)) continue;
    const value = variables[name];
    if (description === 'Script') return { value, owner: `script:${name}` };
    if (description !== 'Module') return { value, owner: null };
    return { value, owner: `module:${draft.internals.place?.scriptId}:${name}` };
  }
  if (!isUserGlobal(name)) return null;
  return { value: (globalThis as Record<string, unknown>)[name], owner: `global:${name}` };
}

/** Ordinary functions tell; of others only those in ES modules are known to be strict. */
function isStrict(draft: FunctionDraft): boolean {
  const { fn, analysis } = draft;
  const scriptId = draft.internals.place?.scriptId;
  // Without free names and `this` strictness makes no difference worth reading the scopes for.
  const isAsked = analysis.freeNames.size > 0 || analysis.usesThis;
  const isModule = isAsked && draft.internals.scopes.some(isModuleScope);
  if (isModule && scriptId !== undefined) moduleIndex.noteModuleScript(scriptId);
  const node = analysis.node as { type: string; async?: boolean; generator?: boolean };
  if (node.type !== 'FunctionExpression' || node.async || node.generator) return isModule;
  return analysis.method === null ? !Object.hasOwn(fn, 'arguments') : isModule;
}

function isModuleScope({ description }: { readonly description: string }): boolean {
  return description === 'Module';
}

/** The folder that a `require` function resolves from, or null if it is another function. */
function requireFolder(fn: Function): string | null {
  const candidate = fn as Partial<NodeJS.Require>;
  if (fn.name !== 'require' || typeof candidate.resolve !== 'function') return null;
  if (typeof candidate.cache !== 'object' || typeof candidate.resolve.paths !== 'function')
    return null;
  const [nearest] = candidate.resolve.paths('x') ?? [];
  return nearest === undefined ? null : nearest.replace(/node_modules$/, '');
}
