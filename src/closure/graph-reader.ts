// Builds the values of one graph, in the worker. Two steps, so that cycles need no care: first every object is made
// empty and every function with the names it needs, then contents and the names that lead back are filled in.
import { createRequire } from 'node:module';
import { ClosureError, InternalError } from '../errors.js';
import { factoryOf, type SetPrivate, type Toolkit } from './factories.js';
import type {
  BoundNode,
  DataNode,
  FunctionNode,
  Graph,
  GraphNode,
  ObjectParts,
  ProtoRef,
  Ref,
} from './graph.js';
import { INTRINSICS } from './intrinsics.js';
import { importFrom, loadModuleNow } from './modules.js';
import { applyIntegrity, defineProperties, emptyObject, fillContents } from './objects.js';
import { ownValue } from './own-values.js';
import type { ReviveContext } from './payload.js';
import { field, fields, replaced } from './quick-text.js';

export class GraphReader {
  readonly #nodes: readonly GraphNode[];
  readonly #root: Ref;
  readonly #scripts: Readonly<Record<string, string>>;
  readonly #context: ReviveContext;
  readonly #values: unknown[];
  readonly #isMade: boolean[];
  readonly #pending: (() => void)[] = [];
  readonly #setPrivate = new Map<unknown, SetPrivate>();
  readonly #toolkit: Toolkit;
  #lastHolder: object | null = null;
  #lastSetPrivate: SetPrivate | null = null;

  constructor(graph: Graph, scripts: Readonly<Record<string, string>>, context: ReviveContext) {
    this.#nodes = graph.nodes;
    this.#root = graph.root;
    this.#scripts = scripts;
    this.#context = context;
    this.#values = new Array(graph.nodes.length);
    this.#isMade = new Array(graph.nodes.length).fill(false);
    this.#toolkit = {
      isMaking: false,
      method: (holder, slot) => {
        this.#lastHolder = holder;
        const [key] = Reflect.ownKeys(holder);
        return Object.getOwnPropertyDescriptor(holder, key!)![slot] as Function;
      },
      importFrom,
      field,
      fields,
      replaced,
      privates: (set) => {
        this.#lastSetPrivate = set;
      },
    };
  }

  read(): unknown {
    const value = this.value(this.#root);
    // Filling makes more values, whose filling is queued behind.
    for (let i = 0; i < this.#pending.length; i++) this.#pending[i]!();
    return value;
  }

  /** The value of a reference; an object may still be empty. */
  value = (ref: Ref): unknown => {
    if (typeof ref !== 'number') return Array.isArray(ref) ? ref[0] : ref;
    if (this.#isMade[ref] === true) return this.#values[ref];
    const node = this.#nodes[ref];
    if (node === undefined)
      throw new InternalError('INTERNAL-901', 'a captured function is damaged');
    const value = this.#make(node);
    this.#values[ref] = value;
    this.#isMade[ref] = true;
    return value;
  };

  #make(node: GraphNode): unknown {
    switch (node.kind) {
      case 'raw':
        if (node.integrity !== undefined) applyIntegrity(node.value as object, node.integrity);
        return node.value;
      case 'symbol':
        if (node.form === 'own') return Symbol(node.text);
        return node.form === 'registered'
          ? Symbol.for(node.text!)
          : (Symbol as unknown as Record<string, symbol>)[node.text!];
      case 'native':
        return readNative(node.path, node.slot);
      case 'intrinsic':
        return INTRINSICS[node.name];
      case 'own':
        return this.#own(node.name);
      case 'module':
        return node.path.reduce(readExport, this.#module(node.specifier));
      case 'interop': {
        const exports = readExport(this.#module(node.specifier), 'default') as object;
        return Object.create(exports, { default: { value: exports }, __esModule: { value: true } });
      }
      case 'require':
        return createRequire(node.from);
      case 'handle':
        return this.#context.resolveHandle(node.handle);
      case 'cell': {
        const cell: { value: unknown } = { value: undefined };
        this.#pending.push(() => {
          cell.value = this.value(node.value);
        });
        return cell;
      }
      case 'bound':
        return this.#bound(node);
      case 'function':
        return this.#function(node);
      default:
        return this.#object(node);
    }
  }

  #module(specifier: string): unknown {
    return this.#context.module(specifier) ?? loadModuleNow(specifier);
  }

  #own(name: string): object {
    const value = ownValue(name);
    if (value === undefined)
      throw new InternalError('INTERNAL-901', `workers do not know the value ${name}`);
    return value;
  }

  #bound(node: BoundNode): Function {
    const bound = (this.value(node.target) as Function).bind(
      this.value(node.self),
      ...node.args.map(this.value),
    ) as Function;
    if (node.props) this.#pending.push(() => defineProperties(bound, node.props!, this.value));
    return bound;
  }

  #object(node: DataNode): object {
    const object =
      node.construct === undefined
        ? emptyObject(node, this.#proto(node.proto), this.value)
        : this.#construct(this.value(node.construct) as Function, node.kept ?? []);
    this.#pending.push(() => {
      fillContents(object, node, this.value);
      this.#fillPrivates(object, node.privates);
      applyIntegrity(object, node.integrity);
    });
    return object;
  }

  /** undefined where the usual prototype will do. */
  #proto(proto: ProtoRef | undefined): object | null | undefined {
    if (proto === undefined) return undefined;
    const holder = this.value(proto.ref);
    return proto.of === 'class' ? (holder as Function).prototype : (holder as object | null);
  }

  #construct(make: Function, kept: readonly string[]): object {
    this.#toolkit.isMaking = true;
    let object: object;
    try {
      object = Reflect.construct(make, []) as object;
    } finally {
      this.#toolkit.isMaking = false;
    }
    for (const key of Reflect.ownKeys(object)) {
      if (!kept.includes(key as string)) Reflect.deleteProperty(object, key);
    }
    return object;
  }

  #fillPrivates(target: object, privates: ObjectParts['privates']): void {
    for (const { owner, name, value } of privates ?? []) {
      this.#setPrivate.get(this.value(owner))!(target, name, this.value(value));
    }
  }

  #function(node: FunctionNode): Function {
    const args = node.args.map(this.value);
    const self = node.hasSelf === true ? this.value(node.self) : undefined;
    this.#lastHolder = null;
    this.#lastSetPrivate = null;
    const made = this.#callFactory(node, self, args);
    const hasLate = node.late.length > 0;
    const fn = (hasLate ? (made as unknown[])[0] : made) as Function;
    const setLate = (hasLate ? (made as unknown[])[1] : null) as
      | ((...values: unknown[]) => void)
      | null;
    if (this.#lastSetPrivate !== null) this.#setPrivate.set(fn, this.#lastSetPrivate);
    if (node.name !== undefined) {
      Object.defineProperty(fn, 'name', { value: node.name, configurable: true });
    }
    const holder = this.#lastHolder;
    if (setLate !== null || needsFilling(node)) {
      this.#pending.push(() => this.#fillFunction(fn, node, setLate, holder));
    }
    return fn;
  }

  #callFactory(node: FunctionNode, self: unknown, args: unknown[]): unknown {
    try {
      return factoryOf(node, this.#scripts).call(self, this.#toolkit, ...args);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const text = node.code.slice(...node.source);
      throw new ClosureError(
        'CLOSURE-105',
        `\`${text.replace(/\s+/g, ' ').slice(0, 120)}\` cannot be made again in a worker: ${reason}. Write it as a plain function or arrow.`,
        { cause: error },
      );
    }
  }

  #fillFunction(
    fn: Function,
    node: FunctionNode,
    setLate: ((...values: unknown[]) => void) | null,
    holder: object | null,
  ): void {
    setLate?.(...node.late.map(this.value));
    if (node.proto) Object.setPrototypeOf(fn, this.#proto(node.proto) ?? null);
    if (node.props) defineProperties(fn, node.props, this.value);
    if (node.prototypeProps) defineProperties(fn.prototype, node.prototypeProps, this.value);
    if (node.prototypeProto) {
      Object.setPrototypeOf(fn.prototype, this.#proto(node.prototypeProto) ?? null);
    }
    if (node.home && holder !== null) Object.setPrototypeOf(holder, this.#proto(node.home) ?? null);
    this.#fillPrivates(fn, node.privates);
    applyIntegrity(fn, node.integrity);
  }
}

function needsFilling(node: FunctionNode): boolean {
  const { proto, props, prototypeProps, prototypeProto, home, privates, integrity } = node;
  return [proto, props, prototypeProps, prototypeProto, home, privates, integrity].some(
    (part) => part !== undefined,
  );
}

function readNative(
  path: readonly (string | readonly [string])[],
  slot: 'value' | 'get' | 'set',
): unknown {
  let at: unknown = globalThis;
  path.forEach((step, i) => {
    const key: string | symbol =
      typeof step === 'string' ? step : (Symbol as unknown as Record<string, symbol>)[step[0]]!;
    if (i === path.length - 1 && slot !== 'value') {
      at = Object.getOwnPropertyDescriptor(at, key)?.[slot];
    } else at = (at as Record<string | symbol, unknown>)[key];
  });
  return at;
}

function readExport(holder: unknown, name: string): unknown {
  return (holder as Record<string, unknown>)[name];
}
