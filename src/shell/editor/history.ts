// The cells entered before, kept across sessions in a file. A history that cannot be read or written
// never disturbs the shell. Entries are whole cells, lines and all.
import fs from 'node:fs';

const MAX_ENTRIES = 2_000;

export class History {
  readonly #path: string | null;
  #entries: string[];

  /** Reads the file at once; null keeps the history in memory only. */
  constructor(path: string | null) {
    this.#path = path;
    this.#entries = path === null ? [] : read(path);
  }

  /** Oldest first. */
  get entries(): readonly string[] {
    return this.#entries;
  }

  /** Adds a cell, unless it repeats the last one or begins with a space. */
  add(cell: string): void {
    const entry = cell.replace(/\s+$/, '');
    if (entry === '' || entry.startsWith(' ') || entry === this.#entries.at(-1)) return;
    this.#entries.push(entry);
    if (this.#path !== null) this.#save(this.#path, entry);
  }

  /** Writes a new file and renames it over the old one; another shell's entries are kept. */
  #save(path: string, entry: string): void {
    const fresh = `${path}.${process.pid}`;
    try {
      const entries = [...read(path), entry].slice(-MAX_ENTRIES);
      fs.writeFileSync(fresh, entries.map(encode).join(''), { mode: 0o600 });
      fs.renameSync(fresh, path);
    } catch {
      fs.rmSync(fresh, { force: true });
    }
  }
}

function read(path: string): string[] {
  try {
    return fs
      .readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map(decode);
  } catch {
    return [];
  }
}

/** One line an entry: backslashes doubled, line breaks as `\n`. */
function encode(entry: string): string {
  return `${entry.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`;
}

function decode(line: string): string {
  return line.replace(/\\(\\|n)/g, (_, mark) => (mark === 'n' ? '\n' : '\\'));
}
