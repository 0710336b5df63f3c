// What tspark needs of a place that holds files: the interface behind which HDFS or S3 can come.
// All calls are synchronous, since readers run in the inner loops of tasks. Used on the driver and in workers.
import { UsageError } from '../errors.js';
import type { FileStatus } from './split.js';

/** What a path leads to. `other` is what cannot be read at a position: a pipe, a socket, a device. */
export type PathKind = 'file' | 'folder' | 'other';

export interface PathStatus extends FileStatus {
  readonly kind: PathKind;
}

export interface ReadHandle {
  /** Reads up to `length` bytes at `position` of the file into `buffer` at `offset`; 0 at the end. */
  read(buffer: Buffer, offset: number, length: number, position: number): number;
  close(): void;
}

export interface WriteHandle {
  /** Appends `length` bytes of `buffer` from `offset` on. */
  write(buffer: Uint8Array, offset: number, length: number): void;
  close(): void;
}

/**
 * A file system. Paths given to it are those its own `resolve` and `list` return, absolute and
 * separated by `/`. Failures are TsparkErrors that name the path.
 */
export interface FileSystem {
  /** Without the colon: `file`, `hdfs`, … */
  readonly scheme: string;
  /** The absolute path of what the user wrote (a URL of this scheme, or a path). */
  resolve(path: string): string;
  /** The path as a URL, written as Hadoop writes it (`file:/folder/name`). */
  toUrl(path: string): string;
  /** What is there, links followed; null if nothing is. */
  stat(path: string): PathStatus | null;
  /** Entries of a folder, sorted by name. */
  list(folder: string): PathStatus[];
  openRead(path: string): ReadHandle;
  /** Creates the file, or empties it if it exists. */
  openWrite(path: string): WriteHandle;
  /** Creates a folder and what is missing above it; false if it existed. */
  mkdirs(folder: string): boolean;
  /** Moves a file, replacing what is at `to`. */
  rename(from: string, to: string): void;
  /** Removes a file, or a folder with all that is in it; nothing happens if there is none. */
  remove(path: string): void;
}

/** The error for a path that is there but cannot be read as a file. */
export function notAFileError(path: string, kind: PathKind): UsageError {
  const what = kind === 'folder' ? 'a folder' : 'not a regular file but a pipe, socket or device';
  return new UsageError('IO-103', `Cannot read '${path}': it is ${what}.`, {
    details: { path, kind },
  });
}
