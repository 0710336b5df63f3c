// The cells entered before, kept across sessions in a file. A history that cannot be read or written never disturbs
// the shell. Entries are whole cells, lines and all.
import { HistoryFile } from './history-file.js';
import { holdsSecret } from './secrets.js';

export class History {
  /** Why the file is not used, null where it is. */
  readonly problem: string | null = null;
  readonly #file: HistoryFile | null;
  readonly #entries: string[] = [];

  /** Reads the file at once; null keeps the history in memory only. */
  constructor(path: string | null) {
    this.#file = path === null ? null : new HistoryFile(path);
    try {
      this.#entries = this.#file?.read() ?? [];
    } catch (error) {
      const why = (error as Error).message;
      this.problem = `The history is kept for this session only: ${path} cannot be read, ${why}.`;
      this.#file = null;
    }
  }

  /** Oldest first. */
  get entries(): readonly string[] {
    return this.#entries;
  }

  /**
   * Adds a cell, unless it repeats the last one or begins with a space. One that holds a secret is kept for this
   * session and not written down.
   */
  add(cell: string): void {
    const entry = cell.replace(/\s+$/, '');
    if (entry === '' || entry.startsWith(' ') || entry === this.#entries.at(-1)) return;
    this.#entries.push(entry);
    if (this.#file === null || holdsSecret(entry)) return;
    try {
      this.#file.append(entry);
    } catch {
      // A full disk or a folder that was taken away is no reason to disturb a cell.
    }
  }
}
