// Cuts listed files into the partitions of an input, as Hadoop's FileInputFormat and
// CombineFileInputFormat do. Pure arithmetic; runs on the driver.
import { UsageError } from '../errors.js';
import { codecOfPath } from './codec.js';
import type { Codec, FileFormat, FileSplit, FileStatus } from './split.js';

/** Hadoop's block size for local files: no split is larger. */
const BLOCK_BYTES = 32 * 1024 * 1024;
/** The last split of a file may be this much larger than the others, rather than leave a sliver. */
const SPLIT_SLOP = 1.1;
/** Spark's spark.files.maxPartitionBytes and spark.files.openCostInBytes. */
const MAX_PACKED_BYTES = 128 * 1024 * 1024;
/** A look at a split reads so many pieces of it. */
const PIECES_PER_SPLIT = 4;
const PIECE_BYTES = 16 * 1024;
const OPEN_COST_BYTES = 4 * 1024 * 1024;

/**
 * One split per partition, in the order of the files. Empty files give no partition, but one for
 * whole-file formats, whose records they are. `parallelism` is the number of cores to keep busy
 * (binary-files only).
 */
export function computeSplits(
  files: readonly FileStatus[],
  format: FileFormat,
  minPartitions: number,
  parallelism = 1,
): FileSplit[] {
  const wanted = Math.max(1, Math.floor(minPartitions) || 1);
  switch (format.kind) {
    case 'text':
    case 'line-pairs':
      return cut(files, goalSize(files, wanted), codecOfPath);
    case 'objects':
    case 'sequence-file':
      return cut(files, goalSize(files, wanted), () => 'none');
    case 'binary-records':
      return cut(files, wholeRecords(files, format.recordLength), () => 'none');
    case 'whole-text':
      return pack(files, Math.ceil(totalBytes(files) / wanted), codecOfPath);
    case 'binary-files':
      return pack(files, binaryPackBytes(files, Math.max(wanted, parallelism)), () => 'none');
  }
}

/** Small splits from all over the given ones, as evenly as they come. */
export function samplePieces(splits: readonly FileSplit[]): FileSplit[] {
  return splits.flatMap((split) => {
    const count = Math.max(1, Math.min(PIECES_PER_SPLIT, Math.ceil(split.length / PIECE_BYTES)));
    const stride = split.length / count;
    const length = Math.min(PIECE_BYTES, split.length);
    return Array.from({ length: count }, (_, i) => ({
      ...split,
      start: split.start + Math.floor(i * stride),
      length,
    }));
  });
}

function goalSize(files: readonly FileStatus[], wanted: number): number {
  const goal = Math.floor(totalBytes(files) / wanted);
  return Math.max(1, Math.min(goal, BLOCK_BYTES));
}

function totalBytes(files: readonly FileStatus[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}

function cut(
  files: readonly FileStatus[],
  splitBytes: number,
  codecOf: (path: string) => Codec,
): FileSplit[] {
  const splits: FileSplit[] = [];
  for (const { path, sizeBytes } of files) {
    const codec = codecOf(path);
    let start = 0;
    // Only bzip2 can be entered in the middle: its blocks begin with a mark.
    if (codec === 'none' || codec === 'bzip2') {
      while ((sizeBytes - start) / splitBytes > SPLIT_SLOP) {
        splits.push({ path, start, length: splitBytes, codec });
        start += splitBytes;
      }
    }
    if (sizeBytes > start) splits.push({ path, start, length: sizeBytes - start, codec });
  }
  return splits;
}

/** The largest split size that holds whole records. */
function wholeRecords(files: readonly FileStatus[], recordLength: number): number {
  if (!Number.isSafeInteger(recordLength) || recordLength < 1) {
    throw new UsageError(
      'IO-111',
      `binaryRecords needs a record length of at least 1 byte, not ${recordLength}.`,
      { details: { recordLength } },
    );
  }
  for (const { path } of files) {
    if (codecOfPath(path) !== 'none') {
      throw new UsageError(
        'IO-109',
        `binaryRecords cannot read '${path}': compressed files have no fixed-length records. Unpack it first.`,
        { details: { path } },
      );
    }
  }
  return Math.max(recordLength, Math.floor(BLOCK_BYTES / recordLength) * recordLength);
}

function binaryPackBytes(files: readonly FileStatus[], cores: number): number {
  const cost = totalBytes(files) + files.length * OPEN_COST_BYTES;
  return Math.min(MAX_PACKED_BYTES, Math.max(OPEN_COST_BYTES, Math.floor(cost / cores)));
}

/**
 * Packs whole files: a partition is full once it has reached `fullBytes`. Empty files join those
 * that are left over at the end, since in Hadoop they belong to no host.
 */
function pack(
  files: readonly FileStatus[],
  fullBytes: number,
  codecOf: (path: string) => Codec,
): FileSplit[] {
  const groups: FileStatus[][] = [];
  let group: FileStatus[] = [];
  let groupBytes = 0;
  for (const file of files) {
    if (file.sizeBytes === 0) continue;
    group.push(file);
    groupBytes += file.sizeBytes;
    if (groupBytes >= fullBytes) {
      groups.push(group);
      group = [];
      groupBytes = 0;
    }
  }
  const rest = new Set(group);
  const last = files.filter((file) => file.sizeBytes === 0 || rest.has(file));
  if (last.length > 0) groups.push(last);
  return groups.map((members) => toPackedSplit(members, codecOf));
}

function toPackedSplit(
  members: readonly FileStatus[],
  codecOf: (path: string) => Codec,
): FileSplit {
  const [first, ...packed] = members.map(({ path, sizeBytes }) => ({
    path,
    start: 0,
    length: sizeBytes,
    codec: codecOf(path),
  }));
  return packed.length === 0 ? first! : { ...first!, packed };
}
