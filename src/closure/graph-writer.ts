// Writes the graph of a captured function or value: gives every object a node, breadth first, and remembers how
// each was reached. Capturing thread.
import { closureError, RefusedValue, type Step, type Subject } from './capture-error.js';
import { FunctionEncoder } from './encode-function.js';
import { encodeObject } from './encode-object.js';
import { writeCode } from './function-code.js';
import { DRIVER_ONLY, type HandleRef, TRAVELS_AS, type Travels } from './payload.js';
import type { Graph, GraphNode, Ref } from './graph.js';
import { findCycles } from './late-names.js';
import { moduleIndex } from './module-index.js';
import { nativeIndex, wellKnownSymbol } from './native-index.js';
import { ownValueName } from './own-values.js';
import { shareVariables } from './shared-variables.js';
import { types } from 'node:util';
import { sizeUpTo } from './value-size.js';
import type { CaptureWriter } from './writer.js';

const ROOT = 0;

export type DivertLargeValue = (
  name: string,
  value: unknown,
  sizeBytes: number,
) => HandleRef | null;

export interface LargeValues {
  readonly divert: DivertLargeValue | null;
  readonly limitBytes: number;
}

export class GraphWriter implements CaptureWriter {
  readonly handles: HandleRef[] = [];
  readonly modules = new Set<string>();
  isStateless = true;
  readonly #subject: Subject;
  readonly #large: LargeValues;
  readonly #nodes: GraphNode[] = [];
  readonly #idByValue = new Map<unknown, number>();
  readonly #waiting: { readonly id: number; readonly value: unknown }[] = [];
  /** For each node, the node it was reached from (-1 at the root) and the step. */
  readonly #reached: { readonly from: number; readonly step: Step | null }[] = [];
  readonly #functions = new FunctionEncoder(this);
  readonly #diverted = new Map<unknown, Ref>();
  #current = -1;

  constructor(subject: Subject, large: LargeValues) {
    this.#subject = subject;
    this.#large = large;
  }

  write(root: unknown): Graph {
    const rootRef = this.ref(root, null);
    for (let i = 0; i < this.#waiting.length; i++) {
      const { id, value } = this.#waiting[i]!;
      this.#current = id;
      this.#nodes[id] = this.#guarded(() => this.#encode(value, id));
    }
    this.#writeFunctions();
    return { root: rootRef, nodes: this.#nodes };
  }

  /** The scripts that functions of the graph come from. */
  get scriptIds(): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const { node } of this.#functions.drafts)
      if (node.location !== null) ids.add(node.location[0]);
    return ids;
  }

  ref(value: unknown, step: Step | null): Ref {
    if (typeof value === 'number') return [value];
    const isReference =
      typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol';
    if (!isReference || value === null) return value as Ref;
    const known = this.#idByValue.get(value);
    if (known !== undefined) return known;
    const id = this.#reserve(step);
    this.#idByValue.set(value, id);
    this.#waiting.push({ id, value });
    return id;
  }

  addNode(step: Step | null, make: () => GraphNode): Ref {
    const id = this.#reserve(step);
    const outer = this.#current;
    this.#current = id;
    this.#nodes[id] = make();
    this.#current = outer;
    return id;
  }

  markMutable(): void {
    this.isStateless = false;
  }

  addModule(specifier: string): void {
    this.modules.add(specifier);
  }

  noteHome(method: Function, home: object): void {
    this.#functions.noteHome(method, home);
  }

  handleNode(handle: HandleRef): GraphNode {
    const isKnown = this.handles.some(({ type, id }) => type === handle.type && id === handle.id);
    if (!isKnown) this.handles.push(handle);
    return { kind: 'handle', handle };
  }

  divert(name: string, value: unknown): Ref | null {
    const { divert, limitBytes } = this.#large;
    if (divert === null || !isDivertible(value)) return null;
    const known = this.#diverted.get(value);
    if (known !== undefined) return known;
    if (sizeUpTo(value, limitBytes) <= limitBytes) return null;
    const handle = divert(name, value, sizeUpTo(value, Infinity));
    if (handle === null) return null;
    const ref = this.addNode(null, () => this.handleNode({ ...handle, unwrap: true }));
    this.#diverted.set(value, ref);
    return ref;
  }

  #reserve(step: Step | null): number {
    const id = this.#nodes.length;
    this.#nodes.length = id + 1;
    this.#reached.push({ from: this.#current, step });
    return id;
  }

  #encode(value: unknown, id: number): GraphNode {
    if (typeof value === 'symbol') return symbolNode(value);
    const native = nativeIndex.find(value);
    if (native !== undefined) return native;
    const own = ownValueName(value as object);
    if (own !== undefined) return { kind: 'own', name: own };
    // A function written in the call itself is nobody's export.
    const isInline = id === ROOT && typeof value === 'function' && value.name === '';
    const exported = isInline ? null : moduleIndex.findCaptured(value as object);
    if (exported !== null) {
      this.modules.add(exported.specifier);
      return { kind: 'module', ...exported };
    }
    if (typeof value === 'function') return this.#functions.encode(value, id);
    return this.#handle(value as object) ?? encodeObject(value as object, this);
  }

  #handle(value: object): GraphNode | null {
    if (types.isProxy(value) || typeof (value as Partial<Travels>)[TRAVELS_AS] !== 'function')
      return null;
    return this.handleNode((value as Travels)[TRAVELS_AS]());
  }

  #writeFunctions(): void {
    const { drafts } = this.#functions;
    if (drafts.length === 0) return;
    this.#guarded(() => shareVariables(drafts, this));
    const draftById = new Map(drafts.map((draft) => [draft.id, draft]));
    const cycles = findCycles(this.#nodes, draftById);
    const made = this.#madeClasses();
    for (const draft of drafts) writeCode(draft, { cycles, isGuarded: made.has(draft.fn) });
  }

  /** The classes whose instances travel with private fields, and the classes these extend. */
  #madeClasses(): ReadonlySet<Function> {
    const made = new Set<Function>();
    const draftById = new Map(this.#functions.drafts.map((draft) => [draft.id, draft]));
    for (const node of this.#nodes) {
      if (!('construct' in node) || typeof node.construct !== 'number') continue;
      let make: unknown = draftById.get(node.construct)?.fn;
      for (; typeof make === 'function'; make = Object.getPrototypeOf(make)) made.add(make);
    }
    return made;
  }

  /** Runs an encoder; what it refuses becomes an error with the path to the node at hand. */
  #guarded<T>(encode: () => T): T {
    try {
      return encode();
    } catch (error) {
      if (error instanceof RefusedValue) {
        throw closureError(this.#subject, this.#path(this.#current), error.refusal);
      }
      throw error;
    }
  }

  #path(id: number): Step[] {
    const steps: Step[] = [];
    for (let at = id; at >= 0; at = this.#reached[at]!.from) {
      const { step } = this.#reached[at]!;
      if (step !== null) steps.unshift(step);
    }
    return steps;
  }
}

function symbolNode(symbol: symbol): GraphNode {
  const key = Symbol.keyFor(symbol);
  if (key !== undefined) return { kind: 'symbol', form: 'registered', text: key };
  const name = wellKnownSymbol(symbol);
  if (name !== undefined) return { kind: 'symbol', form: 'well-known', text: name };
  return { kind: 'symbol', form: 'own', text: symbol.description };
}

/** Functions, modules, handles and driver objects never become broadcasts by themselves. */
function isDivertible(value: unknown): boolean {
  if (typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  if (types.isModuleNamespaceObject(value) || nativeIndex.find(value) !== undefined) return false;
  const candidate = value as { [TRAVELS_AS]?: unknown; [DRIVER_ONLY]?: unknown };
  if (candidate[TRAVELS_AS] !== undefined || candidate[DRIVER_ONLY] !== undefined) return false;
  return ownValueName(value) === undefined && moduleIndex.find(value) === null;
}
