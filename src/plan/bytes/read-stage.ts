// Reads what a stage means, when it is planned: which part of it can run on bytes. Driver only.
import { decodeBlock } from '../../blocks/codec.js';
import type { FunctionRef } from '../../lineage/function-ref.js';
import type { Aggregation, NarrowOp } from '../../lineage/node.js';
import type { Sink } from '../sink.js';
import type { StageNode, StageSink } from '../stage.js';
import { stageParents } from '../stage-paths.js';
import type { ByteEnd, ColumnMerge, Meaning, StageMeaning, Test, TextMeaning } from './meaning.js';
import { asNumberMeaning, isMadeOfColumns, isTextMeaning } from './meaning-kinds.js';
import { isNumberMerge, type Reading, readCall, truth } from './reader.js';

export interface StageShape {
  readonly nodes: readonly StageNode[];
  readonly output: number;
  readonly sink: StageSink;
}

/** Null where nothing of the stage runs on bytes. */
export function readStage(stage: StageShape): StageMeaning | null {
  const merges = stage.nodes.flatMap((node) => {
    const kind = node.spec.kind === 'shuffled' ? columnMerge(node.spec.aggregation) : null;
    return kind === null ? [] : [{ node: node.id, kind }];
  });
  const chain = chainToText(stage);
  const reading = chain === null ? null : readChain(chain.ops);
  const isWhole = chain !== null && reading !== null && reading.understood === chain.ops.length;
  const end = isWhole ? endOf(stage.sink, reading) : null;
  const whole =
    end === null ? null : { text: { source: chain!.source, ...meaningOf(reading!) }, end };
  const records = readRecords(stage);
  const isFiltered =
    whole === null && records.length === 0 && reading !== null && reading.filterTests.length > 0;
  const filter = isFiltered ? { source: chain!.source, tests: reading.filterTests } : null;
  if (whole === null && filter === null && records.length + merges.length === 0) return null;
  const counted = stage.sink.kind === 'count' ? throughKeys(stage) : null;
  const countsKeysOf = merges.some(({ node }) => node === counted) ? counted : null;
  return { whole, filter, records, merges, countsKeysOf };
}

/** The node whose records are the stage's output one for one, without calling anything. */
function throughKeys({ nodes, output }: StageShape): number | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  let node = byId.get(output);
  while (node !== undefined && !node.isCached && node.spec.kind === 'narrow') {
    const { op, parent } = node.spec;
    if (op.kind !== 'keys' && op.kind !== 'values') return null;
    node = byId.get(parent);
  }
  return node === undefined || node.isCached ? null : node.id;
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

/** The record-wise operations between a text source and the stage's output, if that is all there is. */
function chainToText({ nodes, output }: StageShape): TextChain | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ops: NarrowOp[] = [];
  for (let node = byId.get(output); node !== undefined; ) {
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
  sink: Extract<StageSink, { kind: 'shuffle-write' }>,
  record: Meaning,
): ByteEnd | null {
  const kind = sink.partitioner.kind === 'hash' ? columnMerge(sink.aggregation) : null;
  if (kind === null || record.kind !== 'tuple' || record.items.length !== 2) return null;
  const [key, value] = record.items as readonly [Meaning, Meaning];
  const isEvery = key.kind === 'every-field';
  if (!isEvery && !isTextMeaning(key)) return null;
  if (kind === 'keys') {
    return value.kind === 'value' && value.value === null ? { kind: 'distinct', key } : null;
  }
  const number = asNumberMeaning(value);
  // Numbers of a line are no column of its fields.
  if (number === null || (isEvery && number.kind !== 'constant')) return null;
  return { kind: 'merge', key, value: number };
}

/** How a shuffle's values can be merged on columns; null where they cannot. */
function columnMerge(aggregation: Aggregation): ColumnMerge | null {
  if (aggregation.kind !== 'combine' || !aggregation.mapSideCombine) return null;
  const { create, mergeValue, mergeCombiners } = aggregation;
  if (create !== null) return null;
  const functions = [mergeValue, mergeCombiners];
  if (functions.every((ref) => ref.kind === 'builtin' && ref.name === 'firstOf')) return 'keys';
  const areNumbers = functions.every((ref) => ref.kind === 'closure' && isNumberMerge(ref.payload));
  return areNumbers ? 'numbers' : null;
}
