// A deep copy of plain data, so that every task folds into a zero value of its own. Runs on every thread.

/**
 * Copies primitives, arrays, plain objects, class instances (by prototype and own fields), Map, Set,
 * Date, RegExp, errors, buffers and typed arrays, with shared and circular references kept.
 * Functions, symbols, promises and other opaque objects are passed on as they are; private `#fields`
 * cannot be copied, so an instance that has them is better made by the function that uses it.
 */
export function copyValue<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Copier().copy(value) as T;
}

type Fields = Record<PropertyKey, unknown>;

class Copier {
  /** By original: what stands for it in the copy. */
  readonly #copies = new Map<object, object>();

  copy(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    return this.#copies.get(value) ?? this.#copyObject(value);
  }

  #copyObject(value: object): object {
    if (Array.isArray(value)) return this.#copyArray(value);
    if (value instanceof Map) return this.#copyMap(value);
    if (value instanceof Set) return this.#copySet(value);
    if (ArrayBuffer.isView(value)) return this.#copyView(value);
    if (value instanceof ArrayBuffer) return this.#remember(value, value.slice(0));
    if (isOpaque(value)) return value;
    return this.#copyFields(value, this.#remember(value, emptyLike(value)));
  }

  #remember<O extends object>(original: object, copy: O): O {
    this.#copies.set(original, copy);
    return copy;
  }

  #copyArray(items: readonly unknown[]): object {
    const copy = this.#remember(items, new Array<unknown>(items.length));
    Object.setPrototypeOf(copy, Object.getPrototypeOf(items));
    // Own keys rather than indexes: holes stay holes and named properties come along.
    return this.#copyFields(items, copy);
  }

  #copyMap(map: ReadonlyMap<unknown, unknown>): object {
    const copy = this.#remember(map, newLike(map, Map<unknown, unknown>));
    for (const [key, value] of map) copy.set(this.copy(key), this.copy(value));
    return this.#copyFields(map, copy);
  }

  #copySet(set: ReadonlySet<unknown>): object {
    const copy = this.#remember(set, newLike(set, Set<unknown>));
    for (const item of set) copy.add(this.copy(item));
    return this.#copyFields(set, copy);
  }

  #copyView(view: ArrayBufferView): object {
    if (Buffer.isBuffer(view)) return this.#remember(view, Buffer.from(view));
    const bytes = new Uint8Array(view.byteLength);
    bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    const View = view.constructor as new (buffer: ArrayBuffer) => ArrayBufferView;
    return this.#remember(view, new View(bytes.buffer));
  }

  #copyFields(from: object, to: object): object {
    for (const key of Reflect.ownKeys(from)) {
      if (key === 'length' && Array.isArray(from)) continue;
      const field = Object.getOwnPropertyDescriptor(from, key)!;
      if ('value' in field) field.value = this.copy((from as Fields)[key]);
      // `lastIndex` of a RegExp is there already and cannot be redefined otherwise.
      Object.defineProperty(to, key, field);
    }
    return to;
  }
}

/** An empty Map or Set of the same class where its constructor works without arguments. */
function newLike<O extends object>(original: object, Base: new () => O): O {
  const Own = original.constructor as new () => unknown;
  if ((Own as unknown) === Base) return new Base();
  try {
    const copy = new Own();
    if (copy instanceof Base && Object.getPrototypeOf(copy) === Object.getPrototypeOf(original)) {
      return copy;
    }
  } catch {
    // A constructor that insists on arguments: the fields are copied one by one below.
  }
  return Object.setPrototypeOf(new Base(), Object.getPrototypeOf(original)) as O;
}

function emptyLike(value: object): object {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (value instanceof Date) return Object.setPrototypeOf(new Date(value.getTime()), prototype);
  if (value instanceof RegExp) {
    return Object.setPrototypeOf(new RegExp(value.source, value.flags), prototype);
  }
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return Object.setPrototypeOf(Object(value.valueOf()), prototype);
  }
  if (value instanceof Error) return Object.setPrototypeOf(new Error(), prototype);
  return Object.create(prototype) as object;
}

/** Objects whose content no script can read. */
function isOpaque(value: object): boolean {
  return (
    value instanceof Promise ||
    value instanceof WeakMap ||
    value instanceof WeakSet ||
    value instanceof WeakRef ||
    value instanceof SharedArrayBuffer
  );
}
