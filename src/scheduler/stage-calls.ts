// What a stage runs, in the user's words: the operations whose functions its tasks call, and where they were called.
import type { CallSite } from '../errors.js';
import { currentSpec, type LineageNode } from '../lineage/node.js';

const MOST_CALLS = 4;

/** `map() and filter() (app.ts, line 5), foreach()`; `last` is what the stage ends in. */
export function callsText(nodes: readonly LineageNode[], last: string | LineageNode): string {
  const called = nodes.filter((node) => callsFunction(node) && node !== last);
  const all: { operation: string; site: CallSite | null }[] = called
    .sort((a, b) => a.id - b.id)
    .slice(-MOST_CALLS);
  if (typeof last !== 'string') all.push(last);
  else if (all.length === 0) all.push({ operation: last, site: nodes[0]?.site ?? null });
  return all
    .map(({ operation, site }, i) => {
      const text = `${operation}()`;
      const isPlaceTold = site === null || isSame(site, all[i + 1]?.site ?? null);
      return isPlaceTold ? text : `${text} (${nameOf(site.file)}, line ${site.line})`;
    })
    .join(', ');
}

function callsFunction(node: LineageNode): boolean {
  const spec = currentSpec(node);
  if (spec.kind === 'narrow') return 'fn' in spec.op;
  return spec.kind === 'shuffle' && spec.aggregation.kind !== 'none';
}

function isSame(a: CallSite, b: CallSite | null): boolean {
  return b !== null && a.file === b.file && a.line === b.line;
}

function nameOf(file: string): string {
  return file.replace(/^.*[/\\]/, '');
}
