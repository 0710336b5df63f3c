// Variables that several captured functions share and at least one of them assigns: they become cells,
// so that the functions go on sharing them in the worker. Runs once all functions of a graph are known.
import { findVariable } from './encode-function.js';
import { type Binding, FunctionDraft } from './function-draft.js';
import { findSharers } from './pause.js';
import type { CaptureWriter } from './writer.js';

interface Use {
  readonly draft: FunctionDraft;
  readonly binding: Binding;
}

/** Gives each shared, assigned variable a cell, and points the bindings to it. */
export function shareVariables(drafts: readonly FunctionDraft[], writer: CaptureWriter): void {
  for (const uses of candidates(drafts)) {
    const { owner } = uses[0]!.binding;
    const groups = owner === null ? sameVariables(uses) : [uses];
    for (const group of groups) if (group.length > 1) makeCell(group, writer);
  }
}

function makeCell(uses: readonly Use[], writer: CaptureWriter): void {
  writer.markMutable();
  const cell = writer.addNode(null, () => ({ kind: 'cell', value: uses[0]!.binding.ref }));
  for (const { binding } of uses) {
    binding.ref = cell;
    binding.isCell = true;
  }
}

/** Uses of one name that may be one variable, where some function assigns it. */
function candidates(drafts: readonly FunctionDraft[]): Use[][] {
  const assigned = new Set<string>();
  for (const { bindings } of drafts) {
    for (const { free } of bindings) if (free.isAssigned) assigned.add(free.name);
  }
  if (assigned.size === 0) return [];
  const groups = new Map<string, Use[]>();
  for (const draft of drafts) {
    for (const binding of draft.bindings) {
      const { name } = binding.free;
      if (!assigned.has(name)) continue;
      const key = binding.owner ?? `${draft.internals.place?.scriptId}:${name}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [{ draft, binding }]);
      else group.push({ draft, binding });
    }
  }
  const isShared = (uses: readonly Use[]): boolean =>
    uses.length > 1 && uses.some(({ binding }) => binding.free.isAssigned);
  return [...groups.values()].filter(isShared);
}

/** Parts uses into those of the same variable: equal values first, then by a look inside the functions. */
function sameVariables(uses: readonly Use[]): Use[][] {
  const groups: Use[][] = [];
  let waiting = [...uses];
  while (waiting.length > 0) {
    const prober = waiting.find(({ draft }) => draft.stoppable !== null) ?? waiting[0]!;
    const others = waiting.filter(
      (use) => use !== prober && Object.is(use.binding.value, prober.binding.value),
    );
    const sharers = sharersOf(prober, others);
    groups.push([prober, ...sharers]);
    waiting = waiting.filter((use) => use !== prober && !sharers.includes(use));
  }
  return groups;
}

function sharersOf(prober: Use, others: readonly Use[]): readonly Use[] {
  if (others.length === 0) return [];
  const { name } = prober.binding.free;
  const byFunction = new Map(others.map((use) => [use.draft.fn, use]));
  const read = (fn: Function): unknown =>
    findVariable(new FunctionDraft(-1, fn, byFunction.get(fn)!.draft.analysis), name)?.value;
  const { stoppable } = prober.draft;
  const found =
    stoppable === null ? null : findSharers(stoppable, name, [...byFunction.keys()], read);
  // Where no function can be stopped (classes, generators), equal values in one script pass for one variable.
  return found === null ? others : found.map((fn) => byFunction.get(fn)!);
}
