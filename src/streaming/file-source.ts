// Files that appear in a folder, read once each. Main thread only.
// New is what was not there at the start, or has changed since; moving an old file in counts as new.
import { readdirSync, type Stats, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SparkContext } from '../context.js';
import type { RDD } from '../rdd/rdd.js';
import type { InputRun, InputSource, RecoveredInput } from './input.js';

/** At most so many names in one message. */
const NAMES_SHOWN = 3;

export interface FileStreamOptions {
  /** Whether files that are there at the start are read too. */
  readonly existing?: boolean;
}

export interface FileSourceOptions<T> {
  readonly sc: SparkContext;
  /** The call, for messages. */
  readonly text: string;
  readonly folder: string;
  readonly read: (path: string) => RDD<T>;
  /** Whether files that are there at the start are read too. */
  readonly existing: boolean;
}

/** Names with the times they were last changed. */
interface FileRange {
  readonly files: readonly (readonly [string, number])[];
}

interface FilePosition {
  readonly known: readonly (readonly [string, number])[];
  readonly read: readonly string[];
}

/** A file that is not new any more. */
interface KnownFile {
  /** When it was last changed. */
  readonly changedMs: number;
  /** The batch it was read in, null if it was skipped. */
  readonly batchMs: number | null;
}

export class FileSource<T> implements InputSource {
  readonly text: string;
  readonly #options: FileSourceOptions<T>;
  readonly #folder: string;
  #run: InputRun | null = null;
  /** Files that were read or skipped, by name. */
  readonly #known = new Map<string, KnownFile>();
  /** Reasons that were told already, so that each is told once. */
  readonly #told = new Set<string>();
  readonly #batches = new Map<number, RDD<T>>();
  readonly #names = new Map<number, Promise<string[]>>();
  /** Up to here batches hold what was recovered, or nothing. */
  #untilMs = Number.NEGATIVE_INFINITY;
  #isRecovered = false;

  constructor(options: FileSourceOptions<T>) {
    this.#options = options;
    this.text = options.text;
    this.#folder = resolve(options.folder.replace(/^file:(\/\/)?/, ''));
  }

  start(run: InputRun): void {
    this.#run = run;
    if (this.#isRecovered) {
      this.#isRecovered = false;
      return;
    }
    this.#known.clear();
    this.#told.clear();
    let names: string[];
    try {
      names = readdirSync(this.#folder).filter(isVisible);
    } catch (error) {
      this.#tell(
        `${describeFolderError(this.#folder, error)} It is looked at again with every batch.`,
      );
      return;
    }
    if (this.#options.existing) return;
    const old: string[] = [];
    for (const name of names) {
      const found = statSync(join(this.#folder, name), { throwIfNoEntry: false });
      if (found === undefined || !found.isFile()) continue;
      this.#known.set(name, { changedMs: found.mtimeMs, batchMs: null });
      old.push(name);
    }
    if (old.length === 0) return;
    this.#tell(
      `${files(old)} in ${this.#folder} older than the start of the stream: skipped ({ existing: true } reads them).`,
    );
  }

  allocate(): null {
    return null;
  }

  async rddAt(timeMs: number): Promise<RDD<T> | null> {
    const { sc, read } = this.#options;
    const known = this.#batches.get(timeMs);
    if (known !== undefined) return known;
    const names = await this.#namesAt(timeMs);
    if (names === null) return null;
    if (names.length === 0) return sc.parallelize<T>([], 1);
    const rdds = names.map((name) => read(plainPath(join(this.#folder, name))));
    const rdd = rdds.length === 1 ? rdds[0]! : sc.union(rdds);
    this.#batches.set(timeMs, rdd);
    return rdd;
  }

  async describe(timeMs: number): Promise<FileRange | undefined> {
    const names = await this.#namesAt(timeMs);
    if (names === null) return undefined;
    return { files: names.map((name) => [name, this.#known.get(name)?.changedMs ?? 0]) };
  }

  /** Without the files of later batches: these have notes of their own, or are found again. */
  position(timeMs: number): FilePosition {
    const known: [string, number][] = [];
    const read: string[] = [];
    for (const [name, { changedMs, batchMs }] of this.#known) {
      if (batchMs !== null && batchMs > timeMs) continue;
      known.push([name, changedMs]);
      if (batchMs !== null) read.push(name);
    }
    return { known, read };
  }

  recover({ position, ranges, checkpointMs, untilMs }: RecoveredInput): void {
    const { known = [], read = [] } = (position ?? {}) as Partial<FilePosition>;
    const wasRead = new Set(read);
    this.#known.clear();
    for (const [name, changedMs] of known) {
      this.#known.set(name, { changedMs, batchMs: wasRead.has(name) ? checkpointMs : null });
    }
    for (const [timeMs, range] of ranges) {
      const { files: found } = range as FileRange;
      for (const [name, changedMs] of found) {
        this.#known.set(name, { changedMs, batchMs: timeMs });
      }
      this.#names.set(timeMs, Promise.resolve(found.map(([name]) => name)));
    }
    this.#untilMs = untilMs;
    this.#isRecovered = true;
  }

  processed(): void {}

  forget(timeMs: number): void {
    for (const time of [...this.#names.keys()]) if (time <= timeMs) this.#names.delete(time);
    for (const time of [...this.#batches.keys()]) if (time <= timeMs) this.#batches.delete(time);
  }

  hasPending(): boolean {
    return false;
  }

  stop(): void {
    this.#run = null;
  }

  /** The files of a batch, looked for once; null for one that was before a crash and had none. */
  #namesAt(timeMs: number): Promise<string[] | null> {
    const known = this.#names.get(timeMs);
    if (known !== undefined) return known;
    if (timeMs <= this.#untilMs) return Promise.resolve(null);
    const names = this.#newFiles(timeMs);
    this.#names.set(timeMs, names);
    return names;
  }

  /** Names of files to read now, those that changed first first. They count as read from here on. */
  async #newFiles(timeMs: number): Promise<string[]> {
    const found: { readonly name: string; readonly changedMs: number }[] = [];
    const changed: string[] = [];
    const fromTheFuture: string[] = [];
    for (const { name, stats } of await this.#list()) {
      const known = this.#known.get(name);
      if (known?.changedMs === stats.mtimeMs) continue;
      // A file that changes again after it was read would be counted twice.
      if (known !== undefined && known.batchMs !== null) {
        this.#known.set(name, { ...known, changedMs: stats.mtimeMs });
        changed.push(name);
      } else if (stats.mtimeMs > timeMs) {
        // Perhaps still being written: the next batch sees it. Far ahead, its clock is wrong.
        if (stats.mtimeMs > timeMs + 60_000) fromTheFuture.push(name);
      } else {
        found.push({ name, changedMs: stats.mtimeMs });
      }
    }
    if (changed.length > 0)
      this.#tell(`${files(changed)} changed after being read: not read again.`);
    if (fromTheFuture.length > 0) {
      this.#tell(`${files(fromTheFuture)} dated in the future: read when that time has come.`);
    }
    for (const { name, changedMs } of found) {
      this.#known.set(name, { changedMs, batchMs: timeMs });
    }
    found.sort((a, b) => a.changedMs - b.changedMs || (a.name < b.name ? -1 : 1));
    return found.map(({ name }) => name);
  }

  async #list(): Promise<{ readonly name: string; readonly stats: Stats }[]> {
    let names: string[];
    try {
      names = (await readdir(this.#folder)).filter(isVisible);
    } catch (error) {
      this.#tell(
        `${describeFolderError(this.#folder, error)} It is looked at again with every batch.`,
      );
      return [];
    }
    const listed: { name: string; stats: Stats }[] = [];
    for (const name of names) {
      // A file may be gone since it was listed.
      const stats = await stat(join(this.#folder, name)).catch(() => null);
      if (stats?.isFile()) listed.push({ name, stats });
    }
    return listed;
  }

  #tell(text: string): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#run?.emit({ kind: 'notice', text: `${this.text}: ${text}` });
  }
}

/** As everywhere in Spark, names that begin with `_` or `.` are no data. */
function isVisible(name: string): boolean {
  return !name.startsWith('.') && !name.startsWith('_');
}

/** A path that means one file, whatever its name: characters of patterns and lists mean themselves. */
function plainPath(path: string): string {
  return path.replace(/[\\*?[\]{},]/g, '\\$&');
}

function files(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  return `${names.length} file${names.length === 1 ? '' : 's'} (${shown}${more})`;
}

function describeFolderError(folder: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return `the folder ${folder} does not exist.`;
  if (code === 'EACCES') return `the folder ${folder} may not be read.`;
  if (code === 'ENOTDIR') return `${folder} is a file, not a folder.`;
  return `the folder ${folder} cannot be read: ${String(error)}.`;
}
