// The search of Ctrl-R through the history. Pure.
import type { Action } from './keys.js';

/** What became of a key: the search took it, or it ends the search, with what was found or without. */
export type SearchKey = 'taken' | 'found' | 'cancelled';

export class HistorySearch {
  readonly #entries: readonly string[];
  #query = '';
  #index: number;
  #isFailing = false;

  constructor(entries: readonly string[]) {
    this.#entries = entries;
    this.#index = entries.length;
  }

  get query(): string {
    return this.#query;
  }

  /** Whether nothing matches what was typed last; the entry found before stays. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** The entry found, or null. */
  get found(): string | null {
    return this.#query === '' ? null : (this.#entries[this.#index] ?? null);
  }

  /** Where the query stands in the entry found. */
  get foundAt(): number {
    return Math.max(this.found?.toLowerCase().indexOf(this.#query.toLowerCase()) ?? 0, 0);
  }

  key(typed: string | null, action: Action | null): SearchKey {
    if (action === null && typed !== null) this.type(typed);
    else if (action === 'delete-backward') this.erase();
    else if (action === 'search-older') this.older();
    else if (action === 'search-newer') this.newer();
    else return action === 'escape' || action === 'interrupt' ? 'cancelled' : 'found';
    return 'taken';
  }

  type(text: string): void {
    this.#query += text;
    this.#find(Math.min(this.#index, this.#entries.length - 1), -1);
  }

  erase(): void {
    this.#query = this.#query.slice(0, -1);
    this.#find(this.#entries.length - 1, -1);
  }

  /** The next older entry that matches; stays where none does. */
  older(): void {
    this.#find(this.#index - 1, -1);
  }

  newer(): void {
    this.#find(this.#index + 1, 1);
  }

  #find(from: number, step: 1 | -1): void {
    const wanted = this.#query.toLowerCase();
    const shown = this.#entries[this.#index];
    for (let i = from; i >= 0 && i < this.#entries.length; i += step) {
      const entry = this.#entries[i]!;
      const isNew = entry !== shown || i === this.#index;
      if (isNew && entry.toLowerCase().includes(wanted)) {
        this.#index = i;
        this.#isFailing = false;
        return;
      }
    }
    this.#isFailing = wanted !== '';
    if (this.#isFailing && !(shown ?? '').toLowerCase().includes(wanted))
      this.#index = this.#entries.length;
  }
}
