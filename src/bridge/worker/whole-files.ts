// Files that a Hadoop file system hands over whole: each is put beside the task and read by the readers of our own.
import { closeSync, openSync } from 'node:fs';
import { fromErrorData, toErrorData, TsparkError } from '../../errors.js';
import { codecOfPath } from '../../io/codec.js';
import { openRecordSplit } from '../../io/record-readers.js';
import type { FileFormat, FileSplit } from '../../io/split.js';
import type { SpillFolder } from '../../plan/spill/spill-folder.js';
import { copyToFile } from './arrivals.js';
import type { BlockingReader } from './blocking-stream.js';

export interface ArrivingFile {
  /** As Hadoop names it. */
  readonly url: string;
  readonly sizeBytes: number;
}

/** The records of the file whose bytes come next. */
export function* recordsOfFile(
  reader: BlockingReader,
  { url, sizeBytes }: ArrivingFile,
  format: Exclude<FileFormat, { kind: 'text' }>,
  folder: SpillFolder,
): Generator<unknown[]> {
  const path = folder.newFile();
  const fd = openSync(path, 'wx', 0o600);
  try {
    copyToFile(reader, sizeBytes, { path, fd });
  } finally {
    closeSync(fd);
  }
  // As in Hadoop an empty file has no records, not even a header.
  if (sizeBytes > 0) {
    const codec = format.kind === 'line-pairs' ? codecOfPath(url) : 'none';
    const split: FileSplit = { path, start: 0, length: sizeBytes, codec };
    try {
      yield* recordsOf(split, format);
    } catch (error) {
      throw named(error, path, url);
    }
  }
  folder.remove(path);
}

function* recordsOf(
  split: FileSplit,
  format: Exclude<FileFormat, { kind: 'text' }>,
): Generator<unknown[]> {
  const records = openRecordSplit(split, format);
  try {
    for (let chunk = records.next(); chunk !== null; chunk = records.next()) yield chunk;
  } finally {
    records.close();
  }
}

/** The error with the name the user knows the file by. */
function named(error: unknown, path: string, url: string): unknown {
  if (!(error instanceof TsparkError)) return error;
  const data = toErrorData(error);
  return fromErrorData({
    ...data,
    message: data.message.replaceAll(path, url),
    stack: data.stack.replaceAll(path, url),
  });
}
