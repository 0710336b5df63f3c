// What V8 knows of a function and the language does not tell: its variables, its place, what it is bound to.
// In the thread that captures.
import {
  inspectorAccess,
  type Internals,
  type RemoteProperty,
  type RemoteValue,
} from './inspector-access.js';

/** One scope around a function, innermost first. `variables` is a copy: writing to it changes nothing. */
export interface VariableScope {
  /** V8's word: `Closure (name)`, `Block`, `Script`, `Module`, `Catch`, … */
  readonly description: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Where a function starts, counting from 0. */
export interface FunctionPlace {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
}

/** Reads a function's internals; the scopes only when asked for. */
export class FunctionInternals {
  readonly #internals: Internals;
  #scopes: readonly VariableScope[] | null = null;

  constructor(fn: Function) {
    this.#internals = inspectorAccess.internals(fn);
  }

  /** The scopes around the function, without the global object. */
  get scopes(): readonly VariableScope[] {
    this.#scopes ??= this.#readScopes();
    return this.#scopes;
  }

  get place(): FunctionPlace | null {
    const slot = this.#internals.slots.get('[[FunctionLocation]]');
    if (slot === undefined) return null;
    const { scriptId, lineNumber, columnNumber } = slot.value as {
      scriptId: string;
      lineNumber: number;
      columnNumber?: number;
    };
    return { scriptId, line: lineNumber, column: columnNumber ?? 0 };
  }

  get privateFields(): readonly RemoteProperty[] {
    return this.#internals.privateFields;
  }

  #readScopes(): readonly VariableScope[] {
    const list = this.#slot('[[Scopes]]') as
      | ArrayLike<{ description: string; object: object }>
      | undefined;
    const scopes: VariableScope[] = [];
    // The list is no array and has no length; it ends at the first index that is missing.
    for (let i = 0; list !== undefined && i in list; i++) {
      const { description, object } = list[i]!;
      if (object === globalThis || description === 'Global') continue;
      scopes.push({ description, variables: object as Record<string, unknown> });
    }
    return scopes;
  }

  #slot(name: string): unknown {
    const slot = this.#internals.slots.get(name);
    return slot === undefined ? undefined : inspectorAccess.local(slot);
  }

  /** Target, `this` and arguments of a bound function, or null. */
  get bound(): { target: Function; self: unknown; args: readonly unknown[] } | null {
    if (!this.#internals.slots.has('[[TargetFunction]]')) return null;
    const list = this.#slot('[[BoundArgs]]') as ArrayLike<unknown>;
    const args: unknown[] = [];
    for (let i = 0; i in list; i++) args.push(list[i]);
    return {
      target: this.#slot('[[TargetFunction]]') as Function,
      self: this.#slot('[[BoundThis]]'),
      args,
    };
  }
}

/** The object behind a Proxy. */
export function proxyTarget(proxy: object): unknown {
  const target = inspectorAccess.internals(proxy).slots.get('[[Target]]');
  return target === undefined ? undefined : inspectorAccess.local(target);
}

/** The private fields of an object: name and value, those of a base class first. */
export function privateFieldsOf(
  value: object,
): { readonly name: string; readonly value: unknown }[] {
  return readFields(inspectorAccess.internals(value).privateFields);
}

/** Private fields with their values; private methods and accessors are left out by the caller's knowledge. */
export function readFields(
  fields: readonly RemoteProperty[],
): { readonly name: string; readonly value: unknown }[] {
  return fields
    .filter((field): field is RemoteProperty & { value: RemoteValue } => field.value !== undefined)
    .map(({ name, value }) => ({ name, value: inspectorAccess.local(value) }));
}
