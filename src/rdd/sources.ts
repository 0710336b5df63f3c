// Where RDDs begin: collections of the driver, ranges of numbers, files. Driver only.
import { encodeBlock } from '../blocks/codec.js';
import type { StoredBlock } from '../blocks/block.js';
import { UsageError } from '../errors.js';
import type { FileFormat } from '../io/split.js';
import type { LineageNode } from '../lineage/node.js';
import { describeValue } from '../values/describe.js';
import { checkPartitions, checkPath } from './arguments.js';
import type { Engine } from './engine.js';

/** PySpark sends at most so many records at a time to the JVM, and cuts partitions between such batches. */
const MAX_BATCH = 1024;

export function parallelize(engine: Engine, c: unknown, numSlices: unknown): LineageNode {
  engine.assertRunning();
  const records = toRecords(c);
  const partitions = slices(engine, numSlices);
  // A task of many empty partitions is told of one block.
  const empty = storedBlock([]);
  const blocks = sliceBounds(records.length, partitions).map(([start, end]) =>
    start === end ? empty : storedBlock(records.slice(start, end)),
  );
  return engine.node('parallelize', { kind: 'blocks', partitions: blocks });
}

function storedBlock(records: readonly unknown[]): StoredBlock {
  return { kind: 'memory', block: encodeBlock(records) };
}

function slices(engine: Engine, numSlices: unknown): number {
  return checkPartitions(numSlices, 'parallelize (slices)') ?? engine.defaultParallelism;
}

function toRecords(c: unknown): unknown[] {
  if (Array.isArray(c)) return c;
  const iterable = Object(c) as Partial<Iterable<unknown>>;
  if (typeof iterable[Symbol.iterator] === 'function') return [...(c as Iterable<unknown>)];
  throw new UsageError(
    'RDD-101',
    `parallelize needs an array or another iterable, not ${describeValue(c)}.`,
  );
}

/** Where each partition begins and ends: whole batches, as evenly as whole batches allow. */
function sliceBounds(length: number, partitions: number): [number, number][] {
  const batch = Math.max(1, Math.min(Math.floor(length / partitions), MAX_BATCH));
  const batches = Math.ceil(length / batch);
  const begin = (partition: number): number =>
    Math.min(Math.floor((partition * batches) / partitions) * batch, length);
  return Array.from({ length: partitions }, (_, partition) => [
    begin(partition),
    begin(partition + 1),
  ]);
}

export function emptyRDD(engine: Engine): LineageNode {
  engine.assertRunning();
  return engine.node('emptyRDD', { kind: 'blocks', partitions: [] });
}

export interface RangeOptions {
  readonly start: unknown;
  readonly end: unknown;
  readonly step: unknown;
  readonly numSlices: unknown;
}

export function range(engine: Engine, { start, end, step, numSlices }: RangeOptions): LineageNode {
  engine.assertRunning();
  const isOpen = end === undefined || end === null;
  const from = isOpen ? 0 : integer(start, 'start');
  const to = isOpen ? integer(start, 'end') : integer(end, 'end');
  const by = integer(step ?? 1, 'step');
  if (by === 0) throw new UsageError('RDD-101', 'The step of range must not be zero.');
  const size = Math.max(0, Math.ceil((to - from) / by));
  const partitions = slices(engine, numSlices);
  const bounds = Array.from({ length: partitions + 1 }, (_, i) =>
    Math.floor((i * size) / partitions),
  );
  return engine.node('range', { kind: 'range', start: from, step: by, bounds });
}

function integer(value: unknown, what: string): number {
  if (Number.isSafeInteger(value)) return value as number;
  throw new UsageError(
    'RDD-101',
    `The ${what} of range must be an integer, not ${describeValue(value)}.`,
  );
}

export function files(
  engine: Engine,
  operation: string,
  path: unknown,
  minPartitions: unknown,
  format: FileFormat,
): LineageNode {
  engine.assertRunning();
  const least = minPartitions === 0 ? 1 : checkPartitions(minPartitions, operation);
  return engine.node(operation, {
    kind: 'files',
    format,
    paths: checkPath(path, operation),
    minPartitions: least ?? Math.min(engine.defaultParallelism, 2),
  });
}

export function checkRecordLength(recordLength: unknown): number {
  if (Number.isSafeInteger(recordLength) && (recordLength as number) > 0)
    return recordLength as number;
  throw new UsageError(
    'RDD-101',
    `The record length of binaryRecords must be a positive integer, not ${describeValue(recordLength)}.`,
  );
}
