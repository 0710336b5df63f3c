// RDDs of Spark that hold what a stage begins with: blocks of the driver, numbers of partitions, parts of files, files
// of Hadoop. Driver only.
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredBlock } from '../blocks/block.js';
import type { FileFormat, FileSplit } from '../io/split.js';
import type { StageInput } from './command.js';
import { blockHead, bytesOf } from './frames.js';
import { asObject, type JavaObject } from './py4j/gateway.js';
import { PYTHON_API, type SparkSession } from './session.js';

let nextFile = 0;

/** One partition for each frame. */
async function framesRdd(
  session: SparkSession,
  frames: readonly (readonly Uint8Array[])[],
): Promise<JavaObject> {
  const { gateway, context } = session;
  if (frames.length === 0) return context.object('emptyRDD');
  const path = join(session.folder, `frames-${nextFile++}`);
  const file = openSync(path, 'wx', 0o600);
  try {
    for (const parts of frames) writeFrame(file, parts);
    const rdd = await gateway.callStatic(
      `${PYTHON_API}PythonRDD`,
      'readRDDFromFile',
      context,
      path,
      frames.length,
    );
    return asObject(rdd, 'readRDDFromFile');
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

function writeFrame(file: number, parts: readonly Uint8Array[]): void {
  const length = Buffer.alloc(4);
  length.writeInt32BE(parts.reduce((sum, part) => sum + part.byteLength, 0));
  for (const part of [length, ...parts])
    for (let at = 0; at < part.byteLength; ) at += writeSync(file, part, at);
}

export function blocksRdd(
  session: SparkSession,
  blocks: readonly StoredBlock[],
): Promise<JavaObject> {
  const frames = blocks.map((stored) => {
    const head = blockHead({ count: stored.block.count, side: 0, map: 0, piece: 0 });
    return [head, stored.kind === 'memory' ? bytesOf(stored.block) : fileBytes(stored.block)];
  });
  return framesRdd(session, frames);
}

function fileBytes({ path, byteLength }: { path: string; byteLength: number }): Uint8Array {
  const bytes = Buffer.allocUnsafe(byteLength);
  const file = openSync(path, 'r');
  try {
    for (let at = 0; at < byteLength; ) {
      const count = readSync(file, bytes, at, byteLength - at, at);
      if (count === 0) break;
      at += count;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** Partitions without data: what they compute follows from their number. */
export async function emptyPartitions(session: SparkSession, count: number): Promise<JavaObject> {
  const { gateway, context } = session;
  if (count === 0) return context.object('emptyRDD');
  return context.object('parallelize', await gateway.list([]), count);
}

/** Parts of files that workers read themselves: all see the same files. */
export function splitsRdd(
  session: SparkSession,
  splits: readonly FileSplit[],
): Promise<JavaObject> {
  return framesRdd(
    session,
    splits.map((split) => [Buffer.from(JSON.stringify(split))]),
  );
}

export interface HadoopFiles {
  readonly rdd: JavaObject;
  readonly partitions: number;
  readonly inputOf: (node: number) => StageInput;
}

export async function hadoopRdd(
  session: SparkSession,
  { format, paths, minPartitions }: { format: FileFormat; paths: string; minPartitions: number },
): Promise<HadoopFiles> {
  const { rdd, inputOf } = await openHadoop(session.context, format, paths, minPartitions);
  return { rdd, inputOf, partitions: await rdd.number('getNumPartitions') };
}

async function openHadoop(
  context: JavaObject,
  format: FileFormat,
  paths: string,
  minPartitions: number,
): Promise<Pick<HadoopFiles, 'rdd' | 'inputOf'>> {
  switch (format.kind) {
    case 'text':
      return {
        rdd: await context.object('textFile', paths, minPartitions),
        inputOf: (node) => ({ kind: 'lines', node }),
      };
    case 'whole-text':
      return {
        rdd: await context.object('wholeTextFiles', paths, minPartitions),
        inputOf: (node) => ({ kind: 'hadoop', node, record: 'text-pair' }),
      };
    case 'binary-files':
      return {
        rdd: await context.object('binaryFiles', paths, minPartitions),
        inputOf: (node) => ({ kind: 'hadoop', node, record: 'bytes-pair' }),
      };
    case 'binary-records':
      return {
        rdd: await context.object('binaryRecords', paths, format.recordLength),
        inputOf: (node) => ({ kind: 'hadoop', node, record: 'bytes' }),
      };
    case 'objects':
    case 'line-pairs':
    case 'sequence-file':
      // Hadoop's readers of these hand over what Spark cannot pass on, so workers read the files' bytes.
      return {
        rdd: await context.object('binaryFiles', paths, minPartitions),
        inputOf: (node) => ({ kind: 'whole-files', node, format }),
      };
  }
}
