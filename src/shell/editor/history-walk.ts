// Going through the history while a cell is edited: up and down, and the search of Ctrl-R. Pure.

export class HistoryWalk {
  readonly #entries: readonly string[];
  /** What was being typed before the walk began. */
  #draft = '';
  /** Index into the entries; their length stands for the draft. */
  #position: number;

  constructor(entries: readonly string[]) {
    this.#entries = entries;
    this.#position = entries.length;
  }

  /** The entry before, or null at the oldest. */
  previous(current: string): string | null {
    if (this.#position === 0) return null;
    if (this.#position === this.#entries.length) this.#draft = current;
    this.#position--;
    return this.#entries[this.#position]!;
  }

  /** The entry after, the draft after the newest, or null at the draft. */
  next(): string | null {
    if (this.#position >= this.#entries.length) return null;
    this.#position++;
    return this.#entries[this.#position] ?? this.#draft;
  }
}

export class HistorySearch {
  readonly #entries: readonly string[];
  #query = '';
  #index: number;

  constructor(entries: readonly string[]) {
    this.#entries = entries;
    this.#index = entries.length;
  }

  get query(): string {
    return this.#query;
  }

  /** The entry found, or null. */
  get found(): string | null {
    return this.#query === '' ? null : (this.#entries[this.#index] ?? null);
  }

  type(text: string): void {
    this.#query += text;
    this.#find(Math.min(this.#index, this.#entries.length - 1));
  }

  erase(): void {
    this.#query = this.#query.slice(0, -1);
    this.#find(this.#entries.length - 1);
  }

  /** The next older entry that matches; stays where none does. */
  older(): void {
    const before = this.#index;
    this.#find(this.#index - 1);
    if (this.found === null) this.#index = before;
  }

  #find(from: number): void {
    const wanted = this.#query.toLowerCase();
    for (let i = from; i >= 0; i--) {
      if (this.#entries[i]!.toLowerCase().includes(wanted)) {
        this.#index = i;
        return;
      }
    }
    this.#index = this.#entries.length;
  }
}
