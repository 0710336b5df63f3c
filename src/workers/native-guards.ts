// Calls of the language itself that V8 answers by ending the process, and that nothing can end meanwhile: they get
// done in a way that can be ended, or are refused. In every thread that runs user code.

/** Longer arrays made in one go are dictionaries: slow, and V8 ends the process when they get too large. */
const MOST_PREPARED = 2 ** 25;
/** V8 ends the process where an array has to grow beyond. */
const MOST_ELEMENTS = 112_000_000;
/** A longer text may hold more elements, or give more pieces, than an array takes. */
const MOST_JSON_CHARS = 2 ** 28;
const MOST_TEXT_CHARS = 2 ** 26;
/** Pieces of a text that V8 gathers by itself; it keeps two places for each. */
const MOST_PIECES = MOST_ELEMENTS / 2;

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
  guardTexts();
}

/** Methods of texts that cut them, each with one look at the length: only what is very long is looked through first. */
function guardTexts(): void {
  const { split, match, replace: replaceOnce, replaceAll } = String.prototype;
  replace(String.prototype, 'split', function (this: string, separator: never, limit?: number) {
    if (this.length > MOST_TEXT_CHARS) refuseManyPieces('split', this, separator);
    return split.call(this, separator, limit);
  });
  replace(String.prototype, 'match', function (this: string, pattern: never) {
    if (this.length > MOST_TEXT_CHARS && isGlobal(pattern))
      refuseManyPieces('match', this, pattern);
    return match.call(this, pattern);
  });
  replace(String.prototype, 'replace', function (this: string, pattern: never, by: never) {
    if (this.length > MOST_TEXT_CHARS && isGlobal(pattern))
      refuseManyPieces('replace', this, pattern);
    return replaceOnce.call(this, pattern, by);
  });
  replace(String.prototype, 'replaceAll', function (this: string, pattern: never, by: never) {
    if (this.length > MOST_TEXT_CHARS) refuseManyPieces('replaceAll', this, pattern);
    return replaceAll.call(this, pattern, by);
  });
}

function isGlobal(pattern: unknown): boolean {
  return pattern instanceof RegExp && pattern.global;
}

function refuseManyPieces(method: string, text: string, at: unknown): void {
  const isFine = at instanceof RegExp ? hasFewMatches(text, at) : hasFewTexts(text, at);
  if (isFine) return;
  throw new RangeError(
    `${method} of ${text.length} characters gives more pieces than V8 can hold in an array: ${MOST_PIECES} at most. Go through the text with matchAll or indexOf, or read it with sc.textFile.`,
  );
}

function hasFewTexts(text: string, at: unknown): boolean {
  if (at === undefined) return true;
  const wanted = String(at);
  if (wanted === '') return text.length <= MOST_PIECES;
  let left = MOST_PIECES;
  for (let i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + wanted.length))
    if (--left < 0) return false;
  return true;
}

function hasFewMatches(text: string, pattern: RegExp): boolean {
  const flags = pattern.flags.replace('y', '');
  const looking = new RegExp(pattern.source, flags.includes('g') ? flags : `${flags}g`);
  let left = MOST_PIECES;
  for (let last = -1; looking.test(text); last = looking.lastIndex) {
    if (--left < 0) return false;
    // An empty match does not move on by itself.
    if (looking.lastIndex === last) looking.lastIndex++;
  }
  return true;
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
