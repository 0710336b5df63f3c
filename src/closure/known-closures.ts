// Payloads of arrows that take nothing from around them: the same text at the same place is the same function, so that a
// program's loops and the batches of a stream capture it once. Capturing thread.
import type { ArrowFunctionExpression } from 'acorn';
import type { CallSite } from '../errors.js';
import { analyseFunction } from './free-names.js';
import type { Graph } from './graph.js';
import type { ClosurePayload } from './payload.js';

const MOST_KNOWN = 1024;
/** What an arrow has of its own: its length and its name. */
const OWN_KEYS = 2;

class KnownClosures {
  readonly #byKey = new Map<string, ClosurePayload>();

  get(key: string | null): ClosurePayload | undefined {
    return key === null ? undefined : this.#byKey.get(key);
  }

  /** Only of arrows by themselves. */
  add(key: string | null, payload: ClosurePayload): void {
    if (key === null) return;
    if (this.#byKey.size >= MOST_KNOWN) this.#byKey.clear();
    this.#byKey.set(key, payload);
  }
}

export const knownClosures = new KnownClosures();

/** Null for functions that are not known by their text and the place of the call, where they are argument `ordinal`. */
export function closureKey(fn: Function, site: CallSite | null, ordinal: number): string | null {
  if (site === null || Object.getPrototypeOf(fn) !== Function.prototype) return null;
  if (!Object.isExtensible(fn) || Reflect.ownKeys(fn).length !== OWN_KEYS) return null;
  const { name } = fn;
  if (typeof name !== 'string') return null;
  const place = `${site.file}:${site.line}:${site.column}:${ordinal}`;
  return `${place}\n${name}\n${Function.prototype.toString.call(fn)}`;
}

/** The text of an arrow that takes nothing from around it, parsed; null of any other function. */
export function arrowByItself(fn: Function, graph: Graph): ArrowFunctionExpression | null {
  const [captured] = graph.nodes;
  if (graph.nodes.length !== 1 || captured?.kind !== 'function') return null;
  const { node, freeNames, imports, usesThis } = analyseFunction(
    Function.prototype.toString.call(fn),
  );
  const isByItself = freeNames.size === 0 && imports.length === 0 && !usesThis;
  if (!isByItself || node.type !== 'ArrowFunctionExpression') return null;
  return node as ArrowFunctionExpression;
}
