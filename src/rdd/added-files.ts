// Files that tasks can read by name: copied to a folder of the application, whose place travels with every job.
// Driver only.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { UsageError } from '../errors.js';
import { onProcessExit } from '../process-exit.js';
import { FILES_ROOT_PROPERTY, setDriverFilesRoot } from '../task-context.js';
import { describeValue } from '../values/describe.js';
import type { JobPropertyStore } from './job-properties.js';

/** The program and its arguments that unpack an archive into a folder, by the archive's ending. */
const UNPACKERS: readonly [
  RegExp,
  (archive: string, folder: string) => readonly [string, ...string[]],
][] = [
  [/\.(tar|tar\.gz|tgz)$/, (archive, folder) => ['tar', '-xf', archive, '-C', folder]],
  [/\.(zip|jar)$/, (archive, folder) => ['unzip', '-q', '-o', archive, '-d', folder]],
];

export class AddedFiles {
  readonly files: string[] = [];
  readonly archives: string[] = [];
  readonly #properties: JobPropertyStore;
  #root: string | null = null;

  constructor(properties: JobPropertyStore) {
    this.#properties = properties;
    setDriverFilesRoot(() => this.#folder());
  }

  add(path: string, recursive: boolean): void {
    const source = this.#existing(path, 'addFile');
    if (statSync(source).isDirectory() && !recursive) {
      throw new UsageError(
        'CONTEXT-104',
        `addFile: ${path} is a folder. Call addFile(path, true) to add all that is in it.`,
      );
    }
    cpSync(source, join(this.#folder(), basename(source)), { recursive: true });
    if (!this.files.includes(source)) this.files.push(source);
  }

  addArchive(path: string): void {
    // As in Spark, what follows a # is the name that tasks find it by.
    const [file = '', name] = String(path).split('#');
    const source = this.#existing(file, 'addArchive');
    const folder = join(this.#folder(), name ?? basename(source));
    const unpacker = UNPACKERS.find(([ending]) => ending.test(source));
    if (unpacker === undefined) {
      throw new UsageError(
        'CONTEXT-104',
        `addArchive cannot unpack ${path}. Use a .zip, .tar, .tar.gz or .tgz file.`,
      );
    }
    mkdirSync(folder, { recursive: true });
    const [program, ...args] = unpacker[1](source, folder);
    const { error, status, stderr } = spawnSync(program, args);
    if (error !== undefined || status !== 0) {
      const why = error?.message ?? String(stderr).trim();
      throw new UsageError('CONTEXT-104', `addArchive cannot unpack ${path}: ${why}`);
    }
    if (!this.archives.includes(source)) this.archives.push(source);
  }

  /** Removes the folder; the context has stopped. */
  remove(): void {
    setDriverFilesRoot(null);
    this.#stayOnExit();
    this.#removeFolder();
  }

  #stayOnExit = (): void => {};

  readonly #removeFolder = (): void => {
    if (this.#root !== null) rmSync(this.#root, { recursive: true, force: true });
    this.#root = null;
  };

  #existing(path: unknown, operation: string): string {
    const source = typeof path === 'string' ? resolve(path.replace(/^file:(\/\/)?/, '')) : '';
    if (source !== '' && existsSync(source)) return source;
    throw new UsageError('CONTEXT-104', `${operation}: there is no file ${describeValue(path)}.`);
  }

  /** Made when first needed. */
  #folder(): string {
    if (this.#root === null) {
      this.#root = mkdtempSync(join(tmpdir(), 'tspark-files-'));
      this.#properties.setForAll(FILES_ROOT_PROPERTY, this.#root);
      this.#stayOnExit = onProcessExit(this.#removeFolder);
    }
    return this.#root;
  }
}
