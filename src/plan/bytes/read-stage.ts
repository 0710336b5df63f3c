// Reads what a stage means, when it is planned: which part of it can run on bytes. Driver only.
import type { FunctionRef } from '../../lineage/function-ref.js';
import type { NarrowOp } from '../../lineage/node.js';
import type { StageNode, StageSink, StageSpec } from '../stage.js';
import { joinOf } from '../join-kinds.js';
import { stageParents } from '../stage-paths.js';
import type { ColumnMerge, CountMeaning, Meaning, StageMeaning, WholeMeaning } from './meaning.js';
import { asNumberMeaning, isMadeOfColumns } from './meaning-kinds.js';
import { chainToText, meaningOf, readChain } from './read-chain.js';
import { combineMerge, endOf } from './read-end.js';
import { readCall } from './reader.js';

export interface StageShape {
  readonly nodes: readonly StageNode[];
  readonly output: number;
  readonly sink: StageSink;
}

/** Null where nothing of the stage runs on bytes. */
export function readStage(stage: StageShape): StageMeaning | null {
  const merges = stage.nodes.flatMap((node) => {
    const kind = node.spec.kind === 'shuffled' ? columnMerge(node.spec) : null;
    return kind === null ? [] : [{ node: node.id, kind }];
  });
  const counts = stage.sink.kind === 'count' ? readCount(stage, merges) : null;
  const wholes = branchesOf(stage).flatMap((node) => readWhole(stage, node) ?? []);
  const records = readRecords(stage);
  const lengths = readLengths(stage, merges);
  const filter = wholes.length + records.length === 0 ? readFilter(stage) : null;
  const isPlain = filter === null && wholes.length + records.length + merges.length === 0;
  if (isPlain && counts === null) return null;
  return { wholes, filter, records, merges, counts, lengths };
}

/** The nodes whose records are the stage's output: the output itself, or behind unions each that is united. */
function branchesOf({ nodes, output }: StageShape): number[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const branches: number[] = [];
  const pending = [output];
  while (pending.length > 0) {
    const id = pending.pop()!;
    const { spec, isCached } = byId.get(id)!;
    if (!isCached && spec.kind === 'union' && !spec.isAligned)
      for (const each of spec.parents) pending.push(each);
    else branches.push(id);
  }
  return branches;
}

function readWhole(stage: StageShape, node: number): WholeMeaning | null {
  const chain = chainToText(stage.nodes, node);
  const reading = chain === null ? null : readChain(chain.ops);
  if (chain === null || reading === null || reading.understood < chain.ops.length) return null;
  const end = endOf(stage.sink, reading);
  return end && { node, text: { source: chain.source, ...meaningOf(reading) }, end };
}

/** What lines must pass where the rest of the chain is not understood. */
function readFilter({ nodes, output }: StageShape): StageMeaning['filter'] {
  const chain = chainToText(nodes, output);
  const reading = chain === null ? null : readChain(chain.ops);
  if (chain === null || reading === null || reading.filterTests.length === 0) return null;
  return { source: chain.source, tests: reading.filterTests };
}

type Merges = StageMeaning['merges'];

/** What a stage that counts can tell without making its records. */
function readCount({ nodes, output }: StageShape, merges: Merges): CountMeaning | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  let node = byId.get(output);
  while (node !== undefined && !node.isCached && node.spec.kind === 'narrow') {
    const { op, parent } = node.spec;
    const below = byId.get(parent);
    const joined = joinOf(node);
    if (joined?.gives === 'pairs' && below?.spec.kind === 'cogroup' && !below.isCached) {
      return { kind: 'pairs', node: below.id, ...joined };
    }
    const isOneForOne =
      op.kind === 'keys' ||
      op.kind === 'values' ||
      (op.kind === 'mapValues' && isLists(below, merges) && readOfList(op.fn) !== null);
    if (!isOneForOne) return null;
    node = below;
  }
  const kind = merges.find((merge) => merge.node === node?.id)?.kind;
  if (node === undefined || node.isCached || kind === undefined || kind === 'order') return null;
  return { kind: 'keys', node: node.id };
}

function isLists(node: StageNode | undefined, merges: Merges): boolean {
  return merges.some((merge) => merge.node === node?.id && merge.kind === 'lists');
}

/** What a function makes of a list of values; null where it looks at more than how many there are. */
function readOfList(ref: FunctionRef): Meaning | null {
  if (ref.kind !== 'closure') return null;
  const reading = readCall(ref.payload, [{ kind: 'list' }]);
  return reading === null || reading.needs.length > 0 ? null : reading.meaning;
}

/** Nodes that make a number of each key's list, of which only the length counts. */
function readLengths({ nodes }: StageShape, merges: Merges): StageMeaning['lengths'] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return nodes.flatMap(({ id, spec, isCached }) => {
    if (spec.kind !== 'narrow' || spec.op.kind !== 'mapValues' || isCached) return [];
    const grouped = byId.get(spec.parent)!;
    if (grouped.isCached || !isLists(grouped, merges)) return [];
    const meaning = readOfList(spec.op.fn);
    const value = meaning === null ? null : asNumberMeaning(meaning);
    return value === null ? [] : [{ node: id, grouped: grouped.id, value }];
  });
}

type RecordsMeaning = StageMeaning['records'][number];

/** For every text source the last node whose records are better made from columns than from lines. */
function readRecords({ nodes }: StageShape): RecordsMeaning[] {
  return nodes.flatMap((source) => {
    if (source.spec.kind !== 'files' || source.spec.format.kind !== 'text') return [];
    let best: RecordsMeaning | null = null;
    const ops: NarrowOp[] = [];
    for (let node = source; !node.isCached; ) {
      const next = onlyReader(node, nodes);
      if (next?.spec.kind !== 'narrow') break;
      ops.push(next.spec.op);
      const reading = readChain(ops);
      if (reading.understood < ops.length || reading.everyField !== null) break;
      if (reading.record.kind !== 'line' && isMadeOfColumns(reading.record)) {
        best = { node: next.id, text: { source: source.id, ...meaningOf(reading) } };
      }
      node = next;
    }
    return best === null ? [] : [best];
  });
}

/** The one node of the stage that reads this one, if there is no other. */
function onlyReader(node: StageNode, nodes: readonly StageNode[]): StageNode | null {
  const readers = nodes.filter((other) => stageParents(other).includes(node.id));
  return readers.length === 1 ? readers[0]! : null;
}

/** What the reduce side of a shuffle can do on columns; null where nothing. */
function columnMerge({
  aggregation,
  sort,
}: Extract<StageSpec, { kind: 'shuffled' }>): ColumnMerge | null {
  if (aggregation.kind === 'none') return sort !== null && sort.key === null ? 'order' : null;
  if (sort !== null) return null;
  return aggregation.kind === 'group' ? 'lists' : combineMerge(aggregation);
}
