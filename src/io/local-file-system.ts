// Files of this machine. Runs on the driver and in workers; knows nothing of formats.
import fs from 'node:fs';
import nodePath from 'node:path';
import { LostDataError, type TsparkError, UsageError } from '../errors.js';
import {
  type FileSystem,
  notAFileError,
  type PathKind,
  type PathStatus,
  type ReadHandle,
  type WriteHandle,
} from './file-system.js';

/** The local implementation of FileSystem (scheme `file`). Percent signs in paths mean themselves. */
export class LocalFileSystem implements FileSystem {
  readonly scheme = 'file';

  resolve(path: string): string {
    return nodePath.resolve(path.replace(/^file:(\/\/(?=\/))?/i, ''));
  }

  toUrl(path: string): string {
    return `file:${path}`;
  }

  stat(path: string): PathStatus | null {
    try {
      return toStatus(path, fs.statSync(path));
    } catch (cause) {
      // ENOTDIR: something above it is a file.
      if (isErrno(cause, 'ENOENT') || isErrno(cause, 'ENOTDIR')) return null;
      throw toTsparkError('look at', path, cause);
    }
  }

  list(folder: string): PathStatus[] {
    const names = attempt('list', folder, () => fs.readdirSync(folder)).sort();
    const prefix = folder.endsWith('/') ? folder : `${folder}/`;
    const entries: PathStatus[] = [];
    for (const name of names) {
      const status = this.stat(prefix + name);
      // A link to nowhere, or a file removed since: not there.
      if (status !== null) entries.push(status);
    }
    return entries;
  }

  openRead(path: string): ReadHandle {
    // Opening a pipe blocks the thread until someone writes to it, so look first.
    const status = this.stat(path);
    if (status === null) throw goneError(path);
    if (status.kind !== 'file') throw notAFileError(path, status.kind);
    return new LocalReadHandle(
      path,
      attempt('open', path, () => fs.openSync(path, 'r')),
    );
  }

  openWrite(path: string): WriteHandle {
    return new LocalWriteHandle(
      path,
      attempt('create', path, () => fs.openSync(path, 'w')),
    );
  }

  mkdirs(folder: string): boolean {
    return (
      attempt('create folder', folder, () => fs.mkdirSync(folder, { recursive: true })) !==
      undefined
    );
  }

  rename(from: string, to: string): void {
    attempt('move a finished file to', to, () => fs.renameSync(from, to));
  }

  remove(path: string): void {
    // A task that has not heard of its end yet may still add a file to a folder that is being removed.
    const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 };
    attempt('remove', path, () => fs.rmSync(path, options));
  }
}

class LocalReadHandle implements ReadHandle {
  readonly #path: string;
  #fd: number;

  constructor(path: string, fd: number) {
    this.#path = path;
    this.#fd = fd;
  }

  read(buffer: Buffer, offset: number, length: number, position: number): number {
    try {
      return fs.readSync(this.#fd, buffer, offset, length, position);
    } catch (cause) {
      throw toTsparkError('read', this.#path, cause);
    }
  }

  close(): void {
    if (this.#fd >= 0) fs.closeSync(this.#fd);
    this.#fd = -1;
  }
}

class LocalWriteHandle implements WriteHandle {
  readonly #path: string;
  #fd: number;

  constructor(path: string, fd: number) {
    this.#path = path;
    this.#fd = fd;
  }

  write(buffer: Uint8Array, offset: number, length: number): void {
    try {
      // A single call may write less than asked for.
      for (let done = 0; done < length; ) {
        done += fs.writeSync(this.#fd, buffer, offset + done, length - done);
      }
    } catch (cause) {
      throw toTsparkError('write', this.#path, cause);
    }
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = -1;
    // Some disks report a full disk only here.
    if (fd >= 0) attempt('write', this.#path, () => fs.closeSync(fd));
  }
}

function toStatus(path: string, stats: fs.Stats): PathStatus {
  const kind: PathKind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
  return { path, kind, sizeBytes: stats.size, modifiedMs: stats.mtimeMs };
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

function attempt<T>(verb: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw toTsparkError(verb, path, cause);
  }
}

function goneError(path: string, cause?: unknown): LostDataError {
  return new LostDataError(
    'IO-501',
    `Cannot open '${path}': it was there when the input was listed and is gone now. ` +
      'Run the action again on a path whose files stay while it runs.',
    { cause, details: { path } },
  );
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS']);

function toTsparkError(verb: string, path: string, cause: unknown): TsparkError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const details = { path, errno: code };
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (code === 'EACCES' || code === 'EPERM') {
    return new UsageError(
      'IO-104',
      `Cannot ${verb} '${path}': permission denied. ` +
        'The user that runs tspark needs the right to it and to enter the folders above it.',
      { cause, details },
    );
  }
  if (code === 'ENOENT' && verb === 'open') return goneError(path, cause);
  if (code === 'EISDIR') return notAFileError(path, 'folder');
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new UsageError(
      'IO-108',
      `Cannot ${verb} '${path}': a part of the path is a file, not a folder.`,
      { cause, details },
    );
  }
  if (code === 'ENAMETOOLONG' || code === 'ELOOP') {
    return new UsageError('IO-106', `Cannot ${verb} '${path}': ${reason}.`, { cause, details });
  }
  if (FULL.has(code) || verb === 'write' || verb === 'create') {
    return new UsageError('IO-502', `Cannot ${verb} '${path}': ${reason}.`, { cause, details });
  }
  return new LostDataError('IO-501', `Cannot ${verb} '${path}': ${reason}.`, {
    cause,
    details,
    retriable: true,
  });
}
