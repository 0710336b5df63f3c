// Built-in objects that have no name of their own, by the names that payloads use. Both threads; imports nothing.
const arrayIterator = [][Symbol.iterator]();

export const INTRINSICS: Readonly<Record<string, object>> = {
  AsyncFunction: (async () => {}).constructor,
  GeneratorFunction: function* () {}.constructor,
  AsyncGeneratorFunction: async function* () {}.constructor,
  AsyncFunctionPrototype: Object.getPrototypeOf(async () => {}),
  GeneratorFunctionPrototype: Object.getPrototypeOf(function* () {}),
  AsyncGeneratorFunctionPrototype: Object.getPrototypeOf(async function* () {}),
  GeneratorPrototype: Object.getPrototypeOf(function* () {}.prototype),
  AsyncGeneratorPrototype: Object.getPrototypeOf(async function* () {}.prototype),
  TypedArray: Object.getPrototypeOf(Uint8Array),
  TypedArrayPrototype: Object.getPrototypeOf(Uint8Array.prototype),
  ArrayIteratorPrototype: Object.getPrototypeOf(arrayIterator),
  MapIteratorPrototype: Object.getPrototypeOf(new Map().entries()),
  SetIteratorPrototype: Object.getPrototypeOf(new Set().values()),
  StringIteratorPrototype: Object.getPrototypeOf(''[Symbol.iterator]()),
  RegExpStringIteratorPrototype: Object.getPrototypeOf(''.matchAll(/x/g)),
  IteratorPrototype: Object.getPrototypeOf(Object.getPrototypeOf(arrayIterator)),
  AsyncIteratorPrototype: Object.getPrototypeOf(
    Object.getPrototypeOf(async function* () {}.prototype),
  ),
  ThrowTypeError: Object.getOwnPropertyDescriptor(
    (function (this: unknown) {
      // biome-ignore lint/complexity/noArguments: its callee property is the only way to this intrinsic
      return arguments;
    })(),
    'callee',
  )!.get!,
};
