// Calls of the language itself that V8 answers by ending the process, and that nothing can end meanwhile: they get
// done in a way that can be ended, or are refused. In every thread that runs user code.

/** Longer arrays made in one go are dictionaries: slow, and V8 ends the process when they get too large. */
const MOST_PREPARED = 2 ** 25;
/** V8 ends the process where an array has to grow beyond. */
const MOST_ELEMENTS = 112_000_000;
/** A longer text may hold more elements than an array takes. */
const MOST_JSON_CHARS = 2 ** 28;

type From = (items: ArrayLike<unknown>, map?: (item: unknown, i: number) => unknown) => unknown[];

/** Puts the guards in place, for the thread. */
export function installNativeGuards(): void {
  const { fill } = Array.prototype;
  const { from } = Array;
  const { parse } = JSON;
  replace(Array.prototype, 'fill', function (this: unknown[], ...args: [unknown]) {
    const isLarge = Array.isArray(this) && this.length > MOST_PREPARED && !(0 in this);
    return isLarge && args.length < 2 ? fillEmpty(this, args[0]) : Reflect.apply(fill, this, args);
  });
  replace(Array, 'from', function (this: unknown, ...args: Parameters<From>) {
    const [items, map] = args;
    const isLarge = Number(items?.length) > MOST_PREPARED && !(Symbol.iterator in Object(items));
    return isLarge ? fromLarge(items, map) : (Reflect.apply(from, this, args) as unknown);
  });
  replace(JSON, 'parse', function (this: unknown, ...args: Parameters<typeof parse>) {
    if (typeof args[0] === 'string' && args[0].length > MOST_JSON_CHARS) {
      throw new RangeError(
        `JSON.parse of ${args[0].length} characters at once is more than V8 can take. Parse it in pieces, such as one JSON text a line.`,
      );
    }
    return Reflect.apply(parse, this, args) as unknown;
  });
}

/** `array.fill(value)` for an array of nothing but empty places. */
function fillEmpty(array: unknown[], value: unknown): unknown[] {
  const count = array.length;
  refuseTooMany(count, `new Array(${count}).fill(…)`);
  array.length = 0;
  for (let i = 0; i < count; i++) array.push(value);
  return array;
}

function fromLarge(items: ArrayLike<unknown>, map?: (item: unknown, i: number) => unknown) {
  const count = Number(items.length);
  refuseTooMany(count, `Array.from({ length: ${count} })`);
  const array: unknown[] = [];
  for (let i = 0; i < count; i++) array.push(map === undefined ? items[i] : map(items[i], i));
  return array;
}

function refuseTooMany(count: number, call: string): void {
  if (count <= MOST_ELEMENTS) return;
  throw new RangeError(
    `${call} has more elements than V8 can hold in an array: ${MOST_ELEMENTS} at most. Use a typed array, such as new Float64Array(${count}), or sc.range(${count}).`,
  );
}

/** As the original is: not enumerable, with its name. */
function replace(owner: object, name: string, guarded: Function): void {
  Object.defineProperty(guarded, 'name', { value: name, configurable: true });
  const { length } = (owner as Record<string, Function>)[name]!;
  Object.defineProperty(guarded, 'length', { value: length, configurable: true });
  Object.defineProperty(owner, name, { value: guarded, writable: true, configurable: true });
}
