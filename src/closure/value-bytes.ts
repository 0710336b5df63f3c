// The bytes of a captured value: either plain data, or a graph with the modules it needs. Both threads.
import { deserialize, serialize } from 'node:v8';
import { InternalError } from '../errors.js';
import type { Graph } from './graph.js';

const PLAIN = 0;
const GRAPH = 1;

export interface GraphContent {
  readonly kind: 'graph';
  readonly graph: Graph;
  readonly modules: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
}
export type ValueContent = { readonly kind: 'plain'; readonly value: unknown } | GraphContent;

export function writeValue(content: ValueContent): Uint8Array {
  const body = serialize(content.kind === 'plain' ? content.value : content);
  const bytes = new Uint8Array(body.length + 1);
  bytes[0] = content.kind === 'plain' ? PLAIN : GRAPH;
  bytes.set(body, 1);
  return bytes;
}

export function readValue(bytes: Uint8Array): ValueContent {
  const body = bytes.subarray(1);
  if (bytes[0] === PLAIN) return { kind: 'plain', value: deserialize(body) };
  if (bytes[0] === GRAPH) return deserialize(body) as GraphContent;
  throw new InternalError('INTERNAL-901', 'the bytes of a captured value are damaged');
}

/** The modules a worker loads before it revives the value. */
export function valueModules(bytes: Uint8Array): readonly string[] {
  if (bytes[0] !== GRAPH) return [];
  const content = readValue(bytes);
  return content.kind === 'graph' ? content.modules : [];
}
