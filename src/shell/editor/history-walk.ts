// Going through the history with keys while a cell is edited. Pure.

export class HistoryWalk {
  readonly #entries: readonly string[];
  /** What was being typed before the walk began. */
  #draft = '';
  /** Index into the entries; their length stands for the draft. */
  #position: number;
  #shown: string | null = null;

  constructor(entries: readonly string[]) {
    this.#entries = entries;
    this.#position = entries.length;
  }

  /** The entry before, or null at the oldest. */
  previous(current: string): string | null {
    return this.#older(current, () => '');
  }

  /** The entry before that begins with what was typed. */
  previousLike(current: string): string | null {
    return this.#older(current, () => this.#draft);
  }

  /** The entry after, the draft after the newest, or null at the draft. */
  next(current: string): string | null {
    return this.#newer(current, '');
  }

  nextLike(current: string): string | null {
    return this.#newer(current, this.#draft);
  }

  #older(current: string, prefix: () => string): string | null {
    if (current !== this.#shown) this.#begin(current);
    for (let i = this.#position - 1; i >= 0; i--) {
      const entry = this.#entries[i]!;
      if (entry.startsWith(prefix()) && entry !== current) return this.#show(i, entry);
    }
    return null;
  }

  #newer(current: string, prefix: string): string | null {
    // What was changed since it was recalled is a draft of its own: nothing is newer.
    if (current !== this.#shown || this.#position === this.#entries.length) return null;
    for (let i = this.#position + 1; i < this.#entries.length; i++) {
      const entry = this.#entries[i]!;
      if (entry.startsWith(prefix) && entry !== current) return this.#show(i, entry);
    }
    return this.#show(this.#entries.length, this.#draft);
  }

  #begin(draft: string): void {
    this.#draft = draft;
    this.#position = this.#entries.length;
  }

  #show(position: number, text: string): string {
    this.#position = position;
    this.#shown = text;
    return text;
  }
}
