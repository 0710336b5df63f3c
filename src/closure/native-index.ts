// Finds, for what every realm has (`Math.max`, `String.prototype.trim`), its path from the global object.
// Capturing thread; built at the first capture, since it walks some three thousand properties.
import { isUserGlobal } from './global-baseline.js';
import type { IntrinsicNode, NativeNode, NativeSlot } from './graph.js';
import { INTRINSICS } from './intrinsics.js';

type PathStep = string | readonly [string];
type Entry = NativeNode | IntrinsicNode;

const MAX_DEPTH = 4;
/** Not walked: their contents are not the same in every thread. */
const CLOSED = new Set(['process', 'require', 'module', 'exports']);

class NativeIndex {
  #entries: Map<unknown, Entry> | null = null;

  find(value: unknown): Entry | undefined {
    this.#entries ??= build();
    return this.#entries.get(value);
  }
}

function build(): Map<unknown, Entry> {
  const entries = new Map<unknown, Entry>();
  const add = (value: unknown, path: readonly PathStep[], slot: NativeSlot): boolean => {
    const isReference = typeof value === 'object' || typeof value === 'function';
    if (!isReference || value === null || entries.has(value)) return false;
    entries.set(value, { kind: 'native', path, slot });
    return true;
  };
  add(globalThis, [], 'value');
  const queue: { holder: object; path: readonly PathStep[] }[] = [{ holder: globalThis, path: [] }];
  for (let i = 0; i < queue.length; i++) {
    const { holder, path } = queue[i]!;
    for (const key of Reflect.ownKeys(holder)) {
      const step = pathStep(key);
      if (step === null || (path.length === 0 && isUserGlobal(String(key)))) continue;
      const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key)!;
      const here = [...path, step];
      add(get, here, 'get');
      add(set, here, 'set');
      if (!add(value, here, 'value') || path.length + 1 >= MAX_DEPTH) continue;
      if (path.length === 0 && CLOSED.has(String(key))) continue;
      queue.push({ holder: value as object, path: here });
    }
  }
  addProcess(add);
  for (const [name, value] of Object.entries(INTRINSICS)) {
    if (!entries.has(value)) entries.set(value, { kind: 'intrinsic', name });
  }
  return entries;
}

function addProcess(
  add: (value: unknown, path: readonly PathStep[], slot: NativeSlot) => boolean,
): void {
  add(process, ['process'], 'value');
  add(process.env, ['process', 'env'], 'value');
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(process))) {
    if (typeof value === 'function') add(value, ['process', key], 'value');
  }
}

const WELL_KNOWN = new Map<symbol, string>();
for (const name of Object.getOwnPropertyNames(Symbol)) {
  const value = (Symbol as unknown as Record<string, unknown>)[name];
  if (typeof value === 'symbol') WELL_KNOWN.set(value, name);
}

/** The name of a well-known symbol, such as `iterator`. */
export function wellKnownSymbol(symbol: symbol): string | undefined {
  return WELL_KNOWN.get(symbol);
}

function pathStep(key: string | symbol): PathStep | null {
  if (typeof key === 'string') return key;
  const name = WELL_KNOWN.get(key);
  return name === undefined ? null : [name];
}

export const nativeIndex = new NativeIndex();
