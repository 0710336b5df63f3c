// Blocks in files: written whole, read page by page and synchronously. Runs on every thread.
import { closeSync, openSync, readSync, rmSync, writeSync, writevSync } from 'node:fs';
import { LostDataError } from '../errors.js';
import { DamagedPage } from './damaged-page.js';
import type { NumberPairs } from './number-pairs.js';
import { PageDecoder } from './page-decoder.js';
import { PAGE_HEAD_BYTES } from './page-layout.js';

/** Bytes read at a time, unless a page is larger. */
const READ_BYTES = 256 * 1024;
/** Pieces that one system call writes; the system's own limit is 1024. */
const MOST_PIECES = 512;

/** Where in which file some records are. */
export interface FileRange {
  readonly path: string;
  readonly start: number;
  readonly byteLength: number;
  readonly count: number;
}

/**
 * Writes a new file that only its owner can read. Where that fails nothing is left of it.
 *
 * **Throws** LostDataError BLOCK-501.
 */
export function writeBytes(path: string, buffer: SharedArrayBuffer, byteLength: number): void {
  let file: number | undefined;
  try {
    file = openSync(path, 'wx', 0o600);
    const bytes = new Uint8Array(buffer, 0, byteLength);
    for (let at = 0; at < byteLength; ) at += writeSync(file, bytes, at);
    closeSync(file);
  } catch (error) {
    discardFile(file, path);
    throw unwritable(path, byteLength, error);
  }
}

/**
 * Writes pieces behind what is in a file, a new one where there is none.
 *
 * **Throws** LostDataError BLOCK-501; what was written of them stays.
 */
export function appendPieces(path: string, pieces: readonly Uint8Array[]): void {
  try {
    const file = openSync(path, 'a', 0o600);
    try {
      for (let from = 0; from < pieces.length; from += MOST_PIECES)
        writeAll(file, pieces.slice(from, from + MOST_PIECES));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const byteLength = pieces.reduce((sum, { length }) => sum + length, 0);
    throw unwritable(path, byteLength, error);
  }
}

/** The system may take a part of what it is given. */
function writeAll(file: number, pieces: readonly Uint8Array[]): void {
  let written = writevSync(file, pieces);
  for (const piece of pieces) {
    if (written < piece.length)
      for (let at = written; at < piece.length; ) at += writeSync(file, piece, at);
    written = Math.max(0, written - piece.length);
  }
}

export function unwritableFolder(path: string, cause: unknown): LostDataError {
  return new LostDataError(
    'BLOCK-501',
    `Could not make a folder for blocks in ${path}: ${String(cause)}. ` +
      'Set spark.local.dir to a folder that can be written.',
    { cause },
  );
}

function discardFile(file: number | undefined, path: string): void {
  if (file === undefined) return;
  try {
    closeSync(file);
  } catch {
    // Closing was what failed.
  }
  rmSync(path, { force: true });
}

export function unwritable(path: string, byteLength: number, cause: unknown): LostDataError {
  const code = (cause as NodeJS.ErrnoException).code;
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : String(cause);
  return new LostDataError(
    'BLOCK-501',
    `Could not write ${byteLength} bytes to ${path}: ${why}. ` +
      'Free space, or set spark.local.dir to a folder on a disk that has some.',
    { cause },
  );
}

/** The records of a range, a fresh array for each page; the file is open until the last or a `break`. */
export function filePages<T>(range: FileRange): Generator<T[]> {
  return readPages<T[]>(range, (pages, at) => pages.records(at) as T[]);
}

/** The same with pairs of numbers as columns, valid until the next page is asked for. */
export function filePairs(range: FileRange): Generator<NumberPairs | unknown[]> {
  return readPages(range, (pages, at) => pages.numberPairs(at));
}

type ReadPage<P> = (pages: PageDecoder, at: number) => P;

function* readPages<P extends { readonly length: number }>(
  range: FileRange,
  read: ReadPage<P>,
): Generator<P> {
  if (range.byteLength === 0 && range.count === 0) return;
  const reader = guard(range, () => new RangeReader(range));
  let seen = 0;
  try {
    while (!reader.isDone) {
      const records = guard(range, () => reader.next(read));
      seen += records.length;
      yield records;
    }
  } finally {
    reader.close();
  }
  if (seen !== range.count) throw unreadable(range, `it holds ${seen} records`, undefined);
}

function guard<R>(range: FileRange, read: () => R): R {
  try {
    return read();
  } catch (error) {
    throw unreadable(range, error instanceof DamagedPage ? error.message : String(error), error);
  }
}

function unreadable(range: FileRange, why: string, cause: unknown): LostDataError {
  return new LostDataError(
    'BLOCK-502',
    `Could not read ${range.count} records back from ${range.path}: ${why}. ` +
      'Was the file changed or removed while tspark was running?',
    { cause, retriable: true, details: { path: range.path } },
  );
}

/** Reads ahead in large pieces and cuts pages from them. */
class RangeReader {
  readonly #file: number;
  #bytes = new Uint8Array(READ_BYTES);
  #decoder: PageDecoder;
  /** Where the next page begins in `#bytes`, and how much of these is filled. */
  #at = 0;
  #filled = 0;
  #position: number;
  readonly #end: number;

  constructor(range: FileRange) {
    this.#position = range.start;
    this.#end = range.start + range.byteLength;
    this.#decoder = new PageDecoder(this.#bytes.buffer, 0, 0);
    this.#file = openSync(range.path, 'r');
  }

  get isDone(): boolean {
    return this.#at === this.#filled && this.#position >= this.#end;
  }

  next<P>(read: ReadPage<P>): P {
    this.#require(PAGE_HEAD_BYTES);
    const { byteLength } = this.#decoder.head(this.#at);
    this.#require(byteLength);
    const records = read(this.#decoder, this.#at);
    this.#at += byteLength;
    return records;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Sees to it that `size` bytes from the next page on are in memory. */
  #require(size: number): void {
    const rest = this.#filled - this.#at;
    if (rest >= size) return;
    if (rest + this.#end - this.#position < size) throw new DamagedPage('it ends within a page');
    const target = size > this.#bytes.length ? new Uint8Array(size) : this.#bytes;
    target.set(this.#bytes.subarray(this.#at, this.#filled));
    this.#bytes = target;
    this.#at = 0;
    this.#filled = rest;
    while (this.#filled < target.length && this.#position < this.#end) {
      const wanted = Math.min(target.length - this.#filled, this.#end - this.#position);
      const read = readSync(this.#file, target, this.#filled, wanted, this.#position);
      if (read === 0) throw new DamagedPage('the file is shorter than it was');
      this.#filled += read;
      this.#position += read;
    }
    this.#decoder = new PageDecoder(target.buffer, 0, this.#filled);
  }
}
