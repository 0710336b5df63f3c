// What a class has besides its text: heritage, static state, members added later, computed names. Capturing thread.
import { propertyStep } from './capture-error.js';
import {
  type ClassShape,
  classShape,
  memberKey,
  privateSetterEdit,
  staticEdits,
} from './class-text.js';
import { encodeProperties, integrityOf, protoRef } from './encode-parts.js';
import type { FunctionDraft } from './function-draft.js';
import { readFields } from './function-internals.js';
import type { ObjectParts, Property } from './graph.js';
import type { CaptureWriter } from './writer.js';

const HERITAGE = '$heritage';

export function encodeClassParts(draft: FunctionDraft, writer: CaptureWriter): void {
  const { fn, node, analysis } = draft;
  const shape = classShape(analysis);
  draft.edits.push(...staticEdits(analysis, HERITAGE));
  encodeHeritage(draft, shape, writer);
  const computed = computedKeys(fn, shape);
  if (computed !== null) replaceKeys(draft, shape, computed, writer);
  const props = addedProperties(new ClassSide(draft, shape, computed, true), writer);
  if (props.length > 0) {
    node.props = props;
    writer.markMutable();
  }
  const added = addedProperties(new ClassSide(draft, shape, computed, false), writer);
  if (added.length > 0) node.prototypeProps = added;
  const integrity = integrityOf(fn);
  if (integrity !== undefined) node.integrity = integrity;
  encodeStaticPrivates(draft, shape, writer);
}

function encodeHeritage(draft: FunctionDraft, shape: ClassShape, writer: CaptureWriter): void {
  const parent = Object.getPrototypeOf(draft.fn) as Function;
  const isUsual = parent === Function.prototype;
  if (shape.hasHeritage) {
    const step = { kind: 'whose', what: `base class \`${parent.name}\`` } as const;
    // `extends null` leaves Function.prototype as the parent.
    draft.extras.push({ name: HERITAGE, ref: isUsual ? null : writer.ref(parent, step) });
  } else if (!isUsual) draft.node.proto = protoRef(parent, writer);
}

/** The class itself or its prototype, and which of its properties the text brings. */
class ClassSide {
  readonly holder: object;
  readonly #shape: ClassShape;
  readonly #isStatic: boolean;
  readonly #text: string;
  /** Keys of computed methods on this side; null if they are not known. */
  readonly #computed: ReadonlySet<string | symbol> | null;

  constructor(
    draft: FunctionDraft,
    shape: ClassShape,
    keys: readonly (string | symbol)[] | null,
    isStatic: boolean,
  ) {
    this.holder = isStatic ? draft.fn : (draft.fn.prototype as object);
    this.#shape = shape;
    this.#isStatic = isStatic;
    this.#text = draft.analysis.text;
    const isHere = (_: unknown, i: number): boolean =>
      shape.computed[i]!.isStatic === isStatic && !shape.computed[i]!.isField;
    this.#computed = keys === null ? null : new Set(keys.filter(isHere));
  }

  isFromText(key: string | symbol): boolean {
    if (this.#isBuiltin(key)) return true;
    const { value, get, set } = Object.getOwnPropertyDescriptor(this.holder, key)!;
    if (this.#computed?.has(key) === true) return true;
    const range =
      typeof key === 'string' ? this.#shape.members.get(memberKey(this.#isStatic, key)) : undefined;
    if (range === undefined) {
      const isCode = [value, get, set].some((part) => typeof part === 'function');
      return this.#computed === null && this.#shape.computed.length > 0 && isCode;
    }
    const written = this.#text.slice(...range);
    // A pair of accessors has two texts, of which the shape remembers the last.
    return [value, get, set].some(
      (part: unknown) =>
        typeof part === 'function' && written.endsWith(Function.prototype.toString.call(part)),
    );
  }

  #isBuiltin(key: string | symbol): boolean {
    if (!this.#isStatic) return key === 'constructor';
    if (key === 'length' || key === 'prototype') return true;
    const name = Object.getOwnPropertyDescriptor(this.holder, 'name');
    return key === 'name' && typeof name?.value === 'string' && !name.writable;
  }
}

/** Own properties that the text does not bring: static state, and what was added or replaced afterwards. */
function addedProperties(side: ClassSide, writer: CaptureWriter): Property[] {
  return encodeProperties(side.holder, (key) => side.isFromText(key), writer);
}

function encodeStaticPrivates(
  draft: FunctionDraft,
  shape: ClassShape,
  writer: CaptureWriter,
): void {
  if (shape.instanceFields.size + shape.staticFields.size === 0) return;
  draft.node.hasPrivates = true;
  draft.edits.push(privateSetterEdit(draft.analysis));
  if (shape.staticFields.size === 0) return;
  writer.markMutable();
  const privates: NonNullable<ObjectParts['privates']> = [];
  for (const { name, value } of readFields(draft.internals.privateFields)) {
    if (!shape.staticFields.has(name)) continue;
    privates.push({ owner: draft.id, name, value: writer.ref(value, propertyStep(name)) });
  }
  draft.node.privates = privates;
}

/**
 * The keys that computed names gave, in the order of the text; null if the text must compute them again
 * because they cannot be told apart: numbers come first, accessor pairs share one key, fields of instances show nowhere.
 */
function computedKeys(fn: Function, shape: ClassShape): (string | symbol)[] | null {
  if (shape.computed.length === 0) return null;
  const known = shape.computed.map(({ wellKnown }) => symbolNamed(wellKnown));
  const ofClass = unwrittenKeys(fn, shape, true, known);
  const ofPrototype = unwrittenKeys(fn.prototype as object, shape, false, known);
  const keys: (string | symbol)[] = [];
  for (const [i, { isStatic, isField }] of shape.computed.entries()) {
    if (isField && !isStatic) return null;
    const key = known[i] ?? (isStatic ? ofClass : ofPrototype).shift();
    if (key === undefined || /^\d+$/.test(String(key))) return null;
    keys.push(key);
  }
  return ofClass.length + ofPrototype.length === 0 ? keys : null;
}

function symbolNamed(name: string | null): symbol | undefined {
  if (name === null) return undefined;
  return (Symbol as unknown as Record<string, symbol | undefined>)[name];
}

/** Own keys that no plain name of the text accounts for; none if their order is not that of the text. */
function unwrittenKeys(
  holder: object,
  shape: ClassShape,
  isStatic: boolean,
  known: readonly (symbol | undefined)[],
): (string | symbol)[] {
  const usual = isStatic ? ['length', 'name', 'prototype'] : ['constructor'];
  const keys = Reflect.ownKeys(holder).filter(
    (key) =>
      (typeof key === 'symbol' && !known.includes(key)) ||
      (typeof key === 'string' &&
        !(
          usual.includes(key) ||
          shape.members.has(memberKey(isStatic, key)) ||
          (isStatic && shape.staticNames.has(key))
        )),
  );
  // Symbols come after names, whatever the order of the text.
  const isMixed =
    keys.some((key) => typeof key === 'symbol') && keys.some((key) => typeof key === 'string');
  return isMixed ? [] : keys;
}

function replaceKeys(
  draft: FunctionDraft,
  shape: ClassShape,
  keys: readonly (string | symbol)[],
  writer: CaptureWriter,
): void {
  draft.hasKnownKeys = true;
  shape.computed.forEach(({ start, end }, i) => {
    const key = keys[i]!;
    if (typeof key === 'string') {
      draft.edits.push({ start, end, text: JSON.stringify(key) });
      return;
    }
    const name = `$key${i}`;
    draft.extras.push({ name, ref: writer.ref(key, propertyStep(key)) });
    draft.edits.push({ start, end, text: name });
  });
}
