// Turns payloads back into functions and values. Runs in worker threads at the start of tasks,
// so it imports neither the parser nor the inspector.
import { deserialize } from 'node:v8';
import type { Graph } from './graph.js';
import { GraphReader } from './graph-reader.js';
import type { ClosurePayload, ReviveContext } from './payload.js';
import { readValue } from './value-bytes.js';

export { valueModules } from './value-bytes.js';

/**
 * The function of a payload, with everything it captured made anew. Its modules should be loaded already.
 * The text is compiled once; each call gives fresh copies of the captured values.
 */
export function reviveClosure(payload: ClosurePayload, context: ReviveContext): Function {
  const graph = deserialize(payload.bytes) as Graph;
  return new GraphReader(graph, payload.scripts, context).read() as Function;
}

/** The value that `captureValue` wrote. The modules it names are those of `valueModules`. */
export function reviveValue(bytes: Uint8Array, context: ReviveContext): unknown {
  const content = readValue(bytes);
  if (content.kind === 'plain') return content.value;
  return new GraphReader(content.graph, content.scripts, context).read();
}
