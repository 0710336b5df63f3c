// Where the records of a partition come from, by kind of node: blocks, ranges, files, shuffles and the
// nodes that read several partitions. Runs in the worker; all readers are synchronous.
import type { StoredBlock } from '../blocks/block.js';
import type { NumberPairs } from '../blocks/number-pairs.js';
import {
  storedSegmentPages,
  storedSegmentPairs,
  storedSegmentTuples,
  storedTuples,
  storedViews,
} from '../blocks/stored.js';
import { InternalError, TaskError } from '../errors.js';
import { openRecordSplit, type RecordChunks } from '../io/record-readers.js';
import { openTextSplit } from '../io/text-reader.js';
import type { SortOrder } from '../lineage/node.js';
import type { End } from './codegen.js';
import { inputKey, type CogroupInput, type StageNode } from './stage.js';
import { listOf } from './lists.js';
import type { Source } from './source.js';
import { ExternalSort } from './spill/external-sort.js';
import type { KeyTable } from './key-table.js';
import { type MergeEnd, mergeEnd } from './merge-end.js';
import { GroupedPart, MergedPart } from './number-groups.js';
import { columnsOnly, isWorthDividing, NumberParts } from './number-parts.js';
import type { SpillingTable } from './spill/spilling-table.js';
import { drainPairs, spillingCogroup, spillingTable } from './spill/tables.js';
import type { PartitionReader } from './task-services.js';

const PAGE_RECORDS = 1024;

type ShuffledSpec = Extract<StageNode['spec'], { kind: 'shuffled' }>;

/** Opens the source of one partition of a node that is not record-wise. */
export function openSource(run: PartitionReader, node: StageNode, partition: number): Source {
  const { spec } = node;
  switch (spec.kind) {
    case 'blocks':
      return blockSource(run, node.id, partition);
    case 'range': {
      const from = spec.bounds[partition]!;
      const to = spec.bounds[partition + 1]!;
      return { kind: 'range', value: { from, to, start: spec.start, step: spec.step } };
    }
    case 'files':
      return fileSource(run, node, partition);
    case 'union':
      return concat(
        run,
        spec.parents.map((parent) => [parent, partition]),
      );
    case 'coalesce':
      return concat(
        run,
        spec.groups[partition]!.map((at) => [spec.parent, at]),
      );
    case 'zip':
      return { kind: 'counted-pages', value: zipped(run, spec.left, spec.right, partition) };
    case 'cartesian': {
      const left = Math.floor(partition / spec.rightPartitions);
      return {
        kind: 'counted-pages',
        value: crossed(run, spec.left, left, spec.right, partition % spec.rightPartitions),
      };
    }
    case 'shuffled': {
      const onBytes = run.services.bytes.shuffled(run.stage, node.id, run, partition);
      if (onBytes !== null) return { kind: 'pages', value: onBytes };
      return merged(run, spec, partition);
    }
    case 'regrouped':
      return regrouped(run, spec, partition);
    case 'cogroup':
      return { kind: 'pages', value: cogrouped(run, spec.inputs, partition) };
    case 'narrow':
      throw new InternalError('INTERNAL-901', `${node.operation} is no source`);
  }
}

function blockSource(run: PartitionReader, node: number, partition: number): Source {
  const arriving = run.services.arriving?.(node) ?? null;
  if (arriving !== null) return arriving;
  const stored = run.inputs.blocks.get(inputKey(node, partition));
  if (stored === undefined)
    throw new InternalError('INTERNAL-901', `no block for partition ${partition} of ${node}`);
  return storedSource(stored);
}

/** The records of a block, which are read once and not kept. */
export function storedSource(stored: StoredBlock): Source {
  const tuples = storedTuples(stored);
  if (tuples === null) return { kind: 'pages', value: storedViews<unknown>(stored) };
  return { kind: 'tuples', shape: tuples.shape, value: tuples.pages };
}

function fileSource(run: PartitionReader, node: StageNode, partition: number): Source {
  const split = run.inputs.splits.get(inputKey(node.id, partition));
  if (split === undefined || node.spec.kind !== 'files') {
    throw new InternalError('INTERNAL-901', `no split for partition ${partition} of ${node.id}`);
  }
  if (node.spec.format.kind === 'text') {
    const { services, stage } = run;
    const reader = services.bytes.filteredLines(stage, node.id, split) ?? openTextSplit(split);
    run.runtime.readers.push(reader);
    return { kind: 'lines', value: reader, close: () => reader.close() };
  }
  const reader = openRecordSplit(split, node.spec.format);
  run.runtime.readers.push(reader);
  return { kind: 'pages', value: chunksOf(reader), close: () => reader.close() };
}

function* chunksOf(reader: RecordChunks): Iterable<unknown[]> {
  for (let chunk = reader.next(); chunk !== null; chunk = reader.next()) yield chunk;
}

function concat(run: PartitionReader, parts: readonly (readonly [number, number])[]): Source {
  const value = (function* () {
    for (const [node, partition] of parts) yield* run.pages(node, partition);
  })();
  return { kind: 'counted-pages', value };
}

function* zipped(
  run: PartitionReader,
  left: number,
  right: number,
  partition: number,
): Iterable<[unknown, unknown][]> {
  const rightPages = run.pages(right, partition)[Symbol.iterator]();
  let rights: readonly unknown[] = [];
  let at = 0;
  for (const lefts of run.pages(left, partition)) {
    for (let from = 0; from < lefts.length; ) {
      if (at === rights.length) {
        const next = rightPages.next();
        if (next.done) throw unequalZip(partition);
        rights = next.value;
        at = 0;
      }
      const pairs: [unknown, unknown][] = [];
      while (from < lefts.length && at < rights.length) pairs.push([lefts[from++], rights[at++]]);
      yield pairs;
    }
  }
  if (at < rights.length || !rightPages.next().done) throw unequalZip(partition);
}

function unequalZip(partition: number): TaskError {
  return new TaskError(
    'TASK-105',
    `Can only zip RDDs with the same number of elements in each partition, but partition ${partition} of one has more than that of the other. Use zipWithIndex() on both and join().`,
  );
}

function* crossed(
  run: PartitionReader,
  left: number,
  leftAt: number,
  right: number,
  rightAt: number,
): Iterable<[unknown, unknown][]> {
  const rights = listOf(run.pages(right, rightAt), `partition ${rightAt} of the other RDD`);
  if (rights.length === 0) return;
  for (const page of run.pages(left, leftAt)) {
    for (const a of page) {
      for (let from = 0; from < rights.length; from += PAGE_RECORDS) {
        const part = rights.slice(from, from + PAGE_RECORDS);
        yield part.map((b): [unknown, unknown] => [a, b]);
      }
    }
  }
}

function* segmentPages(
  run: PartitionReader,
  shuffle: number,
  partition: number,
): Iterable<unknown[]> {
  for (const output of run.services.shuffle(shuffle).outputs)
    yield* storedSegmentPages<unknown>(output, partition);
}

function* segmentPairs(
  run: PartitionReader,
  shuffle: number,
  partition: number,
): Iterable<NumberPairs | unknown[]> {
  for (const output of run.services.shuffle(shuffle).outputs)
    yield* storedSegmentPairs(output, partition);
}

/** The pairs of one side of a cogroup that arrive for a partition. */
export function segmentTuples(
  run: PartitionReader,
  { shuffle, from, to }: Extract<CogroupInput, { kind: 'shuffle' }>,
  partition: number,
): Source {
  const outputs = run.services.shuffle(shuffle).outputs.slice(from, to);
  const value = (function* () {
    for (const output of outputs) yield* storedSegmentTuples(output, partition);
  })();
  return { kind: 'tuples', shape: 2, value };
}

/** Feeds one side of a cogroup into a table. */
export function drainSide(
  run: PartitionReader,
  input: CogroupInput,
  partition: number,
  end: End,
  table: unknown,
): void {
  if (input.kind === 'narrow') run.drainNode(input.node, partition, end, table, []);
  else run.drainSource(segmentTuples(run, input, partition), end, table, []);
}

/** Merges the pairs that arrive for a partition and puts them in order. */
function merged(
  run: PartitionReader,
  { shuffle, aggregation, sort }: ShuffledSpec,
  partition: number,
): Source {
  const areCombiners = aggregation.kind === 'combine' && aggregation.mapSideCombine;
  const merge = mergeEnd(aggregation, areCombiners);
  if (merge === null) {
    const value = segmentPages(run, shuffle, partition);
    return sort === null ? { kind: 'pages', value } : sorted(run, value, sort);
  }
  const parts = inParts(run, { shuffle, aggregation }, partition, merge);
  if (parts !== null) return inOrder(run, parts, sort);
  const keyed = spillingTable(run, aggregation);
  if (aggregation.kind === 'combine')
    drainPairs(run, segmentPairs(run, shuffle, partition), merge, keyed.table);
  else {
    const value = segmentPages(run, shuffle, partition);
    run.drainSource({ kind: 'pages', value }, merge.end, keyed.table, merge.functions);
  }
  return inOrder(run, keyed, sort);
}

/** Pairs of numbers divided by their keys, where they are many and all in memory; null else. */
function inParts(
  run: PartitionReader,
  { shuffle, aggregation }: Pick<ShuffledSpec, 'shuffle' | 'aggregation'>,
  partition: number,
  { end, functions }: MergeEnd,
): NumberParts | null {
  const { memory } = run.services;
  const { outputs } = run.services.shuffle(shuffle);
  if (!isWorthDividing({ outputs, partition }, memory.passingBytes)) return null;
  const columns = columnsOnly(segmentPairs(run, shuffle, partition));
  if (columns === null) return null;
  const table =
    aggregation.kind === 'group'
      ? new GroupedPart((count) => {
          run.runtime.check();
          run.runtime.recordsRead += count;
        })
      : new MergedPart((value, into) =>
          run.drainSource({ kind: 'columns', value }, end, into, functions),
        );
  const parts = new NumberParts(columns, table);
  memory.add(parts);
  return parts;
}

function regrouped(
  run: PartitionReader,
  spec: Extract<StageNode['spec'], { kind: 'regrouped' }>,
  partition: number,
): Source {
  const end = mergeEnd(spec.aggregation, false);
  if (end === null) {
    const value = run.pages(spec.parent, partition);
    return spec.sort === null ? { kind: 'counted-pages', value } : sorted(run, value, spec.sort);
  }
  const keyed = spillingTable(run, spec.aggregation);
  run.drainNode(spec.parent, partition, end.end, keyed.table, end.functions);
  return inOrder(run, keyed, spec.sort);
}

function inOrder(
  run: PartitionReader,
  keyed: SpillingTable<KeyTable> | NumberParts,
  sort: SortOrder | null,
): Source {
  const count = keyed.count;
  const value = keyed.pages();
  return sort === null ? { kind: 'pages', value, count } : sorted(run, value, sort);
}

function sorted(
  run: PartitionReader,
  pages: Iterable<readonly unknown[]>,
  { key, ascending }: SortOrder,
): Source {
  const keyOf = key === null ? null : run.services.resolve(key).call;
  const sort = new ExternalSort<[unknown, unknown]>(
    run.services,
    keyOf === null ? (pair) => pair[0] : (pair) => keyOf(pair[0]),
    ascending,
  );
  try {
    for (const page of pages) {
      for (const pair of page) sort.push(pair as [unknown, unknown]);
      run.runtime.check();
    }
    return { kind: 'pages', value: sort.pages() };
  } catch (error) {
    throw run.runtime.failure(error, undefined);
  }
}

function cogrouped(
  run: PartitionReader,
  inputs: readonly CogroupInput[],
  partition: number,
): Iterable<unknown[]> {
  const keyed = spillingCogroup(run, inputs.length);
  const { table } = keyed;
  inputs.forEach((input, side) => {
    table.input = side;
    drainSide(run, input, partition, { kind: 'cogroup' }, table);
  });
  return keyed.pages();
}
