// The file of the history: one line an entry, readable by its owner alone, shared by shells that run side by side.
import fs from 'node:fs';
import { readTextFile } from '../text-file.js';

/** Entries that are read; the file is cut back to them when it has grown by half. */
const MAX_ENTRIES = 2_000;
/** More is not read: no history that was typed is larger. */
const MAX_BYTES = 8 * 1024 * 1024;
/** How long a shell waits for another one that writes. */
const LOCK_MS = 200;
/** A lock this old was left behind by a shell that was killed. */
const STALE_LOCK_MS = 5_000;

export class HistoryFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = resolved(path);
  }

  /** The entries, oldest first; none where there is no file yet. Throws why it cannot be read. */
  read(): string[] {
    const text = readTextFile(this.#path, MAX_BYTES);
    if (text === null) return [];
    const lines = text.split('\n').filter((line) => line !== '');
    if (lines.length > MAX_ENTRIES * 1.5) this.#locked(() => this.#cutBack());
    return lines.slice(-MAX_ENTRIES).map(decode);
  }

  /** Adds an entry behind those of all shells. */
  append(entry: string): void {
    this.#locked(() => {
      fs.appendFileSync(this.#path, encode(entry), { mode: 0o600 });
      if ((fs.statSync(this.#path).mode & 0o077) !== 0) fs.chmodSync(this.#path, 0o600);
    });
  }

  #cutBack(): void {
    const fresh = `${this.#path}.${process.pid}`;
    const lines = fs.readFileSync(this.#path, 'utf8').split('\n').slice(0, -1);
    fs.writeFileSync(fresh, `${lines.slice(-MAX_ENTRIES).join('\n')}\n`, { mode: 0o600 });
    fs.renameSync(fresh, this.#path);
  }

  /** One shell at a time writes, so that cutting back loses nothing; a lock that stays is not waited for. */
  #locked(write: () => void): void {
    const lock = `${this.#path}.lock`;
    const isOwn = acquire(lock);
    try {
      write();
    } finally {
      if (isOwn) fs.rmSync(lock, { force: true });
    }
  }
}

function acquire(lock: string): boolean {
  const deadlineMs = performance.now() + LOCK_MS;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (performance.now() < deadlineMs) {
    try {
      fs.closeSync(fs.openSync(lock, 'wx', 0o600));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
      removeStale(lock);
      Atomics.wait(pause, 0, 0, 2);
    }
  }
  return false;
}

function removeStale(lock: string): void {
  const stats = fs.statSync(lock, { throwIfNoEntry: false });
  if (stats !== undefined && Date.now() - stats.mtimeMs > STALE_LOCK_MS)
    fs.rmSync(lock, { force: true });
}

/** The file that a link leads to: a history kept among other settings stays there. */
function resolved(path: string): string {
  try {
    return fs.realpathSync(path);
  } catch {
    return path;
  }
}

/** One line an entry: backslashes doubled, line breaks as `\n`. */
function encode(entry: string): string {
  return `${entry.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`;
}

function decode(line: string): string {
  return line.replace(/\\(\\|n)/g, (_, mark) => (mark === 'n' ? '\n' : '\\'));
}
