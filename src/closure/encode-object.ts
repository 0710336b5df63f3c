// Turns objects that are no functions into nodes: data, instances, the built-in kinds. Capturing thread.
import { types } from 'node:util';
import { propertyStep, refuse } from './capture-error.js';
import { hasPrivateFields, privateParts } from './encode-privates.js';
import { encodeProperties, integrityOf, protoOf } from './encode-parts.js';
import { proxyTarget } from './function-internals.js';
import type { DataNode, GraphNode, Integrity, ObjectParts, Ref } from './graph.js';
import { moduleIndex } from './module-index.js';
import { encodeLazyGlobal, encodeRebuilt } from './encode-rebuilt.js';
import { refusalOf } from './refusals.js';
import type { CaptureWriter } from './writer.js';
import { RefusedValue } from './capture-error.js';

type Parts = ObjectParts & { readonly kind: DataNode['kind'] };

/** The node of an object that is neither native, nor a module's, nor a handle, nor a function. */
export function encodeObject(value: object, writer: CaptureWriter): GraphNode {
  if (types.isProxy(value)) return encodeProxy(value, writer);
  const refusal = refusalOf(value);
  if (refusal !== null) throw new RefusedValue(refusal);
  if (types.isModuleNamespaceObject(value)) return encodeNamespace(value, writer);
  if (isExportsLike(value)) return encodeExports(value, null, writer);
  return encodeInterop(value, writer) ?? encodeRaw(value, writer) ?? encodeKind(value, writer);
}

/** Module runners such as vitest's wrap modules in proxies; a proxy of anything else hides code. */
function encodeProxy(value: object, writer: CaptureWriter): GraphNode {
  const target = proxyTarget(value);
  if (typeof target === 'object' && target !== null) {
    if (types.isModuleNamespaceObject(target)) {
      const found = moduleIndex.findNamespace(target);
      if (found === null) return encodeExports(target, null, writer);
      writer.addModule(found.specifier);
      const hasDefault = (target as { default?: unknown }).default !== undefined;
      if (hasDefault) return { kind: 'interop', specifier: found.specifier };
      return { kind: 'module', ...found };
    }
    const found = moduleIndex.find(target);
    if (found !== null) {
      writer.addModule(found.specifier);
      return { kind: 'module', ...found };
    }
    if (isExportsLike(target)) return encodeExports(target, null, writer);
  }
  return refuse('is a Proxy, whose handler cannot be copied', 'Capture the object behind it.');
}

function encodeNamespace(value: object, writer: CaptureWriter): GraphNode {
  const found = moduleIndex.findNamespace(value);
  if (found === null) return encodeExports(value, null, writer);
  writer.addModule(found.specifier);
  return { kind: 'module', ...found };
}

/** Whether an object is the exports of one of the user's own modules, however it was loaded. */
export function isExportsLike(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (types.isProxy(value)) {
    const target = proxyTarget(value) as object;
    return isExportsLike(target) && moduleIndex.find(target) === null;
  }
  if (types.isModuleNamespaceObject(value)) return moduleIndex.findNamespace(value) === null;
  if (moduleIndex.isUserExports(value)) return true;
  const tag = Object.getOwnPropertyDescriptor(value, Symbol.toStringTag)?.value;
  return tag === 'Module' && Object.getPrototypeOf(value) === null;
}

/** The exports of a user's module as a plain object of their values; `names` limits it to those in use. */
export function encodeExports(
  exports: object,
  names: ReadonlySet<string> | null,
  writer: CaptureWriter,
): GraphNode {
  const props: [string, Ref][] = [];
  for (const name of names ?? Object.keys(exports)) {
    if (!(name in exports)) continue;
    const value = (exports as Record<string, unknown>)[name];
    props.push([name, writer.ref(value, propertyStep(name))]);
  }
  return { kind: 'object', proto: { of: 'object', ref: null }, props };
}

/** `__importStar` and `__toESM` copy a module's exports and add the whole of them as `default`. */
function encodeInterop(value: object, writer: CaptureWriter): GraphNode | null {
  const whole = Object.getOwnPropertyDescriptor(value, 'default')?.value as unknown;
  if (typeof whole !== 'function' && (typeof whole !== 'object' || whole === null)) return null;
  const found = moduleIndex.find(whole);
  if (found === null || found.path.join() !== 'default' || !isCopyOf(value, whole)) return null;
  writer.addModule(found.specifier);
  return { kind: 'interop', specifier: found.specifier };
}

function isCopyOf(copy: object, original: object): boolean {
  const keys = Object.keys(copy).filter((key) => key !== 'default');
  return keys.length > 0 && keys.every((key) => key in original);
}

/** Objects and arrays of primitives alone travel as they are. */
function encodeRaw(value: object, writer: CaptureWriter): GraphNode | null {
  if (types.isBoxedPrimitive(value) && !types.isSymbolObject(value)) {
    return Reflect.ownKeys(value).every((key) => key === 'length' || /^\d+$/.test(String(key)))
      ? { kind: 'raw', value }
      : null;
  }
  if (types.isArrayBuffer(value)) {
    writer.markMutable();
    return { kind: 'raw', value };
  }
  const isRaw = Array.isArray(value) ? isPrimitiveArray(value) : isPrimitiveRecord(value);
  if (!isRaw) return null;
  const integrity = integrityOf(value);
  noteMutability(integrity, writer);
  // What cannot be changed cannot be given back changed: serialising makes it ordinary again.
  return integrity === undefined ? { kind: 'raw', value } : { kind: 'raw', value, integrity };
}

function isPrimitive(value: unknown): boolean {
  return (
    value === null ||
    (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  );
}

function isPrimitiveArray(array: readonly unknown[]): boolean {
  if (Object.getPrototypeOf(array) !== Array.prototype) return false;
  return Reflect.ownKeys(array).length === array.length + 1 && array.every(isPrimitive);
}

function isPrimitiveRecord(value: object): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype || types.isArgumentsObject(value))
    return false;
  const isFixed = !Object.isExtensible(value);
  return Reflect.ownKeys(value).every((key) => {
    const property = Object.getOwnPropertyDescriptor(value, key)!;
    if (typeof key === 'symbol' || key === '__proto__' || !('value' in property)) return false;
    const isOrdinary = property.writable && property.configurable;
    return property.enumerable === true && (isOrdinary || isFixed) && isPrimitive(property.value);
  });
}

function noteMutability(integrity: Integrity | undefined, writer: CaptureWriter): void {
  if (integrity !== 'frozen') writer.markMutable();
}

function encodeKind(value: object, writer: CaptureWriter): GraphNode {
  if (Array.isArray(value)) return encodeArray(value, writer);
  if (types.isMap(value)) {
    const entries: Ref[] = [];
    for (const [key, item] of value) {
      entries.push(
        writer.ref(key, { kind: 'whose', what: 'key' }),
        writer.ref(item, entryStep(key)),
      );
    }
    return finish(value, { kind: 'map', entries }, Map.prototype, writer);
  }
  if (types.isSet(value)) {
    const items = [...value].map((item) => writer.ref(item, { kind: 'whose', what: 'item' }));
    return finish(value, { kind: 'set', items }, Set.prototype, writer);
  }
  if (types.isDate(value)) {
    return finish(value, { kind: 'date', timeMs: value.getTime() }, Date.prototype, writer);
  }
  if (types.isRegExp(value)) return encodeRegExp(value, writer);
  if (types.isNativeError(value)) {
    const { stack } = value;
    return finish(value, { kind: 'error', stack }, Error.prototype, writer, ['stack']);
  }
  if (ArrayBuffer.isView(value)) return encodeView(value, writer);
  const global = encodeLazyGlobal(value);
  if (global !== null) return global;
  const rebuilt = encodeRebuilt(value);
  if (rebuilt !== null) return finish(value, rebuilt, Object.getPrototypeOf(value), writer, null);
  return finish(value, { kind: 'object' }, Object.prototype, writer);
}

function entryStep(key: unknown): { kind: 'part'; path: string } {
  const text = typeof key === 'string' ? JSON.stringify(key) : isPrimitive(key) ? String(key) : '…';
  return { kind: 'part', path: `.get(${text})` };
}

function encodeArray(value: readonly unknown[], writer: CaptureWriter): GraphNode {
  const isDense = Reflect.ownKeys(value).length === value.length + 1 && !Object.isFrozen(value);
  const isComplete = isDense && Object.keys(value).length === value.length;
  if (isComplete) {
    const items = value.map((item, i) => writer.ref(item, { kind: 'part', path: `[${i}]` }));
    return finish(
      value,
      { kind: 'array', length: value.length, items },
      Array.prototype,
      writer,
      null,
    );
  }
  return finish(value, { kind: 'array', length: value.length }, Array.prototype, writer, [
    'length',
  ]);
}

function encodeRegExp(value: RegExp, writer: CaptureWriter): GraphNode {
  const { source, flags, lastIndex } = value;
  const isStateful = value.global || value.sticky;
  const hidden = lastIndex === 0 ? ['lastIndex'] : [];
  const node = { kind: 'regexp', source, flags } as const;
  // Without g and y a match leaves no trace in the object.
  return finish(value, node, RegExp.prototype, writer, hidden, isStateful);
}

function encodeView(value: ArrayBufferView, writer: CaptureWriter): GraphNode {
  const isBuffer = Buffer.isBuffer(value);
  const type = isBuffer ? 'Buffer' : viewType(value);
  const itemSize = types.isTypedArray(value) ? (value as Uint8Array).BYTES_PER_ELEMENT : 1;
  const { buffer, byteOffset, byteLength } = value;
  const usual = isBuffer
    ? Buffer.prototype
    : (globalThis as unknown as Record<string, { prototype: object }>)[type]!.prototype;
  // A small view of a large buffer (Node pools its Buffers) takes its own part along, nothing else.
  const isOwner = byteLength * 2 >= buffer.byteLength || types.isSharedArrayBuffer(buffer);
  const part = isOwner ? buffer : new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
  const node = {
    kind: 'view',
    type,
    buffer: writer.ref(part, { kind: 'whose', what: 'buffer' }),
    byteOffset: isOwner ? byteOffset : 0,
    length: byteLength / itemSize,
  } as const;
  const isIndex = (key: string | symbol): boolean => /^\d+$/.test(String(key));
  return finish(value, node, usual, writer, isIndex);
}

function viewType(view: ArrayBufferView): string {
  if (types.isDataView(view)) return 'DataView';
  // The tag is a getter on the prototype of all typed arrays: right for subclasses too.
  return (view as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag];
}

/** Adds what every object may have: prototype, properties, private fields, integrity. `skip` null: no properties. */
function finish(
  value: object,
  node: Parts & Record<string, unknown>,
  usualProto: object,
  writer: CaptureWriter,
  skip: readonly string[] | ((key: string | symbol) => boolean) | null = [],
  isMutable = true,
): GraphNode {
  if (Object.getPrototypeOf(value) !== usualProto && hasPrivateFields(value)) {
    Object.assign(node, privateParts(value, writer));
  }
  if (skip !== null) {
    const isSkipped =
      typeof skip === 'function' ? skip : (key: unknown) => skip.includes(String(key));
    const kept = node.kept ?? [];
    const isLeftOut = (key: string | symbol) => isSkipped(key) || kept.includes(key as string);
    const props = encodeProperties(value, isLeftOut, writer);
    if (props.length > 0) node.props = props;
  }
  const proto = protoOf(value, usualProto, writer);
  if (proto !== undefined) node.proto = proto;
  const integrity = integrityOf(value);
  if (integrity !== undefined) node.integrity = integrity;
  if (isMutable) noteMutability(integrity, writer);
  return node as unknown as GraphNode;
}
