// Finds the names that lead back to the function they belong to (mutual recursion, a class that makes itself):
// they can be bound only after the function is made. Imports nothing of the engine or the parser.
import type { FunctionDraft } from './function-draft.js';
import type { GraphNode, Ref } from './graph.js';

/** For each node, the number of its cycle: nodes with the same number need each other to be made. */
export function findCycles(
  nodes: readonly GraphNode[],
  draftById: ReadonlyMap<number, FunctionDraft>,
): readonly number[] {
  return new Tarjan(nodes, draftById).run();
}

/** What must be made before a node can be made; contents are filled in later and do not count. */
function needsOf(node: GraphNode, draft: FunctionDraft | undefined): readonly Ref[] {
  if (draft !== undefined) return draft.needs;
  switch (node.kind) {
    case 'bound':
      return [node.target, node.self, ...node.args];
    case 'view':
      return [node.buffer, node.proto?.ref];
    case 'object':
    case 'array':
    case 'map':
    case 'set':
    case 'date':
    case 'regexp':
    case 'error':
    case 'rebuilt':
      return [node.proto?.ref, node.construct];
    default:
      return [];
  }
}

/** Tarjan's strongly connected components. */
class Tarjan {
  readonly #nodes: readonly GraphNode[];
  readonly #draftById: ReadonlyMap<number, FunctionDraft>;
  readonly #order: number[] = [];
  readonly #low: number[] = [];
  readonly #component: number[] = [];
  readonly #stack: number[] = [];
  #visited = 0;
  #components = 0;

  constructor(nodes: readonly GraphNode[], draftById: ReadonlyMap<number, FunctionDraft>) {
    this.#nodes = nodes;
    this.#draftById = draftById;
  }

  run(): readonly number[] {
    for (const id of this.#draftById.keys()) if (this.#order[id] === undefined) this.#visit(id);
    return this.#component;
  }

  #visit(id: number): void {
    this.#order[id] = this.#low[id] = ++this.#visited;
    this.#stack.push(id);
    for (const next of needsOf(this.#nodes[id]!, this.#draftById.get(id))) {
      if (typeof next !== 'number') continue;
      if (this.#order[next] === undefined) {
        this.#visit(next);
        this.#low[id] = Math.min(this.#low[id]!, this.#low[next]!);
      } else if (this.#component[next] === undefined) {
        this.#low[id] = Math.min(this.#low[id]!, this.#order[next]!);
      }
    }
    if (this.#low[id] !== this.#order[id]) return;
    this.#components++;
    for (let member = -1; member !== id; ) {
      member = this.#stack.pop()!;
      this.#component[member] = this.#components;
    }
  }
}
