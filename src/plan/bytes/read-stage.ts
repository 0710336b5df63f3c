// Reads what a stage means, when it is planned: which part of it can run on bytes. Driver only.
import { decodeBlock } from '../../blocks/codec.js';
import type { FunctionRef } from '../../lineage/function-ref.js';
import type { Aggregation, NarrowOp } from '../../lineage/node.js';
import type { Sink } from '../sink.js';
import type { ShufflePartitioner, StageNode, StageSink, StageSpec } from '../stage.js';
import { stageParents } from '../stage-paths.js';
import { truth } from './conditions.js';
import type {
  ByteEnd,
  ColumnMerge,
  CountMeaning,
  KeyMeaning,
  Meaning,
  NumberMeaning,
  StageMeaning,
  Test,
  TextMeaning,
  WholeMeaning,
} from './meaning.js';
import { asKeyMeaning, asNumberMeaning, isMadeOfColumns, isTextMeaning } from './meaning-kinds.js';
import { isNumberMerge, type Reading, readCall, stopOf } from './reader.js';

/** To more partitions pages would have a handful of records. */
const MAX_ROUTES = 512;

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
    if (!isCached && spec.kind === 'union' && !spec.isAligned) pending.push(...spec.parents);
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
    const joined = op.kind === 'flatMapValues' ? joinOf(op.fn) : null;
    if (joined !== null && below?.spec.kind === 'cogroup' && !below.isCached) {
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

const JOINS: Readonly<
  Record<string, { readonly keepsLeft: boolean; readonly keepsRight: boolean }>
> = {
  joinInner: { keepsLeft: false, keepsRight: false },
  joinLeft: { keepsLeft: true, keepsRight: false },
  joinRight: { keepsLeft: false, keepsRight: true },
  joinFull: { keepsLeft: true, keepsRight: true },
};

function joinOf(ref: FunctionRef) {
  return ref.kind === 'builtin' ? (JOINS[ref.name] ?? null) : null;
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

interface TextChain {
  readonly source: number;
  /** From the source on. */
  readonly ops: readonly NarrowOp[];
}

/** The record-wise operations between a text source and a node, if that is all there is. */
function chainToText(nodes: readonly StageNode[], to: number): TextChain | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ops: NarrowOp[] = [];
  for (let node = byId.get(to); node !== undefined; ) {
    if (node.isCached) return null;
    const { spec } = node;
    if (spec.kind === 'files') {
      return spec.format.kind === 'text' ? { source: node.id, ops: ops.reverse() } : null;
    }
    if (spec.kind !== 'narrow') return null;
    ops.push(spec.op);
    node = byId.get(spec.parent);
  }
  return null;
}

function meaningOf({ tests, record, everyField }: ChainReading): Omit<TextMeaning, 'source'> {
  return { tests, record, everyField };
}

interface ChainReading {
  /** How many of the operations were understood, from the first on. */
  readonly understood: number;
  /** What must hold of a line for the record to come about, in order. */
  readonly tests: readonly Test[];
  /** As many of them as end with a filter. */
  readonly filterTests: readonly Test[];
  readonly record: Meaning;
  readonly everyField: number | null;
}

function readChain(ops: readonly NarrowOp[]): ChainReading {
  const tests: Test[] = [];
  let filterEnd = 0;
  let record: Meaning = { kind: 'line' };
  let everyField: number | null = null;
  let understood = 0;
  for (const op of ops) {
    if (op.kind === 'flatMap') {
      const fields: Meaning | undefined =
        tests.length === 0 ? readRef(op.fn, record)?.meaning : undefined;
      if (fields?.kind !== 'fields') break;
      everyField = fields.separator;
      record = { kind: 'every-field', separator: fields.separator };
      understood++;
      continue;
    }
    const reading = readOp(op, record);
    if (reading === null) break;
    tests.push(...reading.needs);
    if (op.kind === 'filter') {
      const test = truth(reading.meaning);
      if (test === null) break;
      filterEnd = tests.push(test);
    } else {
      record = reading.meaning;
    }
    understood++;
  }
  return { understood, tests, filterTests: tests.slice(0, filterEnd), record, everyField };
}

/** What an operation makes of a record; of a filter, what its function says of it. */
function readOp(op: NarrowOp, record: Meaning): Reading | null {
  const isPair = record.kind === 'tuple' && record.items.length === 2;
  switch (op.kind) {
    case 'map':
    case 'filter':
      return readRef(op.fn, record);
    case 'keyBy': {
      const key = readRef(op.fn, record);
      return key && { ...key, meaning: { kind: 'tuple', items: [key.meaning, record] } };
    }
    case 'mapValues': {
      if (!isPair) return null;
      const value = readRef(op.fn, record.items[1]!);
      return (
        value && { ...value, meaning: { kind: 'tuple', items: [record.items[0]!, value.meaning] } }
      );
    }
    case 'keys':
    case 'values': {
      const item = record.kind === 'tuple' ? record.items[op.kind === 'keys' ? 0 : 1] : undefined;
      return item === undefined ? null : { meaning: item, needs: [] };
    }
    default:
      return null;
  }
}

/** Where reading the operations from a text source on ends: which of them, and the expression if that can be told. */
export function stopOfChain(
  ops: readonly NarrowOp[],
): { readonly index: number; readonly expression: string | null } | null {
  const reading = readChain(ops);
  const op = ops[reading.understood];
  if (op === undefined) return null;
  const index = reading.understood;
  if (!('fn' in op) || op.fn.kind !== 'closure') return { index, expression: null };
  const { record } = reading;
  const given = op.kind === 'mapValues' && record.kind === 'tuple' ? record.items[1] : record;
  return { index, expression: given === undefined ? null : stopOf(op.fn.payload, [given]) };
}

function readRef(ref: FunctionRef, record: Meaning): Reading | null {
  if (ref.kind === 'closure') return readCall(ref.payload, [record]);
  if (ref.name !== 'pairWithNull') return null;
  return { meaning: { kind: 'tuple', items: [record, { kind: 'value', value: null }] }, needs: [] };
}

function endOf(sink: StageSink, { record, tests, everyField }: ChainReading): ByteEnd | null {
  if (everyField !== null && tests.length > 0) return null;
  if (sink.kind === 'count') return { kind: 'count' };
  if (sink.kind === 'aggregate' || sink.kind === 'reduce') {
    const value = everyField === null ? asNumberMeaning(record) : null;
    if (value === null || !isNumberFold(sink)) return null;
    return { kind: 'fold', value, hasZero: sink.kind === 'aggregate' };
  }
  return sink.kind === 'shuffle-write' ? keyedEnd(sink, record) : null;
}

/** Whether the sink's function gives a number for any two, from a zero value that is one. */
function isNumberFold(sink: Extract<Sink, { kind: 'aggregate' | 'reduce' }>): boolean {
  const { fn } = sink;
  const isKnown =
    fn.kind === 'closure'
      ? isNumberMerge(fn.payload)
      : fn.functions.length === 0 && ['add', 'max', 'min'].includes(fn.name);
  if (!isKnown || sink.kind === 'reduce') return isKnown;
  return typeof decodeBlock<unknown>(sink.zero)[0] === 'number';
}

function keyedEnd(
  { partitioner, aggregation }: Extract<StageSink, { kind: 'shuffle-write' }>,
  record: Meaning,
): ByteEnd | null {
  if (record.kind !== 'tuple' || record.items.length !== 2) return null;
  const [key, value] = record.items as readonly [Meaning, Meaning];
  if (aggregation.kind !== 'combine') {
    const isGrouped = aggregation.kind === 'group' && partitioner.kind === 'hash';
    return (isGrouped ? groupEnd(key, value) : null) ?? routeEnd(partitioner, key, value);
  }
  const kind = partitioner.kind === 'hash' ? combineMerge(aggregation) : null;
  const known = asKeyMeaning(key);
  if (kind === null || known === null) return null;
  if (kind === 'keys') {
    const isNull = value.kind === 'value' && value.value === null;
    return isNull ? { kind: 'distinct', key: known } : null;
  }
  const number = numberBeside(known, value);
  return number && { kind: 'merge', key: known, value: number };
}

/** The value as a number; numbers of a line are no column of its fields. */
function numberBeside(key: KeyMeaning, value: Meaning): NumberMeaning | null {
  const number = asNumberMeaning(value);
  return number === null || (key.kind === 'every-field' && number.kind !== 'constant')
    ? null
    : number;
}

function groupEnd(key: Meaning, value: Meaning): ByteEnd | null {
  const known = asKeyMeaning(key);
  const number = known === null ? null : numberBeside(known, value);
  return known && number && { kind: 'group', key: known, value: number };
}

function routeEnd(partitioner: ShufflePartitioner, key: Meaning, value: Meaning): ByteEnd | null {
  const isKnown =
    partitioner.partitions <= MAX_ROUTES &&
    (partitioner.kind === 'hash' || (partitioner.kind === 'range' && partitioner.key === null));
  const isEvery = key.kind === 'every-field';
  const known = isKnown ? asKeyMeaning(key) : null;
  if (known === null || (known.kind === 'tuple' && partitioner.kind !== 'hash')) return null;
  return isColumn(value, isEvery) ? { kind: 'route', key: known, value } : null;
}

/** Whether pages can hold the values, for each line or each field. */
function isColumn(meaning: Meaning, ofEvery: boolean): boolean {
  if (meaning.kind === 'tuple') return meaning.items.every((item) => isColumn(item, ofEvery));
  if (meaning.kind === 'value') return meaning.value === null;
  if (meaning.kind === 'constant') return true;
  if (ofEvery) return meaning.kind === 'every-field';
  return isTextMeaning(meaning) || asNumberMeaning(meaning) !== null;
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

/** How a shuffle's values can be merged on columns; null where they cannot. */
function combineMerge(
  aggregation: Extract<Aggregation, { kind: 'combine' }>,
): 'numbers' | 'keys' | null {
  if (!aggregation.mapSideCombine) return null;
  const { create, mergeValue, mergeCombiners } = aggregation;
  if (create !== null) return null;
  const functions = [mergeValue, mergeCombiners];
  if (functions.every((ref) => ref.kind === 'builtin' && ref.name === 'firstOf')) return 'keys';
  const areNumbers = functions.every((ref) => ref.kind === 'closure' && isNumberMerge(ref.payload));
  return areNumbers ? 'numbers' : null;
}
