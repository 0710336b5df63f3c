// Private fields of instances: which class of the chain declares each, and how the instance is made again.
// Capturing thread.
import { propertyStep, refuse } from './capture-error.js';
import { classShape } from './class-text.js';
import { analyseFunction, isClass } from './free-names.js';
import { privateFieldsOf } from './function-internals.js';
import type { ObjectParts } from './graph.js';
import { moduleIndex } from './module-index.js';
import type { CaptureWriter } from './writer.js';

const mayHavePrivates = new WeakMap<Function, boolean>();

/** Whether a class of the object's chain writes private names. */
export function hasPrivateFields(value: object): boolean {
  return classChain(value).some((make) => {
    let may = mayHavePrivates.get(make);
    if (may === undefined) {
      may = Function.prototype.toString.call(make).includes('#');
      mayHavePrivates.set(make, may);
    }
    return may;
  });
}

/** The classes of an object, base first. */
function classChain(value: object): Function[] {
  const chain: Function[] = [];
  for (let at = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
    const make = Object.getOwnPropertyDescriptor(at, 'constructor')?.value as unknown;
    if (typeof make === 'function' && make.prototype === at) chain.unshift(make);
  }
  return chain;
}

/** The parts of a node that bring private fields back; empty if the object has none. */
export function privateParts(value: object, writer: CaptureWriter): Partial<ObjectParts> {
  const fields = privateFieldsOf(value);
  const privates: NonNullable<ObjectParts['privates']> = [];
  // The engine lists the fields of a base class first; names may repeat along the chain.
  let hasPrivates = fields.length > 0;
  for (const make of classChain(value)) {
    if (!isRewritable(make)) continue;
    const { instanceFields, hasInstancePrivates } = classShape(
      analyseFunction(Function.prototype.toString.call(make)),
    );
    hasPrivates ||= hasInstancePrivates;
    const owner = writer.ref(make, { kind: 'whose', what: `class \`${make.name}\`` });
    for (const name of instanceFields) {
      const at = fields.findIndex((field) => field.name === name);
      if (at < 0) continue;
      const [field] = fields.splice(at, 1);
      privates.push({ owner, name, value: writer.ref(field!.value, propertyStep(name)) });
    }
  }
  if (!hasPrivates) return {};
  checkCanBeMade(value);
  const own = Object.getPrototypeOf(value) as { constructor: Function };
  const construct = writer.ref(own.constructor, { kind: 'whose', what: 'class' });
  return { privates, construct, kept: keptFields(value) };
}

/** The arrow fields that are still those of the class. */
function keptFields(value: object): string[] {
  const texts = new Map<string, string>();
  for (const make of classChain(value)) {
    if (!isRewritable(make)) continue;
    const { arrowFields } = classShape(analyseFunction(Function.prototype.toString.call(make)));
    for (const [name, text] of arrowFields) texts.set(name, text);
  }
  return [...texts.keys()].filter((name) => {
    const field = Object.getOwnPropertyDescriptor(value, name)?.value as unknown;
    return (
      typeof field === 'function' && Function.prototype.toString.call(field) === texts.get(name)
    );
  });
}

function isRewritable(make: Function): boolean {
  const text = Function.prototype.toString.call(make);
  return (
    text.startsWith('class') &&
    moduleIndex.find(make) === null &&
    isClass(analyseFunction(text).node)
  );
}

/** Every class of the chain must be one that capture rewrites, or a built-in one. */
function checkCanBeMade(value: object): void {
  for (const make of classChain(value)) {
    const text = Function.prototype.toString.call(make);
    const isBuiltin = /\{\s*\[native code\]\s*\}$/.test(text);
    if (isBuiltin || isRewritable(make)) continue;
    refuse(
      `has private fields and is made by \`${make.name}\`, whose code belongs to a module`,
      'Make it inside the function, or capture the plain data it is made from.',
    );
  }
}
