// Makes and fills the objects of a graph that are no functions. Worker thread; knows nodes, not where they come from.
import {
  CONFIGURABLE,
  ENUMERABLE,
  type DataNode,
  type Integrity,
  type Property,
  type Ref,
  WRITABLE,
} from './graph.js';

export type ReadRef = (ref: Ref) => unknown;

/** A new object of the node's kind without its contents. `proto` undefined means the kind's own. */
export function emptyObject(
  node: DataNode,
  proto: object | null | undefined,
  read: ReadRef,
): object {
  if (node.kind === 'object') return proto === undefined ? {} : Object.create(proto);
  const object = emptyBuiltin(node, read);
  if (proto !== undefined) Object.setPrototypeOf(object, proto);
  return object;
}

function emptyBuiltin(node: Exclude<DataNode, { kind: 'object' }>, read: ReadRef): object {
  switch (node.kind) {
    case 'array':
      return [];
    case 'map':
      return new Map();
    case 'set':
      return new Set();
    case 'date':
      return new Date(node.timeMs);
    case 'regexp':
      return new RegExp(node.source, node.flags);
    case 'error':
      return new Error();
    case 'view':
      return makeView(node.type, read(node.buffer) as ArrayBuffer, node.byteOffset, node.length);
    case 'rebuilt': {
      const make = node.path.reduce<unknown>(
        (holder, name) => (holder as Record<string, unknown>)[name],
        globalThis,
      );
      return Reflect.construct(make as Function, [...node.args]) as object;
    }
  }
}

type ViewClass = new (buffer: ArrayBuffer, offset: number, length: number) => object;

function makeView(type: string, buffer: ArrayBuffer, offset: number, length: number): object {
  if (type === 'Buffer') return Buffer.from(buffer, offset, length);
  const View = (globalThis as unknown as Record<string, ViewClass>)[type]!;
  return new View(buffer, offset, length);
}

/** Puts in what the object holds: elements, entries, properties. */
export function fillContents(object: object, node: DataNode, read: ReadRef): void {
  // The built-in methods, not the object's own: a subclass may override them.
  if (node.kind === 'array') fillArray(object as unknown[], node.items, node.length, read);
  else if (node.kind === 'map') {
    const { entries } = node;
    for (let i = 0; i < entries.length; i += 2) {
      Map.prototype.set.call(object, read(entries[i]), read(entries[i + 1]));
    }
  } else if (node.kind === 'set') {
    for (const item of node.items) Set.prototype.add.call(object, read(item));
  } else if (node.kind === 'error') {
    Object.defineProperty(object, 'stack', {
      value: node.stack,
      writable: true,
      configurable: true,
    });
  }
  if (node.props) {
    const isBare =
      node.kind === 'object' && node.proto === undefined && node.construct === undefined;
    if (isBare) assignProperties(object, node.props, read);
    else defineProperties(object, node.props, read);
  }
}

function fillArray(
  array: unknown[],
  items: readonly Ref[] | undefined,
  length: number,
  read: ReadRef,
): void {
  if (items === undefined) array.length = length;
  else for (let i = 0; i < items.length; i++) array[i] = read(items[i]);
}

/** For objects that inherit no setters of the user's: quicker, and the engine keeps its fast shapes. */
function assignProperties(object: object, properties: readonly Property[], read: ReadRef): void {
  for (const property of properties) {
    if (property.length === 2 && property[0] !== '__proto__' && typeof property[0] === 'string') {
      (object as Record<string, unknown>)[property[0]] = read(property[1]);
    } else defineProperty(object, property, read);
  }
}

export function defineProperties(
  object: object,
  properties: readonly Property[],
  read: ReadRef,
): void {
  for (const property of properties) defineProperty(object, property, read);
}

function defineProperty(object: object, property: Property, read: ReadRef): void {
  const key = typeof property[0] === 'number' ? (read(property[0]) as symbol) : property[0];
  const attributes = property.length === 2 ? ENUMERABLE | WRITABLE | CONFIGURABLE : property[1];
  const flags = {
    enumerable: ((attributes as number) & ENUMERABLE) !== 0,
    configurable: ((attributes as number) & CONFIGURABLE) !== 0,
  };
  if (property.length === 4) {
    const get = read(property[2]) as (() => unknown) | undefined;
    const set = read(property[3]) as ((value: unknown) => void) | undefined;
    Object.defineProperty(object, key, { ...flags, get, set });
    return;
  }
  const value = read(property.length === 2 ? property[1] : property[2]);
  const writable = ((attributes as number) & WRITABLE) !== 0;
  Object.defineProperty(object, key, { ...flags, writable, value });
}

export function applyIntegrity(object: object, integrity: Integrity | undefined): void {
  if (integrity === 'frozen') Object.freeze(object);
  else if (integrity === 'sealed') Object.seal(object);
  else if (integrity === 'fixed') Object.preventExtensions(object);
}
